"""The open verification requests of someone who leaves go to a lead, who reads of their end."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.domain.settings import site_settings
from accounts.models import User
from ledger.domain.activity import record_activity
from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from wiki.domain.verification_progress import counts_of
from wiki.domain.verification_request_mails import link_to
from wiki.models import VerificationRequest
from wiki.models.verification_requests import VerificationRequestQuerySet

REQUESTS_HANDED_OVER = "verification-requests-handed-over"


def open_requests_of(person: User) -> VerificationRequestQuerySet:
    """Those that they asked, the most urgent first."""
    return VerificationRequest.objects.open().filter(asked_by=person).order_by("due_on", "pk")


def who_asks_instead(*, person: User, by: User) -> User | None:
    """The lead who closes the account, else the wiki's keeper or the stand-in if a lead, else any lead."""
    standing = site_settings()
    leads = User.objects.leads().exclude(pk=person.pk).order_by("pk").in_bulk()
    preferred = [one.pk for one in (by, standing.keeper, standing.stand_in) if one and one.pk in leads]
    return leads[preferred[0]] if preferred else next(iter(leads.values()), None)


@transaction.atomic
def hand_over_requests_of(*, person: User, by: User, at: datetime) -> None:
    """Nothing else of a request changes: who was asked, by when, and why. The new asker is told."""
    successor = who_asks_instead(person=person, by=by)
    if successor is None:
        return
    requests = list(open_requests_of(person).select_for_update())
    for request in requests:
        request.asked_by = successor
        request.save(update_fields=["asked_by"])
        record_activity(
            actor=by, verb="hand-over", subject=request, at=at, before=person.pk, after=successor.pk
        )
    if requests and successor != by:  # who closes the account has read of it there
        _tell_new_asker(successor, requests, person=person, by=by, at=at)


def _tell_new_asker(
    successor: User, requests: Sequence[VerificationRequest], *, person: User, by: User, at: datetime
) -> OutgoingMail | None:
    counts = counts_of(requests)
    entries = [(request, counts[request.pk], link_to(request)) for request in requests]
    return queue_mail(
        kind=REQUESTS_HANDED_OVER,
        recipient=successor,
        to_address=successor.email,
        language=successor.language,
        template="verification_requests_handed_over",
        context={"entries": entries, "person": person.name, "by": by.name, "is_active": person.is_active},
        at=at,
        reply_to=by.email,
    )
