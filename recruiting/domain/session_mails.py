"""The mails to hosts about a session's time and place, one function each, with an entry for the calendar.

Hosts read the candidate's first name only. `session_candidate_mails` has those to the candidate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User
from ledger.domain.icalendar import EventStatus, Method, Party, write_invitation
from ledger.domain.links import absolute
from ledger.domain.messages import Attachment
from ledger.domain.outbox import queue_mail, sender_address
from recruiting.domain.session_events import session_event
from recruiting.models import Session

SESSION_INVITATION, SESSION_CANCELLATION = "session-invitation", "session-cancellation"


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is mailed at one moment about one state of a session."""

    session: Session
    expires_at: datetime
    at: datetime
    moved_from: datetime | None = None
    reinstated: bool = False

    @property
    def context(self) -> dict[str, Any]:
        application = self.session.application
        return {
            "session": self.session,
            "position": application.position.title,
            "first_name": application.candidate.first_name,
            "organiser": self.session.organiser.name,
            "moved_from": self.moved_from,
            "reinstated": self.reinstated,
        }


def period_of(session: Session, sequence: int | None = None) -> str:
    """Of a session's state, the present one unless told otherwise: each has one mail of a kind for it."""
    return f"session-{session.pk}-{session.sequence if sequence is None else sequence}"


def queue_session_invitation(*, message: Message, host: User, hosts: Sequence[User], again: bool) -> None:
    """Invite a host, or tell one who was invited (`again`) what holds now."""
    with translation.override(host.language):
        attachment = calendar_entry(
            message, Method.REQUEST, _host_party(host), words=_host_words(message, hosts)
        )
    others = [other.name for other in hosts if other != host]
    said = {"others": others, "again": again}
    _queue_to_host(
        message, host, kind=SESSION_INVITATION, template="session_invitation", entry=attachment, **said
    )


def queue_session_cancellation(*, message: Message, host: User, whole: bool) -> None:
    """Tell a host that the session does not take place (`whole`), or that it does without them."""
    with translation.override(host.language):
        words = {"summary": _host_words(message, ())["summary"], "description": "", "url": ""}
        # Only the whole event may be called cancelled (RFC 5546, 3.2.5).
        status = EventStatus.CANCELLED if whole else None
        attachment = calendar_entry(message, Method.CANCEL, _host_party(host), words=words, status=status)
    said = {"whole": whole}
    _queue_to_host(
        message, host, kind=SESSION_CANCELLATION, template="session_cancellation", entry=attachment, **said
    )


def _queue_to_host(
    message: Message, host: User, *, kind: str, template: str, entry: Attachment, **said: Any
) -> None:
    session = message.session
    with translation.override(host.language):  # an erased candidate is called so in the host's
        context = message.context
    queue_mail(
        kind=kind,
        period=period_of(session),
        recipient=host,
        to_address=host.email,
        language=host.language,
        template=template,
        context={**context, **said, "link": _briefing(session)},
        at=message.at,
        expires_at=message.expires_at,
        attachments=[entry],
        reply_to="" if session.organiser == host else session.organiser.email,
    )


def calendar_entry(
    message: Message,
    method: Method,
    attendee: Party,
    *,
    words: dict[str, str],
    status: EventStatus | None = EventStatus.CONFIRMED,
) -> Attachment:
    session = message.session
    content = write_invitation(
        method=method,
        event=session_event(session=session, **words, status=status),
        # Always the address that our mails come from: programs take changes from nobody else, and whoever
        # organises a session may change, or host it.
        organiser=Party(name=session.organiser.name, address=sender_address()),
        attendee=attendee,
        written_at=message.at,
    )
    return Attachment(name="session.ics", content=content, mimetype=f"text/calendar; method={method}")


def _host_words(message: Message, hosts: Sequence[User]) -> dict[str, str]:
    facts = message.context
    who = {"who": ", ".join(filter(None, [facts["first_name"], facts["position"]]))}
    lines = [
        message.session.get_format_display(),
        gettext("Hosts: %(names)s") % {"names": ", ".join(host.name for host in hosts)},
        gettext("Briefing: %(address)s") % {"address": _briefing(message.session)},
    ]
    summary = gettext("Reverse interview: %(who)s") % who
    return {"summary": summary, "description": "\n".join(lines), "url": _briefing(message.session)}


def _host_party(host: User) -> Party:
    return Party(name=host.name, address=host.email)


def _briefing(session: Session) -> str:
    return absolute(reverse("recruiting:briefing", args=[session.pk]))
