"""Which periods of a job are due: arithmetic on local dates, so no lock, no luck and no clock."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol, Self

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext

WEEKEND = (5, 6)  # as date.weekday() counts
WEEK = timedelta(weeks=1)


class Schedule(Protocol):
    """When a job runs, in local time, and how its periods are called; their names sort by time."""

    @property
    def at(self) -> time: ...

    @property
    def days(self) -> str:
        """On which days, in the language in use."""

    def latest_period(self, *, now: datetime, zone: tzinfo) -> str:
        """The last period whose hour has come."""

    def begun_period(self, *, now: datetime, zone: tzinfo) -> str:
        """The last period whose day has come, whatever the hour; never before `latest_period`."""

    def moment_of(self, period: str, *, zone: tzinfo) -> datetime:
        """When the period's hour comes. Raises ValueError on what is no period of this schedule."""

    def next_moment(self, *, now: datetime, zone: tzinfo) -> datetime:
        """The first hour that is still to come."""

    def at_hour(self, at: time) -> Self:
        """The same schedule at another hour."""


@dataclass(frozen=True, kw_only=True)
class _Days:
    """Once on each day that `runs_on` names, for that day: "2026-11-23"."""

    at: time

    @property
    def days(self) -> str:
        raise NotImplementedError

    def runs_on(self, day: date) -> bool:
        raise NotImplementedError

    def latest_period(self, *, now: datetime, zone: tzinfo) -> str:
        day = now.astimezone(zone).date()
        while not self.runs_on(day) or _moment(day, self.at, zone) > now:
            day -= timedelta(days=1)
        return day.isoformat()

    def begun_period(self, *, now: datetime, zone: tzinfo) -> str:
        day = now.astimezone(zone).date()
        while not self.runs_on(day):
            day -= timedelta(days=1)
        return day.isoformat()

    def moment_of(self, period: str, *, zone: tzinfo) -> datetime:
        return _moment(date.fromisoformat(period), self.at, zone)

    def next_moment(self, *, now: datetime, zone: tzinfo) -> datetime:
        day = now.astimezone(zone).date()
        while not self.runs_on(day) or _moment(day, self.at, zone) <= now:
            day += timedelta(days=1)
        return _moment(day, self.at, zone)

    def at_hour(self, at: time) -> Self:
        return replace(self, at=at)


@dataclass(frozen=True, kw_only=True)
class Daily(_Days):
    """Every day, for that day: "2026-11-23"."""

    @property
    def days(self) -> str:
        return gettext("Every day")

    def runs_on(self, day: date) -> bool:  # noqa: ARG002 - on every one
        return True


@dataclass(frozen=True, kw_only=True)
class Weekdays(_Days):
    """Monday to Friday, for that day: "2026-11-23"."""

    @property
    def days(self) -> str:
        return gettext("From Monday to Friday")

    def runs_on(self, day: date) -> bool:
        return day.weekday() not in WEEKEND


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """Once a week, for the ISO week just closed: "2026-W47"."""

    at: time
    weekday: int = 0

    @property
    def days(self) -> str:
        return gettext("Every week on %(day)s") % {"day": WEEKDAYS[self.weekday]}

    def latest_period(self, *, now: datetime, zone: tzinfo) -> str:
        day = self._last_day(now, zone)
        if _moment(day, self.at, zone) > now:
            day -= WEEK
        return iso_week(day - WEEK)

    def begun_period(self, *, now: datetime, zone: tzinfo) -> str:
        return iso_week(self._last_day(now, zone) - WEEK)

    def moment_of(self, period: str, *, zone: tzinfo) -> datetime:
        day = monday_of(period) + WEEK + timedelta(days=self.weekday)
        return _moment(day, self.at, zone)

    def next_moment(self, *, now: datetime, zone: tzinfo) -> datetime:
        day = self._last_day(now, zone)
        while _moment(day, self.at, zone) <= now:
            day += WEEK
        return _moment(day, self.at, zone)

    def at_hour(self, at: time) -> Self:
        return replace(self, at=at)

    def _last_day(self, now: datetime, zone: tzinfo) -> date:
        """Today, or the last day before it, that is the schedule's day of the week."""
        day = now.astimezone(zone).date()
        return day - timedelta(days=(day.weekday() - self.weekday) % 7)


@dataclass(frozen=True, kw_only=True)
class Hourly:
    """Once in each hour of the clock, for that hour in UTC, which never repeats: "2026-11-23T14"."""

    at: time = time(0)  # its minutes

    @property
    def days(self) -> str:
        return gettext("Every hour")

    def latest_period(self, *, now: datetime, zone: tzinfo) -> str:  # noqa: ARG002 - the same in all zones
        return f"{now.astimezone(UTC) - timedelta(minutes=self.at.minute):%Y-%m-%dT%H}"

    def begun_period(self, *, now: datetime, zone: tzinfo) -> str:
        return self.latest_period(now=now, zone=zone)

    def moment_of(self, period: str, *, zone: tzinfo) -> datetime:  # noqa: ARG002
        hour = datetime.strptime(period, "%Y-%m-%dT%H").replace(tzinfo=UTC)
        return hour + timedelta(minutes=self.at.minute)

    def next_moment(self, *, now: datetime, zone: tzinfo) -> datetime:
        return self.moment_of(self.latest_period(now=now, zone=zone), zone=zone) + timedelta(hours=1)

    def at_hour(self, at: time) -> Self:
        return replace(self, at=at)


def periods_due(*, now: datetime, last_done: str | None, schedule: Schedule, zone: tzinfo) -> list[str]:
    """The latest period if it is not done yet: after an absence one run makes up for all, never a burst."""
    latest = schedule.latest_period(now=now, zone=zone)
    return [latest] if last_done is None or last_done < latest else []


def iso_week(day: date) -> str:
    """The ISO week that holds the day, such as "2026-W53" for 3 January 2027."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(period: str) -> date:
    """The first day of an ISO week such as "2026-W47". Raises ValueError on anything else."""
    year, week = period.split("-W")
    return date.fromisocalendar(int(year), int(week), 1)


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant of a local time; one skipped by the clocks comes later, one that repeats counts once."""
    return datetime.combine(day, at, zone).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work that the worker does by itself, once for each period.

    `work(period=…, at=…)` returns a line that says what it did. It may run again for the same period
    after a crash, so whatever it writes is keyed by the period.
    """

    name: str
    label: str | Promise
    schedule: Schedule
    work: Callable[..., str]


_jobs: dict[str, Job] = {}


def register_job(
    *, name: str, schedule: Schedule, work: Callable[..., str], label: str | Promise = ""
) -> None:
    """Called in AppConfig.ready."""
    _jobs[name] = Job(name=name, label=label or name, schedule=schedule, work=work)


def jobs() -> list[Job]:
    return list(_jobs.values())
