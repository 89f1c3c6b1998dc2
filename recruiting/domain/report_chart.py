"""The six counts over twelve weeks, a small drawing each, as points of an SVG made on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from recruiting.domain.report_content import COUNTS
from recruiting.domain.report_reading import ReadReport
from recruiting.models import WeeklyReport

WEEKS = 12
WIDTH, HEIGHT = 320, 96
LEFT, RIGHT, TOP, BOTTOM = 48, 312, 10, 72  # the plot; its greatest figure stands left of it
STEPS = (1, 2, 4)  # times 5, then times ten


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One count on its own scale from nought, for they differ too much to share one."""

    name: str
    label: str
    value: int
    first: int
    top: int  # the figure at the upper edge
    lines: Sequence[str]  # points of SVG polylines: one for each run of weeks without a gap
    alone: Sequence[Point]  # weeks with a gap on either side
    end: Point


@dataclass(frozen=True, kw_only=True)
class ChartWeek:
    first_day: date
    report: WeeklyReport | None

    @property
    def counts(self) -> Sequence[int]:
        """In the order of the panels."""
        return [self.report.counts[name] for name in COUNTS] if self.report else []

    @property
    def iso_week(self) -> int:
        return self.first_day.isocalendar().week

    @property
    def iso_year(self) -> int:
        return self.first_day.isocalendar().year


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`weeks` are its figures as a table, the latest first; those without a report are gaps."""

    panels: Sequence[Panel]
    weeks: Sequence[ChartWeek]
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

    @property
    def has_gaps(self) -> bool:
        return any(week.report is None for week in self.weeks)


def chart_of_weeks(read: ReadReport, before: Sequence[WeeklyReport]) -> Chart | None:
    """Drawn from a report and those before it; None while there is no line to draw."""
    weeks = _weeks([read.report, *before])
    if len(weeks) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    panels = [_panel(name, count.label, weeks) for name, count in read.counts.items()]
    return Chart(panels=panels, weeks=weeks[::-1])


def round_up(value: int) -> int:
    """The next of 5, 10, 20, 50, 100, 200, … that holds the value."""
    scale = 5
    while True:
        for step in STEPS:
            if value <= scale * step:
                return scale * step
        scale *= 10


def _weeks(reports: Sequence[WeeklyReport]) -> list[ChartWeek]:
    """From the first recent report to the latest, with the weeks between that have none."""
    last = max(report.first_day for report in reports)
    by_day = {report.first_day: report for report in reports}
    days = [last - timedelta(weeks=weeks) for weeks in range(WEEKS - 1, -1, -1)]
    first = min(day for day in days if day in by_day)
    return [ChartWeek(first_day=day, report=by_day.get(day)) for day in days if day >= first]


def _panel(name: str, label: str, weeks: Sequence[ChartWeek]) -> Panel:
    values = [week.report.counts[name] if week.report else None for week in weeks]
    known = [value for value in values if value is not None]
    top = round_up(max(known))
    points = [
        Point(_across(place, len(weeks)), _height(value, top)) if value is not None else None
        for place, value in enumerate(values)
    ]
    runs = [[point for point in run if point] for drawn, run in groupby(points, key=bool) if drawn]
    return Panel(
        name=name,
        label=label,
        value=known[-1],
        first=known[0],
        top=top,
        lines=[" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1],
        alone=[run[0] for run in runs if len(run) == 1],
        end=runs[-1][-1],
    )


def _across(place: int, weeks: int) -> float:
    return round(LEFT + place / (weeks - 1) * (RIGHT - LEFT), 1)


def _height(value: int, top: int) -> float:
    return round(BOTTOM - value / top * (BOTTOM - TOP), 1)
