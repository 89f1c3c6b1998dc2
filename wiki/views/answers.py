from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.models import Language, User
from wiki.access import (
    may_archive,
    may_assign_owner,
    may_edit_answer,
    may_edit_questions,
    may_read_wiki,
    may_rule,
)
from wiki.candour import hints_for
from wiki.domain.answers import Archived, FiguresChanged, PlaceTaken
from wiki.domain.citations import Citation, cite_figures, cite_in_answers, figures_seen
from wiki.domain.review import review_queue
from wiki.domain.revisions import EditConflict
from wiki.domain.verification_progress import requests_waiting_for
from wiki.domain.writing import write_first_text, write_revision
from wiki.forms.answers import FirstTextForm, PublishForm, RevisionForm, VerifyForm, text_of
from wiki.forms.challenges import ResolveForm
from wiki.models import Answer, AnswerRevision, Challenge, Question, Scope, Validity
from wiki.views.conflicts import ask_to_read_again, conflict_page
from wiki.views.figures import figures_to_cite
from wiki.views.lookup import editable_answer, figures_read, head_of, visible_answer
from wiki.views.notices import say_published, say_saved


@require_safe
@allowed_to(may_read_wiki)
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = visible_answer(request, pk)
    may_edit = may_edit_answer(request.user, answer, on=localdate())
    draft = head_of(answer) if may_edit and _has_draft(answer) else None
    _cite(answer, draft)
    return render(
        request,
        "wiki/answer.html",
        {
            "answer": answer,
            "revision": answer.published,
            "draft": draft,
            "figures_to_renew": _figures_to_renew(answer),
            "candour_hints": _candour_hints(answer, draft) if may_edit else [],
            "publish_form": _publish_form(draft) if draft else None,
            "verify_form": _verify_form(answer),
            "asked_again": requests_waiting_for([answer.pk]).get(answer.pk, ()) if may_edit else (),
            "more_to_review": may_edit and _keeps_more_to_review(request.user, answer),
            "challenges": _open_challenges(answer, may_edit=may_edit),
            "may_edit": may_edit,
            "may_keep": may_assign_owner(request.user),
            "may_archive": may_archive(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_edit_questions)
def answer_new(request: SignedInRequest, slug: str) -> HttpResponse:
    questions = Question.objects.current().select_related("category__default_owner")
    question = get_object_or_404(questions.with_title(request.user.language), slug=slug)
    form = FirstTextForm(
        request.POST or None,
        user=request.user,
        question=question,
        initial=_place_asked(request),
    )
    if form.is_valid():
        try:
            answer = write_first_text(
                question=question,
                scope=form.cleaned_data["scope"],
                language=form.cleaned_data["language"],
                text=form.text,
                intent=form.intent,
                by=request.user,
                at=now(),
            )
        except PlaceTaken:
            form.add_error("scope", form.taken_message())
        else:
            _say_written(request, answer, form)
            return redirect("wiki:answer", answer.pk)
    return render(
        request,
        "wiki/answer_new.html",
        {
            "form": form,
            "question": question,
            "figures": figures_to_cite(request.user),
            "good_answer": question.good_answer(request.user.language),
            "no_scope": not Scope.objects.exists(),
            "may_rule": may_rule(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_read_wiki)
def answer_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = editable_answer(request, pk)
    head = head_of(answer)
    figures = figures_read(answer, head)
    initial = {**text_of(head), "base": answer.head, "figures": figures, "major": True}
    form = RevisionForm(request.POST or None, user=request.user, answer=answer, initial=initial)
    if head is None:
        form.starts_from_nothing()
    if form.is_valid():
        try:
            write_revision(
                answer=answer,
                base=form.cleaned_data["base"],
                text=form.text,
                intent=form.intent,
                by=request.user,
                at=now(),
            )
        except EditConflict as conflict:
            return conflict_page(request, answer=answer, form=form, theirs=conflict.head)
        except FiguresChanged:
            ask_to_read_again(form, head, figures=figures)
        except Archived:
            form.add_error(
                None,
                _("Someone has archived this answer meanwhile. Keep a copy of your text before you leave."),
            )
        else:
            _say_written(request, answer, form)
            return redirect("wiki:answer", answer.pk)
    if "base" in form.errors:
        # Without knowing what the writer read, the text as it now stands must be shown beside theirs.
        return conflict_page(request, answer=answer, form=form, theirs=head)
    context = {"answer": answer, "form": form, "head": head, "figures": figures_to_cite(request.user)}
    return render(request, "wiki/answer_edit.html", context)


def _has_draft(answer: Answer) -> bool:
    return answer.published is None or answer.published.number < answer.head


def _keeps_more_to_review(user: User, answer: Answer) -> bool:
    return review_queue(on=localdate(), kept_by=user).exclude(pk=answer.pk).exists()


def _candour_hints(answer: Answer, draft: AnswerRevision | None) -> list[str]:
    """Advice on the latest text, for those who write it."""
    latest = draft or answer.published
    return hints_for(latest, language=answer.language, cited=latest.cited) if latest else []


def _cite(answer: Answer, draft: AnswerRevision | None) -> None:
    """Both texts, each with its figures as they are today."""
    cite_in_answers([answer], on=localdate())
    if draft is not None:
        draft.answer = answer
        cite_figures([draft], on=localdate())


def _figures_to_renew(answer: Answer) -> list[tuple[Citation, str]]:
    """The figures of the published text that make it stale or soon will, each with its validity."""
    cited = answer.published.cited.values() if answer.published else ()
    found = [(citation, citation.validity_on(localdate())) for citation in cited]
    return [(citation, validity) for citation, validity in found if validity != Validity.VALID]


def _verify_form(answer: Answer) -> VerifyForm:
    figures = figures_seen(answer.published) if answer.published else ""
    return VerifyForm(initial={"revision": answer.published_id, "figures": figures}, auto_id=False)


def _publish_form(draft: AnswerRevision) -> PublishForm:
    return PublishForm(initial={"revision": draft.number, "figures": figures_seen(draft)})


def _open_challenges(answer: Answer, *, may_edit: bool) -> list[tuple[Challenge, ResolveForm | None]]:
    challenges = Challenge.objects.open().filter(answer=answer).select_related("by", "revision")
    return [
        (challenge, ResolveForm(prefix=f"challenge-{challenge.pk}") if may_edit else None)
        for challenge in challenges
    ]


def _place_asked(request: SignedInRequest) -> dict[str, Any]:
    """The scope and language in the address, as a gap or a briefing may put them there."""
    language = request.GET.get("language")
    return {
        "language": language if language in Language.values else request.user.language,
        "scope": request.GET.get("scope"),
    }


def _say_written(request: SignedInRequest, answer: Answer, form: RevisionForm) -> None:
    if form.intent.publish:
        say_published(request, answer)
    else:
        say_saved(request)
