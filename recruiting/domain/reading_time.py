"""How long a briefing takes to read, and how much of it is read in the ten minutes before a session."""

from collections.abc import Iterable, Sequence

from recruiting.domain.briefing_items import BriefingItem
from recruiting.models import RoleSheet
from wiki.domain.citations import told

# Silent reading of plain prose, in French as in English.
# https://doi.org/10.1016/j.jml.2019.104047 and https://doi.org/10.1167/iovs.11-8284
WORDS_A_MINUTE = 200
TEN_MINUTES = 10 * WORDS_A_MINUTE
AROUND_THE_ANSWERS = 200  # what is missing, notes, the names of what is folded
AROUND_AN_ANSWER = 40  # why to expect it, where it holds, how old it is, what to press


def minutes(words: int) -> int:
    """Rounded up, and never none."""
    return max(1, -(-words // WORDS_A_MINUTE))


def words_around(sheet: RoleSheet | None) -> int:
    """Of the role, and of all else that is no answer."""
    parts = sheet.parts if sheet else []
    return AROUND_THE_ANSWERS + sum(_count(asked, said) for asked, said in parts if said)


def words_of(items: Iterable[BriefingItem], *, full: bool = False) -> int:
    """Of what stands open: the longer text of an answer is folded, unless the page is open in `full`."""
    return sum(_words_of_item(item, full=full) for item in items)


def read_within(items: Sequence[BriefingItem], *, words: int) -> int:
    """How many of the items, from the first on, can be read in so many words; the first in any case."""
    for number, item in enumerate(items):
        words -= _words_of_item(item, full=False)
        if words < 0:
            return max(1, number)
    return len(items)


def _words_of_item(item: BriefingItem, *, full: bool) -> int:
    count = AROUND_AN_ANSWER + _count(item.question.title, *item.asked)
    if revision := item.revision:
        texts = [revision.short_answer, revision.example, revision.details if full else ""]
        count += _count(revision.not_to_say, *(told(text, revision.cited) for text in texts))
        count += _count(*(f"{figure.label} {figure.words}" for figure in item.figures))
    return count + _count(*(question.title for question in item.question.next_questions.all()))


def _count(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)
