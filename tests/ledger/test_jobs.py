import threading
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from ledger.domain.jobs import last_done, run_job
from ledger.domain.schedule import Weekdays, Weekly, register_job
from ledger.domain.worker import tick
from ledger.models import JobRun
from tests.ledger.conftest import AT

PARIS = ZoneInfo("Europe/Paris")


class Work:
    """Counts how often it was done."""

    def __init__(self, error: Exception | None = None) -> None:
        self.periods: list[str] = []
        self.error = error

    def __call__(self, *, period: str = "", at: datetime = AT) -> str:  # noqa: ARG002
        self.periods.append(period)
        if self.error:
            raise self.error
        return f"done {len(self.periods)}"


def run(work: Work, *, at: datetime = AT, force: bool = False) -> JobRun | None:
    return run_job(job="trial", period="2026-W47", work=work, now=lambda: at, force=force)


@pytest.mark.django_db
def test_run_job_once_a_period():
    work = Work()
    done = run(work)
    assert (done.summary, done.started_at, done.finished_at) == ("done 1", AT, AT)
    assert run(work, at=AT + timedelta(days=1)) is None
    assert run(work, force=True) is None
    assert len(work.periods) == 1


@pytest.mark.django_db
def test_run_job_killed_half_way_is_taken_over_after_a_quarter_of_an_hour():
    JobRun.objects.create(job="trial", period="2026-W47", started_at=AT)
    work = Work()
    assert run(work, at=AT + timedelta(minutes=14)) is None
    assert run(work, at=AT + timedelta(minutes=15)).summary == "done 1"


@pytest.mark.django_db
def test_run_job_killed_half_way_is_taken_over_at_once_by_a_command():
    JobRun.objects.create(job="trial", period="2026-W47", started_at=AT)
    assert run(Work(), force=True).summary == "done 1"


@pytest.mark.django_db
def test_run_job_writes_down_an_error_and_tries_again_later():
    with pytest.raises(RuntimeError):
        run(Work(error=RuntimeError("no room")))
    failed = JobRun.objects.get()
    assert failed.finished_at is None
    assert "RuntimeError: no room" in failed.error
    again = run(Work(), at=AT + timedelta(minutes=15))
    assert (again.summary, again.error) == ("done 1", "")


@pytest.mark.django_db
def test_run_job_taken_over_meanwhile_writes_nothing():
    def slow() -> str:
        run(Work(), at=AT + timedelta(minutes=20))
        return "too late"

    run_job(job="trial", period="2026-W47", work=slow, now=lambda: AT)
    assert JobRun.objects.get().summary == "done 1"


@pytest.mark.django_db(transaction=True)
def test_run_job_asked_by_eight_threads_is_done_once():
    work, start = Work(), threading.Barrier(8)

    def ask() -> None:
        start.wait()
        run(work)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(work.periods) == 1


@pytest.mark.django_db
def test_last_done_ignores_later_and_unfinished_runs():
    for period, finished in [("2026-W45", AT), ("2026-W46", AT), ("2026-W47", None), ("2027-W10", AT)]:
        JobRun.objects.create(job="trial", period=period, started_at=AT, finished_at=finished)
    assert last_done(job="trial", until="2026-W47") == "2026-W46"
    assert last_done(job="other", until="2026-W47") is None


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr("ledger.domain.schedule._jobs", {})
    weekly, daily = Work(), Work()
    register_job(name="daily", schedule=Weekdays(at=time(8)), work=daily)
    register_job(name="weekly", schedule=Weekly(at=time(8)), work=weekly)
    return daily, weekly


@pytest.mark.django_db
def test_tick_runs_each_job_once_for_what_is_due(registered):
    daily, weekly = registered
    monday = datetime(2026, 11, 23, 8, tzinfo=PARIS)
    for minutes in range(-3, 4):
        tick(now=lambda at=monday + timedelta(minutes=minutes): at, zone=PARIS)
    assert daily.periods == ["2026-11-20", "2026-11-23"]
    assert weekly.periods == ["2026-W46", "2026-W47"]


@pytest.mark.django_db
def test_tick_leaves_a_sign_of_life(registered):
    tick(now=lambda: AT, zone=PARIS)
    tick(now=lambda: AT + timedelta(minutes=1), zone=PARIS)
    assert JobRun.objects.get(job="worker").finished_at == AT + timedelta(minutes=1)


@pytest.mark.django_db
def test_tick_goes_on_after_a_job_that_fails(registered, caplog):
    daily, weekly = registered
    daily.error = RuntimeError("no room")
    tick(now=lambda: AT, zone=PARIS)
    assert weekly.periods == ["2026-W47"]
    assert "job daily failed" in caplog.text
    assert JobRun.objects.filter(job="worker").exists()
