import tomllib

import pytest

from tests.check_messages import is_ill_spaced
from tests.factories import make_phrasing
from wiki.domain.starter import STARTER_FOLDER, load_starter_questions
from wiki.models import Category, Phrasing, PhrasingKind, Question

ENTRIES = [
    question
    for path in sorted(STARTER_FOLDER.glob("*.toml"))
    for question in tomllib.loads(path.read_text(encoding="utf-8"))["question"]
]


def test_starter_files_hold_the_promised_bank() -> None:
    assert len(ENTRIES) >= 80
    assert sum(entry.get("essential", False) for entry in ENTRIES) == 20
    assert len({entry["slug"] for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["slug"])
def test_starter_question_is_whole(entry: dict) -> None:
    slugs = {other["slug"] for other in ENTRIES}
    assert set(entry["next"]) <= slugs - {entry["slug"]}
    for language in ("en", "fr"):
        texts = entry[language]
        phrasings = [texts["canonical"], *texts["variants"]]
        assert len(set(phrasings)) == len(phrasings) >= 5
        assert texts["why"]
        assert texts["good_answer"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["slug"])
def test_starter_question_has_french_typography(entry: dict) -> None:
    texts = entry["fr"]
    for text in [*texts["variants"], texts["canonical"], texts["why"], texts["good_answer"]]:
        assert "'" not in text
        assert not is_ill_spaced(text)


@pytest.mark.django_db
def test_load_starter_questions_again_changes_nothing() -> None:
    first = load_starter_questions()
    before = (Question.objects.count(), Phrasing.objects.count(), Category.objects.count())
    second = load_starter_questions()
    assert (first.created, second.created, second.updated) == (len(ENTRIES), 0, 0)
    assert (Question.objects.count(), Phrasing.objects.count(), Category.objects.count()) == before
    assert before[2] == 12


@pytest.mark.django_db
def test_load_starter_questions_renews_what_nobody_touched(tmp_path) -> None:
    load_starter_questions()
    _ship_anew(tmp_path, "What is your staff turnover rate?", "How high is your turnover, in a figure?")
    assert load_starter_questions(folder=tmp_path).updated == 1
    assert Phrasing.objects.filter(text="How high is your turnover, in a figure?").count() == 1
    assert not Phrasing.objects.filter(text="What is your staff turnover rate?").exists()


@pytest.mark.django_db
def test_load_starter_questions_ships_a_wording_learned_meanwhile(tmp_path) -> None:
    load_starter_questions()
    new = "How high is your turnover, in a figure?"
    question = Question.objects.get(slug="turnover-rate")
    make_phrasing(question, new, kind=PhrasingKind.LEARNED)
    _ship_anew(tmp_path, "What is your staff turnover rate?", new)
    assert load_starter_questions(folder=tmp_path).updated == 1
    assert Phrasing.objects.get(text=new).kind != PhrasingKind.LEARNED


@pytest.mark.django_db
def test_load_starter_questions_keeps_what_people_changed(tmp_path) -> None:
    load_starter_questions()
    Question.objects.filter(slug="turnover-rate").update(why_en="Our own reason.")
    _ship_anew(tmp_path, "What is your staff turnover rate?", "How high is your turnover, in a figure?")
    assert load_starter_questions(folder=tmp_path).updated == 0
    assert Question.objects.get(slug="turnover-rate").why_en == "Our own reason."
    assert Phrasing.objects.filter(text="What is your staff turnover rate?").exists()


def _ship_anew(folder, old: str, new: str) -> None:
    """Copy the shipped files with one wording changed."""
    for path in STARTER_FOLDER.glob("*.toml"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
