from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_see_sessions, may_see_where_given
from recruiting.domain.answers_given import CannotRecord, Said, correct_answer, record_answer
from recruiting.domain.said_otherwise import SaidOtherwise, said_otherwise
from recruiting.forms.answers_given import CorrectionForm, those_who_may_answer
from recruiting.models import AnswerGiven
from recruiting.views.live_recording import answer_page, form_on_screen, picks_asked_for
from recruiting.views.visible_sessions import shown_name, visible_session
from wiki.domain.citations import cite_figures
from wiki.models import Answer, Question

LATEST = 5


@require_safe
@allowed_to(may_see_sessions)
def session_answer(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    return answer_page(request, session, picks_asked_for(request, session))


@require_POST
@allowed_to(may_see_sessions)
def answer_record(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    form, found = form_on_screen(request, session)
    if form.is_valid():
        data = form.cleaned_data
        try:
            given = record_answer(
                session=session,
                question=data["question"],
                how=form.how(),
                words=data["words"],
                asked=data["asked"],
                revision=data["revision"],
                by=request.user,
                at=now(),
            )
        except CannotRecord as refusal:
            form.refuse(refusal)
        else:
            title = found.picks[0].question.title if found.picks else data["words"]
            _say_recorded(request, given, form.how(), title)
            return redirect("recruiting:session_answer", session.pk)
    return answer_page(request, session, found, failed=form)


def _say_recorded(request: SignedInRequest, given: AnswerGiven, how: Said, title: str) -> None:
    """A form sent again from the browser's history records nothing, and must not look as if it did."""
    if _is_what_was_sent(given, how):
        message = _("Recorded, %(delivery)s: %(question)s")
        delivery = given.get_delivery_display().lower()
        messages.success(request, message % {"delivery": delivery, "question": title})
    else:
        messages.warning(request, _recorded_before())


def _is_what_was_sent(given: AnswerGiven, how: Said) -> bool:
    return (given.delivery, given.said, given.host_id) == (how.delivery, how.said, how.host.pk)


def _recorded_before() -> str:
    return _("This form had already been recorded, and its first content stands. Correct it below.")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_sessions)
def answer_correct(request: SignedInRequest, session_id: int, given_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    titles = Prefetch("candidate_question__question", Question.objects.with_title(session.language))
    lines = session.answers_given.select_related(
        "revision__answer__scope", "candidate_question", "host", "session"
    )
    given = get_object_or_404(lines.prefetch_related(titles), pk=given_id)
    if given.revision:
        cite_figures([given.revision], on=localdate(given.given_at))
    hosts = those_who_may_answer(session, request.user)
    form = CorrectionForm(request.POST or None, given=given, hosts=hosts, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            correction = correct_answer(given=given, how=form.how(), by=request.user, at=now())
        except CannotRecord as refusal:
            form.refuse(refusal)
        else:
            if _is_what_was_sent(correction, form.how()):
                messages.success(request, _("The correction was added. The first line stays readable."))
            else:
                messages.warning(request, _recorded_before())
            return redirect("recruiting:record", session.pk)
    candidate = shown_name(request.user, session)
    context = {"session": session, "given": given, "form": form, "candidate": candidate}
    return render(request, "recruiting/answer_correct.html", context)


@require_safe
@allowed_to(may_see_where_given)
def given_for_question(request: SignedInRequest, slug: str) -> HttpResponse:
    """The fragment that the wiki's question page loads: how often its answers were given, and when last."""
    question = get_object_or_404(Question, slug=slug)
    told = AnswerGiven.objects.standing().told().to_question(question)
    latest = told.select_related("session__application__position", "revision").order_by("-given_at", "-pk")
    context = {
        "count": told.count(),
        "latest": latest[:LATEST],
        "may_open": request.user.is_recruiter,
        "otherwise": _said_otherwise(request, question),
    }
    return render(request, "recruiting/given_for_question.html", context)


def _said_otherwise(request: SignedInRequest, question: Question) -> Sequence[SaidOtherwise]:
    """For those who may edit any answer; an owner finds theirs at home."""
    if not request.user.is_editor:
        return []
    answers = Answer.objects.published().filter(question=question).select_related("scope")
    return said_otherwise(answers=answers, at=now())
