"""Kill a process with SIGKILL at random moments while it confirms an import; meanwhile another one saves.

    python -m tests.drills.import_kill --kills 100 --lines 20000
    .ci/postgres python -m tests.drills.import_kill --kills 100 --lines 20000

The file is imported whole or not at all: its candidates, an activity for each, the import's own activity and
the removal of the file stand or fall together. How long the saves beside it waited is printed.
"""

import argparse
import random
import time
from dataclasses import dataclass
from typing import Any

from tests.drills.save_kill import damage
from tests.drills.sites import finish, forked, fresh_site, make_pipe

BETWEEN_SAVES = 0.02  # seconds


@dataclass(frozen=True)
class Figures:
    database: str
    lines: int
    kills: int
    whole: int  # imports that were committed before the kill
    absent: int
    half: list[str]
    damaged: int
    imported: float  # seconds, of an import that nobody killed
    waited: float  # seconds, the longest save beside it

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        return not (self.half or self.damaged) and self.whole + self.absent == self.kills

    def __str__(self) -> str:
        return (
            f"{self.database}: {self.kills} kills of imports of {self.lines} lines: {self.whole} whole, "
            f"{self.absent} absent, {len(self.half)} half, {self.damaged} damaged; "
            f"one that nobody killed {self.imported:.2f} s, the longest save beside it {self.waited:.2f} s"
        ) + "".join(f"\n  {what}" for what in self.half[:10])


def run_drill(*, kills: int, lines: int, seed: int, database: str) -> Figures:
    from tests.factories import make_company, make_user

    make_company()
    lead = make_user("lead")
    chance = random.Random(seed)  # noqa: S311
    imported, waited = _whole_beside_saves(lead.pk, lines)
    whole, half = 0, []
    for number in range(1, kills + 1):
        file = _kept(lead.pk, number, lines)
        _kill(file, lead.pk, after=chance.uniform(0, imported))
        found = _found(file, number)
        whole += found == (lines, lines, 1, 0)
        if found not in ((lines, lines, 1, 0), (0, 0, 0, 1)):
            half.append(f"import {number}: candidates, activities, imports, files: {found}")
    return Figures(
        database=database,
        lines=lines,
        kills=kills,
        whole=whole,
        absent=kills - whole - len(half),
        half=half,
        damaged=damage(),
        imported=imported,
        waited=waited,
    )


def _kept(person: int, number: int, lines: int) -> int:
    from django.utils.timezone import now

    from accounts.models import User
    from recruiting.domain.tracking.imports import keep_import

    heads = "Reference,Name,E-mail address,Language,Source\n"
    rows = (f"R{number}-{line},Name {line},n{line}@{number}.example,en,Site\n" for line in range(lines))
    by = User.objects.get(pk=person)
    return keep_import(kind="candidates", text=heads + "".join(rows), by=by, at=now()).pk


def _kill(file: int, person: int, *, after: float) -> None:
    receiver, sender = make_pipe()
    process = forked(_confirm, file, person, sender)
    receiver.recv()  # it has its preview
    time.sleep(after)
    process.kill()
    process.join()


def _confirm(file: int, person: int, sender: Any) -> None:
    from django.utils.timezone import now

    from accounts.models import User
    from recruiting.domain.tracking.imports import confirm_import, preview_import
    from recruiting.models import TrackingImport

    by, kept = User.objects.get(pk=person), TrackingImport.objects.get(pk=file)
    seen = preview_import(kept=kept, by=by).fingerprint
    sender.send("ready")
    start = time.monotonic()
    confirm_import(kept=kept, as_of=seen, by=by, at=now())
    sender.send(time.monotonic() - start)


def _whole_beside_saves(person: int, lines: int) -> tuple[float, float]:
    """Seconds of an import that nobody kills, and of the longest save that another process made meanwhile."""
    file = _kept(person, 0, lines)
    receiver, sender = make_pipe()
    process = forked(_confirm, file, person, sender)
    receiver.recv()
    waits = []
    while not receiver.poll():
        start = time.monotonic()
        _save(person)
        waits.append(time.monotonic() - start)
        time.sleep(BETWEEN_SAVES)
    imported = receiver.recv()
    process.join()
    return imported, max(waits, default=0)


def _save(person: int) -> None:
    """Something small and unrelated, in a transaction of its own."""
    from django.utils.timezone import now

    from accounts.models import User
    from ledger.domain.activity import record_activity

    user = User.objects.get(pk=person)
    record_activity(actor=user, verb="drill", subject=user, at=now())


def _found(file: int, number: int) -> tuple[int, int, int, int]:
    from ledger.models import Activity
    from recruiting.models import Candidate, TrackingImport

    candidates = Candidate.objects.filter(reference__startswith=f"R{number}-")
    added = Activity.objects.filter(
        subject="recruiting.candidate", verb="add", subject_id__in=candidates.values("pk")
    )
    imports = Activity.objects.filter(verb="import", subject_id=file)
    return (
        candidates.count(),
        added.count(),
        imports.count(),
        TrackingImport.objects.filter(pk=file).count(),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with fresh_site() as database:
        figures = run_drill(kills=options.kills, lines=options.lines, seed=options.seed, database=database)
    finish(figures)


if __name__ == "__main__":
    main()
