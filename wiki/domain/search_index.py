"""Keeping the search documents in step with the questions and with what may be said of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Language
from wiki.markdown import FIGURE
from wiki.models import Answer, Phrasing, Question, Scope, SearchDocument
from wiki.models.answers import AnswerQuerySet
from wiki.search.plain_text import plain
from wiki.search.words import index_tokens

BATCH = 500


@dataclass(frozen=True)
class Indexed:
    """What one rebuilding made findable."""

    questions: int
    answers: int


def index_answer(*, answer: Answer) -> None:
    """Make findable what may be said of an answer: nothing, when nothing may."""
    if not _index_batch([answer.pk]):
        remove_answer(answer=answer)


def remove_answer(*, answer: Answer) -> None:
    """Make an answer not findable any more."""
    SearchDocument.objects.filter(answer=answer).delete()


@transaction.atomic
def index_question(*, question: Question) -> None:
    """Make a question findable by its phrasings, and its answers too; an archived one by nothing."""
    if question.archived_at is not None:
        SearchDocument.objects.filter(question=question).delete()
        return
    for language in Language.values:
        _index_phrasings(question, language)
    indexed = SearchDocument.objects.filter(answer=OuterRef("pk"))
    index_answers_in_bulk(answers=question.answers.published().exclude(Exists(indexed)))


def index_scope(*, scope: Scope) -> None:
    """After a scope's name changed, by which its answers are found."""
    index_answers_in_bulk(answers=scope.answers.published())


def index_answers_in_bulk(*, answers: AnswerQuerySet, batch: int = BATCH) -> int:
    """Make the published ones among `answers` findable, a batch at a time. Returns how many they are."""
    keys = sorted(answers.order_by().values_list("pk", flat=True))  # keys only: texts come a batch at a time
    return sum(_index_batch(keys[start : start + batch]) for start in range(0, len(keys), batch))


def reindex_all(*, batch: int = BATCH) -> Indexed:
    """Make every document again, and remove those of what may no longer be found.

    Walks by key, so that memory does not grow with the wiki; searching goes on meanwhile.
    """
    SearchDocument.objects.filter(
        Q(question__archived_at__isnull=False)
        | Q(answer__archived_at__isnull=False)
        | Q(answer__isnull=False, answer__published=None)
    ).delete()
    questions = 0
    for question in Question.objects.current().order_by("pk").iterator(batch):
        index_question(question=question)
        questions += 1
    return Indexed(questions, sum(map(_index_batch, _published_keys(batch))))


def _published_keys(batch: int) -> Iterator[list[int]]:
    last = 0
    published = Answer.objects.published().order_by("pk").values_list("pk", flat=True)
    while keys := list(published.filter(pk__gt=last)[:batch]):
        yield keys
        last = keys[-1]


def _index_phrasings(question: Question, language: str) -> None:
    phrasings = Phrasing.objects.filter(question=question, language=language).canonical_first()
    # One line each, even without tokens: the search tells by its place which phrasing fits.
    lines = [index_tokens(phrasing.text, language) for phrasing in phrasings]
    SearchDocument.objects.update_or_create(
        question=question,
        answer=None,
        language=language,
        defaults={"phrasings": SearchDocument.PHRASING_END.join(lines)},
    )


def _index_batch(keys: list[int]) -> int:
    documents = [
        _document(answer) for answer in Answer.objects.published().filter(pk__in=keys).select_related("scope")
    ]
    SearchDocument.objects.bulk_create(
        # In the order of keys, on which the choice of candidates rests.
        sorted(documents, key=lambda document: document.answer_id or 0),
        update_conflicts=True,
        unique_fields=["answer"],
        update_fields=["question", "language", "short_answer", "text"],
    )
    return len(documents)


def _document(answer: Answer) -> SearchDocument:
    """What may be said, and where; never what is not to be said, nor figures, which change without it."""
    revision, language = answer.published, answer.language
    if revision is None:
        raise ValueError("only published answers are findable")
    short = index_tokens(FIGURE.sub(" ", revision.short_answer), language)
    rest = " ".join([answer.scope.name, plain(revision.details), plain(revision.example)])
    text = f"{short} {index_tokens(rest, language)}".strip()
    return SearchDocument(
        question_id=answer.question_id, answer=answer, language=language, short_answer=short, text=text
    )
