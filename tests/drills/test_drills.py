"""The short forms. docs/reliability.md has the figures of the long ones, which are also about time."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings

from tests.drills.database_server import programs
from tests.drills.sites import ROOT, TEMPLATE, migrated_template

Run = Callable[..., str]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with migrated_template(postgresql(), tmp_path_factory.mktemp("template")) as name:
        yield name


@pytest.fixture
def run(template: str) -> Run:
    """Run a drill on a fresh database of the kind that the suite is run on."""
    surroundings = {TEMPLATE: template} | ({"DATABASE_URL": postgresql()} if postgresql() else {})

    def run(name: str, **sizes: int) -> str:
        arguments = [
            part for size, number in sizes.items() for part in (f"--{size.replace('_', '-')}", str(number))
        ]
        done = subprocess.run(
            [sys.executable, "-m", f"tests.drills.{name}", *arguments],
            cwd=ROOT,
            env=os.environ | surroundings,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def postgresql() -> str:
    """The address of the suite's PostgreSQL server; nothing on SQLite."""
    return settings.DATABASE_URL if settings.DATABASE_URL.startswith("postgres") else ""


def test_edits_by_eight_writers_are_all_kept(run: Run):
    said = run("edits", edits=240, writers=8, allowed_wait=60)
    assert "240 edits by 8 writers" in said
    assert "0 lost, 0 unknown, 0 gaps, 0 errors" in said


def test_saves_killed_twenty_times_are_whole_or_absent(run: Run):
    said = run("save_kill", kills=20)
    assert "20 kills" in said
    assert "0 lost, 0 half, 0 damaged" in said


def test_imports_killed_ten_times_are_whole_or_absent(run: Run):
    said = run("import_kill", kills=10, lines=200)
    assert "10 kills of imports of 200 lines" in said
    assert "0 half, 0 damaged" in said


def test_mail_jobs_killed_and_run_at_once_reach_each_recipient_once(run: Run):
    said = run("mail_jobs_kill", rounds=3)
    assert "100 mails, 0 missing, 0 doubled; 3 reports, 0 runs unfinished" in said


def test_commands_killed_twenty_times_lose_and_double_nothing(run: Run):
    said = run("commands_kill", kills=20)
    assert "0 missing, 0 queued twice" in said
    assert ": 0 lost, 0 still waiting" in said


def test_worker_killed_twice_loses_and_doubles_nothing(run: Run):
    said = run("worker_kill", kills=2)
    assert "2 kills of the worker over 1 weeks" in said
    assert "0 jobs unfinished, 0 mails missing, 0 queued twice" in said
    assert ": 0 lost, 0 still waiting" in said


def test_two_to_eight_workers_at_once_do_everything_once(run: Run):
    said = run("workers", weeks=7)
    assert "7 weeks, 2 to 8 workers: " in said
    assert " 0 not exactly once; 0 mails missing, 0 queued twice" in said
    assert ": 0 lost, 0 still waiting; 0 extra copies" in said


def test_holders_that_sleep_through_their_lease_wake_to_do_nothing(run: Run):
    said = run("paused_holder", pauses=4)
    assert "4 jobs and 4 deliveries paused and taken over, 1 of them after" in said
    assert "on waking 0 rows changed, 0 mails sent or queued" in said


def test_mail_server_that_is_down_slow_refusing_or_breaking_off_loses_nothing(run: Run):
    said = run("mail_server_faults", mails=50)
    assert said.count(": 50 mails sent: 0 lost, 0 still waiting") == 4


@pytest.mark.skipif(programs() is None, reason="needs PostgreSQL installed")
def test_database_restarted_twice_under_load_loses_nothing(run: Run):
    said = run("database_restarts", restarts=2, seconds=1, allowed_recovery=60)
    assert ", 0 lost; refused in the gaps: " in said
    assert "0 errors at other times" in said


def test_schedules_run_once_a_local_period_in_the_oddest_zones(run: Run):
    assert ", 0 wrong; " in run("zones", zones=15, first_year=2011, years=1)
    assert ", 0 wrong; " in run("zones", zones=15, first_year=2026, years=1)
