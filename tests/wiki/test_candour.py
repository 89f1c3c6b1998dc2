import pytest

from wiki.candour import hints_for
from wiki.models import AnswerKind, AnswerRevision


def hints(short: str, language: str = "en", **parts: str) -> list[str]:
    return hints_for(AnswerRevision(short_answer=short, **parts), language=language)


def test_dated_figure_and_example_need_nothing() -> None:
    assert hints("In 2025, 8% left.", example="Three people left the same team.") == []


@pytest.mark.parametrize(
    ("short", "missing"),
    [("Few people leave.", "No figure"), ("8% left.", "No date"), ("In 2025, 8% left.", "No example")],
)
def test_what_is_missing_is_named(short: str, missing: str) -> None:
    assert any(hint.startswith(missing) for hint in hints(short))


@pytest.mark.parametrize(
    ("short", "language", "count"),
    [
        ("A Dynamic Team with a competitive salary.", "en", 1),
        ("Une Équipe dynamique, salaire selon profil.", "fr", 1),
        ("Une équipe dynamique.", "en", 0),
    ],
)
def test_words_that_say_little_are_quoted(short: str, language: str, count: int) -> None:
    found = [hint for hint in hints(short, language) if hint.startswith("Words that say little")]
    assert len(found) == count


@pytest.mark.parametrize("kind", [AnswerKind.NOT_MEASURED, AnswerKind.CANNOT_BE_SAID])
def test_candid_refusal_needs_no_figure(kind: str) -> None:
    assert hints("We do not count it.", kind=kind) == []
