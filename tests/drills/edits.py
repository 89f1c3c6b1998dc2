"""Many writers edit the same few answers at once: open the editor, then save, then try again when refused.

    python -m tests.drills.edits --edits 10000 --writers 8
    .ci/postgres python -m tests.drills.edits --edits 10000 --writers 8

An edit is two requests of the real pages. Every one that was acknowledged is a revision, in an unbroken
row of numbers, and every other writer was told of it. No error, "database is locked" least of all, and
nobody waits longer than 2 seconds.
"""

import argparse
import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.drills.sites import finish, forked, fresh_site, make_queue, results_of

ANSWERS = 10  # so few that every writer is refused now and then
BASE = re.compile(r'name="base" value="(\d+)"')


@dataclass(frozen=True)
class Figures:
    database: str
    writers: int
    edits: int  # acknowledged
    refused: int  # told that someone else was first, and tried again
    lost: int  # acknowledged, and not in the history
    unknown: int  # in the history, and never acknowledged
    gaps: int
    errors: int
    longest_wait: float  # seconds, of one request
    allowed_wait: float
    p99_wait: float

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        whole = self.edits > 0 and not (self.lost or self.unknown or self.gaps or self.errors)
        return whole and self.longest_wait <= self.allowed_wait

    def __str__(self) -> str:
        return (
            f"{self.database}: {self.edits} edits by {self.writers} writers, {self.refused} refused and "
            f"retried: {self.lost} lost, {self.unknown} unknown, {self.gaps} gaps, {self.errors} errors; "
            f"longest wait {self.longest_wait * 1000:.0f} ms, 99 % within {self.p99_wait * 1000:.0f} ms"
        )


@dataclass
class Done:
    """What one writer saw."""

    texts: list[str]
    refused: int
    errors: list[str]
    waits: list[float]


def run_drill(*, edits: int, writers: int, allowed_wait: float, database: str) -> Figures:
    from tests.factories import make_answer, make_user

    answers = [make_answer(owner=make_user("editor")) for _number in range(ANSWERS)]
    people = [make_user("lead") for _number in range(writers)]
    results: Any = make_queue()
    started = [
        forked(_write, number, person.pk, [answer.pk for answer in answers], edits // writers, results)
        for number, person in enumerate(people)
    ]
    done = results_of(started, results)
    return _count(done, [answer.pk for answer in answers], allowed_wait, database)


def _write(number: int, person: int, answers: list[int], edits: int, results: Any) -> None:
    from django.test import Client

    from accounts.models import User

    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=person))
    done = Done([], 0, [], [])
    for edit in range(edits):
        _edit(client, answers[(number + edit) % len(answers)], f"writer {number} edit {edit}", done)
    results.put(done)


def _edit(client: Any, answer: int, text: str, done: Done) -> None:
    """Until it is saved; every third text is published at once, which writes the search index too."""
    for attempt in range(1000):
        page = _timed(done, lambda: client.get(f"/wiki/answers/{answer}/edit/"))
        if page.status_code != 200:
            done.errors.append(f"GET {page.status_code}")
            return
        data = {
            "base": BASE.search(page.text)[1],
            "short_answer": text,
            "kind": "answered",
            "disclosure": "say",
            "major": "on",
        }
        if hash(text) % 3 == 0:
            data["publish"] = "1"
        saved = _timed(done, lambda data=data: client.post(f"/wiki/answers/{answer}/edit/", data))
        if saved.status_code == 302:
            done.texts.append(text)
            return
        if saved.status_code != 409:
            done.errors.append(f"POST {saved.status_code}")
            return
        done.refused += 1
        time.sleep(0.001 * (attempt % 7))


def _timed(done: Done, request: Any) -> Any:
    start = time.monotonic()
    response = request()
    done.waits.append(time.monotonic() - start)
    return response


def _count(done: list[Done], answers: list[int], allowed_wait: float, database: str) -> Figures:
    from wiki.models import Answer, AnswerRevision, Publication

    acknowledged = Counter(text for writer in done for text in writer.texts)
    kept = Counter(AnswerRevision.objects.filter(number__gt=1).values_list("short_answer", flat=True))
    gaps = 0
    for answer in Answer.objects.filter(pk__in=answers):
        numbers = list(answer.revisions.order_by("number").values_list("number", flat=True))
        gaps += numbers != list(range(1, answer.head + 1))
        gaps += Publication.objects.filter(answer=answer, ends_at=None).count() != 1
    waits = sorted(wait for writer in done for wait in writer.waits)
    return Figures(
        database=database,
        writers=len(done),
        edits=acknowledged.total(),
        refused=sum(writer.refused for writer in done),
        lost=(acknowledged - kept).total(),
        unknown=(kept - acknowledged).total(),
        gaps=gaps,
        errors=sum(len(writer.errors) for writer in done),
        longest_wait=waits[-1],
        allowed_wait=allowed_wait,
        p99_wait=waits[int(len(waits) * 0.99)],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--allowed-wait", type=float, default=2.0, help="seconds, of one request")
    options = parser.parse_args()
    with fresh_site() as database:
        figures = run_drill(
            edits=options.edits,
            writers=options.writers,
            allowed_wait=options.allowed_wait,
            database=database,
        )
    finish(figures)


if __name__ == "__main__":
    main()
