"""Which questions fit a query best, from the documents that hold its words.

In Python and over a capped set of documents, so that the order is the same on both databases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from wiki.models import SearchDocument
from wiki.search.queries import Query, Word

# What a word is worth where it is found, against one in the phrasing that fits best.
OTHER_PHRASING = 0.6
SHORT_ANSWER = 0.5
WHOLE_ANSWER = 0.25
OTHER_LANGUAGE = 0.9
CANONICAL = 1.3  # times more, for the canonical phrasing
BREVITY = 0.5  # more, for a phrasing that says nothing but the query
WEAK_WORD = 0.3  # of what its rarity would make it
WORTH_SHOWING = 0.5  # of the best score, for a question that lacks some of the words


class Document(NamedTuple):
    """What ranking reads of a SearchDocument."""

    question_id: int
    answer_id: int | None
    language: str
    phrasings: str
    short_answer: str
    text: str
    essential: bool


class Fit(NamedTuple):
    """How one document fits: what each word of the query is worth in it, and whether as a whole."""

    places: tuple[float, ...]
    score: float
    whole: bool = False  # every required word in one phrasing


@dataclass
class Ranked:
    question_id: int
    essential: bool
    phrasing: Fit
    answer: Fit
    answer_id: int | None = None
    score: float = 0.0
    complete: bool = False  # its phrasings or its best answer hold every required word


def rank(documents: Iterable[Document], query: Query) -> list[Ranked]:
    """The questions, best first: all that have every required word, and others that come near the best."""
    documents = list(documents)
    weights = _weights(documents, query.words)
    nothing = Fit((0.0,) * len(query.words), 0.0)
    ranked: dict[int, Ranked] = {}
    for document in documents:
        question = ranked.setdefault(
            document.question_id, Ranked(document.question_id, document.essential, nothing, nothing)
        )
        _consider(question, document, query, weights)
    for question in ranked.values():
        _conclude(question, query, weights)
    ordered = sorted(ranked.values(), key=lambda one: (-one.score, not one.essential, one.question_id))
    least = ordered[0].score * WORTH_SHOWING if ordered else 0.0
    return [question for question in ordered if question.complete or question.score >= least]


def _weights(documents: Sequence[Document], words: Sequence[Word]) -> tuple[float, ...]:
    """The rarer a word among the questions found, the more it tells."""
    questions = len({document.question_id for document in documents})
    holders = (
        {one.question_id for one in documents if word.closeness_to(f"{one.phrasings} {one.text}")}
        for word in words
    )
    return tuple(
        log(1.5 + questions / max(len(held), 1)) * (WEAK_WORD if word.weak else 1)
        for word, held in zip(words, holders, strict=True)
    )


def _consider(question: Ranked, document: Document, query: Query, weights: Sequence[float]) -> None:
    """Keep the document if it fits better than those of its question seen before."""
    fit = _fit_of_phrasings if document.answer_id is None else _fit_of_answer
    found = fit(document, query, weights)
    if document.language != query.language:
        found = found._replace(score=found.score * OTHER_LANGUAGE)
    if document.answer_id is None:
        question.phrasing = max(question.phrasing, found, key=lambda one: one.score)
    elif found.score > question.answer.score:
        question.answer, question.answer_id = found, document.answer_id


def _fit_of_phrasings(document: Document, query: Query, weights: Sequence[float]) -> Fit:
    words = query.words
    anywhere = [word.closeness_to(document.phrasings) for word in words]
    best = Fit((), 0.0)
    for position, line in enumerate(document.phrasings.split(SearchDocument.PHRASING_END)):
        here = [
            word.closeness_to(line) if found else 0.0 for word, found in zip(words, anywhere, strict=True)
        ]
        places = tuple(max(a, b * OTHER_PHRASING) for a, b in zip(here, anywhere, strict=True))
        brevity = sum(here) / (line.count(" ") + 1)
        score = _total(places, weights) * (1 + BREVITY * brevity) * (1 if position else CANONICAL)
        if score > best.score:
            best = Fit(places, score, _holds_required(here, query))
    return best


def _fit_of_answer(document: Document, query: Query, weights: Sequence[float]) -> Fit:
    places = tuple(
        max(
            word.closeness_to(document.short_answer) * SHORT_ANSWER,
            word.closeness_to(document.text) * WHOLE_ANSWER,
        )
        for word in query.words
    )
    return Fit(places, _total(places, weights))


def _conclude(question: Ranked, query: Query, weights: Sequence[float]) -> None:
    """Phrasings and answer together: a word that only one of them holds counts too."""
    phrasing = question.phrasing.places or (0.0,) * len(weights)
    both = [max(a, b) for a, b in zip(phrasing, question.answer.places, strict=True)]
    added = _total(both, weights) - _total(phrasing, weights)
    # Rounded, so that the order never hangs on the last bit.
    question.score = round(question.phrasing.score + added, 6)
    question.complete = _holds_required(both, query)


def _total(places: Sequence[float], weights: Sequence[float]) -> float:
    return sum(place * weight for place, weight in zip(places, weights, strict=True))


def _holds_required(places: Sequence[float], query: Query) -> bool:
    required = query.required
    return all(place for place, word in zip(places, query.words, strict=True) if word in required)
