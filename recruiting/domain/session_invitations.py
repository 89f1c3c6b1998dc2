"""Who is invited to a session by mail, told of its changes, and told when it is called off.

Each change has a number, the session's `sequence`: everybody gets one mail for it, and a mail about an
earlier one is no longer sent. Nothing is mailed about what is past.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from accounts.models import User
from ledger.models import MailState, OutgoingMail
from recruiting.domain.session_candidate_mails import (
    CANDIDATE_CANCELLATION,
    CANDIDATE_INVITATION,
    queue_candidate_cancellation,
    queue_candidate_invitation,
)
from recruiting.domain.session_mails import (
    SESSION_CANCELLATION,
    SESSION_INVITATION,
    Message,
    period_of,
    queue_session_cancellation,
    queue_session_invitation,
)
from recruiting.models import Session
from recruiting.models.applications import ENDED

KINDS = (SESSION_INVITATION, SESSION_CANCELLATION, CANDIDATE_INVITATION, CANDIDATE_CANCELLATION)
_NOT_SENT = (MailState.FAILED, MailState.DROPPED)
LATEST_CHANGES = 100  # whose mails the session's page looks for


class News(StrEnum):
    PLANNED = "planned"
    REINSTATED = "reinstated"


@dataclass(frozen=True, kw_only=True)
class Before:
    """What a change replaced."""

    starts_at: datetime
    hosts: Sequence[User] = field(default_factory=list)


def announce_session(
    *,
    session: Session,
    tell_candidate: bool,
    at: datetime,
    before: Before | None = None,
    news: News = News.PLANNED,
) -> None:
    """Invite hosts and, if wanted, the candidate; those who were invited before are told what holds now.

    Who no longer hosts is told so. Of one change each is told once, however often this is called.
    """
    last_day = max(session.ends_at, before.starts_at if before else session.ends_at)
    if last_day <= at:
        return
    moved_from = before.starts_at if before and before.starts_at != session.starts_at else None
    message = Message(
        session=session, moved_from=moved_from, reinstated=news == News.REINSTATED, expires_at=last_day, at=at
    )
    hosts = _hosts_of(session)
    for host in hosts:
        queue_session_invitation(message=message, host=host, hosts=hosts, again=_was_invited(session, host))
    for host in before.hosts if before else ():
        if host not in hosts:
            queue_session_cancellation(message=message, host=host, whole=False)
    if tell_candidate and may_tell_candidate(session):
        queue_candidate_invitation(message=message, hosts=hosts, again=_was_invited(session, None))


def call_off_session(*, session: Session, tell_candidate: bool, at: datetime) -> None:
    """Tell hosts and, if wanted, the candidate that it does not take place."""
    if session.ends_at <= at:
        return
    message = Message(session=session, expires_at=session.ends_at, at=at)
    for host in _hosts_of(session):
        queue_session_cancellation(message=message, host=host, whole=True)
    if tell_candidate and may_tell_candidate(session):
        queue_candidate_cancellation(message=message)


def may_tell_candidate(session: Session) -> bool:
    """Whether there is an address to write to."""
    return session.application.candidate.can_be_mailed


def invitation_mails(session: Session) -> list[OutgoingMail]:
    """What was mailed about the session's latest changes, the newest first."""
    first = max(0, session.sequence - LATEST_CHANGES)
    periods = [period_of(session, number) for number in range(first, session.sequence + 1)]
    mails = OutgoingMail.objects.filter(kind__in=KINDS, period__in=periods).exclude(period="")
    return list(mails.as_listed().order_by("-pk"))


def told_candidate(session: Session, mails: Sequence[OutgoingMail]) -> str:
    """Whether the candidate knows how the session stands: "never" told, told "before" it changed, or "now".

    "elsewhere": only at an address that is not theirs any more. `mails`: those of `invitation_mails`.
    Of a cancelled session that they never knew of there is nothing to tell.
    """
    told = [mail for mail in mails if _is_to_candidate(mail)]
    address = session.application.candidate.email
    latest = next((mail for mail in told if mail.to_address == address), None)
    if latest is None:
        return "elsewhere" if told else "never"
    return "now" if latest.period == period_of(session) else "before"


def _is_to_candidate(mail: OutgoingMail) -> bool:
    candidates = (CANDIDATE_INVITATION, CANDIDATE_CANCELLATION)
    return mail.kind in candidates and mail.state not in _NOT_SENT


def still_invites(mail: OutgoingMail) -> bool:
    """Whether the session still stands as the mail says, and the recipient still takes part in it."""
    session = _session_of(mail)
    if session is None or period_of(session) != mail.period or not session.is_to_come:
        return False
    if session.application.outcome in ENDED:
        return False
    if mail.recipient is None:
        return _is_candidates(mail, session)
    return mail.recipient.may_own and session.hosts.filter(user=mail.recipient_id).exists()


def still_calls_off(mail: OutgoingMail) -> bool:
    """Whether the recipient was invited, and neither hosts the session again nor sees it take place."""
    session = _session_of(mail)
    if session is None or not _was_invited(session, mail.recipient):
        return False
    if mail.recipient is None:
        return _is_candidates(mail, session) and not session.is_to_come
    return not (session.is_to_come and session.hosts.filter(user=mail.recipient_id).exists())


def _is_candidates(mail: OutgoingMail, session: Session) -> bool:
    """Whether it still goes to the candidate: not to an address that was mended meanwhile, which may be
    someone else's."""
    return may_tell_candidate(session) and mail.to_address == session.application.candidate.email


def _hosts_of(session: Session) -> list[User]:
    """Those who may still host."""
    hosts = session.hosts.select_related("user").prefetch_related("user__groups")
    return [host.user for host in hosts if host.user.may_own]


def _was_invited(session: Session, host: User | None) -> bool:
    """Whether an invitation to an earlier state of the session left for them, or may have (None: for the
    candidate)."""
    kind = SESSION_INVITATION if host else CANDIDATE_INVITATION
    periods = [period_of(session, number) for number in range(session.sequence)]
    mails = OutgoingMail.objects.filter(kind=kind, recipient=host, period__in=periods[-LATEST_CHANGES:])
    return mails.exclude(period="").exclude(state__in=_NOT_SENT).exists()


def _session_of(mail: OutgoingMail) -> Session | None:
    number = mail.period.split("-")[1]
    return Session.objects.select_related("application__candidate").filter(pk=number).first()
