"""What hosts said otherwise than an answer, improvised, or stumbled over: for those who keep the answer.

Its words are shown only once three people have contributed them, without names or days: with fewer, whoever
knows who hosts would know who said what, and next time nobody would tell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from recruiting.models import AnswerGiven, DebriefedQuestion
from wiki.models import Answer
from wiki.models.answers import AnswerQuerySet
from wiki.models.revisions import SHORT_ANSWER_LENGTH

Kept: TypeAlias = "QuerySet[Answer, Any]"  # their ids alone
SINGLED_OUT_BELOW = 3  # people
WINDOW = timedelta(days=30)
MOST_WORDS = 12  # said otherwise, in one proposal


@dataclass(kw_only=True)
class SaidOtherwise:
    """Of one answer: how often, and by whom, which is never shown."""

    answer: Answer
    departures: int = 0
    improvisations: int = 0
    stumbles: int = 0
    _words: list[str] = field(default_factory=list)
    _authors: set[int] = field(default_factory=set)

    @property
    def times(self) -> int:
        """How often something else was said than the answer."""
        return self.departures + self.improvisations

    @property
    def has_enough_people(self) -> bool:
        return len(self._authors) >= SINGLED_OUT_BELOW

    @property
    def words(self) -> Sequence[str]:
        """In the order of the alphabet, which tells nothing of who said what when."""
        return sorted(set(self._words))[:MOST_WORDS] if self.has_enough_people else []

    def add_words(self, words: str, author: int) -> None:
        if words.strip():
            self._words.append(words.strip())
            self._authors.add(author)


def said_otherwise(*, answers: AnswerQuerySet, at: datetime) -> list[SaidOtherwise]:
    """Those of the answers that were said otherwise or stumbled over in the last thirty days.

    The most often first. Three queries and that of the answers.
    """
    since, mine = at - WINDOW, answers.order_by().values("pk")
    departures = list(_departures(mine, since, at))
    felt = list(_felt(since, at))
    told = _answers_told(felt, mine)
    concerned = {pk for pk, _words, _host in departures}.union(*told.values())
    found = {pk: SaidOtherwise(answer=answer) for pk, answer in answers.in_bulk(concerned).items()}
    for pk, words, host in departures:
        found[pk].departures += 1
        found[pk].add_words(words, host)
    for row in felt:
        for pk in told.get(row.candidate_question_id, ()):
            _add_feeling(found[pk], row)
    return sorted(found.values(), key=lambda one: (-one.times, -one.stumbles, one.answer.pk))


def said_otherwise_of(*, user: User, at: datetime) -> list[SaidOtherwise]:
    """Of the answers that the user keeps: their work."""
    mine = Answer.objects.published().kept_by(user, on=localdate(at))
    titled = mine.select_related("question", "scope").with_question_title(user.language)
    return said_otherwise(answers=titled, at=at)


def proposed_text(one: SaidOtherwise, *, short_answer: str) -> str:
    """The short answer with the words that were used instead below it, for a person to make one of both."""
    parts = [short_answer]
    for words in one.words:
        if sum(map(len, parts)) + len(words) + 2 * len(parts) <= SHORT_ANSWER_LENGTH:
            parts.append(words)
    return "\n\n".join(part for part in parts if part)


def _departures(mine: Kept, since: datetime, at: datetime) -> Iterable[tuple[int, str, int]]:
    rows = AnswerGiven.objects.standing().departed().filter(given_at__range=(since, at))
    rows = rows.filter(revision__answer__in=mine).order_by("pk")
    return rows.values_list("revision__answer", "said", "host")


def _felt(since: datetime, at: datetime) -> Iterable[DebriefedQuestion]:
    rows = DebriefedQuestion.objects.filter(debrief__submitted_at__range=(since, at))
    return (rows.stumbles() | rows.improvised_ones()).select_related("debrief").order_by("pk")


def _answers_told(felt: Sequence[DebriefedQuestion], mine: Kept) -> dict[int, set[int]]:
    """By question asked, the answers that the record names for it."""
    rows = AnswerGiven.objects.standing().filter(
        candidate_question__in={row.candidate_question_id for row in felt}, revision__answer__in=mine
    )
    told: dict[int, set[int]] = {}
    for asked, answer in rows.values_list("candidate_question", "revision__answer"):
        told.setdefault(asked, set()).add(answer)
    return told


def _add_feeling(one: SaidOtherwise, row: DebriefedQuestion) -> None:
    one.stumbles += row.is_stumble
    if row.improvised:
        one.improvisations += 1
        one.add_words(row.improvised, row.debrief.host_id)
