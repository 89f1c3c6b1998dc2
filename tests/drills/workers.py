"""Several workers at once over years of calendar: the real turn of each, all at the same moments.

    python -m tests.drills.workers --weeks 1000
    .ci/postgres python -m tests.drills.workers --weeks 1000

The weeks are shared out among 2, 3, … 8 workers. The clock is simulated and stands at each hour at which a
job is due, in Paris: weekdays at 08:00, and Sundays at 02:30, which the spring skips and the autumn repeats;
week 53 and year ends are among them. Each worker runs the jobs and sends the mails, on a real SMTP server.

Each job is done exactly once for each of its periods, each recipient has each mail of a period exactly
once, in the outbox and at the mail server, and no worker meets an error.
"""

import argparse
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as local_time
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from tests.drills.arrivals import Arrivals, count_arrivals, mail_server, queue_trial_mail
from tests.drills.commands_kill import count_queued, make_people
from tests.drills.sites import finish, forked, free_port, fresh_site, make_barrier, make_queue, results_of

FIRST = date(2026, 11, 23)  # a Monday, as each first day must be
ZONE = ZoneInfo("Europe/Paris")
MORNING, NIGHT, SUNDAY = local_time(8), local_time(2, 30), 6
NIGHTLY, REPORT, DIGESTS = "drill-night", "weekly-report", "owner-digests"
FEWEST, MOST = 2, 8
STUCK = 120  # seconds after which a worker that waits for the others gives up


@dataclass(frozen=True)
class Figures:
    database: str
    weeks: int
    workers: str
    runs: int
    not_once: int  # periods of a job that were not done exactly once
    missing: int  # mails that a recipient should have
    doubled: int  # mails queued twice
    arrivals: Arrivals
    errors: list[str]
    seconds: float

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        once = not (self.not_once or self.missing or self.doubled or self.arrivals.extra_copies)
        return self.runs > 0 and once and self.arrivals.hold and not self.errors

    def __str__(self) -> str:
        return (
            f"{self.database}: {self.weeks} weeks, {self.workers} workers: {self.runs} runs, "
            f"{self.not_once} not exactly once; {self.missing} mails missing, {self.doubled} queued twice; "
            f"{self.arrivals}; {len(self.errors)} errors; {self.seconds:.0f} s"
        ) + "".join(f"\n  {error}" for error in self.errors[:5])


@dataclass
class Turns:
    """What one worker did."""

    done: list[tuple[str, str]]
    errors: list[str]


