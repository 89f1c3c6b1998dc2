"""Kill the real worker with SIGKILL at random moments while mails and jobs are due, and count what arrived.

    python -m tests.drills.worker_kill --kills 20
    .ci/postgres python -m tests.drills.worker_kill --kills 20

Each life of the worker is `manage.py run_worker` with its clock set: to Monday at eight and a little later
for each next life of the week, so that what a killed one held may be taken over. When it had been killed
four times, one lives until nothing is left to do. Each job is done and each recipient has each mail exactly
once. A mail may arrive twice only when a kill fell between the server's yes and its being written down:
then the copies have one Message-ID and the same bytes, and the outbox page says so.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as local_time
from typing import Any
from zoneinfo import ZoneInfo

from tests.drills.arrivals import (
    Arrivals,
    all_decided,
    being_sent,
    count_arrivals,
    mail_server,
    queue_trial_mail,
)
from tests.drills.commands_kill import count_queued, make_people
from tests.drills.sites import ROOT, finish, fresh_site

FIRST = date(2026, 11, 23)  # a Monday
ZONE = ZoneInfo("Europe/Paris")
KILLS_A_WEEK, APART = 4, timedelta(minutes=20)  # longer than a lease, and than a run is presumed alive
OTHERS = 10  # mails of other causes, due when the week begins
LONGEST_LIFE = 2.5  # seconds after it was seen to be at work


@dataclass(frozen=True)
class Figures:
    database: str
    kills: int
    weeks: int
    in_a_job: int  # kills that left a run unfinished
    in_a_mail: int  # kills that left a mail being sent
    unfinished: int
    missing: int
    doubled: int
    arrivals: Arrivals

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        few = self.arrivals.extra_copies <= self.kills
        return self.arrivals.hold and few and not (self.unfinished or self.missing or self.doubled)

    def __str__(self) -> str:
        return (
            f"{self.database}: {self.kills} kills of the worker over {self.weeks} weeks, "
            f"{self.in_a_job} in the midst of a job and {self.in_a_mail} of a mail: "
            f"{self.unfinished} jobs unfinished, "
            f"{self.missing} mails missing, {self.doubled} queued twice; {self.arrivals}"
        )


def run_drill(*, kills: int, seed: int, database: str) -> Figures:
    chance = random.Random(seed)  # noqa: S311
    leads, owners = make_people(leads=4, owners=12)
    caught: list[str] = []
    killed = weeks = in_a_job = 0
    with mail_server() as sink:
        sink.seconds_to_answer = 0.05
        while killed < kills:
            at = datetime.combine(FIRST + timedelta(weeks=weeks), local_time(8), ZONE)
            for number in range(OTHERS):
                queue_trial_mail(f"week{weeks}-{number}@example.com", at=at)
            for _life in range(min(KILLS_A_WEEK, kills - killed)):
                kill_once(at, sink, chance)
                killed += 1
                in_a_job += unfinished_runs() > 0
                caught += being_sent()
                at += APART
            live_until_done(at)
            weeks += 1
        arrivals = count_arrivals(sink.received, cut_short=caught)
    missing, doubled = count_queued(FIRST, weeks, leads, owners)
    return Figures(
        database=database,
        kills=killed,
        weeks=weeks,
        in_a_job=in_a_job,
        in_a_mail=len(caught),
        unfinished=unfinished_runs(),
        missing=missing,
        doubled=doubled,
        arrivals=arrivals,
    )


def kill_once(at: datetime, sink: Any, chance: random.Random) -> None:
    """Let it live a random while after its first trace, in the database or at the mail server."""
    before = traces(sink)
    worker = start(at)
    try:
        wait_for(lambda: traces(sink) != before, worker)
        time.sleep(chance.uniform(0, LONGEST_LIFE))
    finally:
        worker.kill()
        worker.wait()


def live_until_done(at: datetime) -> None:
    worker = start(at)
    try:
        wait_for(lambda: all_decided() and not unfinished_runs() and has_beaten(at), worker)
    finally:
        worker.terminate()
        worker.wait()


def start(at: datetime) -> subprocess.Popen:
    from django.conf import settings

    port = str(settings.EMAIL_PORT)
    mail = {"EMAIL_HOST": settings.EMAIL_HOST, "EMAIL_PORT": port, "EMAIL_USE_TLS": "false"}
    command = [sys.executable, "-m", "tests.drills.shifted_worker", at.isoformat()]
    said = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | mail, stdout=said, stderr=said)


def traces(sink: Any) -> tuple[object, ...]:
    from ledger.models import JobRun, OutgoingMail

    runs = JobRun.objects.order_by("pk").values_list("pk", "started_at", "takeovers")
    return (len(sink.received), OutgoingMail.objects.count(), *runs)


def unfinished_runs() -> int:
    from ledger.models import JobRun

    return JobRun.objects.filter(finished_at=None).count()


def has_beaten(at: datetime) -> bool:
    """Whether the worker has looked for jobs since: then it has done them, or left a run unfinished."""
    from ledger.domain.worker import last_beat

    beat = last_beat()
    return beat is not None and beat >= at


def wait_for(condition: Callable[[], bool], worker: subprocess.Popen, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if worker.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the worker ended by itself, or did nothing")
        time.sleep(0.005)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with fresh_site() as database:
        figures = run_drill(kills=options.kills, seed=options.seed, database=database)
    finish(figures)


if __name__ == "__main__":
    main()
