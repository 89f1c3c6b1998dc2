"""What a page shows of the questions that a search found."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, OuterRef, Subquery, Value, When

from accounts.models import User
from wiki.models import Answer, Phrasing, Question, ScopeKind
from wiki.models.answers import AnswerQuerySet
from wiki.search.excerpts import Part, excerpt, has_mark, mark
from wiki.search.plain_text import plain
from wiki.search.queries import Query, Word
from wiki.search.ranking import Ranked
from wiki.search.words import index_tokens


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
    sayable = Answer.objects.visible_to(user).published()
    questions = (
        Question.objects.current()
        .filter(pk__in=keys)
        .select_related("category")
        .with_title(language)
        .annotate(general_answer=_most_general(sayable, language))
        .in_bulk()
    )
    chosen = {
        one.question_id: one.answer_id or questions[one.question_id].general_answer
        for one in ranked
        if one.question_id in questions
    }
    answers = sayable.filter(pk__in=filter(None, chosen.values())).as_shown(on=on).in_bulk()
    phrasings = _phrasings_of(keys)
    by_phrasing = {one.question_id for one in ranked if one.phrasing.score}
    return [
        _hit(questions[key], answers.get(answer or 0), phrasings[key], asked, language)
        for key, answer in chosen.items()
        # An answer withdrawn since the index was read leaves nothing to show.
        if answer in answers or key in by_phrasing
    ]


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


def _phrasings_of(keys: Sequence[int]) -> dict[int, list[Phrasing]]:
    phrasings: dict[int, list[Phrasing]] = defaultdict(list)
    for phrasing in Phrasing.objects.filter(question__in=keys).order_by("pk"):
        phrasings[phrasing.question_id].append(phrasing)
    return phrasings


def _hit(
    question: Question, answer: Answer | None, phrasings: Sequence[Phrasing], asked: Query, language: str
) -> Hit:
    title = next((one for one in phrasings if one.text == question.title), None)
    best = _best(phrasings, title, asked.words)
    return Hit(
        question=question,
        title=_marked(question.title, title.language if title else language, asked.words),
        phrasing=_marked(best.text, best.language, asked.words) if best else None,
        answer=answer,
        excerpt=_excerpt(answer, asked.words) if answer else None,
    )


def _best(phrasings: Sequence[Phrasing], title: Phrasing | None, words: Sequence[Word]) -> Phrasing | None:
    """The phrasing that holds most of the words, if it holds more than the title does."""

    def held(phrasing: Phrasing) -> float:
        tokens = index_tokens(phrasing.text, phrasing.language)
        return sum(word.closeness_to(tokens) for word in words)

    best = max(phrasings, key=held, default=None)
    if best is None or held(best) <= (held(title) if title else 0):
        return None
    return best


def _marked(text: str, language: str, words: Sequence[Word]) -> Wording:
    return Wording(mark(text, words, language), language)


def _excerpt(answer: Answer, words: Sequence[Word]) -> Wording | None:
    """The short answer, or the passage of the details or the example that holds the words."""
    revision = answer.published
    if revision is None:
        return None
    short = excerpt(revision.short_answer, words, answer.language)
    if not has_mark(short):
        for text in (revision.details, revision.example):
            passage = excerpt(plain(text), words, answer.language)
            if has_mark(passage):
                return Wording(passage, answer.language)
    return Wording(short, answer.language)
