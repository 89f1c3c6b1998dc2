"""A person's calendar: reviews due, sessions, debriefs, follow-ups.

It is read by programs of other companies, so each entry holds no more than the person may see here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext

from accounts.models import User
from ledger.domain.icalendar import Event, EventStatus, event_uid
from ledger.domain.links import absolute
from recruiting.access import candidate_name, follow_ups_visible_to, sessions_visible_to
from recruiting.domain.session_events import session_event
from recruiting.models import AnswerGiven, Debrief, Delivery, FollowUp, Session, SessionStatus
from wiki.domain.calendars import review_events

BEHIND, AHEAD = timedelta(days=30), timedelta(days=365)
MOST = 500  # sessions, the earliest first
TO_DEBRIEF = timedelta(minutes=15)
FOLLOW_UP_AFTER = timedelta(days=7)
ONE_DAY = timedelta(days=1)
_STATUSES = {
    SessionStatus.PLANNED: EventStatus.TENTATIVE,
    SessionStatus.CANCELLED: EventStatus.CANCELLED,
}


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a session left to come back to, and when that was last added to."""

    session: Session
    count: int
    made_at: datetime


def calendar_of(*, user: User, at: datetime) -> list[Event]:
    """All of it as it stands at that moment, in the active language; as many queries however much it is."""
    sessions = sessions_visible_to(user).concerning(user).with_parties().order_by("starts_at", "pk")
    found = list(sessions.filter(starts_at__range=(at - BEHIND, at + AHEAD))[:MOST])
    hosted = [session for session in found if any(host.user_id == user.pk for host in session.hosts.all())]
    return [
        *review_events(user=user, on=localdate(at)),
        *(_session(session, user) for session in found),
        *(_to_debrief(session, user, at) for session in _without_debrief(hosted, user)),
        *(_to_follow_up(promise, user) for promise in _promises(hosted)),
        *(_to_keep(row, user, at) for row in _owed(user, at)),
    ]


def _without_debrief(sessions: Sequence[Session], user: User) -> Iterator[Session]:
    """Those that may still be debriefed, and that the user has not."""
    submitted = set(Debrief.objects.filter(session__in=sessions, host=user).values_list("session", flat=True))
    return (session for session in sessions if session.is_recordable and session.pk not in submitted)


def _owed(user: User, at: datetime) -> Iterable[FollowUp]:
    """What the user owes candidates; what is late by longer than the calendar goes back is at home."""
    open_ones = follow_ups_visible_to(user).open().owned_by(user).with_parties()
    days = (localdate(at - BEHIND), localdate(at + AHEAD))
    return open_ones.filter(due_on__range=days).order_by("due_on", "pk")[:MOST]


def _promises(sessions: Sequence[Session]) -> Iterator[Promise]:
    """Answers that were left to follow up, told by the record, of which nobody made a promise."""
    left = AnswerGiven.objects.standing().filter(
        session__in=sessions, delivery=Delivery.TO_FOLLOW_UP, candidate_question__follow_ups=None
    )
    rows = left.order_by().values_list("session").annotate(Count("pk"), Max("given_at"))
    found = {session: (count, made_at) for session, count, made_at in rows}
    for session in sessions:
        if session.pk in found:
            count, made_at = found[session.pk]
            yield Promise(session=session, count=count, made_at=made_at)


def _session(session: Session, user: User) -> Event:
    cancelled = session.status == SessionStatus.CANCELLED
    words = gettext("Cancelled: %(who)s") if cancelled else gettext("Reverse interview: %(who)s")
    return session_event(
        session=session,
        summary=words % {"who": _who(session, user)},
        description="" if cancelled else _details(session),
        url=_page("session", session),
        status=_status(session),
    )


def _to_debrief(session: Session, user: User, at: datetime) -> Event:
    """Right after the session, then each day until it is submitted: a past entry is seen by nobody."""
    days_late = max((localdate(at) - localdate(session.ends_at)).days, 0)
    today = localdate(at)
    return Event(
        uid=event_uid("debrief", session.pk, user.pk),
        changed_at=session.updated_at,
        starts=today if days_late else session.ends_at,
        ends=today + ONE_DAY if days_late else session.ends_at + TO_DEBRIEF,
        summary=gettext("Debrief: %(who)s") % {"who": _who(session, user)},
        url=_page("debrief", session),
        status=_status(session),
        # A day has more seconds than one, so a later change of the session still counts for more.
        sequence=_sequence(session, session.updated_at) + days_late,
    )


def _to_follow_up(promise: Promise, user: User) -> Event:
    session = promise.session
    day = localdate(session.starts_at) + FOLLOW_UP_AFTER
    changed_at = max(session.updated_at, promise.made_at)
    words = ngettext(
        "%(count)d question to follow up: %(who)s", "%(count)d questions to follow up: %(who)s", promise.count
    )
    return Event(
        uid=event_uid("follow-up", session.pk, user.pk),
        changed_at=changed_at,
        starts=day,
        ends=day + ONE_DAY,
        summary=words % {"count": promise.count, "who": _who(session, user)},
        url=_page("record", session),
        sequence=_sequence(session, changed_at),
    )


def _to_keep(row: FollowUp, user: User, at: datetime) -> Event:
    """On the day it is due, then each day until it is kept: a past entry is seen by nobody."""
    days_late = max((localdate(at) - row.due_on).days, 0)
    day = row.due_on + days_late * ONE_DAY
    words = gettext("%(what)s: %(who)s")
    return Event(
        uid=event_uid("promise", row.pk),
        changed_at=row.updated_at,
        starts=day,
        ends=day + ONE_DAY,
        summary=words % {"what": row.title, "who": _who(row.session, user)},
        url=absolute(reverse("recruiting:follow_up", args=[row.pk])),
        sequence=max(int((row.updated_at - row.created_at).total_seconds()), 0) + days_late,
    )


def _who(session: Session, user: User) -> str:
    """As much of the candidate's name as the user may read, and the position."""
    application = session.application
    name, title = candidate_name(user, application.candidate), application.position.title
    return f"{name}, {title}" if name else title


def _details(session: Session) -> str:
    hosts = ", ".join(str(host.user) for host in session.hosts.all())
    lines = [
        session.get_format_display(),
        gettext("Hosts: %(names)s") % {"names": hosts} if hosts else gettext("No host is named yet."),
        gettext("Briefing: %(address)s") % {"address": _page("briefing", session)},
    ]
    return "\n".join(lines)


def _status(session: Session) -> EventStatus:
    return _STATUSES.get(SessionStatus(session.status), EventStatus.CONFIRMED)


def _sequence(session: Session, changed_at: datetime) -> int:
    """Grows with every change: the seconds since the session was planned."""
    return max(int((changed_at - session.created_at).total_seconds()), 0)


def _page(name: str, session: Session) -> str:
    return absolute(reverse(f"recruiting:{name}", args=[session.pk]))
