import pytest
from django.utils import translation

from accounts.templatetags.periods import period_in_words


@pytest.mark.parametrize(
    ("period", "language", "words"),
    [
        ("2026-W47", "en", "week 47 of 2026"),
        ("2027-W01", "en", "week 1 of 2027"),
        ("2026-11-23", "en", "23 November 2026"),
        ("2026-12-01", "fr", "1er\u00a0décembre 2026"),
        ("session-12@2026-11-26T09:00Z", "en", "26 November 2026, 10:00"),
        ("autumn", "en", ""),
        ("12/1795076100/3", "en", ""),
        ("", "en", ""),
    ],
)
def test_period_in_words(period, language, words):
    with translation.override(language):
        assert period_in_words(period) == words
