"""Candidates for one position who were told different things about one question."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, F, Max, Min, OuterRef
from django.utils.timezone import localdate

from recruiting.models import AnswerGiven, Application, ContradictionDismissal, Delivery, Position
from recruiting.models.answers_given import AnswerGivenQuerySet
from wiki.models import AnswerRevision, Question

WITHIN = timedelta(days=90)
EACH = 4  # lines shown of each of the things told, the latest
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
    in_process: bool


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """One question on one position; `lines` are the latest that do not go together, the oldest first.

    `departed`: told as written to one and otherwise to another. Else the text has changed for good between
    what was told to two who are both still in process, or hired and not yet started.
    `dismissal`: who said that it may stay so, and why.
    """

    position: Position
    question: Question
    lines: Sequence[AnswerGiven]
    departed: bool
    dismissal: ContradictionDismissal | None

    @property
    def latest(self) -> AnswerGiven:
        """Whoever dismisses it settles what was told up to this line."""
        return max(self.lines, key=lambda line: line.pk)


@dataclass(frozen=True, kw_only=True)
class _Clash:
    place: Place
    rows: Sequence[Told]
    departed: bool

    @property
    def latest(self) -> int:
        return max(row.pk for row in self.rows)


def contradictions(
    *, at: datetime, language: str, position: Position | None = None, most: int | None = None
) -> list[Contradiction]:
    """Of one position, or of all, but for those dismissed; those told last first.

    As many queries however much was told.
    """
    clashes = _clashes(at=at, position=position)
    dismissed = _dismissals(clashes)
    return _as_read([clash for clash in clashes if clash.place not in dismissed][:most], {}, language)


def contradictions_and_dismissed(*, at: datetime, language: str, position: Position) -> list[Contradiction]:
    """The same of one position, with those dismissed."""
    clashes = _clashes(at=at, position=position)
    return _as_read(clashes, _dismissals(clashes), language)


def _clashes(*, at: datetime, position: Position | None) -> list[_Clash]:
    on = localdate(at)
    told = AnswerGiven.objects.standing().told().filter(given_at__range=(at - WITHIN, at))
    told = told.filter(candidate_question__question__isnull=False)
    if position is not None:
        told = told.filter(session__application__position=position)
    lines = _lines_at(told, _departed_from(told) | _told_of_several_revisions(told, on=on), on=on)
    majors = _major_revisions({row.answer for rows in lines.values() for row in rows})
    found = (_clash(place, rows, majors) for place, rows in lines.items())
    return sorted((clash for clash in found if clash.rows), key=lambda clash: -clash.latest)


def _dismissals(clashes: Sequence[_Clash]) -> dict[Place, ContradictionDismissal]:
    """Of those that nothing told since has made anew, the last."""
    latest = {clash.place: clash.latest for clash in clashes}
    known = ContradictionDismissal.objects.in_force().filter(
        position__in={position for position, _question in latest},
        question__in={question for _position, question in latest},
    )
    found: dict[Place, ContradictionDismissal] = {}
    for dismissal in known.select_related("dismissed_by").order_by("latest"):
        place = (dismissal.position_id, dismissal.question_id)
        if dismissal.latest_id >= latest.get(place, dismissal.latest_id + 1):
            found[place] = dismissal
    return found


def _departed_from(told: AnswerGivenQuerySet) -> set[Place]:
    return set(told.departed().order_by().values_list(_POSITION, _QUESTION).distinct())


def _told_of_several_revisions(told: AnswerGivenQuerySet, *, on: date) -> set[Place]:
    numbers = (
        told.filter(_in_process(on=on))
        .order_by()
        .values(_POSITION, _QUESTION, "revision__answer")
        .annotate(first=Min("revision__number"), last=Max("revision__number"))
        .filter(last__gt=F("first"))
    )
    return set(numbers.values_list(_POSITION, _QUESTION))


def _in_process(*, on: date) -> Exists:
    """Of a line: that its candidate still is, for the position it was told for."""
    applications = Application.objects.in_process(on=on)
    return Exists(applications.filter(pk=OuterRef("session__application")))


def _lines_at(told: AnswerGivenQuerySet, places: set[Place], *, on: date) -> dict[Place, list[Told]]:
    """What was told there, the earliest first."""
    rows = told.filter(
        session__application__position__in={position for position, _question in places},
        candidate_question__question__in={question for _position, question in places},
    ).order_by("given_at", "pk")
    fields = ("session__application", "delivery", "revision__answer", "revision__number", "in_process")
    found: dict[Place, list[Told]] = {}
    marked = rows.annotate(in_process=_in_process(on=on))
    for values in marked.values_list("pk", _POSITION, _QUESTION, *fields):
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


def _clash(place: Place, rows: Sequence[Told], majors: Mapping[int, list[int]]) -> _Clash:
    """The lines that do not go together, if any, and whether someone departed from the answer."""
    plain = [row for row in rows if row.delivery != Delivery.ADAPTED]
    if departed := _unlike({row: row.delivery for row in plain}):
        return _Clash(place=place, rows=departed, departed=True)
    by_answer: dict[int, dict[Told, Hashable]] = {}
    for row in rows:
        if row.in_process:
            changes = bisect_right(majors.get(row.answer, []), row.number)
            by_answer.setdefault(row.answer, {})[row] = changes
    changed = next((unlike for told in by_answer.values() if (unlike := _unlike(told))), [])
    return _Clash(place=place, rows=changed, departed=False)


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


def _as_read(
    found: Sequence[_Clash], dismissed: Mapping[Place, ContradictionDismissal], language: str
) -> list[Contradiction]:
    lines = AnswerGiven.objects.select_related(
        "session__application__candidate", "session__application__position", "revision"
    ).in_bulk({row.pk for clash in found for row in clash.rows})
    titles = Question.objects.with_title(language).in_bulk({clash.place[1] for clash in found})
    return [
        Contradiction(
            position=lines[clash.rows[0].pk].session.application.position,
            question=titles[clash.place[1]],
            lines=[lines[row.pk] for row in clash.rows],
            departed=clash.departed,
            dismissal=dismissed.get(clash.place),
        )
        for clash in found
    ]
