"""What the other apps do when someone may own answers no longer: their account is closed, or no role reads.

Imports no model, so that AppConfigs may import it before the models are there.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from accounts.models import User


class Departure(Protocol):
    def __call__(self, *, person: "User", by: "User", at: datetime) -> None: ...


_follows: list[Departure] = []


def register_departure(follow: Departure) -> None:
    """Called in AppConfig.ready. `follow` runs in the transaction of the departure, after it."""
    _follows.append(follow)


def after_departure(*, person: "User", by: "User", at: datetime) -> None:
    for follow in _follows:
        follow(person=person, by=by, at=at)
