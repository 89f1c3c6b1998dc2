"""Pause the worker that holds a job or a mail until another has taken it over, then let it wake.

    python -m tests.drills.paused_holder --pauses 100
    .ci/postgres python -m tests.drills.paused_holder --pauses 100

A worker is stopped with SIGSTOP in the midst of a job, or at each moment at which delivery has just looked
at the clock. The clock goes on past the lease, another worker takes over and ends the work, then the first
one wakes with what it knew before. It sends nothing, queues nothing and records nothing: every row stays
as the other left it. Only a mail whose dialogue was over before the pause arrives twice, the same bytes,
marked as maybe sent twice.
"""

import argparse
import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from tests.drills.arrivals import Arrivals, count_arrivals, mail_server, queue_trial_mail
from tests.drills.sites import finish, forked, fresh_site

ZONE = ZoneInfo("Europe/Paris")
START = datetime(2026, 11, 23, 8, tzinfo=ZONE)  # a Monday
JOB = "drill-weekly"
LOOKS = 4  # how often delivery of one mail looks at the clock
HALF_AN_HOUR = timedelta(minutes=30)
MAILS = 3  # waiting at each pause of a delivery


@dataclass(frozen=True)
class Figures:
    database: str
    jobs: int  # holders paused
    deliveries: int
    after_dialogue: int  # of them, those paused when the server had its mail
    recorded: int  # rows that a holder changed after it woke
    sent: int  # mails that it sent or queued after it woke
    not_taken_over: int
    arrivals: Arrivals

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        copies = self.arrivals.extra_copies == self.after_dialogue
        return self.arrivals.hold and copies and not (self.recorded or self.sent or self.not_taken_over)

    def __str__(self) -> str:
        return (
            f"{self.database}: {self.jobs} jobs and {self.deliveries} deliveries paused and taken over, "
            f"{self.after_dialogue} of them after the server had the mail; {self.not_taken_over} were not; "
            f"on waking {self.recorded} rows changed, {self.sent} mails sent or queued; {self.arrivals}"
        )


def run_drill(*, pauses: int, database: str) -> Figures:
    from ledger.models import JobRun, OutgoingMail

    found: Counter[str] = Counter()
    caught: list[str] = []
    with mail_server() as sink:
        for number in range(pauses):
            at = START + timedelta(weeks=number)
            found.update(pause_job(at))
            at += HALF_AN_HOUR  # all that the job queued is due
            queued = [f"person{number}-{place}@example.com" for place in range(MAILS)]
            for address in queued:
                queue_trial_mail(address, at=at)
            before = len(sink.received)
            found.update(pause_delivery(at, look=1 + number % LOOKS, sink=sink, caught=caught))
            found["not taken over"] += {*queued} - {*sink.recipients[before:]} != set()
        found["not taken over"] += JobRun.objects.filter(job=JOB).exclude(takeovers=1).count()
        found["not taken over"] += OutgoingMail.objects.exclude(state="sent").count()
        arrivals = count_arrivals(sink.received, cut_short=caught)
    return Figures(
        database=database,
        jobs=pauses,
        deliveries=pauses,
        after_dialogue=len(caught),
        recorded=found["recorded"],
        sent=found["sent"],
        not_taken_over=found["not taken over"],
        arrivals=arrivals,
    )


def pause_job(at: datetime) -> dict[str, int]:
    """Pause a worker between two mails of a job; another takes it over after a quarter of an hour."""
    from ledger.domain.jobs import PRESUMED_DEAD

    holder = until_stopped(partial(take_turn, at, pause=True))
    in_child(partial(take_turn, at + PRESUMED_DEAD, pause=False))
    return wake_and_compare(holder)


def take_turn(at: datetime, *, pause: bool) -> None:
    """A worker's turn, with one job registered whose first mail is followed by a long pause."""
    from ledger.domain import schedule
    from ledger.domain.worker import tick

    def work(*, period: str, at: datetime) -> str:
        queue_trial_mail("first@example.com", at=at, period=period, recipient=recipient())
        if pause:
            os.kill(os.getpid(), signal.SIGSTOP)
        queue_trial_mail("second@example.com", at=at, kind="drill-2", period=period, recipient=recipient())
        return "queued by the first" if pause else "queued by the second"

    schedule._jobs.clear()
    schedule.register_job(name=JOB, schedule=schedule.Weekly(at=time(8)), work=work)
    tick(now=lambda: at, zone=ZONE)


def recipient() -> Any:
    from accounts.models import User
    from tests.factories import make_user

    return User.objects.first() or make_user("lead")


def pause_delivery(at: datetime, *, look: int, sink: Any, caught: list[str]) -> dict[str, int]:
    """Pause a worker as it looks at the clock for the nth time; another delivers when the lease is over."""
    from ledger.domain.delivery import LEASE

    before = len(sink.received)
    holder = until_stopped(partial(deliver, at, look=look))
    arrived = sink.recipients[before:]
    caught += message_ids_being_sent(arrived)
    in_child(partial(deliver, at + LEASE, look=None))
    told = len(sink.received)
    return wake_and_compare(holder, more=lambda: len(sink.received) - told)


def deliver(at: datetime, *, look: int | None) -> None:
    from ledger.domain.delivery import deliver_due_mail
    from ledger.domain.mail_server import smtp_connection

    looks = 0

    def now() -> datetime:
        nonlocal looks
        looks += 1
        if looks == look:
            os.kill(os.getpid(), signal.SIGSTOP)  # it wakes with the time it read before
        return at

    deliver_due_mail(now=now, connection_factory=smtp_connection)


def message_ids_being_sent(addresses: list[str]) -> list[str]:
    from ledger.models import OutgoingMail

    held = OutgoingMail.objects.filter(state="sending", to_address__in=addresses)
    return list(held.values_list("message_id", flat=True))


def until_stopped(work: Callable[[], None]) -> Any:
    process = forked(work)
    seen = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    if seen is None or seen.si_code != os.CLD_STOPPED:
        raise RuntimeError("the holder ended before it was paused")
    return process


def in_child(work: Callable[[], None]) -> None:
    process = forked(work)
    process.join()
    if process.exitcode:
        raise RuntimeError("the other worker died")


def wake_and_compare(holder: Any, *, more: Callable[[], int] = lambda: 0) -> dict[str, int]:
    """Let it live to its end, and count what it changed."""
    before = rows()
    os.kill(holder.pid, signal.SIGCONT)
    holder.join()
    if holder.exitcode:
        raise RuntimeError("the holder died on waking")
    after = rows()
    return {
        "recorded": sum(after.get(key) != row for key, row in before.items()),
        "sent": len(after) - len(before) + more(),
    }


def rows() -> dict[tuple[str, int], tuple]:
    """Every mail and every run, as they stand, but for the worker's sign of life."""
    from ledger.models import JobRun, OutgoingMail

    mails = OutgoingMail.objects.defer("message").values_list()
    runs = JobRun.objects.exclude(job="worker").values_list()
    return {("mail", row[0]): row for row in mails} | {("run", row[0]): row for row in runs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pauses", type=int, default=20)
    options = parser.parse_args()
    with fresh_site() as database:
        figures = run_drill(pauses=options.pauses, database=database)
    finish(figures)


if __name__ == "__main__":
    main()
