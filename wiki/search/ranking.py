"""Which questions fit a query best, from the documents that hold its words.

In Python and over a capped set of documents, so that the order is the same on both databases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from wiki.models import SearchDocument
from wiki.search.queries import Query

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
    """How one document fits: what each word of the query is worth in it, and all of them together."""

    places: tuple[float, ...]
    score: float = 0.0
    whole: bool = False  # every required word in one phrasing
    language: str = ""
    phrasing: int = 0  # which of the document's phrasings, from 0


@dataclass
class Ranked:
    question_id: int
    essential: bool
    phrasing: Fit
    answer: Fit
    answer_ids: tuple[int, ...] = ()  # those that fit equally well
    score: float = 0.0
    complete: bool = False  # its phrasings or its best answer hold every required word


def rank(documents: Iterable[Document], query: Query) -> list[Ranked]:
    """The questions, best first: all that have every required word, and others that come near the best."""
    held = [(document, _held(document, query)) for document in documents]
    weights = _weights(held, query)
    nothing = Fit((0.0,) * len(query.words))
    ranked: dict[int, Ranked] = {}
    for document, places in held:
        question = ranked.setdefault(
            document.question_id, Ranked(document.question_id, document.essential, nothing, nothing)
        )
        _consider(question, document, places, query, weights)
    for question in ranked.values():
        _conclude(question, query, weights)
    ordered = sorted(ranked.values(), key=lambda one: (-one.score, not one.essential, one.question_id))
    least = ordered[0].score * WORTH_SHOWING if ordered else 0.0
    return [question for question in ordered if question.complete or question.score >= least]


def _held(document: Document, query: Query) -> tuple[float, ...]:
    """How well the document as a whole holds each word."""
    tokens = f" {document.phrasings if document.answer_id is None else document.text} "
    return tuple(word.closeness_to(tokens) for word in query.words)


def _weights(held: Sequence[tuple[Document, Sequence[float]]], query: Query) -> tuple[float, ...]:
    """The rarer a word among the questions found, the more it tells."""
    questions = len({document.question_id for document, _ in held})
    holders = (
        {document.question_id for document, places in held if places[position]}
        for position in range(len(query.words))
    )
    return tuple(
        log(1.5 + questions / max(len(holding), 1)) * (WEAK_WORD if word.weak else 1)
        for word, holding in zip(query.words, holders, strict=True)
    )


def _consider(
    question: Ranked, document: Document, held: Sequence[float], query: Query, weights: Sequence[float]
) -> None:
    """Keep the document if it fits better than those of its question seen before."""
    fit = _fit_of_phrasings if document.answer_id is None else _fit_of_answer
    found = fit(document, held, query, weights)
    if document.language != query.language:
        found = found._replace(score=found.score * OTHER_LANGUAGE)
    if document.answer_id is None:
        question.phrasing = max(question.phrasing, found, key=lambda one: one.score)
    elif found.score > question.answer.score:
        question.answer, question.answer_ids = found, (document.answer_id,)
    elif found.score == question.answer.score:
        question.answer_ids += (document.answer_id,)


def _fit_of_phrasings(
    document: Document, held: Sequence[float], query: Query, weights: Sequence[float]
) -> Fit:
    best = Fit((0.0,) * len(held))
    for position, line in enumerate(document.phrasings.split(SearchDocument.PHRASING_END)):
        tokens = f" {line} "
        here = [
            word.closeness_to(tokens) if found else 0.0 for word, found in zip(query.words, held, strict=True)
        ]
        places = tuple(max(near, far * OTHER_PHRASING) for near, far in zip(here, held, strict=True))
        brevity = sum(here) / (line.count(" ") + 1)
        score = _total(places, weights) * (1 + BREVITY * brevity) * (1 if position else CANONICAL)
        if score > best.score:
            best = Fit(places, score, _holds_required(here, query), document.language, position)
    return best


def _fit_of_answer(document: Document, held: Sequence[float], query: Query, weights: Sequence[float]) -> Fit:
    short = f" {document.short_answer} "
    places = tuple(
        max(word.closeness_to(short) * SHORT_ANSWER, found * WHOLE_ANSWER) if found else 0.0
        for word, found in zip(query.words, held, strict=True)
    )
    return Fit(places, _total(places, weights))


def _conclude(question: Ranked, query: Query, weights: Sequence[float]) -> None:
    """Phrasings and answer together: a word that only one of them holds counts too."""
    phrasing = question.phrasing.places
    both = [max(near, far) for near, far in zip(phrasing, question.answer.places, strict=True)]
    added = _total(both, weights) - _total(phrasing, weights)
    # Rounded, so that the order never hangs on the last bit.
    question.score = round(question.phrasing.score + added, 6)
    question.complete = _holds_required(both, query)


def _total(places: Sequence[float], weights: Sequence[float]) -> float:
    return sum(place * weight for place, weight in zip(places, weights, strict=True))


def _holds_required(places: Sequence[float], query: Query) -> bool:
    required = query.required
    return all(place for place, word in zip(places, query.words, strict=True) if word in required)
