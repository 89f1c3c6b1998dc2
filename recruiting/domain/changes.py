"""What has become of an answer's text since a host last read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from recruiting.models import ReadReceipt
from wiki.diff import SAME, Piece, diff_words
from wiki.domain.citations import Citation, told
from wiki.models import AnswerRevision

# Known by heart, so shown word by word; of the rest it is said that it differs.
COMPARED = ("short_answer", "not_to_say")
OTHERS = ("details", "example", "kind", "disclosure", "evidence")
LEAST_SAME = 0.5  # of the longer text, below which the words marked one by one are harder to read than both


@dataclass(frozen=True, kw_only=True)
class ChangedPart:
    """`pieces` is empty where little of the text `before` is left."""

    name: str
    before: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, kw_only=True)
class Change:
    """From the revision that was `read` to the one `now`; `figures` have got a value since."""

    read: ReadReceipt
    now: AnswerRevision
    parts: Sequence[ChangedPart]
    figures: Sequence[Citation]
    has_more: bool  # what differs and is not shown here
    is_major: bool

    @property
    def is_of_text(self) -> bool:
        return self.read.revision != self.now


def change_since(receipt: ReadReceipt, now: AnswerRevision, *, still_counts: bool) -> Change | None:
    """None where text and figures are as they were read. Both revisions have their figures cited."""
    before = receipt.revision
    figures = [
        cited for cited in now.cited.values() if cited.value and cited.value.recorded_at > receipt.read_at
    ]
    if before == now and not figures:
        return None
    parts = [part for name in COMPARED if (part := _compared(name, before, now))]
    shown = {part.name for part in parts}
    differing = [name for name in (*COMPARED, *OTHERS) if getattr(before, name) != getattr(now, name)]
    return Change(
        read=receipt,
        now=now,
        parts=parts,
        figures=figures,
        has_more=any(name not in shown for name in differing),
        is_major=not still_counts,
    )


def _compared(name: str, before: AnswerRevision, now: AnswerRevision) -> ChangedPart | None:
    old, new = _words(name, before), _words(name, now)
    if old == new:
        return None
    pieces = diff_words(old, new)
    same = sum(len(piece.text) for piece in pieces if piece.kind == SAME)
    is_readable = same >= LEAST_SAME * max(len(old), len(new))
    return ChangedPart(name=name, before=old, pieces=pieces if is_readable else ())


def _words(name: str, revision: AnswerRevision) -> str:
    text: str = getattr(revision, name)
    return text if name == "not_to_say" else told(text, revision.cited)
