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
    """What this candidate asks, what is likely, the rest by category; `host` is None for any other reader."""

    def __init__(self, briefing: Briefing, *, session: Session, host: User | None) -> None:
        self.session, self.host = session, host
        self.asked = self._part("asked", briefing.asked)
        self.likely = self._part("likely", briefing.likely)
        self.rest = [
            self._part(f"category-{section.category.slug}", section.items, section.category)
            for section in briefing.rest
        ]
        self.whole = self._part("main", briefing.items)

    def _part(self, anchor: str, items: Sequence[BriefingItem], category: Category | None = None) -> Part:
        revisions = [item.revision.pk for item in items if item.revision and item.can_be_marked]
        shown = ""
        if self.host and revisions:
            shown = sign_shown(revisions, session=self.session, user=self.host)
        return Part(anchor, items, shown, len(revisions), category)
