"""Which periods of a job are due: arithmetic on local dates, so no lock, no luck and no clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from django.utils.functional import Promise

WEEKEND = (5, 6)  # as date.weekday() counts


class Schedule(Protocol):
    """When a job runs, in local time, and how its periods are called; their names sort by time."""

    def latest_period(self, *, now: datetime, zone: tzinfo) -> str:
        """The last period whose hour has come."""


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """Once a week, for the ISO week just closed: "2026-W47"."""

    at: time
    weekday: int = 0

    def latest_period(self, *, now: datetime, zone: tzinfo) -> str:
        day = now.astimezone(zone).date()
        day -= timedelta(days=(day.weekday() - self.weekday) % 7)
        if _moment(day, self.at, zone) > now:
            day -= timedelta(weeks=1)
        return iso_week(day - timedelta(weeks=1))


@dataclass(frozen=True, kw_only=True)
class Weekdays:
    """Monday to Friday, for that day: "2026-11-23"."""

    at: time

    def latest_period(self, *, now: datetime, zone: tzinfo) -> str:
        day = now.astimezone(zone).date()
        while day.weekday() in WEEKEND or _moment(day, self.at, zone) > now:
            day -= timedelta(days=1)
        return day.isoformat()


@dataclass(frozen=True, kw_only=True)
class Daily:
    """Every day, for that day: "2026-11-22"."""

    at: time

    def latest_period(self, *, now: datetime, zone: tzinfo) -> str:
        day = now.astimezone(zone).date()
        if _moment(day, self.at, zone) > now:
            day -= timedelta(days=1)
        return day.isoformat()


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
