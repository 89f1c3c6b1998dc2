"""A candidate applies; the application moves from stage to stage and ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from ledger.domain.activity import record_activities
from ledger.domain.fingerprints import fingerprint
from recruiting.domain.candidates import CandidateErased, CandidateFacts, add_candidate
from recruiting.domain.demand import refresh_needs
from recruiting.domain.usual_follow_ups import withdraw_what_outcomes_settle
from recruiting.models import Application, Candidate, Outcome, Position, Stage
from recruiting.models.applications import DECIDED_STAGES

__all__ = [
    "AlreadyApplied",
    "ApplicationChanged",
    "CandidateErased",
    "CandidateFacts",
    "Progress",
    "add_candidate",
    "contradictions",
    "edit_application",
    "edit_applications",
    "open_application",
    "open_applications",
]


class AlreadyApplied(Exception):
    """The candidate has an application for this position."""


class ApplicationChanged(Exception):
    """Someone else changed the application since the person read it."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an application is, and how it ended. An outcome closes: `settled` says at which stage."""

    stage: str
    outcome: str = ""
    decided_on: date | None = None
    starts_on: date | None = None

    @property
    def settled(self) -> "Progress":
        """At the stage that the outcome leads to: hired once accepted, closed otherwise."""
        if not self.outcome:
            return self
        stage = Stage.HIRED if self.outcome == Outcome.ACCEPTED else Stage.CLOSED
        return Progress(**(vars(self) | {"stage": stage}))


def progress_of(application: Application) -> Progress:
    return Progress(**{field.name: getattr(application, field.name) for field in fields(Progress)})


def fingerprint_of(application: Application) -> str:
    """Tells two states of what its form shows apart."""
    return fingerprint(*(str(value) for value in vars(progress_of(application)).values()))


def contradictions(progress: Progress) -> Mapping[str, str]:
    """What of it does not hold together, by field; nothing when it does. It is as a person said it."""
    wrong = {}
    if progress.outcome and not progress.decided_on:
        wrong["decided_on"] = _("Enter the day of the decision.")
    if progress.decided_on and not progress.outcome:
        wrong["outcome"] = _("Choose the outcome that was decided.")
    if progress.stage in DECIDED_STAGES and not progress.outcome:
        wrong["outcome"] = _("Choose how it ended: this stage comes with an outcome.")
    if progress.stage in DECIDED_STAGES and progress.outcome and progress.stage != progress.settled.stage:
        wrong["stage"] = (
            _("A candidate who accepted the offer is hired.")
            if progress.outcome == Outcome.ACCEPTED
            else _("Only a candidate who accepted the offer is hired.")
        )
    if progress.starts_on and progress.outcome != Outcome.ACCEPTED:
        wrong["starts_on"] = _("Only a candidate who accepted has a start date.")
    elif progress.starts_on and progress.decided_on and progress.starts_on < progress.decided_on:
        wrong["starts_on"] = _("The start date is before the day of the decision.")
    return wrong


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
    return open_applications(opened=[(position, candidate, stage)], by=by, at=at)[0]


def open_applications(
    *, opened: Sequence[tuple[Position, Candidate, str]], by: User, at: datetime
) -> list[Application]:
    """Put known candidates forward, each at a stage, all or none.

    Raises AlreadyApplied and CandidateErased.
    """
    people = Candidate.objects.filter(pk__in={candidate.pk for _position, candidate, _stage in opened})
    # Held until the end: nobody erases them meanwhile.
    if any(since for (since,) in people.select_for_update(no_key=True).values_list("anonymised_at")):
        raise CandidateErased
    rows = [
        Application(position=position, candidate=candidate, stage=stage, created_at=at)
        for position, candidate, stage in opened
    ]
    try:
        with transaction.atomic():
            applications = Application.objects.bulk_create(rows)
    except IntegrityError as error:
        raise AlreadyApplied from error
    record_activities(actor=by, verb="open", acts=((row, {}) for row in applications), at=at)
    return applications


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
    as_of: str | None = None,
) -> None:
    """Record how far the application is and how it ended; an outcome moves it to its last stage.

    `as_of` is the `fingerprint_of` what the person read: raises ApplicationChanged if it has moved since,
    and CandidateErased.
    """
    stored = (
        Application.objects.select_for_update(of=("self",)).select_related("candidate").get(pk=application.pk)
    )
    if stored.candidate.is_erased:
        raise CandidateErased
    if as_of is not None and fingerprint_of(stored) != as_of:
        raise ApplicationChanged
    progress = Progress(stage=stage, outcome=outcome, decided_on=decided_on, starts_on=starts_on)
    edit_applications(changes=[(application, progress)], by=by, at=at)


@transaction.atomic
def edit_applications(*, changes: Sequence[tuple[Application, Progress]], by: User, at: datetime) -> None:
    """The same for many, all or none."""
    for application, progress in changes:
        for name, value in vars(progress.settled).items():
            setattr(application, name, value)
    Application.objects.bulk_create(
        [application for application, _progress in changes],
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=[field.name for field in fields(Progress)],
    )
    applications = [application for application, _progress in changes]
    withdraw_what_outcomes_settle(applications=applications, by=by, at=at)
    refresh_needs(at=at)
    acts = ((row, {"stage": row.stage, "outcome": row.outcome}) for row, _progress in changes)
    record_activities(actor=by, verb="edit", acts=acts, at=at)
