"""The lint of the French catalogue knows the one no-break space of the house."""

import pytest

from tests.check_messages import is_ill_spaced


@pytest.mark.parametrize(
    "text",
    [
        "Sujet\u00a0: «\u00a0réponse\u00a0», est-elle exacte\u00a0?",
        "50\u00a0% à 08:00",
        "%(part)s\u00a0%%",
        "[[figure:turnover]] sur https://example.com",
        "Par modèle % ou heures",
    ],
)
def test_french_with_its_spaces(text: str) -> None:
    assert not is_ill_spaced(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sujet : réponse",
        "Sujet: réponse",
        "Exacte\u202f?",
        "Exacte?",
        "« réponse\u00a0»",
        "50 %",
        "%(part)s %%",
    ],
)
def test_french_without_a_no_break_space(text: str) -> None:
    assert is_ill_spaced(text)
