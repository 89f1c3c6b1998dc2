"""The rows that a weekly report keeps, a tuple each: ids, days and numbers, never a name."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple


class Part(NamedTuple):
    """What a part of the report adds to it: counts by name, and rows by kind."""

    figures: dict[str, int]
    rows: dict[str, list[Any]]


class OwnerFigures(NamedTuple):
    """How much someone keeps, and how late it is."""

    person: int
    kept: int
    stale: int
    never_verified: int
    due_soon: int
    overdue_days: int | None  # of the answer that is stale for longest

    @property
    def confirmed(self) -> float:
        """The share of the kept answers that was confirmed in time."""
        return (self.kept - self.stale - self.never_verified) / self.kept

    @property
    def confirmed_percent(self) -> int:
        """Rounded down: 100 means all of them."""
        return int(100 * self.confirmed)


class Verifier(NamedTuple):
    """How many answers someone verified, and how many of those in bulk."""

    person: int | None
    verified: int
    in_bulk: int


class Edit(NamedTuple):
    """A major revision that took the place of an earlier one, and who published it."""

    answer: int
    person: int | None
    number: int


class Waiting(NamedTuple):
    """An open challenge and the owner who is to resolve it; never who opened it."""

    answer: int
    person: int | None
    opened: str

    @property
    def opened_on(self) -> date:
        return date.fromisoformat(self.opened)


class Unchanged(NamedTuple):
    """An answer verified in bulk whose text was written long ago, and who verified it."""

    answer: int
    person: int | None
    written: str

    @property
    def written_on(self) -> date:
        return date.fromisoformat(self.written)


class Unused(NamedTuple):
    """An answer that no candidate heard for a year, and its owner."""

    answer: int
    person: int | None
    published: str
    given: str | None  # for the last time

    @property
    def published_on(self) -> date:
        return date.fromisoformat(self.published)

    @property
    def given_on(self) -> date | None:
        return date.fromisoformat(self.given) if self.given else None


class NotReady(NamedTuple):
    """A session to come, its local day, and what it will probably need and lacks."""

    session: int
    starts: str
    missing: list[int]  # questions without an answer
    stale: list[int]  # answers, on the day of the session
    never_verified: list[int]
    challenged: list[int]
    unmatched: Sequence[int] = ()  # candidate's questions; reports made before these were kept have none
    # Reports made before these were counted do not hold them.
    unread: Sequence[Sequence[int]] = ()  # a host, and how many answers they had not read
    lacks_host: bool = False
    lacks_pay_range: bool = False

    @property
    def starts_on(self) -> date:
        return date.fromisoformat(self.starts)

    @property
    def by_answer(self) -> tuple[list[int], list[int], list[int]]:
        return self.stale, self.never_verified, self.challenged
