"""Kill the commands that make and send mail with SIGKILL at random moments, and count what arrived.

    python -m tests.drills.commands_kill --kills 1000
    .ci/postgres python -m tests.drills.commands_kill --kills 1000

A round is one week: `send_owner_digests`, `send_weekly_report` and `deliver_outbox`, each a process of its
own that is started again until it lives to its end. Each recipient has each mail exactly once. A mail may
arrive twice only when a kill fell between the server's yes and its being written down: then the copies
have one Message-ID and the same bytes, at most one more for each kill, and the outbox page says so.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

from tests.drills.arrivals import (
    Arrivals,
    all_decided,
    being_sent,
    count_arrivals,
    leases_run_out,
    mail_server,
)
from tests.drills.sites import finish, forked, fresh_site

FIRST = date(2026, 11, 23)  # a Monday
DIGESTS, REPORT, DELIVERY = "send_owner_digests", "send_weekly_report", "deliver_outbox"


@dataclass(frozen=True)
class Figures:
    database: str
    weeks: int
    kills: Counter[str]
    missing: int  # recipients without their mail of a week
    doubled: int  # queued twice
    arrivals: Arrivals

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        few = self.arrivals.extra_copies <= self.kills[DELIVERY]
        return self.arrivals.hold and few and not (self.missing or self.doubled)

    def __str__(self) -> str:
        kills = ", ".join(f"{number} of {command}" for command, number in sorted(self.kills.items()))
        return (
            f"{self.database}: {self.kills.total()} kills ({kills}) over {self.weeks} weeks: "
            f"{self.missing} missing, {self.doubled} queued twice; {self.arrivals}"
        )


def run_drill(*, kills: int, seed: int, database: str) -> Figures:
    chance = random.Random(seed)  # noqa: S311
    leads, owners = make_people(leads=4, owners=12)
    killed: Counter[str] = Counter()
    caught: list[str] = []
    with mail_server() as sink:
        sink.seconds_to_answer = 0.01
        lengths = {DIGESTS: 0.3, REPORT: 0.3, DELIVERY: 0.3}  # seconds of a run, measured as it goes
        week = 0
        while killed.total() < kills:
            on = FIRST + timedelta(weeks=week)
            for command in (DIGESTS, REPORT):
                until_it_ends(command, on, killed, chance, lengths)
            while not all_decided():
                until_it_ends(
                    DELIVERY, None, killed, chance, lengths, after_kill=lambda: caught.extend(free())
                )
            week += 1
        arrivals = count_arrivals(sink.received, cut_short=caught)
    missing, doubled = count_queued(FIRST, week, leads, owners)
    return Figures(database, week, killed, missing, doubled, arrivals)


def make_people(*, leads: int, owners: int) -> tuple[list[int], list[int]]:
    """Leads and owners; every owner's answer is overdue, and news again each Monday."""
    from tests.factories import make_answer, make_category, make_question, make_user

    category = make_category()
    made = [make_user("lead", password=None) for _number in range(leads)]
    readers = [make_user("reader", password=None) for _number in range(owners)]
    for reader in readers:
        question = make_question(category=category)
        make_answer(question, owner=reader, verified_on=date(2026, 1, 5), interval_days=28)
    return [lead.pk for lead in made], [reader.pk for reader in readers]


def until_it_ends(
    command: str,
    on: date | None,
    killed: Counter[str],
    chance: random.Random,
    lengths: dict[str, float],
    *,
    after_kill: Callable[[], None] = lambda: None,
) -> None:
    """Start the command again and again, each time killed at a random moment unless it ended before."""
    while True:
        begin = time.monotonic()
        process = forked(run_command, command, on)
        process.join(chance.uniform(0, 1.2 * lengths[command]))
        process.kill()
        process.join()
        if process.exitcode == 0:
            lengths[command] = time.monotonic() - begin
            return
        if process.exitcode > 0:
            raise RuntimeError(f"{command} ended by an error of its own")
        killed[command] += 1
        lengths[command] *= 1.2  # what never lives long enough would never end
        after_kill()


def run_command(command: str, on: date | None) -> None:
    """The life of a killed process: the command, as manage.py runs it."""
    from django.core.management import call_command

    call_command(command, *(["--on", on.isoformat()] if on else []), stdout=StringIO())


def free() -> list[str]:
    """What the kill caught, which the next process may take."""
    from django.utils import timezone

    caught = being_sent()
    leases_run_out(at=timezone.now())
    return caught


def count_queued(first: date, weeks: int, leads: list[int], owners: list[int]) -> tuple[int, int]:
    """Recipients without a mail that they should have, and mails beyond the first."""
    from ledger.domain.schedule import iso_week
    from ledger.models import OutgoingMail

    mondays = [first + timedelta(weeks=number) for number in range(weeks)]
    due = Counter(
        [("weekly-report", iso_week(on - timedelta(weeks=1)), lead) for on in mondays for lead in leads]
        + [("owner-digest", on.isoformat(), owner) for on in mondays for owner in owners]
    )
    kinds = ["weekly-report", "owner-digest"]
    queued = Counter(OutgoingMail.objects.filter(kind__in=kinds).values_list("kind", "period", "recipient"))
    return (due - queued).total(), (queued - Counter(queued.keys())).total()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with fresh_site() as database:
        figures = run_drill(kills=options.kills, seed=options.seed, database=database)
    finish(figures)


if __name__ == "__main__":
    main()
