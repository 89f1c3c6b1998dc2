"""A candidate applies; the application moves from stage to stage and ends."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.demand import refresh_needs
from recruiting.domain.usual_follow_ups import withdraw_what_the_outcome_settles
from recruiting.models import Application, Candidate, Position, Stage


class AlreadyApplied(Exception):
    """The candidate has an application for this position."""


@dataclass(frozen=True, kw_only=True)
class CandidateFacts:
    name: str
    email: str
    language: str
    source: str = ""


@transaction.atomic
def add_candidate(*, facts: CandidateFacts, by: User, at: datetime) -> Candidate:
    """Keep someone who may join. Whether they are known already is for the form to ask."""
    candidate = Candidate.objects.create(**vars(facts), created_at=at)
    record_activity(actor=by, verb="add", subject=candidate, at=at)
    return candidate


@transaction.atomic
def open_application(
    *,
    position: Position,
    candidate: Candidate | CandidateFacts,
    by: User,
    at: datetime,
    stage: str = Stage.INTERVIEWS,
) -> Application:
    """Put a known or a new candidate forward for a position. Raises AlreadyApplied."""
    if isinstance(candidate, CandidateFacts):
        _refuse_same_address(position, candidate.email)
        candidate = add_candidate(facts=candidate, by=by, at=at)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                position=position, candidate=candidate, stage=stage, created_at=at
            )
    except IntegrityError as error:
        raise AlreadyApplied from error
    record_activity(actor=by, verb="open", subject=application, at=at)
    return application


def _refuse_same_address(position: Position, email: str) -> None:
    # The form looks too, but of one form sent twice at once only this lock lets the second see the first.
    Position.objects.select_for_update().get(pk=position.pk)
    applied = Application.objects.filter(position=position, candidate__email__iexact=email)
    if email and applied.filter(candidate__anonymised_at=None).exists():
        raise AlreadyApplied


@transaction.atomic
def edit_application(
    *,
    application: Application,
    stage: str,
    outcome: str,
    decided_on: date | None,
    starts_on: date | None,
    by: User,
    at: datetime,
) -> None:
    """Record how far the application is and how it ended."""
    application.stage, application.outcome = stage, outcome
    application.decided_on, application.starts_on = decided_on, starts_on
    application.save(update_fields=["stage", "outcome", "decided_on", "starts_on"])
    withdraw_what_the_outcome_settles(application=application, by=by, at=at)
    refresh_needs(at=at)
    record_activity(actor=by, verb="edit", subject=application, at=at, stage=stage, outcome=outcome)
