"""Search: the one entrance, over questions, their phrasings and their published answers."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from wiki.access import may_read_wiki
from wiki.models import SearchDocument
from wiki.search.hits import Hit, read_hits
from wiki.search.queries import Query, Word, analyse
from wiki.search.ranking import Document, Ranked, rank

LIMIT = 20


@dataclass(frozen=True, kw_only=True)
class SearchResults:
    hits: list[Hit]
    capped: bool  # there are more than are shown
    words: tuple[Word, ...]  # empty when the query says nothing to look for


def search(
    *, query: str, user: User, language: str, on: date, limit: int = LIMIT, prefix: bool = False
) -> SearchResults:
    """The questions that fit best what was typed, best first, with titles in `language`.

    Accents, inflection, hyphens and stop words make no difference. With `prefix` the last word may be
    unfinished. Six queries at most, whatever is found.
    """
    asked = analyse(query, language=language, prefix=prefix)
    if not asked.words or not may_read_wiki(user):
        return SearchResults(hits=[], capped=False, words=asked.words)
    ranked = _ranked(asked)
    hits = read_hits(ranked[:limit], asked, user=user, language=language, on=on)
    return SearchResults(hits=hits, capped=len(ranked) > limit, words=asked.words)


def found_questions(*, query: str, language: str) -> list[int]:
    """The keys of the questions that fit what was typed, best first, whether or not they are answered."""
    asked = analyse(query, language=language)
    return [one.question_id for one in _ranked(asked)] if asked.words else []


def _ranked(asked: Query) -> list[Ranked]:
    """Those with every word; unless one phrasing has them all, those with some of them as well."""
    documents = _documents(asked, every=True)
    ranked = rank(documents, asked)
    if len(asked.required) == 1 or any(question.phrasing.whole for question in ranked):
        return ranked
    return rank(dict.fromkeys([*documents, *_documents(asked, every=False)]), asked)


def _documents(asked: Query, *, every: bool) -> list[Document]:
    rows = SearchDocument.objects.matching(asked.required, every=every).order_by("pk")
    return [
        Document(*row)
        for row in rows.values_list(
            "question_id", "answer_id", "language", "phrasings", "short_answer", "text", "question__essential"
        )
    ]
