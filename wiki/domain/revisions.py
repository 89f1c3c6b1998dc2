"""The verbs of an answer's text: save it as the next revision, restore an earlier one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from ledger.domain.activity import record_activity
from wiki import markdown
from wiki.access import may_share
from wiki.domain.citations import hold_figures, link_figures
from wiki.domain.images import link_images
from wiki.models import Answer, AnswerKind, AnswerRevision, Disclosure


class EditConflict(Exception):
    """Someone saved a revision since `base` was read; `head` is theirs."""

    def __init__(self, head: AnswerRevision | None) -> None:
        super().__init__("the answer was changed by someone else")
        self.head = head


@dataclass(frozen=True, kw_only=True)
class RevisionText:
    """All that a person writes in a revision."""

    short_answer: str
    details: str = ""
    example: str = ""
    not_to_say: str = ""
    kind: str = AnswerKind.ANSWERED
    disclosure: str = Disclosure.SAY
    evidence: str = ""
    major: bool = True
    comment: str = ""


@transaction.atomic
def save_revision(
    *,
    answer: Answer,
    base: int,
    text: RevisionText,
    by: User,
    at: datetime,
    based_on: AnswerRevision | None = None,
) -> AnswerRevision:
    """Add the next revision, as a draft, to an answer whose head is still `base`.

    Raises EditConflict when it no longer is: the compare-and-swap on `head` is the only guard, so it
    holds between any number of processes.
    """
    hold_figures([text])
    swapped = Answer.objects.filter(pk=answer.pk, head=base).update(head=base + 1)
    if not swapped:
        raise EditConflict(AnswerRevision.objects.filter(answer=answer).order_by("-number").first())
    revision = AnswerRevision.objects.create(
        answer=answer,
        number=base + 1,
        kind=text.kind,
        short_answer=text.short_answer,
        details=text.details,
        example=text.example,
        not_to_say=text.not_to_say,
        disclosure=text.disclosure,
        evidence=text.evidence,
        # The first text has nothing before it that candidates could have been told.
        major=text.major or base == 0,
        comment=text.comment,
        author=by,
        based_on=based_on or AnswerRevision.objects.filter(answer=answer, number=base).first(),
        created_at=at,
        details_html=markdown.render(text.details),
        example_html=markdown.render(text.example),
        renderer_version=markdown.VERSION,
    )
    link_images(revision=revision, on=localdate(at))
    link_figures(revision=revision)
    answer.head = revision.number
    record_activity(actor=by, verb="save", subject=answer, at=at, revision=revision.number)
    return revision


def restore_revision(
    *, answer: Answer, revision: AnswerRevision, base: int, comment: str, by: User, at: datetime
) -> AnswerRevision:
    """Save an earlier revision's text again as a new draft. Raises EditConflict.

    Only leads let an answer be given in writing, so for others that permission is not restored.
    """
    text = RevisionText(
        short_answer=revision.short_answer,
        details=revision.details,
        example=revision.example,
        not_to_say=revision.not_to_say,
        kind=revision.kind,
        disclosure=_without_share(revision.disclosure, by),
        evidence=revision.evidence,
        major=True,
        comment=comment,
    )
    return save_revision(answer=answer, base=base, text=text, by=by, at=at, based_on=revision)


def _without_share(disclosure: str, by: User) -> str:
    return Disclosure.SAY if disclosure == Disclosure.SHARE and not may_share(by) else disclosure
