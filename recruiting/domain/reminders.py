"""A mail to each host the working day before a session, or the same morning if it was planned late."""

import logging
import re
from datetime import UTC, date, datetime, timedelta

from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.local_days import start_of
from accounts.models import User
from ledger.domain.links import absolute
from ledger.domain.outbox import queue_mail
from ledger.domain.schedule import WEEKEND
from ledger.models import OutgoingMail
from recruiting.domain.readiness import SessionNeeds, session_needs
from recruiting.models import Host, Session

logger = logging.getLogger(__name__)

SESSION_REMINDERS = "session-reminders"  # the job's name
SESSION_REMINDER = "session-reminder"


def run_session_reminders(*, period: str, at: datetime) -> str:
    """The worker's job for a day such as "2026-11-23", and what it did in a line."""
    number = send_session_reminders(on=date.fromisoformat(period), at=at)
    done = ngettext("%(number)d reminder queued", "%(number)d reminders queued", number)
    return done % {"number": number}


def send_session_reminders(*, on: date, at: datetime) -> int:
    """Remind the hosts of what begins on the day `on` or until the end of the next working day.

    How many were queued now: each host has one for a session as it was last agreed, so that one that was
    moved, or cancelled and reinstated, reminds again. On a day off only of what begins that very day. A
    reminder that cannot be made delays nobody else's: its error is raised at the end.
    """
    queued, failure = 0, None
    waiting = _not_reminded(_soon(on=on, at=at))
    needs = session_needs([session for session, _hosts in waiting])
    for session, hosts in waiting:
        try:
            queued += _remind(session, hosts, needs=needs[session.pk], at=at)
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("the reminders of session %s could not be made", session.pk)
            failure = failure or error
    if failure:
        raise failure
    return queued


def still_reminds(mail: OutgoingMail) -> bool:
    """Whether the session is still to come at that moment, and the recipient still hosts it."""
    number = re.match(r"session-(\d+)", mail.period)
    session = Session.objects.filter(pk=number[1]).first() if number else None
    if session is None or not session.is_to_come or _period(session) != mail.period:
        return False
    hosts = Host.objects.filter(session=session, user__in=User.objects.who_read_the_wiki())
    return hosts.filter(user=mail.recipient_id).exists()


def _soon(*, on: date, at: datetime) -> list[Session]:
    last = on
    if on.weekday() not in WEEKEND:
        last += timedelta(days=1)
        while last.weekday() in WEEKEND:
            last += timedelta(days=1)
    end = start_of(last + timedelta(days=1))
    soon = Session.objects.coming(since=at).filter(starts_at__lt=end)
    return list(
        soon.with_position_scopes()
        .with_parties()
        .prefetch_related("hosts__user__groups")
        .select_related("organiser")
        .order_by("starts_at", "pk")
    )


def _not_reminded(sessions: list[Session]) -> list[tuple[Session, list[User]]]:
    """The sessions with those of their hosts who have no reminder of it yet: one run a day has most done."""
    periods = [_period(session) for session in sessions]
    known = OutgoingMail.objects.filter(kind=SESSION_REMINDER, period__in=periods)
    reminded = set(known.values_list("period", "recipient"))
    found = (
        (session, [host for host in _hosts_of(session) if (_period(session), host.pk) not in reminded])
        for session in sessions
    )
    return [(session, hosts) for session, hosts in found if hosts]


def _hosts_of(session: Session) -> list[User]:
    """Those who may still host."""
    return [host.user for host in session.hosts.all() if host.user.may_own]


def _remind(session: Session, hosts: list[User], *, needs: SessionNeeds, at: datetime) -> int:
    mails = [_queue_reminder(session, host, hosts=_hosts_of(session), needs=needs, at=at) for host in hosts]
    return len([mail for mail in mails if mail])


def _queue_reminder(
    session: Session, host: User, *, hosts: list[User], needs: SessionNeeds, at: datetime
) -> OutgoingMail | None:
    """The candidate's first name is all that a host sees; once the session begins nobody needs the mail."""
    return queue_mail(
        kind=SESSION_REMINDER,
        period=_period(session),
        recipient=host,
        to_address=host.email,
        language=host.language,
        template="session_reminder",
        context={
            "session": session,
            "position": session.application.position.title,
            "first_name": session.application.candidate.first_name,
            "others": [other.name for other in hosts if other != host],
            "gaps": len(needs.missing) + len(needs.unmatched),
            "unconfirmed": len(needs.stale) + len(needs.never_verified),
            "to_read": needs.to_read(host),
            "link": absolute(reverse("recruiting:briefing", args=[session.pk])),
        },
        at=at,
        scheduled=True,
        expires_at=session.starts_at,
        reply_to="" if session.organiser == host else session.organiser.email,
    )


def _period(session: Session) -> str:
    """The session, how often it was set anew, and when it begins."""
    anew = f"/{session.times_set_anew}" if session.times_set_anew else ""
    return f"session-{session.pk}{anew}@{session.starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
