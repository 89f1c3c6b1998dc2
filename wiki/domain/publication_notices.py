"""What the app above has to say to someone who has just changed what may be said: which candidates heard
otherwise, for instance. The wiki knows of no candidates; it asks.

Imports no model, so that AppConfigs may import it before the models are there.
"""

from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from accounts.models import User
    from wiki.models import Answer


class PublicationNotice(Protocol):
    def __call__(self, *, answer: "Answer", reader: "User", on: date) -> str:
        """A sentence for the reader, or "" when there is nothing to say to them."""


_notices: list[PublicationNotice] = []


def register_publication_notice(notice: PublicationNotice) -> None:
    """Called in AppConfig.ready."""
    _notices.append(notice)


def publication_notices(*, answer: "Answer", reader: "User", on: date) -> list[str]:
    """What is to be said after a publication, or after a challenge was resolved."""
    said = (notice(answer=answer, reader=reader, on=on) for notice in _notices)
    return [words for words in said if words]
