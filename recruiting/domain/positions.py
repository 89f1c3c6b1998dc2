"""Opening positions, changing them, saying that they are filled; by form one, by import many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from ledger.domain.activity import record_activities
from ledger.domain.fingerprints import fingerprint
from recruiting.domain.demand import refresh_needs
from recruiting.domain.role_sheet_mails import ask_for_role_sheet
from recruiting.models import Position
from wiki.models import Scope


class ReferenceTaken(Exception):
    """Another position has this reference."""


class PositionChanged(Exception):
    """Someone else changed the position since the person read it."""


@dataclass(frozen=True, kw_only=True)
class PositionFacts:
    """What a recruiter says of a position."""

    title: str
    language: str
    team: Scope | None = None
    department: Scope | None = None
    job_family: Scope | None = None
    site: Scope | None = None
    applicants_abound: bool = False
    hiring_manager: User | None = None
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class PositionChange:
    """A position and how it is to be from now on."""

    position: Position
    facts: PositionFacts
    filled: bool


FACTS = [field.name for field in fields(PositionFacts)]


def fingerprint_of(position: Position) -> str:
    """Tells two states of what its form shows apart."""
    told = (position.serializable_value(name) for name in FACTS)
    return fingerprint(*told, position.filled_at is not None)


def open_position(*, facts: PositionFacts, by: User, at: datetime) -> Position:
    """Add a job to fill; its scopes decide which answers its sessions use. Raises ReferenceTaken."""
    return open_positions(facts=[facts], by=by, at=at)[0]


def open_positions(*, facts: Sequence[PositionFacts], by: User, at: datetime) -> list[Position]:
    """Add jobs to fill, all or none; hiring managers are asked for role sheets. Raises ReferenceTaken."""
    rows = [Position(**vars(told), created_at=at) for told in facts]
    try:
        with transaction.atomic():
            positions = Position.objects.bulk_create(rows)
            record_activities(actor=by, verb="open", acts=((row, {}) for row in positions), at=at)
            _ask_managers(positions, by=by, at=at)
    except IntegrityError as error:
        raise ReferenceTaken from error
    return positions


@transaction.atomic
def edit_position(
    *,
    position: Position,
    facts: PositionFacts,
    filled: bool,
    by: User,
    at: datetime,
    as_of: str | None = None,
) -> None:
    """Change a position; its sessions' briefings follow its new scopes. Filled keeps its first date.

    `as_of` is the `fingerprint_of` what the person read: raises PositionChanged if it has moved since.
    Raises ReferenceTaken.
    """
    stored = Position.objects.select_for_update().get(pk=position.pk)
    if as_of is not None and fingerprint_of(stored) != as_of:
        raise PositionChanged
    change = PositionChange(position=position, facts=facts, filled=filled)
    edit_positions(changes=[change], by=by, at=at)


def edit_positions(*, changes: Sequence[PositionChange], by: User, at: datetime) -> None:
    """Change positions, all or none. A hiring manager who is new to one is asked for its role sheet."""
    stored = Position.objects.only("hiring_manager").in_bulk([change.position.pk for change in changes])
    for change in changes:
        for name, value in vars(change.facts).items():
            setattr(change.position, name, value)
        change.position.filled_at = (change.position.filled_at or at) if change.filled else None
    positions = [change.position for change in changes]
    try:
        with transaction.atomic():
            _write(positions)
            refresh_needs(at=at)
            acts = ((change.position, {"filled": change.filled}) for change in changes)
            record_activities(actor=by, verb="edit", acts=acts, at=at)
            named_now = [
                row for row in positions if row.hiring_manager_id != stored[row.pk].hiring_manager_id
            ]
            _ask_managers(named_now, by=by, at=at)
    except IntegrityError as error:
        raise ReferenceTaken from error


def _write(positions: Sequence[Position]) -> None:
    # One statement for many: the rows are there, so each insert is in conflict and becomes an update.
    Position.objects.bulk_create(
        positions,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=[*FACTS, "filled_at"],
    )


def _ask_managers(positions: Sequence[Position], *, by: User, at: datetime) -> None:
    for position in positions:
        if position.hiring_manager not in (None, by):
            ask_for_role_sheet(position=position, by=by, at=at)
