"""Dates in words, with what Django's formats cannot say: the first of a month is "1er" in French."""

import re
from datetime import date
from typing import Any

from django.template.defaultfilters import date as formatted
from django.utils.translation import get_language

_FIRST = re.compile(r"(?<!\d)1(?=[ \u00a0](?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc))")


def in_words(value: date | str | None, form: str | None = None) -> Any:
    """What the template filter `date` says, put right for French."""
    said = formatted(value, form)
    if isinstance(said, str) and (get_language() or "").startswith("fr"):
        return _FIRST.sub("1er", said)
    return said
