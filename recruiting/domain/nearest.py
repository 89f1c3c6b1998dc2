"""Which published answer a host should give: the nearest scope's, in the asked language if there is one.

docs/decisions/0004-nearest-answer.md says why the order is what it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from recruiting.models import Position, Session
from wiki.domain.citations import cite_in_answers
from wiki.models import Answer, Disclosure, Question, Scope
from wiki.models.questions import other_language


class Place(NamedTuple):
    """Where one published answer stands; there may be thousands."""

    answer: int
    question: int
    scope: int
    language: str


@dataclass(frozen=True, slots=True)
class NearestAnswer:
    """The answer chosen for a question, with the reasons to say it with care."""

    answer: Answer
    in_other_language: bool

    @property
    def is_internal(self) -> bool:
        """Nearest, yet not to be said: a farther answer that may be said must not replace it."""
        return self.answer.published is not None and self.answer.published.disclosure == Disclosure.INTERNAL


def scope_order(lineages: Sequence[Sequence[int]], *, company: int) -> list[int]:
    """Every scope that applies, nearest first: each lineage whole in turn, the company once, last."""
    order = dict.fromkeys(scope for lineage in lineages for scope in lineage if scope != company)
    return [*order, company]


def choose_nearest(places: Iterable[Place], *, order: Sequence[int], language: str) -> dict[int, Place]:
    """For each question the place that comes first: the asked language all the way up, then the other."""
    rank = {scope: position for position, scope in enumerate(order)}

    def distance(place: Place) -> tuple[bool, int]:
        return place.language != language, rank[place.scope]

    chosen: dict[int, Place] = {}
    for place in places:
        if place.scope not in rank:
            continue
        known = chosen.get(place.question)
        if known is None or distance(place) < distance(known):
            chosen[place.question] = place
    return chosen


def position_scopes(position: Position, *, company: int | None = None) -> list[int]:
    """Ids of the scopes whose answers hold for a position, nearest first; `company` saves a query."""
    lineages = [scope.lineage for scope in position.scopes]
    if company is None:
        company = lineages[0][-1] if lineages else Scope.objects.company().pk
    return scope_order(lineages, company=company)


def nearest_answers(
    *, position: Position, language: str, questions: Collection[int], on: date
) -> Mapping[int, NearestAnswer]:
    """The chosen answer of each of these questions, by question id; a question without one is a gap.

    Two queries whatever the number of answers, where they stand, then the chosen ones with their texts; and
    two for all the figures they cite.
    Disclosure is not looked at here: an internal answer is chosen like any other, and says so.
    """
    order = position_scopes(position)
    found = (
        Answer.objects.published()
        .filter(
            question_id__in=questions, scope_id__in=order, language__in=(language, other_language(language))
        )
        .values_list("pk", "question_id", "scope_id", "language")
    )
    chosen = choose_nearest((Place(*row) for row in found), order=order, language=language)
    answers = Answer.objects.published().as_shown(on=on).in_bulk([place.answer for place in chosen.values()])
    cite_in_answers(answers.values(), on=on)
    return {
        place.question: NearestAnswer(answers[place.answer], in_other_language=place.language != language)
        for place in chosen.values()
        if place.answer in answers
    }


def is_gap(question: Question | None, *, session: Session, on: date) -> bool:
    """Whether no published answer holds for the question in the session's scopes, in either language."""
    if question is None:
        return True
    return not nearest_answers(
        position=session.application.position, language=session.language, questions=[question.pk], on=on
    )
