"""What is agreed about a session, and what of it a change touches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from recruiting.models import Session

Agreed = Mapping[str, Any]

# The stage is for those who recruit; all else is told to hosts and candidate.
ANNOUNCED = {"starts_at", "length_minutes", "format", "language", "place", "gentler_form", "hosts"}


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """What is agreed about a session. `starts_at` is aware; `hosts` may be named later."""

    stage: str
    format: str
    language: str
    starts_at: datetime
    length_minutes: int
    hosts: Sequence[User]
    place: str = ""
    gentler_form: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """Those that the session itself holds."""
        return {name: value for name, value in vars(self).items() if name != "hosts"}

    @property
    def host_ids(self) -> list[int]:
        return sorted(user.pk for user in self.hosts)


def standing_facts(session: Session) -> SessionFacts:
    """What is agreed, as the database holds it."""
    hosts = [host.user for host in session.hosts.select_related("user")]
    names = [name for name in SessionFacts.__dataclass_fields__ if name != "hosts"]
    return SessionFacts(**{name: getattr(session, name) for name in names}, hosts=hosts)


def differences(before: SessionFacts, after: SessionFacts) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a change replaced and what it put there, in values fit for the activity ledger.

    Of the place only whether there is one: it may be someone's home or telephone.
    """
    changed = {name for name in before.fields if before.fields[name] != after.fields[name]}
    if before.host_ids != after.host_ids:
        changed.add("hosts")
    names = sorted(changed)
    return (
        {name: _kept(before, name) for name in names},
        {name: _kept(after, name) for name in names},
    )


def kept_facts(facts: SessionFacts) -> dict[str, Any]:
    """All that was agreed, in values fit for the activity ledger."""
    return {name: _kept(facts, name) for name in [*facts.fields, "hosts"]}


def _kept(facts: SessionFacts, name: str) -> Any:
    if name == "hosts":
        return facts.host_ids
    if name == "place":
        return bool(facts.place)
    if name == "starts_at":
        return facts.starts_at.astimezone(UTC).isoformat()
    return str(facts.fields[name]) if name != "length_minutes" else facts.length_minutes
