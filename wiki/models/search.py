from collections.abc import Sequence
from typing import Protocol, Self

from django.db import connections, models
from django.db.models.expressions import RawSQL

from accounts.models import Language
from wiki.models.answers import Answer
from wiki.models.questions import Question

# Each database has its own index over the same tokens (migration 0002_search). The candidates are
# the newest documents that match in the best part, each part with its own cap, so that a word that
# every answer holds costs no more than a rare one, and both databases choose the same documents.
# On PostgreSQL "id + 0" and the inner SELECT keep the planner, which thinks little of the index for
# words that most rows hold, from making the tokens of every row anew.
_SQLITE_CANDIDATES = """
    SELECT rowid FROM (
        SELECT rowid FROM wiki_search_index WHERE wiki_search_index MATCH %s ORDER BY rowid DESC LIMIT %s)
    UNION SELECT rowid FROM (
        SELECT rowid FROM wiki_search_index WHERE wiki_search_index MATCH %s ORDER BY rowid DESC LIMIT %s)
    UNION SELECT rowid FROM (
        SELECT rowid FROM wiki_search_index WHERE wiki_search_index MATCH %s ORDER BY rowid DESC LIMIT %s)
"""
_POSTGRESQL_CANDIDATES = """
    (SELECT id FROM wiki_searchdocument
     WHERE wiki_search_tokens(phrasings) @@ (SELECT %s::tsquery) ORDER BY id + 0 DESC LIMIT %s)
    UNION
    (SELECT id FROM wiki_searchdocument
     WHERE wiki_search_tokens(short_answer) @@ (SELECT %s::tsquery) ORDER BY id + 0 DESC LIMIT %s)
    UNION
    (SELECT id FROM wiki_searchdocument
     WHERE wiki_search_tokens(text) @@ (SELECT %s::tsquery) ORDER BY id + 0 DESC LIMIT %s)
"""


# How many documents of each part are ranked: questions, short answers, whole answers.
CANDIDATES = (200, 100, 100)
PARTS = ("phrasings", "short_answer", "text")


class Word(Protocol):
    """A word looked for, as any of its forms or beginnings; letters and digits only."""

    @property
    def forms(self) -> Sequence[str]: ...

    @property
    def prefixes(self) -> Sequence[str]: ...


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    def matching(self, words: Sequence[Word], *, every: bool) -> Self:
        """The documents to rank for a query: with every word, or with any; at most the sum of CANDIDATES."""
        if not words:
            return self.none()
        if connections[self.db].vendor == "postgresql":
            expressions = [_tsquery(words, every=every)] * len(PARTS)
            sql = _POSTGRESQL_CANDIDATES
        else:
            expressions = [f"{part} : ({_fts5_query(words, every=every)})" for part in PARTS]
            sql = _SQLITE_CANDIDATES
        parameters = [value for pair in zip(expressions, CANDIDATES, strict=True) for value in pair]
        return self.filter(pk__in=RawSQL(sql, parameters), question__archived_at=None)  # noqa: S611 - words are parameters


class SearchDocument(models.Model):
    """What the search knows of a question in one language (answer null) or of a published answer.

    Its three texts hold tokens made by `wiki.search.words`, not readable words: a question's
    phrasings, in the order of canonical_first, with PHRASING_END between them; an answer's short answer; and
    the whole of an answer. Tokens are letters and digits only, with single spaces between them: both
    indexes rely on it.

    Altering this table on SQLite makes it anew, and loses the triggers of migration 0002_search: a
    migration that does must make them again.
    """

    PHRASING_END = " / "

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    phrasings = models.TextField(default="")
    short_answer = models.TextField(default="")
    text = models.TextField(default="")

    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "language"],
                condition=models.Q(answer=None),
                name="search_question_once",
            ),
            models.UniqueConstraint(fields=["answer"], name="search_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.answer_id}/{self.language}"


def _fts5_query(words: Sequence[Word], *, every: bool) -> str:
    """In FTS5's language, each token a quoted string, so that nothing typed is an operator."""
    return _combined(
        words, form='"{}"', prefix='"{}" *', either=" OR ", operator=" AND " if every else " OR "
    )


def _tsquery(words: Sequence[Word], *, every: bool) -> str:
    """In PostgreSQL's language, to be cast, not parsed: no dictionary touches the tokens."""
    return _combined(words, form="'{}'", prefix="'{}':*", either=" | ", operator=" & " if every else " | ")


def _combined(words: Sequence[Word], *, form: str, prefix: str, either: str, operator: str) -> str:
    alternatives = (
        [form.format(token) for token in word.forms] + [prefix.format(token) for token in word.prefixes]
        for word in words
    )
    return operator.join(f"({either.join(tokens)})" for tokens in alternatives)
