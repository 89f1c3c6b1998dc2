"""The parts of a briefing as its page shows them, each with what its reader may mark as read at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from recruiting.domain.briefing_items import BriefingItem
from recruiting.domain.briefings import Briefing
from recruiting.domain.reading_time import TEN_MINUTES, minutes, read_within, words_around, words_of
from recruiting.forms.briefings import sign_shown
from recruiting.models import RoleSheet, Session
from wiki.models import Category


@dataclass(frozen=True)
class Part:
    """`rows` are its items, each with whether it stands open.

    `shown` names the revisions that can be marked, signed; "" where there are none, or for no host.
    """

    anchor: str
    rows: Sequence[tuple[BriefingItem, bool]]
    shown: str
    can_be_marked: int
    minutes: int  # for what stands open
    category: Category | None = None


class BriefingParts:
    """The page in the order in which it is read; `host` is None for any other reader.

    What this candidate asks stands open, and of the `likely` ones, the most expected first, what fills ten
    minutes. The others are folded in `later`, and the `rest` by category. Nothing is marked as read with a
    part that folds it. In `full` all is open, and all of the `likely` ones are in one place.
    """

    def __init__(
        self,
        briefing: Briefing,
        *,
        role_sheet: RoleSheet | None,
        session: Session,
        host: User | None,
        full: bool,
    ) -> None:
        self.session, self.host, self.full = session, host, full
        asked = self._open(briefing.asked)
        likely = self._open(briefing.likely)
        around = words_around(role_sheet)
        room = TEN_MINUTES - around - words_of(asked)
        first = likely if full else likely[: read_within(likely, words=room)]
        at_once = {item.question.pk for item in first}
        later = [item for item in briefing.likely if item.question.pk not in at_once]
        self.asked = self._part("asked", briefing.asked, asked)
        self.likely = self._part("likely", first, first)
        self.later = self._part("later", later, likely)
        self.rest = [
            self._part(
                f"category-{section.category.slug}",
                section.items,
                section.items if full else (),
                section.category,
            )
            for section in briefing.rest
        ]
        self.whole = self._part("main", briefing.items, briefing.items)
        seen = briefing.items if full else [*asked, *first]
        self.minutes = minutes(around + words_of(seen, full=full))

    def _open(self, items: Sequence[BriefingItem]) -> list[BriefingItem]:
        """What the reader should see: a host what is new to them, anyone else every answer."""
        if self.full:
            return list(items)
        if self.host:
            return [item for item in items if item.opens]
        return [item for item in items if item.revision or item.asked]

    def _part(
        self,
        anchor: str,
        items: Sequence[BriefingItem],
        opened: Sequence[BriefingItem],
        category: Category | None = None,
    ) -> Part:
        open_ones = {item.question.pk for item in opened}
        rows = [(item, item.question.pk in open_ones) for item in items]
        shows = [item for item, is_open in rows if is_open]
        revisions = [item.revision.pk for item in shows if item.revision and item.can_be_marked]
        shown = ""
        if self.host and revisions:
            shown = sign_shown(revisions, session=self.session, user=self.host)
        time = minutes(words_of(shows, full=self.full))
        return Part(anchor, rows, shown, len(revisions), time, category)
