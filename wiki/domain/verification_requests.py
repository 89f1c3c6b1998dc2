"""A lead asks to verify answers again, by a date, because of an event; owners are told."""

from collections.abc import Collection
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Max, Value
from django.db.models.functions import Greatest
from django.utils.timezone import localdate
from django.utils.translation import ngettext

from accounts.models import User
from ledger.domain.activity import record_activity
from wiki.domain.freshness import refresh_all_review_dates
from wiki.domain.ownership import assign_owner
from wiki.domain.verification_request_mails import tell_asker, tell_owners
from wiki.models import Answer, RequestedVerification, Verification, VerificationRequest

REQUESTS_CLOSED = "verification-requests"  # the job's name
MOST_ASKED = 500  # answers of one request


class RequestClosed(Exception):
    """The request was closed meanwhile: what became of it no longer changes."""


class NothingToAsk(Exception):
    """None of the answers is published, or all of them are asked for already."""


class PastItsDate(Exception):
    """The day by which to verify has passed: more answers need another request, with a day of its own."""


class TooManyAnswers(Exception):
    """The request would ask for more than MOST_ASKED answers."""


@transaction.atomic
def ask_to_verify(
    *,
    answers: Collection[int],
    event: str,
    reason: str,
    due_on: date,
    by: User,
    at: datetime,
    new_owner: User | None = None,
) -> VerificationRequest:
    """Ask the owners of these published answers to verify them again by `due_on`, and mail them.

    Until each is verified, its review is due on that day at the latest. Those without an owner are first
    given to `new_owner`, who is asked like the others. Raises NothingToAsk and TooManyAnswers.
    """
    if new_owner is not None:
        orphans = Answer.objects.published().orphaned().filter(pk__in=answers).order_by("pk")
        assign_owner(answers=list(orphans), owner=new_owner, by=by, at=at)
    request = VerificationRequest.objects.create(
        event=event, reason=reason, due_on=due_on, asked_by=by, asked_at=at
    )
    asked = _ask(request, answers, at=at)
    record_activity(actor=by, verb="ask-to-verify", subject=request, at=at, answers=asked)
    return request


@transaction.atomic
def add_answers(
    *, request: VerificationRequest, answers: Collection[int], by: User, at: datetime
) -> list[int]:
    """Ask for more answers in an open request; those that are new to it.

    A word given before they were added does not count. Raises RequestClosed, PastItsDate,
    NothingToAsk and TooManyAnswers.
    """
    request = _open(request)
    if request.due_on < localdate(at):
        raise PastItsDate
    asked = _ask(request, answers, at=at)
    record_activity(actor=by, verb="add-answers", subject=request, at=at, answers=asked)
    return asked


@transaction.atomic
def withdraw_answers(
    *, request: VerificationRequest, answers: Collection[int], by: User, at: datetime
) -> list[int]:
    """No longer ask for these answers; those that were asked for. Raises RequestClosed.

    What is confirmed stays: it is a part of what the request has reached.
    """
    request = _open(request)
    rows = request.requested.unsettled().filter(answer__in=answers)
    withdrawn = [row.answer_id for row in rows]
    given_up = request.requested.filter(answer__in=withdrawn)
    given_up.update(withdrawn_at=Greatest("asked_at", Value(at)))
    refresh_all_review_dates(answers=Answer.objects.filter(pk__in=withdrawn))
    record_activity(actor=by, verb="withdraw-answers", subject=request, at=at, answers=withdrawn)
    close_when_confirmed(request_id=request.pk, at=at)
    return withdrawn


@transaction.atomic
def close_request(*, request: VerificationRequest, by: User, at: datetime) -> None:
    """End a request with what it has reached; answers that wait are due again as they would be without it.

    Raises RequestClosed.
    """
    request = _open(request)
    request.closed_at, request.closed_by = max(at, request.asked_at), by
    request.save(update_fields=["closed_at", "closed_by"])
    asked = request.requested.filter(withdrawn_at=None).values("answer")
    refresh_all_review_dates(answers=Answer.objects.filter(pk__in=asked))
    record_activity(actor=by, verb="close", subject=request, at=at)


def close_what_is_confirmed(*, answer: Answer, at: datetime) -> None:
    """After the answer was verified or withdrawn, close the requests that waited for nothing else.

    In a transaction of their own: they hold a request and then its answers, a verification its answer first.
    If the process dies between, `close_all_confirmed` does it the night after.
    """
    asked = RequestedVerification.objects.still_asked().filter(answer=answer)
    for request_id in asked.values_list("request_id", flat=True):
        transaction.on_commit(partial(close_when_confirmed, request_id=request_id, at=at))


def run_closing(*, period: str, at: datetime) -> str:  # noqa: ARG001 - what is confirmed is so on any day
    """The worker's job of each night, and what it did in a line."""
    closed = close_all_confirmed(at=at)
    return ngettext("%(number)d request closed", "%(number)d requests closed", closed) % {"number": closed}


def close_all_confirmed(*, at: datetime) -> int:
    """Close the open requests that wait for nothing: those whose process died first; how many."""
    still_open = list(VerificationRequest.objects.open().order_by("pk").values_list("pk", flat=True))
    return sum(close_when_confirmed(request_id=pk, at=at, scheduled=True) for pk in still_open)


@transaction.atomic
def close_when_confirmed(*, request_id: int, at: datetime, scheduled: bool = False) -> bool:
    """Close a request in which nothing waits any more, and tell who asked; whether it was closed.

    Locked first: of two last verifications at once, the second to come here sees both.
    """
    request = VerificationRequest.objects.open().select_for_update().filter(pk=request_id).first()
    if request is None:
        return False
    if request.requested.waiting().exists():
        return False
    words = [row.verification_id for row in request.requested.settled() if row.verification_id]
    if not words:
        return False
    # A word may carry a later moment than the one that was committed last.
    latest = Verification.objects.filter(pk__in=words).aggregate(at=Max("at"))["at"]
    request.closed_at = max(at, latest, request.asked_at)
    request.save(update_fields=["closed_at"])
    record_activity(actor=None, verb="close", subject=request, at=at)
    tell_asker(request=request, at=at, scheduled=scheduled)
    return True


def _open(request: VerificationRequest) -> VerificationRequest:
    """The request as it stands, held until the transaction ends."""
    held = VerificationRequest.objects.open().select_for_update().filter(pk=request.pk).first()
    if held is None:
        raise RequestClosed
    return held


def _ask(request: VerificationRequest, wanted: Collection[int], *, at: datetime) -> list[int]:
    """Ask for those of the answers that are published and not asked for yet; their ids."""
    present = request.requested.filter(withdrawn_at=None)
    published = Answer.objects.published().filter(pk__in=wanted).exclude(pk__in=present.values("answer"))
    new = list(published.order_by("pk").select_for_update(of=("self",)))
    if not new:
        raise NothingToAsk
    if len(new) + present.count() > MOST_ASKED:
        raise TooManyAnswers
    rows = [
        RequestedVerification(request=request, answer=answer, revision=answer.published, asked_at=at)
        for answer in new
    ]
    RequestedVerification.objects.bulk_create(
        rows,
        update_conflicts=True,  # one that was withdrawn is asked for afresh
        unique_fields=["request", "answer"],
        update_fields=["revision", "asked_at", "withdrawn_at"],
    )
    asked = [answer.pk for answer in new]
    refresh_all_review_dates(answers=Answer.objects.filter(pk__in=asked))
    tell_owners(request=request, answers=asked, at=at)
    return asked
