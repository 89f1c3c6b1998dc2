"""Opening a position, changing it, saying that it is filled."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.demand import refresh_needs
from recruiting.models import Position
from wiki.models import Scope


@dataclass(frozen=True, kw_only=True)
class PositionFacts:
    """What a recruiter says of a position."""

    title: str
    language: str
    team: Scope | None = None
    department: Scope | None = None
    job_family: Scope | None = None
    site: Scope | None = None


@transaction.atomic
def open_position(*, facts: PositionFacts, by: User, at: datetime) -> Position:
    """Add a job to fill; its scopes decide which answers its sessions use."""
    position = Position.objects.create(**vars(facts), created_at=at)
    record_activity(actor=by, verb="open", subject=position, at=at)
    return position


@transaction.atomic
def edit_position(*, position: Position, facts: PositionFacts, filled: bool, by: User, at: datetime) -> None:
    """Change a position; its sessions' briefings follow its new scopes. Filled keeps its first date."""
    for name, value in vars(facts).items():
        setattr(position, name, value)
    position.filled_at = (position.filled_at or at) if filled else None
    position.save()
    refresh_needs(at=at)
    record_activity(actor=by, verb="edit", subject=position, at=at, filled=filled)
