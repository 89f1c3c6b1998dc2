"""Pausing one's digests, and who stands in meanwhile."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from ledger.domain.activity import record_activity
from ledger.domain.schedule import WEEKEND
from wiki.models import DigestPause


@transaction.atomic
def pause_digests(*, user: User, until: date, stand_in: User | None, at: datetime) -> None:
    """No digest for the user up to and with that day; the stand-in is told of what they own instead."""
    DigestPause.objects.update_or_create(
        user=user, defaults={"until": until, "stand_in": stand_in, "updated_at": at}
    )
    record_activity(
        actor=user,
        verb="pause-digests",
        subject=user,
        at=at,
        until=until.isoformat(),
        stand_in=stand_in.pk if stand_in else None,
    )


@transaction.atomic
def resume_digests(*, user: User, at: datetime) -> None:
    """End a pause before its day; the next digest tells what became due meanwhile."""
    if DigestPause.objects.filter(user=user).delete()[0]:
        record_activity(actor=user, verb="resume-digests", subject=user, at=at)


def day_of_return(until: date) -> date:
    """The first day with a digest after a pause: digests come from Monday to Friday."""
    day = until + timedelta(days=1)
    while day.weekday() in WEEKEND:
        day += timedelta(days=1)
    return day


def pauses_stood_in(*, user: User, on: date) -> list[DigestPause]:
    """Of those whose answers the user keeps on the day `on` while they are away."""
    pauses = DigestPause.objects.in_force(on=on).stood_in_by(user)
    return list(pauses.select_related("user").order_by("user"))


def owners_stood_in_for(*, user: User, on: date) -> list[int]:
    """Ids of those whose answers the user keeps on the day `on` while they are away."""
    return [pause.user_id for pause in pauses_stood_in(user=user, on=on)]


def past_pauses(*, on: date) -> QuerySet[DigestPause]:
    """Those over before the day `on`: they tell no one anything, but for who was away when."""
    return DigestPause.objects.filter(until__lt=on)


def end_pauses_of(*, person: User, by: User, at: datetime) -> None:  # noqa: ARG001 - as departures are told
    """Whoever may keep no answers is neither away from them nor stands in: who is away is told again."""
    DigestPause.objects.filter(Q(user=person) | Q(stand_in=person)).delete()
