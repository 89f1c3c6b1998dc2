from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation


@pytest.mark.parametrize(
    ("language", "day", "said"),
    [
        ("fr", date(2026, 8, 1), "1er\u00a0août 2026"),
        ("fr", date(2026, 8, 11), "11\u00a0août 2026"),
        ("en", date(2026, 8, 1), "1 August 2026"),
        ("fr", None, ""),
    ],
)
def test_first_of_a_month_is_said_as_the_language_does(language, day, said):
    with translation.override(language):
        assert Template("{{ day|date }}").render(Context({"day": day})) == said


def test_machine_readable_dates_stay_as_they_are():
    with translation.override("fr"):
        assert Template("{{ day|date:'c' }}").render(Context({"day": date(2026, 8, 1)})) == "2026-08-01"
