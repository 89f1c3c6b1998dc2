"""The starter questions: shipped as one TOML file per category, loaded as often as one likes."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Language
from wiki.domain.search_index import index_question
from wiki.models import Category, Phrasing, PhrasingKind, Question

STARTER_FOLDER = Path(__file__).resolve().parent.parent / "starter"


@dataclass
class Loaded:
    """What one loading did, in numbers of questions."""

    created: int = 0
    updated: int = 0
    kept: int = 0  # left alone: the same, or changed by people


@transaction.atomic
def load_starter_questions(*, folder: Path = STARTER_FOLDER) -> Loaded:
    """Create what is missing and renew what nobody has touched; never overwrite what people changed.

    A question is untouched while the digest of its texts is the one kept when it was last loaded.
    """
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    known = {
        question.slug: question
        for question in Question.objects.select_related("category").prefetch_related("phrasings")
    }
    loaded = Loaded()
    created = []
    for file in files:
        category = _category(file["category"])
        for rank, entry in enumerate(file["question"], start=1):
            question = known.get(entry["slug"])
            if question is None:
                known[entry["slug"]] = question = _create(entry, category, rank)
                created.append((question, entry["next"]))
                loaded.created += 1
            elif _untouched_but_old(question, entry):
                _renew(question, entry)
                loaded.updated += 1
            else:
                loaded.kept += 1
    for question, slugs in created:
        question.next_questions.set([known[slug] for slug in slugs])
    return loaded


def _category(entry: dict[str, Any]) -> Category:
    category, _ = Category.objects.get_or_create(
        slug=entry["slug"],
        defaults={
            "name_en": entry["name"]["en"],
            "name_fr": entry["name"]["fr"],
            "rank": entry["rank"],
            "interval_days": entry["interval_days"],
            "sensitive": entry["sensitive"],
        },
    )
    return category


def _create(entry: dict[str, Any], category: Category, rank: int) -> Question:
    question = Question(
        slug=entry["slug"], category=category, rank=rank, essential=entry.get("essential", False)
    )
    _write(question, entry)
    return question


def _renew(question: Question, entry: dict[str, Any]) -> None:
    question.phrasings.exclude(kind=PhrasingKind.LEARNED).delete()
    for language in Language.values:
        # A wording learned since, and shipped now, becomes the shipped one.
        shipped = [entry[language]["canonical"], *entry[language]["variants"]]
        question.phrasings.filter(language=language, text__in=shipped).delete()
    _write(question, entry)


def _write(question: Question, entry: dict[str, Any]) -> None:
    question.why_en, question.why_fr = entry["en"]["why"], entry["fr"]["why"]
    question.good_answer_en = entry["en"]["good_answer"]
    question.good_answer_fr = entry["fr"]["good_answer"]
    question.starter_digest = _digest(_texts_of_entry(entry))
    question.save()
    Phrasing.objects.bulk_create(
        Phrasing(question=question, language=language, text=text, kind=kind)
        for language in Language.values
        for kind, texts in (
            (PhrasingKind.CANONICAL, [entry[language]["canonical"]]),
            (PhrasingKind.VARIANT, entry[language]["variants"]),
        )
        for text in texts
    )
    index_question(question=question)


def _untouched_but_old(question: Question, entry: dict[str, Any]) -> bool:
    shipped = _digest(_texts_of_entry(entry))
    return (
        shipped != question.starter_digest
        and _digest(_texts_of_question(question)) == question.starter_digest
    )


def _texts_of_entry(entry: dict[str, Any]) -> list[Any]:
    return [
        [
            entry[language]["why"],
            entry[language]["good_answer"],
            entry[language]["canonical"],
            sorted(entry[language]["variants"]),
        ]
        for language in Language.values
    ]


def _texts_of_question(question: Question) -> list[Any]:
    """The same shape as `_texts_of_entry`; learned phrasings are not the shipped text's business."""
    phrasings = list(question.phrasings.all())

    def texts(language: str, kind: PhrasingKind) -> list[str]:
        return sorted(p.text for p in phrasings if p.language == language and p.kind == kind)

    return [
        [
            question.why_fr if language == Language.FRENCH else question.why_en,
            question.good_answer_fr if language == Language.FRENCH else question.good_answer_en,
            next(iter(texts(language, PhrasingKind.CANONICAL)), ""),
            texts(language, PhrasingKind.VARIANT),
        ]
        for language in Language.values
    ]


def _digest(texts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()
