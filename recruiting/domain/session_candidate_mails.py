"""The mails to a candidate about a session's time and place, with an entry for their calendar.

They hold no link into this site, and nobody's address but the organiser's, to whom the reply goes.
"""

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User
from ledger.domain.icalendar import EventStatus, Method, Party
from ledger.domain.messages import Attachment
from ledger.domain.outbox import queue_mail
from recruiting.domain.session_mails import Message, calendar_entry, period_of
from recruiting.models import GentlerForm, HostProfile, Session
from wiki.models import Category, Scope

CANDIDATE_INVITATION, CANDIDATE_CANCELLATION = "candidate-invitation", "candidate-cancellation"


def queue_candidate_invitation(*, message: Message, hosts: Sequence[User], again: bool) -> None:
    """Invite the candidate, in their language, or tell them (`again`) what holds now."""
    session = message.session
    with translation.override(session.application.candidate.language):
        named = _presented(hosts)
        lines = [session.get_format_display(), *(f"{name}, {role}" if role else name for name, role in named)]
        words = {"summary": _candidate_summary(message), "description": "\n".join(lines), "url": ""}
        attachment = calendar_entry(message, Method.REQUEST, _candidate_party(session), words=words)
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
        attachment = calendar_entry(
            message, Method.CANCEL, _candidate_party(session), words=words, status=EventStatus.CANCELLED
        )
    _queue_to_candidate(
        message, kind=CANDIDATE_CANCELLATION, template="candidate_cancellation", entry=attachment
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
        context={**message.context, **said, "company": Scope.objects.company().name},
        at=message.at,
        expires_at=message.expires_at,
        attachments=[entry],
        reply_to=session.organiser.email,
    )


def _candidate_summary(message: Message) -> str:
    facts = {"company": Scope.objects.company().name, "position": message.context["position"]}
    return gettext("%(company)s: your questions, our answers (%(position)s)") % facts


def _presented(hosts: Sequence[User]) -> list[tuple[str, str]]:
    """Each host with what they do, as they say it themselves."""
    roles = dict(HostProfile.objects.filter(user__in=hosts).values_list("user", "role"))
    return [(host.name, roles.get(host.pk) or host.job_title) for host in hosts]


def _topics() -> list[str]:
    return [category.name for category in Category.objects.all()]


def _candidate_party(session: Session) -> Party:
    candidate = session.application.candidate
    return Party(name=candidate.name, address=candidate.email)
