import pytest

from tests.factories import AT, make_category, make_phrasing, make_question, make_user
from wiki.domain.questions import (
    QuestionChanged,
    QuestionText,
    Wording,
    archive_question,
    create_question,
    edit_question,
    fingerprint_of,
    reopen_question,
)
from wiki.models import Category, Phrasing, PhrasingKind, Question, SearchDocument

pytestmark = pytest.mark.django_db


def text(category: Category | None = None, **fields: object) -> QuestionText:
    values = {
        "category": category or make_category(),
        "english": Wording(canonical="Who leaves?", variants=["Do people stay?"]),
        "french": Wording(canonical="Qui part ?"),
    }
    return QuestionText(**(values | fields))  # type: ignore[arg-type]


def wordings(question: Question, language: str) -> dict[str, str]:
    return dict(Phrasing.objects.filter(question=question, language=language).values_list("text", "kind"))


def test_create_question_makes_a_free_slug_and_comes_last() -> None:
    make_question("who-leaves")
    category = make_category()
    make_question(category=category, rank=7)
    question = create_question(text=text(category), by=make_user("editor"), at=AT)
    assert (question.slug, question.rank) == ("who-leaves-2", 8)
    assert wordings(question, "en") == {"Who leaves?": "canonical", "Do people stay?": "variant"}
    assert wordings(question, "fr") == {"Qui part ?": "canonical"}


def edit(question: Question, words: QuestionText) -> None:
    read = fingerprint_of(question)
    edit_question(question=question, text=words, as_of=read, by=make_user("editor"), at=AT)


def test_edit_question_read_before_another_changed_it_is_refused() -> None:
    question = create_question(text=text(), by=make_user("editor"), at=AT)
    read = fingerprint_of(question)
    edit(question, text(question.category, english=Wording(canonical="Who goes?")))
    late = text(question.category, english=Wording(canonical="Who parts?"))
    with pytest.raises(QuestionChanged):
        edit_question(question=question, text=late, as_of=read, by=make_user("editor"), at=AT)
    assert wordings(question, "en") == {"Who goes?": "canonical"}


def test_edit_question_leaves_a_question_archived_meanwhile_archived() -> None:
    question = create_question(text=text(), by=make_user("editor"), at=AT)
    archive_question(question=Question.objects.get(), by=make_user("editor"), at=AT)
    edit(question, text(question.category))
    assert not Question.objects.current().exists()
    assert not SearchDocument.objects.exists()


def test_edit_question_swaps_canonical_and_variant() -> None:
    question = create_question(text=text(), by=make_user("editor"), at=AT)
    kept = Phrasing.objects.get(question=question, text="Do people stay?")
    swapped = Wording(canonical="Do people stay?", variants=["Who leaves?"])
    edit(question, text(question.category, english=swapped))
    assert wordings(question, "en") == {"Who leaves?": "variant", "Do people stay?": "canonical"}
    kept.refresh_from_db()
    assert kept.kind == PhrasingKind.CANONICAL


def test_edit_question_keeps_learned_phrasings_and_the_slug() -> None:
    question = create_question(text=text(), by=make_user("editor"), at=AT)
    make_phrasing(question, "Is everyone running away?", kind=PhrasingKind.LEARNED)
    edit(
        question, text(question.category, english=Wording(canonical="Why do people leave?"), french=Wording())
    )
    question.refresh_from_db()
    assert question.slug == "who-leaves"
    assert wordings(question, "en") == {
        "Why do people leave?": "canonical",
        "Is everyone running away?": "learned",
    }
    assert wordings(question, "fr") == {}


def test_archive_and_reopen_question() -> None:
    question = make_question()
    archive_question(question=question, by=make_user("editor"), at=AT)
    assert not Question.objects.current().exists()
    reopen_question(question=question, by=make_user("editor"), at=AT)
    assert Question.objects.current().get() == question
