"""Answers by their id, as far as the user may know of them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from accounts.access import SignedInRequest
from accounts.models import User
from wiki.access import may_edit_answer, readable_revisions
from wiki.domain.citations import cite_figures, figures_seen
from wiki.models import Answer, AnswerRevision

LONGEST_NUMBER = 9  # digits


def visible_answer(request: SignedInRequest, pk: int) -> Answer:
    """The answer with its freshness and title, or 404 where the user may not see it."""
    answers = (
        Answer.objects.visible_to(request.user, on=localdate())
        .as_shown(on=localdate())
        .with_question_title(request.user.language)
    )
    return get_object_or_404(answers, pk=pk)


def editable_answer(request: SignedInRequest, pk: int) -> Answer:
    """The same, refused where the user may read it but not edit it."""
    answer = visible_answer(request, pk)
    if not may_edit_answer(request.user, answer, on=localdate()):
        raise PermissionDenied
    return answer


def head_of(answer: Answer) -> AnswerRevision | None:
    """The latest revision, published or draft; none before the first text."""
    if answer.published is not None and answer.published.number == answer.head:
        return answer.published
    return AnswerRevision.objects.select_related("author").filter(answer=answer, number=answer.head).first()


def figures_read(answer: Answer, text: AnswerRevision | None) -> str:
    """What tells how the figures of one of its texts read today; empty without a text, or figures in it."""
    if text is None:
        return ""
    text.answer = answer  # with its scope
    cite_figures([text], on=localdate())
    return figures_seen(text)


def readable_revision(user: User, answer: Answer, number: int) -> AnswerRevision:
    revisions = readable_revisions(user, answer, on=localdate()).select_related("author", "based_on")
    revision = get_object_or_404(revisions, number=number)
    revision.answer = answer  # with its scope, for the figures it cites
    return revision


def number_asked(request: SignedInRequest, name: str, default: int) -> int:
    """A revision's number from the address; 404 for what is not one."""
    asked = request.GET.get(name, "")
    if not asked:
        return default
    number = whole_number(asked, default=0)
    if not number:
        raise Http404
    return number


def whole_number(text: str, *, default: int) -> int:
    """The number that the text writes in plain digits, if it fits a database's integer; else `default`."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else default
