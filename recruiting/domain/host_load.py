"""How often each host was asked lately, and when next, so that the load is shared."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from recruiting.models import Host, SessionStatus
from recruiting.models.sessions import TO_COME

LATELY = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Load:
    """Sessions hosted in the last 90 days, those to come, and when the next one begins."""

    lately: int = 0
    coming: int = 0
    next_at: datetime | None = None

    @property
    def total(self) -> int:
        return self.lately + self.coming


NO_LOAD = Load()


def loads_of(*, at: datetime, users: Collection[int] | None = None) -> dict[int, Load]:
    """By user, of all hosts or of some; who hosted nothing is not in it."""
    hosts = Host.objects.filter(session__starts_at__gt=at - LATELY)
    hosts = hosts.exclude(session__status=SessionStatus.CANCELLED)
    if users is not None:
        hosts = hosts.filter(user__in=users)
    past = Q(session__starts_at__lte=at)
    coming = Q(session__starts_at__gt=at, session__status__in=TO_COME)
    counted = (
        hosts.order_by()
        .values("user")
        .annotate(
            lately=Count("pk", filter=past),
            coming=Count("pk", filter=coming),
            next_at=Min("session__starts_at", filter=coming),
        )
    )
    return {
        row["user"]: Load(lately=row["lately"], coming=row["coming"], next_at=row["next_at"])
        for row in counted
    }
