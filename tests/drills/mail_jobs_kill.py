"""Kill the weekly report and the owners' digests while they run, several of them at once, and run them again.

    python -m tests.drills.mail_jobs_kill --rounds 100
    .ci/postgres python -m tests.drills.mail_jobs_kill --rounds 100

A round is one week. For each job some schedulers start together, half as the command and half as the
worker does it; each is killed at a random moment or lives to its end; at last the command runs once more.
Each recipient has each mail exactly once, and the week has one report.
"""

import argparse
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO
from typing import Any

from tests.drills.sites import finish, forked, fresh_site, make_barrier

FIRST = date(2026, 11, 23)  # a Monday
COMMANDS = ("send_weekly_report", "send_owner_digests")
LONGEST_RUN = 0.3  # seconds until a kill


@dataclass(frozen=True)
class Figures:
    database: str
    rounds: int
    schedulers: int
    kills: int
    mails: int
    missing: int
    doubled: int
    reports: int
    unfinished: int

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        return not (self.missing or self.doubled or self.unfinished) and self.reports == self.rounds

    def __str__(self) -> str:
        return (
            f"{self.database}: {self.rounds} weeks, {self.schedulers} schedulers, {self.kills} kills: "
            f"{self.mails} mails, {self.missing} missing, {self.doubled} doubled; {self.reports} reports, "
            f"{self.unfinished} runs unfinished"
        )


def run_drill(*, rounds: int, schedulers: int, people: int, seed: int, database: str) -> Figures:
    from tests.factories import make_answer, make_category, make_question, make_user

    chance = random.Random(seed)  # noqa: S311
    category = make_category()
    leads = [make_user("lead", password=None).pk for _number in range(people // 2)]
    owners = [make_user("reader", password=None) for _number in range(people)]
    for owner in owners:
        question = make_question(category=category)
        make_answer(question, owner=owner, verified_on=date(2026, 1, 5), interval_days=30)
    kills = 0
    for number in range(rounds):
        on = FIRST + timedelta(weeks=number)
        for command in COMMANDS:
            kills += _round(command, on, schedulers, chance)
            _run(command, on)
    return _count(rounds, schedulers, kills, leads, [owner.pk for owner in owners], database)


def _round(command: str, on: date, schedulers: int, chance: random.Random) -> int:
    """Start them together, kill some; how many died."""
    barrier = make_barrier(schedulers + 1)
    started = [
        forked(_schedule, command, on, barrier, as_command)
        for as_command in (number % 2 == 0 for number in range(schedulers))
    ]
    barrier.wait()
    ends = sorted((chance.uniform(0, LONGEST_RUN), number) for number in range(schedulers))
    begin = time.monotonic()
    for end, number in ends:
        time.sleep(max(0.0, begin + end - time.monotonic()))
        started[number].kill()
    for process in started:
        process.join()
    return sum(process.exitcode < 0 for process in started)


def _schedule(command: str, on: date, barrier: Any, as_command: bool) -> None:
    barrier.wait()
    if as_command:
        _run(command, on)
    else:
        _tick(command, on)


def _run(command: str, on: date) -> None:
    from django.core.management import call_command

    call_command(command, "--on", on.isoformat(), stdout=StringIO())


def _tick(command: str, on: date) -> None:
    """As the worker does it, which presumes nobody dead for a quarter of an hour."""
    from ledger.domain.jobs import run_job
    from ledger.domain.schedule import iso_week
    from recruiting.domain.weekly_reports import KIND, send_report_of_period
    from wiki.domain.digests import OWNER_DIGESTS, run_owner_digests

    at = datetime.combine(on, datetime.min.time(), UTC)
    if command == "send_weekly_report":
        period = iso_week(on - timedelta(weeks=1))
        work = partial(send_report_of_period, period=period, at=at)
        run_job(job=KIND, period=period, work=work, now=lambda: at)
    else:
        period = on.isoformat()
        work = partial(run_owner_digests, period=period, at=at)
        run_job(job=OWNER_DIGESTS, period=period, work=work, now=lambda: at)


def _count(
    rounds: int, schedulers: int, kills: int, leads: list[int], owners: list[int], database: str
) -> Figures:
    from ledger.models import JobRun, OutgoingMail
    from recruiting.models import WeeklyReport

    weeks = [(FIRST + timedelta(weeks=number - 1)).isocalendar() for number in range(rounds)]
    mondays = [(FIRST + timedelta(weeks=number)).isoformat() for number in range(rounds)]
    due = Counter(
        [("weekly-report", f"{week.year}-W{week.week:02}", lead) for week in weeks for lead in leads]
        + [("owner-digest", monday, owner) for monday in mondays for owner in owners]
        # Leads are told once of what has been overdue for two weeks.
        + [("owner-digest", FIRST.isoformat(), lead) for lead in leads]
    )
    sent = Counter(OutgoingMail.objects.values_list("kind", "period", "recipient"))
    return Figures(
        database=database,
        rounds=rounds,
        schedulers=schedulers,
        kills=kills,
        mails=sent.total(),
        missing=(due - sent).total(),
        doubled=(sent - due).total(),
        reports=WeeklyReport.objects.count(),
        unfinished=JobRun.objects.filter(finished_at=None).count(),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--schedulers", type=int, default=4)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with fresh_site() as database:
        figures = run_drill(
            rounds=options.rounds,
            schedulers=options.schedulers,
            people=options.people,
            seed=options.seed,
            database=database,
        )
    finish(figures)


if __name__ == "__main__":
    main()
