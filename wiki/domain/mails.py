"""The mails about answers, one function each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from accounts.domain.settings import keepers_address
from accounts.models import User
from ledger.domain.links import absolute
from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from wiki.models import Answer, Category, Freshness, Question

ASSIGNMENT, OWNER_DIGEST = "assignment", "owner-digest"


@dataclass(frozen=True, kw_only=True)
class AssignedQuestion:
    title: str
    category: Category
    link: str


@dataclass(frozen=True, kw_only=True)
class DigestEntry:
    """One answer of a digest; labels are put into the recipient's language when the mail is made."""

    answer: Answer
    freshness: Freshness
    link: str


def queue_assignment(
    *, answers: Sequence[Answer], owner: User, language: str, by: User, at: datetime
) -> OutgoingMail | None:
    """Tell someone which questions they were asked to answer, in the order of the wiki."""
    links = {
        answer.question_id: absolute(reverse("wiki:answer_edit", args=[answer.pk])) for answer in answers
    }
    questions = Question.objects.filter(pk__in=links).select_related("category").with_title(owner.language)
    entries = [
        AssignedQuestion(title=question.title, category=question.category, link=links[question.pk])
        for question in questions.in_order()
    ]
    return queue_mail(
        kind=ASSIGNMENT,
        recipient=owner,
        to_address=owner.email,
        language=owner.language,
        template="assignment",
        context={"questions": entries, "by": by.name, "answer_language": language},
        at=at,
        reply_to="" if by == owner else by.email,
    )


def queue_owner_digest(
    *, owner: User, answers: Sequence[Answer], total: int, on: date, at: datetime
) -> OutgoingMail | None:
    """Tell an owner which of their answers need attention, once for the day `on`: else None.

    `answers` are the first of `total`, with `freshness`, `challenged` and `question_title`.
    """
    entries = [
        DigestEntry(
            answer=answer,
            freshness=Freshness(answer.freshness),
            link=absolute(reverse("wiki:answer", args=[answer.pk])),
        )
        for answer in answers
    ]
    return queue_mail(
        kind=OWNER_DIGEST,
        period=on.isoformat(),
        recipient=owner,
        to_address=owner.email,
        language=owner.language,
        template="owner_digest",
        context={
            "entries": entries,
            "total": total,
            "more": total - len(entries),
            "queue_link": absolute(f"{reverse('wiki:review')}?show=mine"),
        },
        at=at,
        reply_to=keepers_address(besides=owner),
    )


def still_concerns(mail: OutgoingMail) -> bool:
    """Whether the recipient reads the wiki still; asked again when the mail is about to go."""
    return mail.recipient is not None and User.objects.get(pk=mail.recipient_id).reads_wiki
