"""What a page shows of the questions that a search found."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, OuterRef, Subquery, Value, When

from accounts.models import Language, User
from wiki.domain.citations import cite_in_answers, told
from wiki.models import Answer, Phrasing, Question, ScopeKind
from wiki.models.answers import AnswerQuerySet
from wiki.search.excerpts import Part, excerpt, mark, marked
from wiki.search.plain_text import plain
from wiki.search.queries import Query, Word
from wiki.search.ranking import Ranked

Phrasings = dict[tuple[int, str], list[str]]  # the texts of a question in a language


@dataclass(frozen=True)
class Wording:
    """A text with its marked words, and the language it is in."""

    parts: list[Part]
    language: str


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A question, and the published answer that fits the query best, or else the most general one."""

    question: Question
    title: Wording
    phrasing: Wording | None  # the one that fits, when it is not the title
    answer: Answer | None
    excerpt: Wording | None


def read_hits(ranked: Sequence[Ranked], asked: Query, *, user: User, language: str, on: date) -> list[Hit]:
    """In the order of `ranked`, in three queries; answers through the published door."""
    keys = [one.question_id for one in ranked]
    sayable = Answer.objects.visible_to(user, on=on).published()
    questions = (
        Question.objects.current()
        .filter(pk__in=keys)
        .select_related("category")
        .with_title(language)
        .annotate(general_answer=_most_general(sayable, language))
        .in_bulk()
    )
    chosen = {
        one.question_id: _chosen(one, questions[one.question_id].general_answer)
        for one in ranked
        if one.question_id in questions
    }
    answers = (
        sayable.filter(pk__in=filter(None, chosen.values()))
        .select_related("scope", "published")
        .with_freshness(on=on)
        .in_bulk()
    )
    cite_in_answers(answers.values(), on=on)
    phrasings = _phrasings_of(keys)
    return [
        _hit(questions[one.question_id], answers.get(chosen[one.question_id] or 0), phrasings, one, asked)
        for one in ranked
        # An answer withdrawn since the index was read leaves nothing to show.
        if one.question_id in questions and (one.phrasing.score or chosen[one.question_id] in answers)
    ]


def _chosen(one: Ranked, general: int | None) -> int | None:
    """The answer that fits best; the most general one where several do, or none."""
    return general if general in one.answer_ids or not one.answer_ids else one.answer_ids[0]


def _most_general(sayable: AnswerQuerySet, language: str) -> Subquery:
    """The answer in `language` first, the company's first."""
    return Subquery(
        sayable.filter(question=OuterRef("pk"))
        .order_by(
            Case(When(language=language, then=Value(0)), default=Value(1)),
            Case(When(scope__kind=ScopeKind.COMPANY, then=Value(0)), default=Value(1)),
            "pk",
        )
        .values("pk")[:1]
    )


def _phrasings_of(keys: Sequence[int]) -> Phrasings:
    """In the order in which they are indexed."""
    phrasings: Phrasings = defaultdict(list)
    rows = Phrasing.objects.filter(question__in=keys).canonical_first()
    for key, language, text in rows.values_list("question_id", "language", "text"):
        phrasings[key, language].append(text)
    return phrasings


def _hit(question: Question, answer: Answer | None, phrasings: Phrasings, one: Ranked, asked: Query) -> Hit:
    language = next(
        (known for known in Language.values if question.title in phrasings[question.pk, known]),
        asked.language,
    )
    title = Wording(mark(question.title, asked.words, language), language)
    return Hit(
        question=question,
        title=title,
        phrasing=_phrasing(title, phrasings[question.pk, one.phrasing.language], one, asked),
        answer=answer,
        excerpt=_excerpt(answer, asked.words) if answer else None,
    )


def _phrasing(title: Wording, texts: Sequence[str], one: Ranked, asked: Query) -> Wording | None:
    """The phrasing that fits best, where it holds more of the words than the title does."""
    if one.phrasing.phrasing >= len(texts):
        return None
    parts = mark(texts[one.phrasing.phrasing], asked.words, one.phrasing.language)
    if marked(parts) <= marked(title.parts):
        return None
    return Wording(parts, one.phrasing.language)


def _excerpt(answer: Answer, words: Sequence[Word]) -> Wording | None:
    """The short answer, or the passage of the details or the example that holds the words."""
    revision = answer.published
    if revision is None:
        return None
    short = excerpt(told(revision.short_answer, revision.cited), words, answer.language)
    if not marked(short):
        for text in (revision.details, revision.example):
            passage = excerpt(plain(told(text, revision.cited)), words, answer.language)
            if marked(passage):
                return Wording(passage, answer.language)
    return Wording(short, answer.language)
