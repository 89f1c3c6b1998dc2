"""How text becomes the tokens of the search index, and a query the tokens to look for.

All of it happens here, in Python, so that both databases find the same things. A word is indexed as
fold(stem(word)) and as stem(fold(word)): either alone misses spellings without accents.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from wiki.search.stop_words import STOP_WORDS

WORD_LENGTH = 40  # characters of a word that count; no real one is longer
STEMMED_WORDS_KEPT = 20_000
ALGORITHMS = {"fr": "french", "en": "english"}

_PLAIN = str.maketrans(
    dict.fromkeys("’‘ʼ′`", "'")
    | dict.fromkeys("‐‑‒", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff", "")
)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_ELISION = re.compile(r"\b(?:jusqu|lorsqu|puisqu|quoiqu|qu|[cdjlmnst])'(?=\w)")
_CONTRACTION = re.compile(r"(?:n't|'(?:s|re|ve|ll|d|m))\b")
_stemmers = threading.local()


def normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN).casefold()


def split(text: str) -> Iterator[list[str]]:
    """The words of a normalised text, each as its hyphenated parts, without elisions and contractions."""
    for word in _WORD.findall(_CONTRACTION.sub(" ", _ELISION.sub(" ", text))):
        yield [part[:WORD_LENGTH] for part in word.replace("'", "").split("-")]


@lru_cache(maxsize=STEMMED_WORDS_KEPT)
def fold(word: str) -> str:
    """Without accents and ligatures."""
    decomposed = unicodedata.normalize("NFKD", word.translate(_LIGATURES))
    return "".join(character for character in decomposed if character.isalnum())


@lru_cache(maxsize=STEMMED_WORDS_KEPT)
def stems(word: str, language: str) -> tuple[str, ...]:
    """The tokens under which `word` is looked for, one or two; none for a stop word."""
    folded = fold(word)
    if not folded or folded in STOP_WORDS[language]:
        return ()
    forms = (fold(_stem(word, language)), _stem(folded, language))
    return tuple(token(form, language) for form in dict.fromkeys(forms))


def token(form: str, language: str) -> str:
    """Each language's tokens are its own: "salary" and "salarié" have the same stem."""
    return language[0] + form


def is_stop_word(word: str, language: str) -> bool:
    return fold(word) in STOP_WORDS[language]


def joined(parts: list[str]) -> str:
    """A hyphenated word written as one; empty for French inversions ("peut-on", "a-t-il")."""
    if len(parts) == 1 or any(is_stop_word(part, "fr") for part in parts):
        return ""
    return "".join(parts)[:WORD_LENGTH]


def index_tokens(text: str, language: str) -> str:
    """The tokens of a text, each once, with single spaces between them."""
    tokens: dict[str, None] = {}
    for parts in split(normalise(text)):
        for part in parts:
            tokens.update(_tokens_of(part, language))
        if len(parts) > 1 and (whole := joined(parts)):
            tokens.update(_tokens_of(whole, language))
    return " ".join(tokens)


@lru_cache(maxsize=STEMMED_WORDS_KEPT)
def _tokens_of(word: str, language: str) -> dict[str, None]:
    """A word's stems, and the folded word itself for the prefixes of what is being typed; ordered."""
    forms = stems(word, language)
    return dict.fromkeys((*forms, token(fold(word), language)) if forms else ())


def _stem(word: str, language: str) -> str:
    # A stemmer keeps its work in itself, so each thread has its own.
    stemmer = getattr(_stemmers, language, None)
    if stemmer is None:
        stemmer = snowballstemmer.stemmer(ALGORITHMS[language])
        setattr(_stemmers, language, stemmer)
    stemmed: str = stemmer.stemWord(word)
    return stemmed
