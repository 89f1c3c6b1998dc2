from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.hours import scheduled_jobs, set_hours
from ledger.domain.schedule import Daily, Weekdays, Weekly, periods_due, register_job
from ledger.domain.worker import job_states, tick
from ledger.models import JobHour, JobRun

PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def periods(monkeypatch) -> list[str]:
    """The periods that a job done on weekdays at 08:00 was run for."""
    monkeypatch.setattr("ledger.domain.schedule._jobs", {})
    done: list[str] = []

    def work(*, period: str, at: datetime) -> str:
        done.append(period)
        return ""

    register_job(name="digests", schedule=Weekdays(at=time(8)), work=work)
    return done


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def tick_at(text: str) -> None:
    tick(now=lambda: paris(text), zone=PARIS)


@pytest.mark.django_db
def test_set_hours_tells_what_changed_and_keeps_whole_minutes(periods):
    assert set_hours(hours={"digests": time(8)}) == {}
    assert not JobHour.objects.exists()
    assert set_hours(hours={"digests": time(9, 30, 59)}) == {"digests": "09:30"}
    assert [job.schedule.at for job in scheduled_jobs()] == [time(9, 30)]
    assert set_hours(hours={"digests": time(8)}) == {"digests": "08:00"}
    with pytest.raises(KeyError):
        set_hours(hours={"no-such": time(8)})


@pytest.mark.django_db
def test_scheduled_jobs_asks_once_however_many(periods):
    for number in range(30):
        register_job(name=f"job{number}", schedule=Daily(at=time(3)), work=str)
    with CaptureQueriesContext(connection) as captured:
        assert len(scheduled_jobs()) == 31
    assert len(captured) == 1


@pytest.mark.django_db
def test_tick_follows_the_hour_that_was_chosen(periods):
    tick_at("2026-11-23T08:00")
    set_hours(hours={"digests": time(10)})
    tick_at("2026-11-24T09:59")
    assert periods == ["2026-11-23"]
    tick_at("2026-11-24T10:00")
    assert periods == ["2026-11-23", "2026-11-24"]


@pytest.mark.django_db
def test_tick_after_the_hour_is_put_off_does_not_go_back_to_a_day_that_was_missed(periods):
    # The worker was off until Monday; Friday's digest is not sent after Monday's.
    tick_at("2026-11-23T09:00")
    set_hours(hours={"digests": time(18)})
    tick_at("2026-11-23T10:00")
    tick_at("2026-11-23T18:00")
    assert periods == ["2026-11-23"]


def ticks():
    """Minutes between two ticks, and the hour chosen before each, if one is: never in the last hour."""
    hours = st.times(min_value=time(0, 0), max_value=time(22, 59)).map(
        lambda at: at.replace(second=0, microsecond=0)
    )
    return st.lists(
        st.tuples(st.integers(min_value=1, max_value=60), st.none() | hours), min_size=30, max_size=150
    )


# Begins shortly before a change of the clocks or the end of a year.
STARTS = st.sampled_from(["2026-12-29T21:00", "2027-03-26T21:00", "2027-10-29T21:00"]).map(paris)


@given(
    start=STARTS,
    steps=ticks(),
    schedule=st.sampled_from([Daily(at=time(8)), Weekdays(at=time(8)), Weekly(at=time(8))]),
)
def test_no_change_of_hour_repeats_or_skips_a_period(start, steps, schedule):
    now, done = start, []
    for minutes, hour in steps:
        now += minutes * MINUTE
        schedule = schedule.at_hour(hour) if hour else schedule
        # As the worker asks.
        begun = schedule.begun_period(now=now, zone=PARIS)
        last_done = max((period for period in done if period <= begun), default=None)
        done += periods_due(now=now, last_done=last_done, schedule=schedule, zone=PARIS)
    every = [schedule.begun_period(now=start + n * timedelta(hours=12), zone=PARIS) for n in range(-14, 400)]
    expected = list(dict.fromkeys(period for period in every if done[0] <= period <= done[-1]))
    assert done == expected
    assert all(earlier < later for earlier, later in pairwise(done))


@pytest.mark.django_db
def test_job_states_tell_the_next_run_and_what_is_overdue(periods):
    now = paris("2026-11-24T08:29")
    tick_at("2026-11-23T08:00")
    [state] = job_states(now=now, zone=PARIS)
    assert (state.next_at, state.is_overdue) == (paris("2026-11-25T08:00"), False)
    [state] = job_states(now=now + 2 * MINUTE, zone=PARIS)
    assert state.is_overdue
    JobRun.objects.create(job="digests", period="2026-11-24", started_at=now, finished_at=now)
    [state] = job_states(now=now + 2 * MINUTE, zone=PARIS)
    assert not state.is_overdue
