"""The mails about a session's time and place, one function each, with an entry for the calendar.

Hosts read the candidate's first name only. What goes to the candidate holds no link into this site, and
nobody's address but the organiser's, to whom their reply goes.
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
from recruiting.models import GentlerForm, HostProfile, Session
from wiki.models import Category, Scope, ScopeKind

SESSION_INVITATION, SESSION_CANCELLATION = "session-invitation", "session-cancellation"
CANDIDATE_INVITATION, CANDIDATE_CANCELLATION = "candidate-invitation", "candidate-cancellation"


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is mailed at one moment about one state of a session."""

    session: Session
    expires_at: datetime
    at: datetime
    moved_from: datetime | None = None
    news: str = ""

    @property
    def context(self) -> dict[str, Any]:
        application = self.session.application
        return {
            "session": self.session,
            "position": application.position.title,
            "first_name": application.candidate.first_name,
            "organiser": self.session.organiser.name,
            "moved_from": self.moved_from,
            "reinstated": self.news == "reinstated",
        }


def period_of(session: Session, sequence: int | None = None) -> str:
    """Of a session's state, the present one unless told otherwise: each has one mail of a kind for it."""
    return f"session-{session.pk}-{session.sequence if sequence is None else sequence}"


def queue_session_invitation(*, message: Message, host: User, hosts: Sequence[User], again: bool) -> None:
    """Invite a host, or tell one who was invited (`again`) what holds now."""
    with translation.override(host.language):
        attachment = _calendar_entry(
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
        attachment = _calendar_entry(message, Method.CANCEL, _host_party(host), words=words, status=status)
    said = {"whole": whole}
    _queue_to_host(
        message, host, kind=SESSION_CANCELLATION, template="session_cancellation", entry=attachment, **said
    )


def queue_candidate_invitation(*, message: Message, hosts: Sequence[User], again: bool) -> None:
    """Invite the candidate, in their language, or tell them (`again`) what holds now."""
    session = message.session
    with translation.override(session.application.candidate.language):
        named = _presented(hosts)
        lines = [session.get_format_display(), *(f"{name}, {role}" if role else name for name, role in named)]
        words = {"summary": _candidate_summary(message), "description": "\n".join(lines), "url": ""}
        attachment = _calendar_entry(message, Method.REQUEST, _candidate_party(session), words=words)
        topics = _topics() if session.gentler_form == GentlerForm.TOPICS else []
    said = {"hosts": named, "topics": topics, "again": again}
    _queue_to_candidate(
        message, kind=CANDIDATE_INVITATION, template="candidate_invitation", entry=attachment, **said
    )


def queue_candidate_cancellation(*, message: Message) -> None:
    """Tell the candidate that the session does not take place."""
    session = message.session
    with translation.override(session.application.candidate.language):
        words = {"summary": _candidate_summary(message), "description": "", "url": ""}
        attachment = _calendar_entry(
            message, Method.CANCEL, _candidate_party(session), words=words, status=EventStatus.CANCELLED
        )
    _queue_to_candidate(
        message, kind=CANDIDATE_CANCELLATION, template="candidate_cancellation", entry=attachment
    )


def _queue_to_host(
    message: Message, host: User, *, kind: str, template: str, entry: Attachment, **said: Any
) -> None:
    session = message.session
    queue_mail(
        kind=kind,
        period=period_of(session),
        recipient=host,
        to_address=host.email,
        language=host.language,
        template=template,
        context={**message.context, **said, "link": _briefing(session)},
        at=message.at,
        expires_at=message.expires_at,
        attachments=[entry],
        reply_to="" if session.organiser == host else session.organiser.email,
    )


def _queue_to_candidate(
    message: Message, *, kind: str, template: str, entry: Attachment, **said: Any
) -> None:
    session = message.session
    candidate = session.application.candidate
    queue_mail(
        kind=kind,
        period=period_of(session),
        recipient=None,
        to_address=candidate.email,
        language=candidate.language,
        template=template,
        context={**message.context, **said, "company": _company()},
        at=message.at,
        expires_at=message.expires_at,
        attachments=[entry],
        reply_to=session.organiser.email,
    )


def _calendar_entry(
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


def _candidate_summary(message: Message) -> str:
    facts = {"company": _company(), "position": message.context["position"]}
    return gettext("%(company)s: your questions, our answers (%(position)s)") % facts


def _presented(hosts: Sequence[User]) -> list[tuple[str, str]]:
    """Each host with what they do, as they say it themselves."""
    roles = dict(HostProfile.objects.filter(user__in=hosts).values_list("user", "role"))
    return [(host.name, roles.get(host.pk) or host.job_title) for host in hosts]


def _topics() -> list[str]:
    return [category.name for category in Category.objects.all()]


def _company() -> str:
    company = Scope.objects.filter(kind=ScopeKind.COMPANY).first()
    return company.name if company else ""


def _host_party(host: User) -> Party:
    return Party(name=host.name, address=host.email)


def _candidate_party(session: Session) -> Party:
    candidate = session.application.candidate
    return Party(name=candidate.name, address=candidate.email)


def _briefing(session: Session) -> str:
    return absolute(reverse("recruiting:briefing", args=[session.pk]))
