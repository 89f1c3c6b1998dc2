from typing import Any

from django.db.models import QuerySet


class Standing:
    """The rows that an import was planned upon, as they were read: whether they still are is cheap to ask.

    Read before the objects that the plan is made of, so that whatever comes between shows too.
    """

    def __init__(self) -> None:
        self._read: list[tuple[QuerySet[Any, Any], list[Any]]] = []

    def read(self, rows: QuerySet[Any, Any]) -> list[Any]:
        """`rows`: tuples in a fixed order."""
        found = list(rows)
        self._read.append((rows, found))
        return found

    def holds(self) -> bool:
        return all(list(rows.all()) == found for rows, found in self._read)
