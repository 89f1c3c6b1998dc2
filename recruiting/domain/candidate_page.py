"""What is held about a candidate, as a page reads it: labels for codes, dates for what a machine reads."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models

from accounts.models import Language
from ledger.models import MailState
from recruiting.models import (
    Delivery,
    FollowUpKind,
    GentlerForm,
    Outcome,
    RecallOutcome,
    SessionFormat,
    SessionStatus,
    Stage,
)

_CODES: Mapping[str, type[models.TextChoices]] = {
    "language": Language,
    "stage": Stage,
    "format": SessionFormat,
    "gentler_form": GentlerForm,
    "status": SessionStatus,
    "delivery": Delivery,
    "kind": FollowUpKind,
    "state": MailState,
}
_OUTCOMES = {choice.value: choice.label for several in (Outcome, RecallOutcome) for choice in several}
_DAYS = {"decided_on", "starts_on", "due_on", "kept_until"}
_MOMENTS = {
    "agreed_to_be_contacted_again",
    "applied_at",
    "asked_at",
    "at",
    "closed_at",
    "kept_at",
    "known_since",
    "sent_at",
    "starts_at",
    "withdrawn_at",
    "written_at",
}


def as_read(held: Any, name: str = "") -> Any:
    """The same, in the active language."""
    if isinstance(held, dict):
        return {key: as_read(value, key) for key, value in held.items()}
    if isinstance(held, list):
        return [as_read(value, name) for value in held]
    return _read(held, name) if held else held


def _read(said: Any, name: str) -> Any:
    if name in _CODES:
        return str(_CODES[name](said).label)
    if name == "outcome":
        return str(_OUTCOMES[said])
    if name in _DAYS:
        return date.fromisoformat(said)
    return datetime.fromisoformat(said) if name in _MOMENTS else said
