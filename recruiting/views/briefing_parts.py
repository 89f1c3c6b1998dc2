"""The parts of a briefing as its page shows them, each with what its reader may mark as read at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from recruiting.domain.briefing_items import BriefingItem
from recruiting.domain.briefings import Briefing
from recruiting.forms.briefings import sign_shown
from recruiting.models import Session
from wiki.models import Category


@dataclass(frozen=True)
class Part:
    """`shown` names the revisions that can be marked, signed; "" where there are none, or for no host."""

    anchor: str
    items: Sequence[BriefingItem]
    shown: str
    can_be_marked: int
    category: Category | None = None

    @property
    def is_read(self) -> bool:
        """Whether the reader has read all that this part has to say."""
        return any(item.revision for item in self.items) and not self.can_be_marked


class BriefingParts:
    """What this candidate asks, what is likely, the rest by category; `host` is None for any other reader.

    What is folded among the likely ones is not marked with them, unless the page is open in `full`.
    """

    def __init__(self, briefing: Briefing, *, session: Session, host: User | None, full: bool) -> None:
        self.session, self.host = session, host
        self.asked = self._part("asked", briefing.asked)
        seen = [item for item in briefing.likely if full or item.opens or item.is_read]
        self.likely = self._part("likely", briefing.likely, seen=seen)
        self.rest = [
            self._part(f"category-{section.category.slug}", section.items, section.category)
            for section in briefing.rest
        ]
        self.whole = self._part("main", briefing.items)

    def _part(
        self,
        anchor: str,
        items: Sequence[BriefingItem],
        category: Category | None = None,
        *,
        seen: Sequence[BriefingItem] | None = None,
    ) -> Part:
        marked = items if seen is None else seen
        revisions = [item.revision.pk for item in marked if item.revision and item.can_be_marked]
        shown = ""
        if self.host and revisions:
            shown = sign_shown(revisions, session=self.session, user=self.host)
        return Part(anchor, items, shown, len(revisions), category)
