"""What a cell says: a word out of a list in either language, a day, a person. Bad ones name their reason."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import from_current_timezone
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Language, User
from recruiting.domain.tracking.columns import heading
from recruiting.domain.tracking.files import Row
from recruiting.domain.tracking.standing import Standing

DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
TIMES = ("%H:%M", "%H:%M:%S", "%Hh%M", "%Hh")
YES, NO = {"yes", "y", "oui", "o", "true", "vrai", "1", "x"}, {"no", "n", "non", "false", "faux", "0"}
MOST_SHOWN = 60  # characters of a cell in a message
T = TypeVar("T")


class BadCell(Exception):
    """The cell is not what its column holds; the message says why."""


class Cells:
    """One line as it is read: every bad cell is noted, so that a file is mended in one go."""

    def __init__(self, row: Row, labels: Mapping[str, str]) -> None:
        self.row = row
        self.labels = labels
        self.wrong: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self.row.cells

    def text(self, key: str) -> str:
        return self.row.cells.get(key, "")

    def read(self, key: str, meaning: Callable[[str], T], told: dict[str, Any]) -> None:
        """Put what the cell says into `told`; an empty cell says nothing."""
        if key not in self:
            return
        try:
            told[key] = meaning(self.text(key))
        except BadCell as bad:
            self.refuse(key, str(bad))

    def require(self, key: str) -> None:
        if key not in self:
            self.refuse(key, _("This cell is empty."))

    def refuse(self, key: str, reason: str) -> None:
        colon = _(":")
        self.wrong.append(f"{self.labels[key]}{colon} {reason}")


def text_of(model: type[models.Model], name: str) -> Callable[[str], str]:
    """Text as the field of that name takes it."""
    field: Any = model._meta.get_field(name)

    def meaning(cell: str) -> str:
        try:
            said: str = field.clean(cell, None)
        except ValidationError as error:
            raise BadCell(" ".join(error.messages)) from error
        return said

    return meaning


def choice_of(choices: type[models.TextChoices]) -> Callable[[str], str]:
    """One of the choices, by its name in either language or by its code."""
    return lambda cell: _chosen(choices, cell)


def yes_or_no(cell: str) -> bool:
    word = heading(cell)
    if word not in YES | NO:
        raise BadCell(_("“%(cell)s” is neither yes nor no.") % {"cell": _shown(cell)})
    return word in YES


def day(cell: str) -> date:
    for form in DAYS:
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise BadCell(_("“%(cell)s” is no day such as 2026-11-30 or 30/11/2026.") % {"cell": _shown(cell)})


def moment(cell: str) -> datetime:
    """Aware; without an offset in the company's time zone. Not at the ends of the calendar, where no other
    time zone can tell the time."""
    on, _space, clock = cell.replace("T", " ").partition(" ")
    naive = _naive(day(on), clock.strip().lower())
    try:
        told = datetime.fromisoformat(cell) if naive is None else from_current_timezone(naive)
    except ValidationError as error:
        raise BadCell(" ".join(error.messages)) from error
    except ValueError:
        told = None
    if told is None or told.tzinfo is None or not date.min < told.date() < date.max:
        raise BadCell(_("“%(cell)s” is no day and time such as 30/11/2026 14:30.") % {"cell": _shown(cell)})
    return told


def person_of(people: Mapping[str, User]) -> Callable[[str], User]:
    """Someone of `people`, by e-mail address."""

    def meaning(cell: str) -> User:
        if cell.lower() not in people:
            raise BadCell(_("Nobody who reads the wiki has the address “%(cell)s”.") % {"cell": _shown(cell)})
        return people[cell.lower()]

    return meaning


def people_of(people: Mapping[str, User]) -> Callable[[str], list[User]]:
    one = person_of(people)
    return lambda cell: sorted(
        {one(address) for address in cell.replace(",", " ").replace(";", " ").split()},
        key=lambda user: user.pk,
    )


def readers(standing: Standing) -> dict[str, User]:
    """Those who may host or hire, by e-mail address."""
    standing.read(User.objects.who_read_the_wiki().order_by("pk").values_list("pk", "email", "name"))
    found: Iterable[User] = User.objects.who_read_the_wiki().with_roles()
    return {user.email: user for user in found}


def _naive(on: date, clock: str) -> datetime | None:
    for form in TIMES:
        try:
            at = datetime.strptime(clock, form).time()  # noqa: DTZ007 - the zone is the company's
        except ValueError:
            continue
        return datetime.combine(on, at)
    return None


def _chosen(choices: type[models.TextChoices], cell: str) -> str:
    known = _words(choices)
    if heading(cell) not in known:
        offered = ", ".join(str(choice.label) for choice in choices)
        message = _("“%(cell)s” is unknown. Known are: %(offered)s.")
        raise BadCell(message % {"cell": _shown(cell), "offered": offered})
    return known[heading(cell)]


@lru_cache
def _words(choices: type[models.TextChoices]) -> dict[str, str]:
    words = {heading(choice.value): choice.value for choice in choices}
    for language in Language.values:
        with translation.override(language):
            words |= {heading(str(choice.label)): choice.value for choice in choices}
    return words


def _shown(cell: str) -> str:
    return cell if len(cell) <= MOST_SHOWN else f"{cell[: MOST_SHOWN - 1]}…"
