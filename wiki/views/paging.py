"""One page of a long list, without counting the list."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.access import SignedInRequest
from wiki.views.lookup import whole_number

LAST_PAGE = 1000  # deeper, the offset itself would cost; nobody reads that far


@dataclass(frozen=True)
class ListPage:
    """The rows, and the addresses of the pages around them (empty: there is none)."""

    rows: list[Any]
    previous_url: str
    next_url: str


def page_of(request: SignedInRequest, rows: QuerySet[Any], *, size: int) -> ListPage:
    """The page that `?page=` asks for; what is not a number is the first."""
    number = min(max(whole_number(request.GET.get("page", ""), default=1), 1), LAST_PAGE)
    start = (number - 1) * size
    # One more than is shown tells whether a next page exists.
    found = list(rows[start : start + size + 1])
    return ListPage(
        rows=found[:size],
        previous_url=_url(request, number - 1) if number > 1 else "",
        next_url=_url(request, number + 1) if len(found) > size else "",
    )


def _url(request: SignedInRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
