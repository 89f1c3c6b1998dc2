"""What was still to come with a candidate who is erased ends; hosts are told, without the name."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.demand import refresh_needs
from recruiting.domain.session_invitations import call_off_session
from recruiting.models import FollowUp, Session, SessionStatus
from recruiting.models.sessions import RECORDABLE


def end_what_is_open(*, candidates: Collection[int], by: User | None, at: datetime) -> None:
    """Sessions to come are cancelled, the records of those that took place closed, promises withdrawn."""
    _withdraw_follow_ups(candidates, by=by, at=at)
    open_ones = Session.objects.filter(application__candidate__in=candidates, status__in=RECORDABLE)
    sessions = list(open_ones.with_parties().select_related("organiser").order_by("pk"))
    for session in sessions:
        _end(session, by=by, at=at)
    if sessions:
        refresh_needs(at=at)


def _withdraw_follow_ups(candidates: Collection[int], *, by: User | None, at: datetime) -> None:
    owed = FollowUp.objects.open().filter(session__application__candidate__in=candidates)
    rows = list(owed.order_by("pk"))
    owed.update(withdrawn_at=at, closed_by=by, updated_at=at)
    for row in rows:
        record_activity(actor=by, verb="withdraw", subject=row, at=at)


def _end(session: Session, *, by: User | None, at: datetime) -> None:
    before = session.status
    # Of one whose time is past the record says whether it took place.
    took_place = not session.is_to_come or (session.starts_at <= at and session.answers_given.exists())
    session.status = SessionStatus.CLOSED if took_place else SessionStatus.CANCELLED
    session.updated_at = at
    session.sequence += not took_place
    session.save(update_fields=["status", "updated_at", "sequence"])
    record_activity(
        actor=by, verb="change-status", subject=session, at=at, before=before, after=session.status
    )
    if not took_place:
        call_off_session(session=session, tell_candidate=False, at=at)
