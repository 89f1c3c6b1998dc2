"""Markdown as the words it shows, for the index and for excerpts; never for HTML."""

import re

from wiki.markdown import FIGURE

_WIKI_LINK = re.compile(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_ADDRESS = re.compile(r"https?://[^\s<>()]*")
_TABLE_RULE = re.compile(r"^[ \t|:-]+$", re.MULTILINE)
_CELL_ENDS = re.compile(r"[|_]+")
_LINE_STARTS = re.compile(r"^[ \t>#]*(?:[-+*][ \t])?", re.MULTILINE)
_MARKS = re.compile(r"[*`~\\\[\]]+")
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """One line, without marks, addresses and figures' places; linear in the length of the text."""
    text = _WIKI_LINK.sub(_words_of_link, FIGURE.sub("", text))
    for pattern, replacement in (
        (_LINK, r"\1"),
        (_ADDRESS, " "),
        (_TABLE_RULE, " "),
        (_CELL_ENDS, " "),
        (_LINE_STARTS, ""),
        (_MARKS, ""),
        (_SPACES, " "),
    ):
        text = pattern.sub(replacement, text)
    return text.strip()


def _words_of_link(link: re.Match[str]) -> str:
    """What the link says; without words of its own, the slug as words, since titles are in the database."""
    slug, words = link.groups()
    return words or slug.replace("-", " ")
