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
    keys = [_Key.of(rows.model, name) for name in order]
    after, before = _place(keys, query.get("after", "")), _place(keys, query.get("before", ""))
    backwards = after is None and before is not None
    place = before if backwards else after
    found = _walk(rows, [key.reversed() for key in keys] if backwards else keys, place, size + 1)
    if place is not None and not found:
        return keyset_page(rows, _without_place(query), order=order, size=size)
    # One more than is shown tells whether the list goes on.
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    has_previous, has_next = (more, True) if backwards else (place is not None, more)
    return Page(
        rows=shown,
        previous_url=_address(query, "before", _text(keys, shown[0])) if has_previous else "",
        next_url=_address(query, "after", _text(keys, shown[-1])) if has_next else "",
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


def _place(keys: Sequence[_Key], text: str) -> Place | None:
    """What `_text` wrote; None for anything else."""
    try:
        return tuple(key.value(part) for key, part in zip(keys, text.split("_"), strict=True))
    except (ValueError, OverflowError):
        return None


def _text(keys: Sequence[_Key], row: models.Model) -> str:
    return "_".join(key.field.value_to_string(row) for key in keys)


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
