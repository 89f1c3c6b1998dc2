"""Planning a session, changing it, and moving it from status to status.

Hosts are told by mail, with an entry for their calendars; the candidate when the recruiter says so.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.candidates import hold_candidate
from recruiting.domain.demand import refresh_needs
from recruiting.domain.session_changes import (
    ANNOUNCED,
    SessionFacts,
    differences,
    kept_facts,
    standing_facts,
)
from recruiting.domain.session_invitations import Before, News, announce_session, call_off_session
from recruiting.domain.usual_follow_ups import propose_usual_follow_ups, take_back_usual_follow_ups
from recruiting.models import Application, Host, Session, SessionStatus
from recruiting.models.sessions import TO_COME

__all__ = [
    "NEXT_STATUSES",
    "IllegalStatus",
    "SessionChanged",
    "SessionFacts",
    "change_status",
    "edit_session",
    "plan_session",
]

_PLANNED, _CONFIRMED, _HELD = SessionStatus.PLANNED, SessionStatus.CONFIRMED, SessionStatus.HELD
_DEBRIEFED, _CLOSED = SessionStatus.DEBRIEFED, SessionStatus.CLOSED
_CANCELLED, _NO_SHOW = SessionStatus.CANCELLED, SessionStatus.NO_SHOW

# What may follow what. The ends lead back, because a wrong tap must not be final.
NEXT_STATUSES: dict[str, tuple[SessionStatus, ...]] = {
    _PLANNED: (_CONFIRMED, _HELD, _NO_SHOW, _CANCELLED),
    _CONFIRMED: (_HELD, _NO_SHOW, _CANCELLED),
    _HELD: (_CLOSED, _CONFIRMED),
    _DEBRIEFED: (_CLOSED,),
    _CLOSED: (_HELD,),
    _CANCELLED: (_PLANNED,),
    _NO_SHOW: (_PLANNED,),
}


class IllegalStatus(Exception):
    """The session's status, as it stands now, does not lead to the one asked for."""


class SessionChanged(Exception):
    """Someone else changed the session since the moment the person read it."""


@transaction.atomic
def plan_session(
    *,
    application: Application,
    facts: SessionFacts,
    by: User,
    at: datetime,
    tell_candidate: bool = False,
    reference: str = "",
) -> Session:
    """Agree on a reverse interview; whoever plans it is its organiser. Its hosts are invited by mail.

    Raises CandidateErased.
    """
    hold_candidate(application.candidate_id)
    session = Session.objects.create(
        application=application,
        organiser=by,
        reference=reference,
        created_at=at,
        updated_at=at,
        **facts.fields,
    )
    _name_hosts(session, facts.hosts)
    refresh_needs(at=at)
    record_activity(actor=by, verb="plan", subject=session, at=at, **kept_facts(facts))
    announce_session(session=session, tell_candidate=tell_candidate, at=at)
    return session


@transaction.atomic
def edit_session(
    *,
    session: Session,
    facts: SessionFacts,
    as_of: datetime | None,
    by: User,
    at: datetime,
    tell_candidate: bool = False,
) -> None:
    """Change what was agreed. What was recorded stays, also of a host who no longer is one.

    `as_of` is the `updated_at` that the person read; raises SessionChanged if it has moved since. Hosts,
    and those who were, are told of what concerns them.
    """
    standing = Session.objects.locked(session)
    if standing.updated_at != as_of:
        raise SessionChanged
    agreed = standing_facts(standing)
    before, after = differences(agreed, facts)
    announced = standing.is_to_come and not ANNOUNCED.isdisjoint(after)
    moved = facts.starts_at != agreed.starts_at
    _agree(
        session,
        facts,
        sequence=standing.sequence + announced,
        times_set_anew=standing.times_set_anew + moved,
        at=at,
    )
    # The one whose debrief was waited for may not be a host any more.
    mark_debriefed(session=session, by=by, at=at)
    refresh_needs(at=at)
    record_activity(actor=by, verb="edit", subject=session, at=at, before=before, after=after)
    if standing.is_to_come:
        was = Before(starts_at=agreed.starts_at, hosts=agreed.hosts) if announced else None
        announce_session(session=session, before=was, tell_candidate=tell_candidate, at=at)


@transaction.atomic
def change_status(
    *, session: Session, status: SessionStatus, by: User, at: datetime, tell_candidate: bool = False
) -> None:
    """Move the session on, or back. Raises IllegalStatus; the update's own condition decides a race.

    Of a candidate who was erased a session stays as it ended.

    Hosts are told of a session that is cancelled, or takes place after all.
    """
    before = session.status
    if status not in NEXT_STATUSES[before]:
        raise IllegalStatus
    told = _CANCELLED in (before, status)
    held = Session.objects.locked(session)
    if held.status != before or held.is_of_erased:
        raise IllegalStatus
    session.status, session.updated_at, session.sequence = status, at, held.sequence + told
    session.times_set_anew = held.times_set_anew + (before in (_CANCELLED, _NO_SHOW))
    session.save(update_fields=["status", "updated_at", "sequence", "times_set_anew"])
    if status == _HELD:
        propose_usual_follow_ups(session=session, by=by, at=at)
    elif before == _HELD and status in TO_COME:
        take_back_usual_follow_ups(session=session, by=by, at=at)
    refresh_needs(at=at)
    record_activity(actor=by, verb="change-status", subject=session, at=at, before=before, after=status)
    if status == _CANCELLED:
        call_off_session(session=session, tell_candidate=tell_candidate, at=at)
    elif told:
        announce_session(session=session, news=News.REINSTATED, tell_candidate=tell_candidate, at=at)
    mark_debriefed(session=session, by=by, at=at)  # the debriefs of a reopened record are there


def mark_debriefed(*, session: Session, by: User, at: datetime) -> None:
    """A held session of which every host has submitted a debrief is debriefed; any other stays as it is."""
    hosts = set(session.hosts.values_list("user", flat=True))
    if hosts and hosts <= set(session.debriefs.values_list("host", flat=True)):
        held = Session.objects.filter(pk=session.pk, status=_HELD)
        if held.update(status=_DEBRIEFED, updated_at=at):
            session.status, session.updated_at = _DEBRIEFED, at
            record_activity(
                actor=by, verb="change-status", subject=session, at=at, before=_HELD, after=_DEBRIEFED
            )


def _agree(
    session: Session, facts: SessionFacts, *, sequence: int, times_set_anew: int, at: datetime
) -> None:
    for name, value in facts.fields.items():
        setattr(session, name, value)
    session.times_set_anew = times_set_anew
    session.sequence, session.updated_at = sequence, at
    # Never the status: someone may be changing it at the same time.
    session.save(update_fields=[*facts.fields, "sequence", "times_set_anew", "updated_at"])
    _name_hosts(session, facts.hosts)


def _name_hosts(session: Session, hosts: Sequence[User]) -> None:
    session.hosts.exclude(user__in=hosts).delete()
    Host.objects.bulk_create([Host(session=session, user=user) for user in hosts], ignore_conflicts=True)
