"""What an import would do, line by line, before and when it does it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ledger.domain.fingerprints import fingerprint
from recruiting.domain.tracking.columns import COLUMNS


class Outcome(models.TextChoices):
    CREATED = "created", pgettext_lazy("lines", "Created")
    CHANGED = "changed", pgettext_lazy("lines", "Changed")
    LEFT = "left", pgettext_lazy("lines", "Left as it is")
    REFUSED = "refused", pgettext_lazy("lines", "Refused")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field that the line changes, in words."""

    label: str
    before: str
    after: str
    was_empty: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the file: what it says, what it is about, and what it would do."""

    number: int
    title: str
    outcome: Outcome
    target: Any = None  # the row it changes or leaves
    told: Mapping[str, Any] = field(default_factory=dict)  # what its cells say
    changes: Sequence[Change] = ()
    reasons: Sequence[str] = ()

    @property
    def words(self) -> str:
        """Why it is refused, or what it changes, in one line."""
        colon = _(":")
        told = (f"{one.label}{colon} {one.before} → {one.after}" for one in self.changes)
        return " ".join(self.reasons) or "; ".join(told)


@dataclass(frozen=True, kw_only=True)
class Preview:
    lines: Sequence[Line]
    not_read: Sequence[str]

    def of(self, outcome: str) -> list[Line]:
        return [line for line in self.lines if line.outcome == outcome]

    @property
    def counts(self) -> dict[str, int]:
        counts = dict.fromkeys(Outcome.values, 0)
        for line in self.lines:
            counts[line.outcome] += 1
        return counts

    @property
    def may_be_confirmed(self) -> bool:
        """All or nothing: one bad line keeps the whole file out, and nothing to do needs no word."""
        counts = self.counts
        return not counts[Outcome.REFUSED] and bool(counts[Outcome.CREATED] or counts[Outcome.CHANGED])

    @property
    def fingerprint(self) -> str:
        """Tells apart two previews of one file, between which the database has moved."""
        return fingerprint(
            *(
                [line.number, line.outcome, line.target.pk if line.target else 0, line.words]
                for line in self.lines
            )
        )


def labels_of(kind: str) -> dict[str, str]:
    return {column.key: column.label for column in COLUMNS[kind]}


def changes_between(
    before: Mapping[str, Any],
    told: Mapping[str, Any],
    labels: Mapping[str, str],
    show: Callable[[str, Any], str],
) -> list[Change]:
    return [
        Change(
            label=labels[name],
            before=show(name, before[name]),
            after=show(name, said),
            was_empty=_is_empty(before[name]),
        )
        for name, said in told.items()
        if said != before[name]
    ]


def shown(value: Any) -> str:
    """A value in the words of the page."""
    if _is_empty(value):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [])


def label_of(choices: type[models.TextChoices], value: str) -> str:
    return str(choices(value).label) if value else shown(value)


class Seen:
    """Which line of the file first spoke of something, so that a second one is refused."""

    def __init__(self) -> None:
        self._lines: dict[Any, int] = {}

    def again(self, number: int, *keys: Any) -> str:
        """The reason to refuse the line, or ""."""
        first = next((self._lines[key] for key in keys if key in self._lines), None)
        if first is not None:
            return _("Line %(number)d is about the same.") % {"number": first}
        for key in keys:
            self._lines[key] = number
        return ""


def refused(number: int, title: str, reasons: Iterable[str]) -> Line:
    return Line(number=number, title=title, outcome=Outcome.REFUSED, reasons=list(reasons))


def concluded(
    number: int, title: str, *, target: Any, told: Mapping[str, Any], changes: Sequence[Change]
) -> Line:
    """A line that nothing speaks against."""
    of_known = Outcome.CHANGED if changes else Outcome.LEFT
    outcome = Outcome.CREATED if target is None else of_known
    return Line(number=number, title=title, outcome=outcome, target=target, told=told, changes=changes)