def run_drill(*, first: date, weeks: int, database: str) -> Figures:
    begin = time.monotonic()
    leads, owners = make_people(leads=2, owners=2)
    keep_what_is_counted()
    register_night_job(leads)
    crews = range(FEWEST, MOST + 1)
    bounds = [weeks * number // len(crews) for number in range(len(crews) + 1)]
    turns: list[Turns] = []
    received: list[tuple[str, bytes]] = []
    for crew, (start, end) in zip(crews, pairwise(bounds), strict=True):
        turns += work_at_once(crew, list(moments(first, range(start, end))), received)
    done = Counter(run for one in turns for run in one.done)
    missing, doubled = count_queued(first, weeks, leads, owners)
    return Figures(
        database=database,
        weeks=weeks,
        workers=f"{FEWEST} to {MOST}",
        runs=done.total(),
        not_once=count_not_once(first, weeks, done),
        missing=missing + count_nightly_missing(weeks, leads),
        doubled=doubled,
        arrivals=count_arrivals(received, cut_short=[]),
        errors=[error for one in turns for error in one.errors],
        seconds=time.monotonic() - begin,
    )


def keep_what_is_counted() -> None:
    """Retention runs as on any night, but leaves the mails and runs of all these years to be counted."""
    from ledger.domain import retention

    retention.MAILS_KEPT = retention.RUNS_KEPT = timedelta(days=365 * 100)


def register_night_job(people: list[int]) -> None:
    """A job whose hour the clocks skip and repeat, with a mail to each."""
    from accounts.models import User
    from ledger.domain.schedule import Weekly, register_job

    def work(*, period: str, at: datetime) -> str:
        for person in User.objects.filter(pk__in=people):
            queue_trial_mail(person.email, at=at, kind=NIGHTLY, period=period, recipient=person)
        return "queued"

    register_job(name=NIGHTLY, schedule=Weekly(at=NIGHT, weekday=SUNDAY), work=work)


def moments(first: date, weeks: range) -> Iterator[datetime]:
    """The hours at which something is due in these weeks after the first day."""
    for number in weeks:
        monday = first + timedelta(weeks=number)
        yield from (
            datetime.combine(monday + timedelta(days=day), MORNING, ZONE).astimezone(UTC) for day in range(5)
        )
        yield datetime.combine(monday + timedelta(days=SUNDAY), NIGHT, ZONE).astimezone(UTC)


def work_at_once(crew: int, at: list[datetime], received: list[tuple[str, bytes]]) -> list[Turns]:
    results: Any = make_queue()
    barrier, port = make_barrier(crew), free_port()
    ready = make_barrier(crew + 1)
    # Started before the server: they must not hold its ends of connections open.
    started = [forked(_work, at, port, ready, barrier, results) for _number in range(crew)]
    with mail_server(port) as sink:
        ready.wait()
        turns = results_of(started, results)
        received += sink.received
    return turns


def _work(at: list[datetime], port: int, ready: Any, barrier: Any, results: Any) -> None:
    """One worker: at each moment its turn, as run_worker takes it."""
    from django.conf import settings

    from ledger.domain.delivery import deliver_due_mail
    from ledger.domain.mail_server import smtp_connection
    from ledger.domain.worker import tick

    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    turns = Turns([], [])
    logging.getLogger().addHandler(_Errors(turns.errors))
    ready.wait()
    for moment in at:
        now = partial(_same, moment)
        barrier.wait(STUCK)
        turns.done += [(run.job, run.period) for run in tick(now=now, zone=ZONE)]
        barrier.wait(STUCK)
        deliver_due_mail(now=now, connection_factory=smtp_connection)
    results.put(turns)


def _same(moment: datetime) -> datetime:
    return moment


class _Errors(logging.Handler):
    """Keeps what a worker logs as an error: it goes on after one, so nothing else would tell."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else ""
        self.errors.append(f"{record.getMessage()} {error}")


def count_not_once(first: date, weeks: int, done: Counter[tuple[str, str]]) -> int:
    """Periods of three jobs left out, taken over, or that no calendar has; of any job, those done twice."""
    from ledger.domain.schedule import iso_week
    from ledger.models import JobRun

    mondays = [first + timedelta(weeks=number) for number in range(weeks)]
    week_before = timedelta(weeks=1)
    # At the first moment of all, the Sunday before is made up for.
    due = Counter(
        [(NIGHTLY, iso_week(monday - week_before)) for monday in [first - week_before, *mondays]]
        + [(REPORT, iso_week(monday - week_before)) for monday in mondays]
        + [(DIGESTS, str(monday + timedelta(days=day))) for monday in mondays for day in range(5)]
    )
    twice = sum(times > 1 for times in done.values())
    ours = Counter(run for run in done if run[0] in {NIGHTLY, REPORT, DIGESTS})
    kept = JobRun.objects.filter(job__in=[NIGHTLY, REPORT, DIGESTS], takeovers=0).exclude(finished_at=None)
    finished = Counter(kept.values_list("job", "period"))
    return twice + sum(len((one - due) + (due - one)) for one in (ours, finished))


def count_nightly_missing(weeks: int, people: list[int]) -> int:
    from ledger.models import OutgoingMail

    return (weeks + 1) * len(people) - OutgoingMail.objects.filter(kind=NIGHTLY).count()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--weeks", type=int, default=21)
    parser.add_argument("--first", type=date.fromisoformat, default=FIRST, metavar="DATE", help="a Monday")
    options = parser.parse_args()
    with fresh_site() as database:
        figures = run_drill(first=options.first, weeks=options.weeks, database=database)
    finish(figures)


if __name__ == "__main__":
    main()
