from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.schedule import (
    Hourly,
    Weekdays,
    Weekly,
    iso_week,
    jobs,
    monday_of,
    periods_due,
    register_job,
)

PARIS = ZoneInfo("Europe/Paris")
WEEKLY = Weekly(at=time(8))
WEEKDAYS = Weekdays(at=time(8))
ZONES = sorted(available_timezones() - {"localtime"})


def due(schedule, now: str, last_done: str | None = None, zone=PARIS):
    moment = datetime.fromisoformat(now)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return periods_due(now=moment, last_done=last_done, schedule=schedule, zone=zone)


@pytest.mark.parametrize(
    ("now", "period"),
    [
        ("2026-11-23T07:59:59", "2026-W46"),
        ("2026-11-23T08:00:00", "2026-W47"),
        ("2026-11-29T23:59:59", "2026-W47"),
        ("2026-11-30T08:00:00", "2026-W48"),
        # Week 53, and a Monday in the new year that closes a week of the old one.
        ("2027-01-04T08:00:00", "2026-W53"),
        ("2027-01-11T08:00:00", "2027-W01"),
        ("2025-12-29T08:00:00", "2025-W52"),
        # The weeks of 167 and 169 hours.
        ("2027-03-29T05:59:59+00:00", "2027-W11"),
        ("2027-03-29T06:00:00+00:00", "2027-W12"),
        ("2027-11-01T06:59:59+00:00", "2027-W42"),
        ("2027-11-01T07:00:00+00:00", "2027-W43"),
    ],
)
def test_weekly_is_for_the_week_just_closed(now, period):
    assert due(WEEKLY, now) == [period]


def test_weekly_on_another_day_is_for_the_week_before():
    thursday = Weekly(at=time(8), weekday=3)
    assert due(thursday, "2026-11-26T08:00:00") == ["2026-W47"]
    assert due(thursday, "2026-11-26T07:00:00") == ["2026-W46"]


@pytest.mark.parametrize(
    ("now", "period"),
    [
        ("2026-11-23T07:59:59", "2026-11-20"),
        ("2026-11-23T08:00:00", "2026-11-23"),
        ("2026-11-22T12:00:00", "2026-11-20"),
    ],
)
def test_weekdays_is_the_last_working_day(now, period):
    assert due(WEEKDAYS, now) == [period]


def test_periods_due_after_three_weeks_away_is_one():
    assert due(WEEKLY, "2026-11-30T09:00:00", last_done="2026-W44") == ["2026-W48"]
    assert due(WEEKDAYS, "2026-11-30T09:00:00", last_done="2026-11-06") == ["2026-11-30"]


def test_periods_due_when_done_is_none_also_if_the_clock_goes_back():
    assert due(WEEKLY, "2026-11-23T08:01:00", last_done="2026-W47") == []
    assert due(WEEKLY, "2026-11-23T07:59:00", last_done="2026-W47") == []


def test_weekdays_at_an_hour_that_is_skipped_comes_an_hour_later():
    # Sunday 28 March 2027 has no 02:30 in Paris.
    schedule = Weekly(at=time(2, 30), weekday=6)
    assert due(schedule, "2027-03-28T01:29:59+00:00") == ["2027-W10"]
    assert due(schedule, "2027-03-28T01:30:00+00:00") == ["2027-W11"]


def test_weekly_at_an_hour_that_repeats_comes_once():
    schedule = Weekly(at=time(2, 30), weekday=6)
    assert due(schedule, "2027-10-31T00:30:00+00:00", last_done="2027-W41") == ["2027-W42"]
    assert due(schedule, "2027-10-31T01:30:00+00:00", last_done="2027-W42") == []


def runs_of(schedule, *, start: datetime, until: datetime, step: timedelta, zone) -> list[str]:
    runs: list[str] = []
    now = start
    while now < until:
        runs += periods_due(now=now, last_done=runs[-1] if runs else None, schedule=schedule, zone=zone)
        now += step
    return runs


def instants():
    return st.datetimes(min_value=datetime(2012, 1, 1), max_value=datetime(2060, 1, 1)).map(  # noqa: DTZ001
        lambda moment: moment.replace(tzinfo=UTC)
    )


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    start=instants(),
    step=st.integers(min_value=7, max_value=23),
    at=st.times(),
)
def test_weekly_runs_exactly_once_a_local_week(zone, start, step, at):
    schedule, weeks = Weekly(at=at), 60
    until = start + timedelta(weeks=weeks)
    runs = runs_of(schedule, start=start, until=until, step=timedelta(hours=step), zone=zone)
    mondays = [monday_of(run) for run in runs]
    assert [later - earlier for earlier, later in pairwise(mondays)] == [timedelta(weeks=1)] * (len(runs) - 1)
    assert weeks <= len(runs) <= weeks + 1


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    start=instants(),
    step=st.integers(min_value=3, max_value=23),
    at=st.times(),
)
def test_weekdays_runs_exactly_once_a_local_working_day(zone, start, step, at):
    until = start + timedelta(days=100)
    runs = runs_of(Weekdays(at=at), start=start, until=until, step=timedelta(hours=step), zone=zone)
    first, last = date.fromisoformat(runs[0]), date.fromisoformat(runs[-1])
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert runs == [day.isoformat() for day in days if day.weekday() < 5]
    assert last >= until.astimezone(zone).date() - timedelta(days=4)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_iso_week_names_sort_by_time_and_read_back(day):
    assert iso_week(day) < iso_week(day + timedelta(weeks=1))
    assert monday_of(iso_week(day)) <= day < monday_of(iso_week(day)) + timedelta(weeks=1)


@pytest.mark.parametrize("wrong", ["", "2026", "2026-W54", "2026-47", "next week"])
def test_monday_of_refuses_what_is_no_week(wrong):
    with pytest.raises(ValueError, match=r".*"):
        monday_of(wrong)


def test_register_job_twice_keeps_one(monkeypatch):
    monkeypatch.setattr("ledger.domain.schedule._jobs", {})
    register_job(name="trial", schedule=WEEKLY, work=str)
    register_job(name="trial", schedule=WEEKDAYS, work=str)
    assert [(job.name, job.schedule) for job in jobs()] == [("trial", WEEKDAYS)]


@pytest.mark.parametrize("zone", [PARIS, UTC])
def test_hourly_is_due_once_in_each_hour_also_when_the_clocks_change(zone):
    start = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)  # an hour later Paris repeats one
    periods = [Hourly().latest_period(now=start + timedelta(hours=n), zone=zone) for n in range(4)]
    assert periods == ["2026-10-24T23", "2026-10-25T00", "2026-10-25T01", "2026-10-25T02"]
    assert Hourly().moment_of(periods[1], zone=zone) == datetime(2026, 10, 25, tzinfo=UTC)
    assert Hourly().next_moment(now=start, zone=zone) == datetime(2026, 10, 25, tzinfo=UTC)
    assert due(Hourly(), "2026-10-25T00:59", "2026-10-25T00", zone=UTC) == []
    assert due(Hourly(), "2026-10-25T03:00", "2026-10-25T00", zone=UTC) == ["2026-10-25T03"]
