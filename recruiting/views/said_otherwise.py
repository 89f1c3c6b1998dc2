from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to
from recruiting.domain.said_otherwise import SaidOtherwise, proposed_text, said_otherwise
from wiki.access import may_edit_answer, may_read_wiki
from wiki.forms.answers import RevisionForm, text_of
from wiki.models import Answer
from wiki.views.figures import figures_to_cite
from wiki.views.lookup import figures_read, head_of


@require_safe
@allowed_to(may_read_wiki)
def answer_said_otherwise(request: SignedInRequest, answer_id: int) -> HttpResponse:
    found = _of_answer(request, answer_id)
    return render(request, "recruiting/answer_said_otherwise.html", {"answer": found.answer, "found": found})


@require_safe
@allowed_to(may_read_wiki)
def answer_proposed(request: SignedInRequest, answer_id: int) -> HttpResponse:
    """The editor with the words that were used put below the short answer; saved only by its own button."""
    found = _of_answer(request, answer_id)
    answer, head = found.answer, head_of(found.answer)
    text = text_of(head)
    text["short_answer"] = proposed_text(found, short_answer=str(text.get("short_answer", "")))
    initial = {**text, "base": answer.head, "figures": figures_read(answer, head), "major": True}
    form = RevisionForm(None, user=request.user, answer=answer, initial=initial)
    context = {
        "answer": answer,
        "form": form,
        "head": head,
        "figures": figures_to_cite(request.user),
        "form_action": reverse("wiki:answer_edit", args=[answer.pk]),
        "words_used": found.words,
    }
    return render(request, "wiki/answer_edit.html", context)


def _of_answer(request: SignedInRequest, answer_id: int) -> SaidOtherwise:
    """For those who may edit the answer: its owner, its deputy, editors and leads."""
    answers = Answer.objects.published().as_shown(on=localdate()).with_question_title(request.user.language)
    answer = get_object_or_404(answers, pk=answer_id)
    if not may_edit_answer(request.user, answer, on=localdate()):
        raise PermissionDenied
    found = said_otherwise(answers=answers.filter(pk=answer.pk), at=now())
    return found[0] if found else SaidOtherwise(answer=answer)
