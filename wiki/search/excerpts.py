"""The words of a query marked in readable text, as parts that a template escapes and renders."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from wiki.search.queries import Word
from wiki.search.words import index_tokens

EXCERPT_LENGTH = 240  # characters
LONGEST_SURFACE = 100  # characters of a hyphenated word
SURFACES_KEPT = 20_000
LEAD_IN = 60  # characters before the first marked word

_SURFACE = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")


class Part(NamedTuple):
    text: str
    marked: bool = False


def mark(text: str, words: Sequence[Word], language: str) -> list[Part]:
    """The whole text, cut where marked words begin and end."""
    parts: list[Part] = []
    done = 0
    for start, end in _found(text, words, language):
        if start > done:
            parts.append(Part(text[done:start]))
        parts.append(Part(text[start:end], marked=True))
        done = end
    if done < len(text):
        parts.append(Part(text[done:]))
    return parts


def excerpt(text: str, words: Sequence[Word], language: str) -> list[Part]:
    """At most EXCERPT_LENGTH characters around the first marked word, or from the beginning."""
    if len(text) <= EXCERPT_LENGTH:
        return mark(text, words, language)
    first = next((start for start, _ in _found(text, words, language)), 0)
    start = _word_start(text, first - LEAD_IN) if first > LEAD_IN else 0
    end = _word_start(text, start + EXCERPT_LENGTH)
    shown = ("… " if start else "") + text[start:end].rstrip() + (" …" if end < len(text) else "")
    return mark(shown, words, language)


def marked(parts: Sequence[Part]) -> int:
    """How many marks there are."""
    return sum(part.marked for part in parts)


def _found(text: str, words: Sequence[Word], language: str) -> Iterator[tuple[int, int]]:
    for match in _SURFACE.finditer(text):
        if _holds(match[0], words, language):
            yield match.span()


def _holds(surface: str, words: Sequence[Word], language: str) -> bool:
    tokens = _tokens(surface, language)
    return tokens is not None and any(word.closeness_to(tokens) for word in words)


@lru_cache(maxsize=SURFACES_KEPT)
def _tokens(surface: str, language: str) -> str | None:
    tokens = index_tokens(surface[:LONGEST_SURFACE], language)
    return f" {tokens} " if tokens else None


def _word_start(text: str, position: int) -> int:
    """The end of the space at or after `position`, so that no word is cut."""
    space = text.find(" ", position)
    return len(text) if space < 0 else space + 1
