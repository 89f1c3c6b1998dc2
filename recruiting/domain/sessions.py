"""Planning a session, changing it, and moving it from status to status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.demand import refresh_needs
from recruiting.domain.usual_follow_ups import propose_usual_follow_ups, take_back_usual_follow_ups
from recruiting.models import Application, Host, Session, SessionStatus
from recruiting.models.sessions import TO_COME

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


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """What is agreed about a session. `starts_at` is aware; `hosts` may be named later."""

    stage: str
    format: str
    language: str
    starts_at: datetime
    length_minutes: int
    hosts: Sequence[User]


@transaction.atomic
def plan_session(*, application: Application, facts: SessionFacts, by: User, at: datetime) -> Session:
    """Agree on a reverse interview; whoever plans it is its organiser."""
    session = Session.objects.create(
        application=application, organiser=by, created_at=at, updated_at=at, **_agreed(facts)
    )
    _name_hosts(session, facts.hosts)
    refresh_needs(at=at)
    record_activity(actor=by, verb="plan", subject=session, at=at, hosts=_ids(facts.hosts))
    return session


@transaction.atomic
def edit_session(
    *, session: Session, facts: SessionFacts, as_of: datetime | None, by: User, at: datetime
) -> None:
    """Change what was agreed. What was recorded stays, also of a host who no longer is one.

    `as_of` is the `updated_at` that the person read; raises SessionChanged if it has moved since.
    """
    standing = Session.objects.select_for_update().values_list("updated_at", flat=True).get(pk=session.pk)
    if standing != as_of:
        raise SessionChanged
    agreed = _agreed(facts)
    for name, value in agreed.items():
        setattr(session, name, value)
    session.updated_at = at
    # Never the status: someone may be changing it at the same time.
    session.save(update_fields=[*agreed, "updated_at"])
    _name_hosts(session, facts.hosts)
    # The one whose debrief was waited for may not be a host any more.
    mark_debriefed(session=session, by=by, at=at)
    refresh_needs(at=at)
    record_activity(actor=by, verb="edit", subject=session, at=at, hosts=_ids(facts.hosts))


@transaction.atomic
def change_status(*, session: Session, status: SessionStatus, by: User, at: datetime) -> None:
    """Move the session on, or back. Raises IllegalStatus; the update's own condition decides a race."""
    before = session.status
    if status not in NEXT_STATUSES[before]:
        raise IllegalStatus
    moved = Session.objects.filter(pk=session.pk, status=before).update(status=status, updated_at=at)
    if not moved:
        raise IllegalStatus
    session.status, session.updated_at = status, at
    if status == _HELD:
        propose_usual_follow_ups(session=session, by=by, at=at)
    elif before == _HELD and status in TO_COME:
        take_back_usual_follow_ups(session=session, by=by, at=at)
    refresh_needs(at=at)
    record_activity(actor=by, verb="change-status", subject=session, at=at, before=before, after=status)
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


def _agreed(facts: SessionFacts) -> dict[str, Any]:
    return {name: value for name, value in vars(facts).items() if name != "hosts"}


def _name_hosts(session: Session, hosts: Sequence[User]) -> None:
    session.hosts.exclude(user__in=hosts).delete()
    Host.objects.bulk_create([Host(session=session, user=user) for user in hosts], ignore_conflicts=True)


def _ids(users: Sequence[User]) -> list[int]:
    return [user.pk for user in users]
