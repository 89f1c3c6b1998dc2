"""Questions and their phrasings: what candidates ask, in the words they ask it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import Language, User
from ledger.domain.activity import record_activity
from ledger.domain.fingerprints import fingerprint
from wiki.domain.harm import refresh_weights
from wiki.domain.search_index import index_question
from wiki.domain.verification_requests import close_what_is_confirmed
from wiki.models import Answer, Category, Phrasing, PhrasingKind, Question

SLUG_LENGTH = 80


class QuestionChanged(Exception):
    """Someone else changed the question since the moment the person read it."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One language's words of a question; `canonical` is empty where nobody has written them."""

    canonical: str = ""
    variants: Sequence[str] = ()
    why: str = ""
    good_answer: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionText:
    """All that editors write of a question."""

    category: Category
    english: Wording
    french: Wording
    essential: bool = False


@transaction.atomic
def create_question(*, text: QuestionText, by: User, at: datetime) -> Question:
    """Add a question at the end of its category, under a short name made from its canonical phrasing."""
    # One question is added at a time: two would find the same short name free, and the same rank.
    Category.objects.select_for_update().order_by("pk").first()
    last = Question.objects.filter(category=text.category).aggregate(rank=Max("rank"))["rank"]
    question = Question(
        slug=_free_slug(text.english.canonical or text.french.canonical),
        rank=0 if last is None else last + 1,
    )
    _write(question, text)
    record_activity(actor=by, verb="create", subject=question, at=at)
    return question


def fingerprint_of(question: Question) -> str:
    """Of all that `edit_question` replaces."""
    phrasings = Phrasing.objects.filter(question=question).exclude(kind=PhrasingKind.LEARNED)
    return fingerprint(
        question.category_id,
        question.essential,
        [question.why_en, question.why_fr, question.good_answer_en, question.good_answer_fr],
        sorted(phrasings.values_list("language", "kind", "text")),
    )


@transaction.atomic
def edit_question(*, question: Question, text: QuestionText, as_of: str, by: User, at: datetime) -> None:
    """Replace a question's words. Learned phrasings stay; the short name too, since answers link to it.

    `as_of` is the `fingerprint_of` what the person read; raises QuestionChanged if it has moved since.
    """
    question = Question.objects.select_for_update().get(pk=question.pk)
    if fingerprint_of(question) != as_of:
        raise QuestionChanged
    _write(question, text)
    answers = Answer.objects.filter(question=question)
    # Held in the order of their keys, as who records a figure's value holds them: no deadlock.
    list(answers.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    refresh_weights(answers)
    record_activity(actor=by, verb="edit", subject=question, at=at)


@transaction.atomic
def archive_question(*, question: Question, by: User, at: datetime) -> None:
    """Take a question, and with it its answers, out of the wiki's pages."""
    question.archived_at = at
    question.save(update_fields=["archived_at"])
    index_question(question=question)
    for answer in question.answers.all():
        close_what_is_confirmed(answer=answer, at=at)
    record_activity(actor=by, verb="archive", subject=question, at=at)


@transaction.atomic
def reopen_question(*, question: Question, by: User, at: datetime) -> None:
    """Bring an archived question back, with its answers as they were."""
    question.archived_at = None
    question.save(update_fields=["archived_at"])
    index_question(question=question)
    record_activity(actor=by, verb="reopen", subject=question, at=at)


def _write(question: Question, text: QuestionText) -> None:
    question.category = text.category
    question.essential = text.essential
    question.why_en, question.why_fr = text.english.why, text.french.why
    question.good_answer_en, question.good_answer_fr = text.english.good_answer, text.french.good_answer
    question.save()
    _write_phrasings(question, Language.ENGLISH, text.english)
    _write_phrasings(question, Language.FRENCH, text.french)
    index_question(question=question)


def _write_phrasings(question: Question, language: str, wording: Wording) -> None:
    """Make the stored phrasings those of `wording`, keeping the rows whose text stays."""
    wanted = dict.fromkeys(wording.variants, PhrasingKind.VARIANT)
    if wording.canonical:
        wanted[wording.canonical] = PhrasingKind.CANONICAL
    stored = Phrasing.objects.filter(question=question, language=language)
    stored.exclude(kind=PhrasingKind.LEARNED).exclude(text__in=wanted).delete()
    kept = {phrasing.text: phrasing for phrasing in stored}
    # Variants first: the old canonical must give up its place before another takes it.
    for text, kind in sorted(wanted.items(), key=lambda item: item[1] == PhrasingKind.CANONICAL):
        phrasing = kept.get(text) or Phrasing(question=question, language=language, text=text)
        if phrasing.kind != kind:
            phrasing.kind = kind
            phrasing.save()


def _free_slug(phrasing: str) -> str:
    stem = slugify(phrasing)[:SLUG_LENGTH].strip("-") or "question"
    slug, number = stem, 2
    while Question.objects.filter(slug=slug).exists():
        ending = f"-{number}"
        slug, number = stem[: SLUG_LENGTH - len(ending)] + ending, number + 1
    return slug
