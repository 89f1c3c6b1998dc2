"""What sessions have left for one person to do: debriefs, follow-ups, answers said otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import User
from recruiting.access import may_oversee
from recruiting.domain.contradictions import Contradiction, contradictions
from recruiting.domain.debriefs import debriefs_wanted
from recruiting.domain.said_otherwise import SaidOtherwise, said_otherwise_of
from recruiting.models import FollowUp, Session
from recruiting.models.sessions import SessionQuerySet

SHOWN = 5
SOON = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class AfterSessions:
    """The first few of each kind; contradictions and what is overdue are for leads."""

    debriefs: Sequence[Session]
    follow_ups: Sequence[FollowUp]
    said_otherwise: Sequence[SaidOtherwise]
    contradictions: Sequence[Contradiction]
    overdue: Sequence[FollowUp]
    overdue_count: int

    @property
    def is_nothing(self) -> bool:
        return not (
            self.debriefs or self.follow_ups or self.said_otherwise or self.contradictions or self.overdue
        )


def after_sessions(*, user: User, on: date, now: datetime) -> AfterSessions:
    """The same number of queries however much there is. Only for those who read the wiki."""
    mine = FollowUp.objects.open().owned_by(user).filter(due_on__lte=on + SOON)
    oversees = may_oversee(user)
    overdue = FollowUp.objects.overdue(on=on).exclude(owner=user) if oversees else FollowUp.objects.none()
    return AfterSessions(
        debriefs=_over(debriefs_wanted(host=user, at=now), now=now),
        follow_ups=list(mine.with_parties().order_by("due_on", "pk")[:SHOWN]),
        said_otherwise=said_otherwise_of(user=user, at=now)[:SHOWN],
        contradictions=contradictions(at=now, language=user.language, most=SHOWN) if oversees else [],
        overdue=list(overdue.with_parties().order_by("due_on", "pk")[:SHOWN]),
        overdue_count=overdue.count(),
    )


def _over(sessions: SessionQuerySet, *, now: datetime) -> Sequence[Session]:
    """Not the one that is under way: there is time to debrief it once it is over."""
    rows = sessions.select_related("application__candidate", "application__position")
    return [session for session in rows[: SHOWN + 1] if session.ends_at <= now][:SHOWN]
