"""Lists that are read a page at a time, without counting them.

`keyset_page` goes on from a row's place in the order, so that a page far down costs no more than the first:
for lists that grow without end. `numbered_page` skips what comes before: for short ones, in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, Self, TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

Row = TypeVar("Row", bound=models.Model)
Place = tuple[Any, ...]  # a row's values of the fields that order it

LAST_NUMBER = 1000  # of a short list's pages; nobody reads that far
LONGEST_NUMBER = 18  # digits that surely fit a database's integer


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the addresses of the pages beside them (empty at the ends)."""

    rows: list[Row]
    previous_url: str
    next_url: str


def keyset_page(rows: "QuerySet[Row]", query: QueryDict, *, order: Sequence[str], size: int) -> Page[Row]:
    """The page that `?after=` or `?before=` asks for; no place, or one beyond the end, shows the first.

    `order` names fields as `order_by` does: numbers, dates or moments, the last one unique. Rows without a
    value come first, and last in descending order, on every database.
    """
    return chained_page([rows], query, order=order, size=size)


def chained_page(
    parts: "Sequence[QuerySet[Row]]", query: QueryDict, *, order: Sequence[str], size: int
) -> Page[Row]:
    """As `keyset_page`, of a list that is several querysets one after the other, each in the same order."""
    chain = _Chain(parts, [_Key.of(parts[0].model, name) for name in order])
    after, before = chain.place(query.get("after", "")), chain.place(query.get("before", ""))
    backwards = after is None and before is not None
    place = before if backwards else after
    found = chain.walk(place, size + 1, backwards=backwards)
    if place is not None and not found:
        return chained_page(parts, _without_place(query), order=order, size=size)
    # One more than is shown tells whether the list goes on.
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    has_previous, has_next = (more, True) if backwards else (place is not None, more)
    return Page(
        rows=[row for _part, row in shown],
        previous_url=_address(query, "before", chain.text(*shown[0])) if has_previous else "",
        next_url=_address(query, "after", chain.text(*shown[-1])) if has_next else "",
    )


def numbered_page(rows: "QuerySet[Row]", query: QueryDict, *, size: int) -> Page[Row]:
    """The page that `?page=` asks for; what is no page of the list shows the first."""
    number = _page_number(query.get("page", ""))
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    if number > 1 and not found:
        return numbered_page(rows, _without_place(query), size=size)
    return Page(
        rows=found[:size],
        previous_url=_address(query, "page", str(number - 1)) if number > 1 else "",
        next_url=_address(query, "page", str(number + 1)) if len(found) > size else "",
    )


@dataclass(frozen=True)
class _Key:
    """One field of an order; to have no value is to be less than any value."""

    field: "models.Field[Any, Any]"
    descending: bool

    @classmethod
    def of(cls, model: type[models.Model], name: str) -> Self:
        fields = {field.name: field for field in model._meta.fields} | {"pk": model._meta.pk}
        return cls(fields[name.removeprefix("-")], name.startswith("-"))

    def reversed(self) -> "_Key":
        return _Key(self.field, not self.descending)

    def ordering(self) -> OrderBy:
        nullable = self.field.null or None  # said of other fields, it would keep their index from being used
        column = F(self.field.name)
        return column.desc(nulls_last=nullable) if self.descending else column.asc(nulls_first=nullable)

    def beyond(self, value: Any, *, or_at: bool) -> Q:
        """The rows after `value` in this key's direction, or those at it too."""
        has_none = Q(**{f"{self.field.name}__isnull": True})
        match value, self.descending:
            case None, True:
                return has_none if or_at else Q(pk__in=[])
            case None, False:
                return Q() if or_at else ~has_none
        compare = ("lt" if self.descending else "gt") + ("e" if or_at else "")
        past = Q(**{f"{self.field.name}__{compare}": value})
        return past | has_none if self.descending and self.field.null else past

    def value(self, text: str) -> Any:
        """What the field holds, from the text of a link of ours. Raises ValueError or OverflowError."""
        if not text and self.field.null:
            return None
        if isinstance(self.field, models.DateTimeField):
            return _moment(text)
        return date.fromisoformat(text) if isinstance(self.field, models.DateField) else _number(text)


@dataclass(frozen=True)
class _Chain(Generic[Row]):
    parts: "Sequence[QuerySet[Row]]"
    keys: Sequence[_Key]

    def walk(self, place: tuple[int, Place] | None, most: int, *, backwards: bool) -> list[tuple[int, Row]]:
        """The next rows, each with the number of its part, from the place or from the start."""
        keys = [key.reversed() for key in self.keys] if backwards else self.keys
        start, within = place or (0, None)
        found: list[tuple[int, Row]] = []
        for number in range(start, -1, -1) if backwards else range(start, len(self.parts)):
            rows = _walk(self.parts[number], keys, within, most - len(found))
            found += [(number, row) for row in rows]
            if len(found) == most:
                break
            within = None
        return found

    def place(self, text: str) -> tuple[int, Place] | None:
        """What `text` wrote; None for anything else."""
        try:
            first, *values = text.split("_") if len(self.parts) > 1 else ("0", *text.split("_"))
            number = _number(first)
            place = tuple(key.value(part) for key, part in zip(self.keys, values, strict=True))
        except (ValueError, OverflowError):
            return None
        return (number, place) if number < len(self.parts) else None

    def text(self, number: int, row: Row) -> str:
        values = [key.field.value_to_string(row) for key in self.keys]
        return "_".join([str(number), *values] if len(self.parts) > 1 else values)


def _walk(rows: "QuerySet[Row]", keys: Sequence[_Key], place: Place | None, most: int) -> list[Row]:
    """The next rows in the order of the keys, from the place or from the start."""
    if place is not None:
        rows = rows.filter(_beyond(keys, place))
    return list(rows.order_by(*[key.ordering() for key in keys])[:most])


def _beyond(keys: Sequence[_Key], place: Place) -> Q:
    past = keys[0].beyond(place[0], or_at=False)
    if len(keys) == 1:
        return past
    # The first condition follows from the second, and lets an index start at the place.
    return keys[0].beyond(place[0], or_at=True) & (past | _beyond(keys[1:], place[1:]))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("A moment has a time zone.")
    return moment.astimezone(UTC)  # at once: an hour before the year 1 can be written, and is no moment


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise ValueError("A number is written in plain digits.")
    return int(text)


def _page_number(text: str) -> int:
    try:
        number = _number(text)
    except ValueError:
        return 1
    return number if 1 <= number <= LAST_NUMBER else 1


def _address(query: QueryDict, name: str, place: str) -> str:
    """The same list with the same filters, at another place."""
    query = _without_place(query)
    query[name] = place
    return f"?{query.urlencode()}"


def _without_place(query: QueryDict) -> QueryDict:
    query = query.copy()
    for name in ("after", "before", "page"):
        query.pop(name, None)
    return query
