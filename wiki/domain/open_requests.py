"""The open verification requests of someone who leaves go to a lead, who reads of their end."""

from datetime import datetime

from django.db import transaction

from accounts.domain.settings import site_settings
from accounts.models import User
from ledger.domain.activity import record_activity
from wiki.models import VerificationRequest
from wiki.models.verification_requests import VerificationRequestQuerySet


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
    """Nothing else of a request changes: who was asked, by when, and why."""
    successor = who_asks_instead(person=person, by=by)
    if successor is None:
        return
    for request in open_requests_of(person).select_for_update():
        request.asked_by = successor
        request.save(update_fields=["asked_by"])
        record_activity(
            actor=by, verb="hand-over", subject=request, at=at, before=person.pk, after=successor.pk
        )
