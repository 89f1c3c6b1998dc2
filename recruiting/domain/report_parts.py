"""The parts of a weekly report beyond its list of answers, frozen side by side: figures and rows."""

from datetime import date
from typing import Any

from recruiting.domain.report_events import freeze_events
from recruiting.domain.report_owners import freeze_owners
from recruiting.domain.report_sessions import freeze_sessions
from recruiting.domain.report_unused import freeze_unused


def freeze_parts(*, on: date, week: date) -> dict[str, Any]:
    """Counts by name, to compare week with week, and the rows they are explained by, each kind a list.

    `week` is the Monday the report's week begins on, `on` the Monday after.
    """
    parts = [freeze_events(week=week), freeze_owners(on=on), freeze_unused(on=on), freeze_sessions(on=on)]
    return {
        "figures": {name: count for part in parts for name, count in part.figures.items()},
        "rows": {kind: rows for part in parts for kind, rows in part.rows.items()},
    }
