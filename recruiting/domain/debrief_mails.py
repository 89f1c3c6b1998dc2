"""Each host is asked for a debrief once the session has ended, and again the next working morning."""

from datetime import UTC, date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.local_days import start_of
from accounts.models import User
from ledger.domain.links import absolute
from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from recruiting.domain.debriefs import ended_without_debrief
from recruiting.models import Debrief, Host, Session

DEBRIEF_REQUESTS = "debrief-requests"  # a job's name
DEBRIEF_REMINDERS = "debrief-reminders"  # and another's
DEBRIEF_REQUEST, DEBRIEF_REMINDER = "debrief-request", "debrief-reminder"  # kinds of mail
ASKED_WITHIN = timedelta(days=1)  # after a longer standstill the reminder is enough
REMINDED_WITHIN = timedelta(days=4)  # a weekend, and a day on which nothing ran


def run_debrief_requests(*, period: str, at: datetime) -> str:  # noqa: ARG001 - what has ended, has ended
    """The worker's job of each hour, and what it did in a line."""
    return _in_words(ask_for_debriefs(at=at))


def run_debrief_reminders(*, period: str, at: datetime) -> str:
    """The worker's job for a working day such as "2026-11-23", and what it did in a line."""
    return _in_words(remind_of_debriefs(on=date.fromisoformat(period), at=at))


def ask_for_debriefs(*, at: datetime) -> int:
    """Ask the hosts of what has just ended, once for a session and its hour; how many."""
    ended = ended_without_debrief(since=at - ASKED_WITHIN, until=at)
    return sum(_ask(session, host, kind=DEBRIEF_REQUEST, at=at) for session, hosts in ended for host in hosts)


def remind_of_debriefs(*, on: date, at: datetime) -> int:
    """Remind, once, the hosts of what ended before today; how many."""
    ended = ended_without_debrief(since=start_of(on) - REMINDED_WITHIN, until=start_of(on))
    return sum(
        _ask(session, host, kind=DEBRIEF_REMINDER, at=at) for session, hosts in ended for host in hosts
    )


def still_owed(mail: OutgoingMail) -> bool:
    """Whether the recipient still hosts the session and has not debriefed it."""
    number, _, _ = mail.period.partition("@")
    session = Session.objects.filter(pk=number.removeprefix("session-")).recordable().first()
    if session is None or _period(session) != mail.period:
        return False
    hosts = Host.objects.filter(session=session, user__in=User.objects.who_read_the_wiki())
    submitted = Debrief.objects.filter(session=session, host=mail.recipient_id)
    return hosts.filter(user=mail.recipient_id).exists() and not submitted.exists()


def _ask(session: Session, host: User, *, kind: str, at: datetime) -> int:
    """The candidate's first name is all that a host sees. 1 if it was queued now."""
    mail = queue_mail(
        kind=kind,
        period=_period(session),
        recipient=host,
        to_address=host.email,
        language=host.language,
        template="debrief_request",
        context={
            "session": session,
            "position": session.application.position.title,
            "first_name": session.application.candidate.first_name,
            "again": kind == DEBRIEF_REMINDER,
            "organiser": None if session.organiser == host else session.organiser.name,
            "link": absolute(reverse("recruiting:debrief", args=[session.pk])),
        },
        at=at,
        expires_at=at + timedelta(days=2),
        reply_to="" if session.organiser == host else session.organiser.email,
    )
    return int(mail is not None)


def _in_words(number: int) -> str:
    done = ngettext("%(number)d debrief asked for", "%(number)d debriefs asked for", number)
    return done % {"number": number}


def _period(session: Session) -> str:
    return f"session-{session.pk}@{session.ends_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
