"""The mails about a verification request: to the owners when it is made, to who asked when it is done."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.domain.settings import keepers_address
from accounts.models import User
from ledger.domain.links import absolute
from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from wiki.models import (
    Answer,
    DigestPause,
    Progress,
    RequestedVerification,
    Verification,
    VerificationRequest,
)
from wiki.models.answers import AnswerQuerySet

VERIFICATION_REQUEST, VERIFICATION_REQUEST_DONE = "verification-request", "verification-request-done"
LISTED = 50  # answers in one mail; the rest are counted


@dataclass(frozen=True, kw_only=True)
class AnswerToVerify:
    answer: Answer
    link: str
    in_place_of: str  # the owner who is away; "" when the recipient owns it


@dataclass(frozen=True, kw_only=True)
class AnswerVerified:
    requested: RequestedVerification
    verification: Verification | None

    @property
    def label(self) -> str:
        """What became of it, in the language of the moment."""
        return str(Progress(self.requested.progress).label)


def tell_owners(*, request: VerificationRequest, answers: Collection[int], at: datetime) -> int:
    """One mail to each owner who can act, with the answers they keep; how many mails.

    Who stands in for an owner who is away is told in their place, in one mail with what they own.
    """
    readers = _told_in_place([owner for owner in _keepers(answers) if owner], at=at)
    kept: dict[User, list[Answer]] = defaultdict(list)
    for language in sorted({reader.language for reader in readers.values()}):
        theirs = [owner for owner, reader in readers.items() if reader.language == language]
        for answer in _to_verify(answers, language).filter(owner__in=theirs):
            kept[readers[answer.owner_id or 0]].append(answer)
    for reader, entries in kept.items():
        _queue_verification_request(request=request, answers=entries, owner=reader, at=at)
    return len(kept)


def tell_new_owner(*, answers: Collection[int], owner: User, at: datetime) -> int:
    """Tell whoever was given answers what open requests wait for them; how many mails."""
    waiting: dict[VerificationRequest, list[int]] = defaultdict(list)
    rows = RequestedVerification.objects.waiting().filter(answer__in=answers)
    for row in rows.select_related("request__asked_by").order_by("request__due_on", "request_id"):
        waiting[row.request].append(row.answer_id)
    reader = _told_in_place([owner.pk], at=at).get(owner.pk) if waiting else None
    if reader is None:
        return 0
    for request, keys in waiting.items():
        entries = list(_to_verify(keys, reader.language))
        _queue_verification_request(request=request, answers=entries, owner=reader, at=at)
    return len(waiting)


def tell_asker(*, request: VerificationRequest, at: datetime, scheduled: bool = False) -> OutgoingMail | None:
    """Tell the lead who asked that everything is confirmed, and by whom; `scheduled` when a job found it."""
    rows = request.requested.filter(withdrawn_at=None).with_progress().waiting_first()
    rows = rows.with_question_title(request.asked_by.language).select_related("answer__scope")
    entries = with_words(list(rows))
    return queue_mail(
        kind=VERIFICATION_REQUEST_DONE,
        period=str(request.pk),
        recipient=request.asked_by,
        to_address=request.asked_by.email,
        language=request.asked_by.language,
        template="verification_request_done",
        context={
            "asked": request,
            "entries": entries[:LISTED],
            "total": sum(entry.verification is not None for entry in entries),
            "more": len(entries[LISTED:]),
            "link": link_to(request),
        },
        at=at,
        scheduled=scheduled,
        reply_to=keepers_address(besides=request.asked_by),
    )


def with_words(rows: Sequence[RequestedVerification]) -> list[AnswerVerified]:
    """Each with the verification that confirmed it; the rows were read `with_progress`."""
    keys = [row.verification_id for row in rows if row.verification_id]
    words = Verification.objects.select_related("by").in_bulk(keys)
    return [AnswerVerified(requested=row, verification=words.get(row.verification_id or 0)) for row in rows]


def link_to(request: VerificationRequest) -> str:
    return absolute(reverse("wiki:verification_request", args=[request.pk]))


def still_asked(mail: OutgoingMail) -> bool:
    """Whether the request is still open and theirs to read, when the mail is about to go."""
    reader = User.objects.get(pk=mail.recipient_id)
    request = VerificationRequest.objects.open().filter(pk=mail.period.partition("/")[0])
    # Of the day it is sent: a stand-in whose time is over keeps nothing of it any more.
    return reader.may_own and request.readable_by(reader, on=localdate()).exists()


def _told_in_place(owners: Collection[int], *, at: datetime) -> dict[int, User]:
    """For each of the owners who is to be told: themselves, or who stands in while they are away."""
    away = DigestPause.objects.in_force(on=localdate(at)).filter(user__in=owners, stand_in__isnull=False)
    stand_ins = dict(away.values_list("user", "stand_in"))
    able = User.objects.who_read_the_wiki().in_bulk({*owners, *stand_ins.values()})
    told = {owner: able.get(stand_ins.get(owner, owner), able.get(owner)) for owner in owners}
    return {owner: reader for owner, reader in told.items() if reader is not None and owner in able}


def still_asks(mail: OutgoingMail) -> bool:
    """Whether who asked is still a lead, when the mail that all is confirmed is about to go."""
    return bool(User.objects.leads().filter(pk=mail.recipient_id).exists())


def _keepers(answers: Collection[int]) -> QuerySet[Answer, int | None]:
    return Answer.objects.filter(pk__in=answers, owner__isnull=False).values_list("owner_id", flat=True)


def _to_verify(answers: Collection[int], language: str) -> AnswerQuerySet:
    """The answers in the order of the wiki, with their question's title."""
    rows = (
        Answer.objects.filter(pk__in=answers).select_related("scope", "owner").with_question_title(language)
    )
    return rows.order_by("question__category__rank", "question__rank", "pk")


def _entry(answer: Answer, reader: User) -> AnswerToVerify:
    away = answer.owner.name if answer.owner and answer.owner != reader else ""
    return AnswerToVerify(
        answer=answer, link=absolute(reverse("wiki:answer", args=[answer.pk])), in_place_of=away
    )


def _queue_verification_request(
    *, request: VerificationRequest, answers: Sequence[Answer], owner: User, at: datetime
) -> OutgoingMail | None:
    entries = [_entry(answer, owner) for answer in answers]
    absent = sorted({entry.in_place_of for entry in entries if entry.in_place_of})
    return queue_mail(
        kind=VERIFICATION_REQUEST,
        # Of several mails in one act, each is of other answers.
        period=f"{request.pk}/{at.timestamp():.0f}/{answers[0].pk}",
        recipient=owner,
        to_address=owner.email,
        language=owner.language,
        template="verification_request",
        context={
            "asked": request,
            "entries": entries[:LISTED],
            "absent": ", ".join(absent),
            "total": len(answers),
            "more": len(answers[LISTED:]),
            "link": link_to(request),
        },
        reply_to=request.asked_by.email,
        at=at,
    )
