"""How two texts differ, word by word. Plain text in, plain text out: templates escape it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, REMOVED, ADDED = "same", "removed", "added"
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\s*\S+|\s+")


@dataclass(frozen=True)
class Piece:
    """A run of text that both sides hold, or only the first (removed), or only the second (added)."""

    kind: str
    text: str


def diff_words(before: str, after: str) -> list[Piece]:
    """The pieces that lead from `before` to `after`.

    Lines are matched first and words only inside lines that changed, so that long texts stay cheap.
    """
    before, after = _unix(before), _unix(after)
    return _joined(_differences(_LINES.findall(before), _LINES.findall(after), by_word=True))


def left_side(pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.kind != ADDED]


def right_side(pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.kind != REMOVED]


def _differences(before: list[str], after: list[str], *, by_word: bool) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after)
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        old, new = "".join(before[start:end]), "".join(after[other_start:other_end])
        if operation == "equal":
            yield Piece(SAME, old)
        elif operation == "replace" and by_word:
            yield from _differences(_WORDS.findall(old), _WORDS.findall(new), by_word=False)
        else:
            # The space before a replaced word is in both texts: it is not part of the change.
            space = old[: len(old) - len(old.lstrip())]
            space = space if new.startswith(space) else ""
            yield Piece(SAME, space)
            yield Piece(REMOVED, old.removeprefix(space))
            yield Piece(ADDED, new.removeprefix(space))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Without empty pieces, and with neighbours of one kind made one."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def _unix(text: str) -> str:
    """Browsers send line ends as CR LF; a stored text may have either."""
    return text.replace("\r\n", "\n")
