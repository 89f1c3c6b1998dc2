"""What someone typed, as words to look for in both languages."""

from dataclasses import dataclass
from functools import cached_property

from accounts.models import Language
from wiki.search.stop_words import WEAK_WORDS
from wiki.search.words import fold, is_stop_word, joined, normalise, split, stems, token

QUERY_LENGTH = 200  # characters
QUERY_WORDS = 12
PREFIX_LENGTH = 2  # fewer letters begin too many words
AS_PREFIX = 0.8  # what the beginning of a word is worth against the word


@dataclass(frozen=True)
class Word:
    """One word of a query: found where any of its forms is, or a token that begins with a prefix."""

    forms: tuple[str, ...]
    prefixes: tuple[str, ...] = ()
    weak: bool = False  # helps to rank, is not required

    def closeness_to(self, tokens: str) -> float:
        """How well the word is held by tokens with a space before and after each: 1, AS_PREFIX, or 0."""
        for form in self.forms:
            if f" {form} " in tokens:
                return 1.0
        for prefix in self.prefixes:
            if f" {prefix}" in tokens:
                return AS_PREFIX
        return 0.0


@dataclass(frozen=True)
class Query:
    words: tuple[Word, ...]
    language: str  # the one it seems to be written in

    @cached_property
    def required(self) -> tuple[Word, ...]:
        """The words that tell something; the weak ones where there are no others."""
        return tuple(word for word in self.words if not word.weak) or self.words


def analyse(text: str, *, language: str, prefix: bool = False) -> Query:
    """Read a query. `language` decides where its words do not; with `prefix` the last may be unfinished."""
    # Cut before and after: one character may stand for many.
    normal = normalise(text[:QUERY_LENGTH])[:QUERY_LENGTH]
    spoken = list(split(normal))
    language = _language_of([part for parts in spoken for part in parts], default=language)
    unfinished = prefix and normal[-1:].isalnum()
    words: dict[tuple[str, ...], Word] = {}
    for position, parts in enumerate(spoken, start=1):
        whole = joined(parts)
        for part in parts:
            last = unfinished and position == len(spoken) and part is parts[-1]
            word = _word(part, whole, language, last=last)
            if word:
                words.setdefault(word.forms, word)
    return Query(tuple(words.values())[:QUERY_WORDS], language)


def _word(part: str, whole: str, language: str, *, last: bool) -> Word | None:
    if is_stop_word(part, language):
        return None
    forms = [
        form for word in (part, whole) if word for known in Language.values for form in stems(word, known)
    ]
    folded = fold(part)
    long_enough = last and len(folded) >= PREFIX_LENGTH
    prefixes = tuple(token(folded, known) for known in Language.values) if long_enough else ()
    return Word(tuple(dict.fromkeys(forms)), prefixes, weak=folded in WEAK_WORDS) if forms else None


def _language_of(words: list[str], *, default: str) -> str:
    """The language whose stop words, beyond those common to both, occur more often."""
    french = sum(is_stop_word(word, Language.FRENCH) for word in words)
    english = sum(is_stop_word(word, Language.ENGLISH) for word in words)
    if french == english:
        return default
    return Language.FRENCH if french > english else Language.ENGLISH
