"""Thanks the day after a session, news a week later: proposed to its organiser once it was held."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from accounts.models import User
from ledger.domain.activity import record_activity
from ledger.domain.schedule import WEEKEND
from recruiting.domain.follow_ups import FollowUpChanged, withdraw_follow_up
from recruiting.models import Application, FollowUp, FollowUpKind, Outcome, Session
from recruiting.models.applications import ENDED
from recruiting.models.follow_ups import FollowUpQuerySet

BATCH = 500
AFTER_DAYS = {FollowUpKind.THANKS: 1, FollowUpKind.NEWS: 7}


@transaction.atomic
def propose_usual_follow_ups(*, session: Session, by: User, at: datetime) -> None:
    """Once a session and kind, however often it is said to be held; none once the application has ended."""
    wanted = _kinds_wanted(session.application.outcome)
    for kind in wanted:
        made, is_new = FollowUp.objects.get_or_create(
            session=session,
            kind=kind,
            defaults={
                "owner": session.organiser if session.organiser.may_own else by,
                "due_on": _due_on(session, kind, at),
                "client_id": uuid4(),
                "created_by": by,
                "created_at": at,
                "updated_at": at,
            },
        )
        if is_new:
            record_activity(actor=by, verb="propose", subject=made, at=at, session=session.pk)


@transaction.atomic
def take_back_usual_follow_ups(*, session: Session, by: User, at: datetime) -> None:
    """The session was not held yet: what was proposed for it and nobody has acted on goes."""
    for proposed in _usual(session.follow_ups.open()):
        record_activity(actor=by, verb="take-back", subject=proposed, at=at, session=session.pk)
        proposed.delete()


@transaction.atomic
def withdraw_what_outcomes_settle(*, applications: Sequence[Application], by: User, at: datetime) -> None:
    """A decision is the news; to someone who is no candidate any more no thanks are due either.

    What was promised stays: it was said to a person, whatever came of the application.
    """
    decided = {row.pk: row.outcome for row in applications if row.outcome}
    ids = [*decided]
    for start in range(0, len(ids), BATCH):
        rows = _usual(FollowUp.objects.open()).filter(session__application__in=ids[start : start + BATCH])
        for row in rows.select_related("session"):
            outcome = decided[row.session.application_id]
            if row.kind not in _kinds_wanted(outcome):
                _withdraw(row, outcome, by=by, at=at)


def _withdraw(row: FollowUp, outcome: str, *, by: User, at: datetime) -> None:
    word = gettext("The application ended: %(outcome)s.") % {"outcome": Outcome(outcome).label.lower()}
    # Unless someone kept it at the same moment.
    with suppress(FollowUpChanged):
        withdraw_follow_up(follow_up=row, word=word, by=by, at=at)


def _kinds_wanted(outcome: str) -> list[FollowUpKind]:
    if outcome in ENDED:
        return []
    return [FollowUpKind.THANKS] if outcome == Outcome.ACCEPTED else list(AFTER_DAYS)


def _usual(rows: FollowUpQuerySet) -> FollowUpQuerySet:
    return rows.exclude(kind=FollowUpKind.PROMISE)


def _due_on(session: Session, kind: FollowUpKind, at: datetime) -> date:
    """So many days after the session, on a working day, and not in the past when this is said late."""
    day = localdate(session.starts_at) + timedelta(days=AFTER_DAYS[kind])
    day = max(day, localdate(at))
    while day.weekday() in WEEKEND:
        day += timedelta(days=1)
    return day
