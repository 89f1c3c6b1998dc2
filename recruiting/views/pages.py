"""Lists that are read one page at a time, by the place in the order instead of by a page number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

Row = TypeVar("Row", bound=models.Model)
PAGE_SIZE = 30


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the addresses of the pages beside them (empty at the ends)."""

    rows: Sequence[Row]
    previous_url: str
    next_url: str


def page_of(
    rows: "models.QuerySet[Row]", *, by: str, query: QueryDict, newest_first: bool, size: int = PAGE_SIZE
) -> Page[Row]:
    """The page that `?after=` or `?before=` asks for, in the order of the time `by`, then of the id."""
    before, after = _cursor(query.get("before", "")), _cursor(query.get("after", ""))
    backwards = before is not None
    descending = newest_first != backwards
    if place := before or after:
        rows = rows.filter(_beyond(by, place, descending=descending))
    sign = "-" if descending else ""
    found = list(rows.order_by(f"{sign}{by}", f"{sign}pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous, has_next = (more, True) if backwards else (after is not None, more)
    return Page(
        rows=found,
        previous_url=_address(query, "before", found[0], by) if has_previous and found else "",
        next_url=_address(query, "after", found[-1], by) if has_next and found else "",
    )


def _beyond(by: str, place: tuple[datetime, int], *, descending: bool) -> Q:
    time, pk = place
    order = "lt" if descending else "gt"
    return Q(**{f"{by}__{order}": time}) | Q(**{by: time, f"pk__{order}": pk})


def _cursor(text: str) -> tuple[datetime, int] | None:
    """The place in a link of ours; anything else is no place, and shows the first page."""
    time_text, _, pk_text = text.rpartition("_")
    try:
        time, pk = parse_datetime(time_text), int(pk_text)
        if time is None or time.tzinfo is None or not 0 <= pk < 2**63:
            return None
        # In UTC at once: an hour before the year 1 can be written, and is no time.
        return time.astimezone(UTC), pk
    except (ValueError, OverflowError):
        return None


def _address(query: QueryDict, direction: str, row: Any, by: str) -> str:
    query = query.copy()
    query.pop("before", None)
    query.pop("after", None)
    query[direction] = f"{getattr(row, by).isoformat()}_{row.pk}"
    return f"?{query.urlencode()}"
