"""Kill a web process with SIGKILL at random moments while it saves, publishes and verifies.

    python -m tests.drills.save_kill --kills 1000
    .ci/postgres python -m tests.drills.save_kill --kills 1000

Each save is whole or absent: its revision, its publication, its verification, its activity and its search
document stand or fall together, and what was acknowledged is there.
"""

import argparse
import random
import time
from dataclasses import dataclass
from typing import Any

from tests.drills.sites import finish, forked, fresh_site, make_pipe

LONGEST_LIFE = 0.12  # seconds after the first save: a few saves


@dataclass(frozen=True)
class Figures:
    database: str
    kills: int
    acknowledged: int
    present: int  # revisions, those whose acknowledgement was killed among them
    lost: int
    half: list[str]  # what of a save is there without the rest
    damaged: int  # what SQLite's own check finds

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        unacknowledged = self.present - self.acknowledged
        return not (self.lost or self.half or self.damaged) and 0 <= unacknowledged <= self.kills

    def __str__(self) -> str:
        return (
            f"{self.database}: {self.kills} kills, {self.acknowledged} saves acknowledged, "
            f"{self.present} present: {self.lost} lost, {len(self.half)} half, {self.damaged} damaged"
        ) + "".join(f"\n  {what}" for what in self.half[:10])


def run_drill(*, kills: int, seed: int, database: str) -> Figures:
    from tests.factories import make_answer, make_user

    chance = random.Random(seed)  # noqa: S311
    lead = make_user("lead")
    answer = make_answer(owner=lead)
    acknowledged: list[str] = []
    for number in range(kills):
        acknowledged += _kill_once(answer.pk, lead.pk, f"life {number}", chance)
    return _count(answer.pk, acknowledged, kills, database)


def _kill_once(answer: int, person: int, name: str, chance: random.Random) -> list[str]:
    """What one process had acknowledged before it was killed."""
    receiver, sender = make_pipe()
    process = forked(_save_for_ever, answer, person, name, sender)
    sender.close()
    said = [receiver.recv()]  # it is at work
    time.sleep(chance.uniform(0, LONGEST_LIFE))
    process.kill()
    process.join()
    while receiver.poll():
        try:
            said.append(receiver.recv())
        except EOFError:  # killed while it spoke
            break
    return said


def _save_for_ever(answer: int, person: int, name: str, sender: Any) -> None:
    from django.test import Client

    from accounts.models import User
    from wiki.models import Answer

    client = Client()
    client.force_login(User.objects.get(pk=person))
    number = 0
    while True:
        text = f"{name} save {number}"
        data = {
            "base": Answer.objects.values_list("head", flat=True).get(pk=answer),
            "short_answer": text,
            "details": f"Details of {text}.",
            "kind": "answered",
            "disclosure": "say",
            "major": "on",
            "publish": "1",
            "still_true": "on",
        }
        response = client.post(f"/wiki/answers/{answer}/edit/", data)
        assert response.status_code == 302, response.text
        sender.send(text)
        number += 1


def _count(pk: int, acknowledged: list[str], kills: int, database: str) -> Figures:
    from wiki.models import AnswerRevision

    texts = set(AnswerRevision.objects.filter(answer=pk, number__gt=1).values_list("short_answer", flat=True))
    return Figures(
        database=database,
        kills=kills,
        acknowledged=len(acknowledged),
        present=len(texts),
        lost=len(set(acknowledged) - texts),
        half=_half_saves(pk),
        damaged=damage(),
    )


def _half_saves(pk: int) -> list[str]:
    from ledger.models import Activity
    from wiki.domain.freshness import refresh_review_dates
    from wiki.models import Answer, Publication, SearchDocument, Verification
    from wiki.search.words import index_tokens

    answer = Answer.objects.select_related("published", "question__category").get(pk=pk)
    numbers = list(answer.revisions.order_by("number").values_list("number", flat=True))
    expected = {
        "revisions without a gap": numbers == list(range(1, answer.head + 1)),
        "the latest is published": answer.published is not None and answer.published.number == answer.head,
        "one publication each": sorted(
            Publication.objects.filter(answer=answer).values_list("revision__number", flat=True)
        )
        == numbers,
        "one of them open": list(
            Publication.objects.filter(answer=answer, ends_at=None).values_list("revision", flat=True)
        )
        == [answer.published_id],
        "one verification each": sorted(
            Verification.objects.filter(answer=answer).values_list("revision__number", flat=True)
        )
        == numbers[1:],
        "the search finds the text": SearchDocument.objects.get(answer=answer).short_answer
        == index_tokens(answer.published.short_answer, answer.language),
    }
    for verb, those in {"save": numbers, "publish": numbers, "verify": numbers[1:]}.items():
        done = Activity.objects.about(answer).filter(verb=verb)
        expected[f"one activity each, {verb}"] = sorted(row.detail["revision"] for row in done) == those
    dates = (answer.verified_on, answer.next_review_on)
    refresh_review_dates(answer=answer)
    expected["the review dates"] = dates == (answer.verified_on, answer.next_review_on)
    return [what for what, holds in expected.items() if not holds]


def damage() -> int:
    from django.db import connection

    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        found = [row for (row,) in cursor.fetchall() if row != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        return len(found) + len(cursor.fetchall())


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
