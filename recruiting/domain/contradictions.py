"""Candidates for one position who were told different things about one question."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F, Max, Min, Q

from recruiting.models import AnswerGiven, Delivery, Position, Stage
from recruiting.models.answers_given import AnswerGivenQuerySet
from wiki.models import AnswerRevision, Question

WITHIN = timedelta(days=90)
EACH = 4  # lines shown of each of the things told, the latest
_IN_PROCESS = Q(session__application__outcome="") & ~Q(session__application__stage=Stage.CLOSED)
_POSITION, _QUESTION = "session__application__position", "candidate_question__question"
Place = tuple[int, int]  # a position and a question


class Told(NamedTuple):
    """A line of the record, as far as telling it from others needs."""

    pk: int
    position: int
    question: int
    application: int
    delivery: str
    answer: int
    number: int
    outcome: str
    stage: str

    @property
    def in_process(self) -> bool:
        return not self.outcome and self.stage != Stage.CLOSED


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """One question on one position; `lines` are the latest that do not go together, the oldest first.

    `departed`: told as written to one and otherwise to another. Else the text has changed for good between
    what was told to two who are both still in process.
    """

    position: Position
    question: Question
    lines: Sequence[AnswerGiven]
    departed: bool


def contradictions(
    *, at: datetime, language: str, position: Position | None = None, most: int | None = None
) -> list[Contradiction]:
    """Of one position, or of all; those told last first. As many queries however much was told."""
    told = AnswerGiven.objects.standing().told().filter(given_at__range=(at - WITHIN, at))
    told = told.filter(candidate_question__question__isnull=False)
    if position is not None:
        told = told.filter(session__application__position=position)
    lines = _lines_at(told, _departed_from(told) | _told_of_several_revisions(told))
    majors = _major_revisions({row.answer for rows in lines.values() for row in rows})
    clashes = [(place, *_clash(rows, majors)) for place, rows in lines.items()]
    found = sorted((clash for clash in clashes if clash[1]), key=lambda clash: -clash[1][-1].pk)[:most]
    return _as_read(found, language)


def _departed_from(told: AnswerGivenQuerySet) -> set[Place]:
    return set(told.departed().order_by().values_list(_POSITION, _QUESTION).distinct())


def _told_of_several_revisions(told: AnswerGivenQuerySet) -> set[Place]:
    numbers = (
        told.filter(_IN_PROCESS)
        .order_by()
        .values(_POSITION, _QUESTION, "revision__answer")
        .annotate(first=Min("revision__number"), last=Max("revision__number"))
        .filter(last__gt=F("first"))
    )
    return set(numbers.values_list(_POSITION, _QUESTION))


def _lines_at(told: AnswerGivenQuerySet, places: set[Place]) -> dict[Place, list[Told]]:
    """What was told there, the earliest first."""
    rows = told.filter(
        session__application__position__in={position for position, _question in places},
        candidate_question__question__in={question for _position, question in places},
    ).order_by("given_at", "pk")
    fields = ("revision__answer", "revision__number")
    application = "session__application"
    found: dict[Place, list[Told]] = {}
    for values in rows.values_list(
        *("pk", _POSITION, _QUESTION, application, "delivery", *fields),
        *(f"{application}__outcome", f"{application}__stage"),
    ):
        row = Told(*values)
        if (row.position, row.question) in places:
            found.setdefault((row.position, row.question), []).append(row)
    return found


def _major_revisions(answers: Iterable[int]) -> dict[int, list[int]]:
    """The numbers of the major revisions of each answer, rising."""
    majors: dict[int, list[int]] = {}
    known = AnswerRevision.objects.filter(answer__in=set(answers), major=True).order_by("number")
    for answer, number in known.values_list("answer", "number"):
        majors.setdefault(answer, []).append(number)
    return majors


def _clash(rows: Sequence[Told], majors: Mapping[int, list[int]]) -> tuple[list[Told], bool]:
    """The lines that do not go together, and whether someone departed from the answer."""
    plain = [row for row in rows if row.delivery != Delivery.ADAPTED]
    if departed := _unlike({row: row.delivery for row in plain}):
        return departed, True
    by_answer: dict[int, dict[Told, Hashable]] = {}
    for row in rows:
        if row.in_process:
            changes = bisect_right(majors.get(row.answer, []), row.number)
            by_answer.setdefault(row.answer, {})[row] = changes
    return next((unlike for told in by_answer.values() if (unlike := _unlike(told))), []), False


def _unlike(told: Mapping[Told, Hashable]) -> list[Told]:
    """The latest lines of each thing told that another candidate was told otherwise."""
    heard: dict[Hashable, set[int]] = {}
    for row, what in told.items():
        heard.setdefault(what, set()).add(row.application)
    kept: dict[Hashable, list[Told]] = {}
    for row, what in told.items():
        if any(other != what and applications - {row.application} for other, applications in heard.items()):
            kept.setdefault(what, []).append(row)
    chosen = {row for rows in kept.values() for row in rows[-EACH:]}
    return [row for row in told if row in chosen]


def _as_read(found: Sequence[tuple[Place, list[Told], bool]], language: str) -> list[Contradiction]:
    wanted = {row.pk for _place, rows, _departed in found for row in rows}
    lines = AnswerGiven.objects.select_related(
        "session__application__candidate", "session__application__position", "revision"
    ).in_bulk(wanted)
    questions = {question for (_position, question), _rows, _departed in found}
    titles = Question.objects.with_title(language).in_bulk(questions)
    return [
        Contradiction(
            position=lines[rows[0].pk].session.application.position,
            question=titles[question],
            lines=[lines[row.pk] for row in rows],
            departed=departed,
        )
        for (_position, question), rows, departed in found
    ]
