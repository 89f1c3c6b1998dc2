"""What a weekly report freezes: ids, dates and plain numbers. Names are looked up when it is read."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q

from accounts.local_days import start_of
from recruiting.domain.report_parts import freeze_parts
from recruiting.models import CandidateQuestion
from wiki.domain.harm import Harm, most_harmful_first, unconfirmed_when_needed
from wiki.models import Answer, Freshness
from wiki.models.answers import AnswerQuerySet

COUNTS = ("fresh", "due_soon", "stale", "never_verified", "orphan", "challenged")
# The columns of a ReportedAnswer, in its order.
LISTED: tuple[str, ...] = (
    "pk",
    "owner",
    "freshness",
    "challenged",
    "orphan",
    "verified_on",
    "next_review_on",
    "given_90_days",
    "sensitive",
    "needed_by",
    "needed_on",
    "unconfirmed",
)
MOST_ANSWERS = 5000  # of a report's list; the rest is only counted
MOST_GAPS = 100


class ReportedAnswer(NamedTuple):
    """An answer of the report's list, as it stood. A tuple, so that JSON keeps thousands in little room."""

    answer: int
    owner: int | None
    state: str
    challenged: bool
    orphan: bool
    verified_on: str | None
    due_on: str | None
    given: int
    sensitive: bool
    needed_by: int
    needed_on: str | None
    unconfirmed: int  # 1: stale or never verified, now or on the day of a session to come

    @property
    def harm(self) -> Harm:
        return Harm(
            state=self.state,
            due_on=day_of(self.due_on),
            sessions=self.needed_by,
            needed_on=day_of(self.needed_on),
            given=self.given,
            sensitive=self.sensitive,
        )


class Gap(NamedTuple):
    """A question without an answer; without an id, one that the wiki does not know."""

    question: int | None
    asked: list[int]  # ids of CandidateQuestion: the candidates' words may be erased later


def count_answers(*, on: date) -> dict[str, int]:
    """The six counts of published answers, and `listed`, in one query."""
    freshness = {state.value: Count("pk", filter=Q(freshness=state)) for state in Freshness}
    counted = _published(on).aggregate(
        **freshness,
        # An aggregate must not be named like the annotation that it counts.
        orphans=Count("pk", filter=Q(orphan=True)),
        challenges=Count("pk", filter=Q(challenged=True)),
        listed=Count("pk", filter=_worth_listing(on)),
    )
    return counted | {"orphan": counted.pop("orphans"), "challenged": counted.pop("challenges")}


def freeze_content(*, on: date, week: date, listed: int) -> dict[str, Any]:
    """The rest of the report: `week` is the Monday it begins on, `on` the day it is counted."""
    answers = _listed_answers(on=on)
    return {
        "answers": answers,
        "left_out": max(0, listed - len(answers)),  # counted a moment earlier
        "gaps": _gaps(week=week),
        **freeze_parts(on=on, week=week),
    }


def _published(on: date) -> AnswerQuerySet:
    return Answer.objects.published().with_freshness(on=on)


def _worth_listing(on: date) -> Q:
    return unconfirmed_when_needed(on=on) | Q(orphan=True) | Q(challenged=True)


def _listed_answers(*, on: date) -> list[ReportedAnswer]:
    answers = most_harmful_first(_published(on).filter(_worth_listing(on)), on=on)
    return [_reported(row) for row in answers.values_list(*LISTED)[:MOST_ANSWERS]]


def _reported(row: Iterable[Any]) -> ReportedAnswer:
    return ReportedAnswer._make(value.isoformat() if isinstance(value, date) else value for value in row)


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _gaps(*, week: date) -> list[Gap]:
    """Questions asked in the week without an answer to give, the most asked first."""
    asked = CandidateQuestion.objects.filter(
        gap=True, asked_at__gte=start_of(week), asked_at__lt=start_of(week + timedelta(days=7))
    )
    known: dict[int, list[int]] = defaultdict(list)
    for pk, question in asked.filter(question__isnull=False).values_list("pk", "question"):
        known[question].append(pk)
    unknown = [Gap(None, [pk]) for pk in asked.filter(question=None).values_list("pk", flat=True)]
    gaps = [Gap(question, ids) for question, ids in known.items()]
    return (sorted(gaps, key=lambda gap: -len(gap.asked)) + unknown)[:MOST_GAPS]
