"""The line of stale and fresh answers over the weeks, as points of a drawing made on the server."""

from collections.abc import Sequence
from dataclasses import dataclass

from recruiting.models import WeeklyReport

WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BOTTOM = 32, 272, 12, 172  # the plot; names of the lines stand right of it
LABEL_GAP = 16
STEPS = (1, 2, 4)  # times 5, then times ten


@dataclass(frozen=True, kw_only=True)
class Line:
    points: str  # of an SVG polyline
    end: float  # height of its last point
    label_at: float  # height of its name, clear of the other's
    value: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`weeks` are its figures as a table, the latest first."""

    weeks: Sequence[WeeklyReport]
    stale: Line
    fresh: Line
    top: int  # the figure at the upper edge
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    upper: int = TOP
    lower: int = BOTTOM

    @property
    def first_week(self) -> int:
        return self.weeks[-1].iso_week

    @property
    def last_week(self) -> int:
        return self.weeks[0].iso_week


def chart_of_weeks(weeks: Sequence[WeeklyReport]) -> Chart | None:
    """Drawn from reports, the latest first; None while there is no line to draw."""
    if len(weeks) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    oldest_first = weeks[::-1]
    top = round_up(max(max(week.counts["stale"], week.counts["fresh"]) for week in weeks))
    stale, fresh = _heights(oldest_first, "stale", top), _heights(oldest_first, "fresh", top)
    stale_label, fresh_label = _apart(stale[-1], fresh[-1])
    return Chart(
        weeks=weeks,
        stale=_line(oldest_first, stale, stale_label, weeks[0].counts["stale"]),
        fresh=_line(oldest_first, fresh, fresh_label, weeks[0].counts["fresh"]),
        top=top,
    )


def round_up(value: int) -> int:
    """The next of 5, 10, 20, 50, 100, 200, … that holds the value."""
    scale = 5
    while True:
        for step in STEPS:
            if value <= scale * step:
                return scale * step
        scale *= 10


def _heights(weeks: Sequence[WeeklyReport], name: str, top: int) -> list[float]:
    return [round(BOTTOM - week.counts[name] / top * (BOTTOM - TOP), 1) for week in weeks]


def _line(weeks: Sequence[WeeklyReport], heights: Sequence[float], label_at: float, value: int) -> Line:
    first, last = weeks[0].first_day, weeks[-1].first_day
    across = [(week.first_day - first) / (last - first) * (RIGHT - LEFT) + LEFT for week in weeks]
    points = " ".join(f"{x:.1f},{y}" for x, y in zip(across, heights, strict=True))
    return Line(points=points, end=heights[-1], label_at=label_at, value=value)


def _apart(one: float, other: float) -> tuple[float, float]:
    """Both heights, moved away from each other until two words fit."""
    lacking = max(0.0, LABEL_GAP - abs(one - other)) / 2
    return (one - lacking, other + lacking) if one < other else (one + lacking, other - lacking)
