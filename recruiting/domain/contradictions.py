"""Candidates for one position who were told different things about one question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from django.db.models import Max, Min, Q

from recruiting.models import AnswerGiven, Delivery, Position, Stage
from recruiting.models.answers_given import AnswerGivenQuerySet
from wiki.models import AnswerRevision, Question

WITHIN = timedelta(days=90)
_IN_PROCESS = Q(session__application__outcome="") & ~Q(session__application__stage=Stage.CLOSED)
_PLACE = ("session__application__position", "candidate_question__question")


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """One question on one position; `lines` are those that do not go together, the oldest first.

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
    places = _departed_from(told) | _told_of_several_revisions(told)
    lines = _lines_at(told, places)
    majors = _major_revisions(lines)
    titles = Question.objects.with_title(language).in_bulk({question for _position, question in lines})
    found = []
    for (_, question), rows in lines.items():
        clashing, departed = _clash(rows, majors)
        if clashing:
            found.append(
                Contradiction(
                    position=rows[0].session.application.position,
                    question=titles[question],
                    lines=clashing,
                    departed=departed,
                )
            )
    found.sort(key=lambda one: one.lines[-1].given_at, reverse=True)
    return found[:most]


def _departed_from(told: AnswerGivenQuerySet) -> set[tuple[int, int]]:
    return set(told.departed().order_by().values_list(*_PLACE).distinct())


def _told_of_several_revisions(told: AnswerGivenQuerySet) -> set[tuple[int, int]]:
    numbers = (
        told.filter(_IN_PROCESS)
        .order_by()
        .values(*_PLACE, "revision__answer")
        .annotate(first=Min("revision__number"), last=Max("revision__number"))
    )
    return {(row[_PLACE[0]], row[_PLACE[1]]) for row in numbers if row["first"] != row["last"]}


def _lines_at(
    told: AnswerGivenQuerySet, places: set[tuple[int, int]]
) -> dict[tuple[int, int], list[AnswerGiven]]:
    if not places:
        return {}
    rows = told.filter(
        session__application__position__in={place[0] for place in places},
        candidate_question__question__in={place[1] for place in places},
    ).select_related(
        "session__application__candidate",
        "session__application__position",
        "candidate_question",
        "revision",
        "host",
    )
    found: dict[tuple[int, int], list[AnswerGiven]] = {}
    for row in rows.order_by("given_at", "pk"):
        place = (row.session.application.position_id, row.candidate_question.question_id)
        if place in places:
            found.setdefault(place, []).append(row)
    return found


def _major_revisions(lines: dict[tuple[int, int], list[AnswerGiven]]) -> dict[int, list[int]]:
    """The numbers of the major revisions of each answer told."""
    answers = {row.revision.answer_id for rows in lines.values() for row in rows if row.revision}
    majors: dict[int, list[int]] = {}
    known = AnswerRevision.objects.filter(answer__in=answers, major=True)
    for answer, number in known.values_list("answer", "number"):
        majors.setdefault(answer, []).append(number)
    return majors


def _clash(rows: Sequence[AnswerGiven], majors: dict[int, list[int]]) -> tuple[list[AnswerGiven], bool]:
    """The lines that do not go together, and whether someone departed from the answer."""
    departed = _together(
        pair
        for pair in combinations(rows, 2)
        if {row.delivery for row in pair} == {Delivery.AS_WRITTEN, Delivery.DEPARTED_FROM}
        and _of_two_candidates(pair)
    )
    if departed:
        return departed, True
    in_process = [row for row in rows if _is_in_process(row)]
    changed = _together(
        pair
        for pair in combinations(in_process, 2)
        if _of_two_candidates(pair) and _has_changed_between(pair, majors)
    )
    return changed, False


def _together(pairs: Iterable[tuple[AnswerGiven, AnswerGiven]]) -> list[AnswerGiven]:
    lines = {row.pk: row for pair in pairs for row in pair}
    return sorted(lines.values(), key=lambda row: (row.given_at, row.pk))


def _of_two_candidates(pair: tuple[AnswerGiven, AnswerGiven]) -> bool:
    return pair[0].session.application_id != pair[1].session.application_id


def _is_in_process(row: AnswerGiven) -> bool:
    application = row.session.application
    return not application.outcome and application.stage != Stage.CLOSED


def _has_changed_between(pair: tuple[AnswerGiven, AnswerGiven], majors: dict[int, list[int]]) -> bool:
    one, other = (row.revision for row in pair)
    if one is None or other is None or one.answer_id != other.answer_id:
        return False
    first, last = sorted((one.number, other.number))
    return any(first < number <= last for number in majors.get(one.answer_id, ()))
