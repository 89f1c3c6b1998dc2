"""Who could take something over from someone else, and why: those who know it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User

MOST_SUGGESTED = 5


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Someone who knows the answers: of how many they are deputy, how many they last edited or confirmed."""

    person: User
    deputy_of: int = 0
    worked_on: int = 0
    is_default_owner: bool = False
    owns_others: int = 0  # in the same category


def suggestions_among(
    able: Mapping[int, User],
    *,
    worked_on: Counter[int | None],
    deputy_of: Counter[int | None] | None = None,
    default_owner: int | None = None,
    owns_others: Counter[int | None] | None = None,
) -> list[Suggestion]:
    """Deputies first, then who worked on most of the answers, the default owner, who owns others there."""
    deputy_of, owns_others = deputy_of or Counter(), owns_others or Counter()
    known = able.keys() & {*deputy_of, *worked_on, default_owner, *owns_others}
    found = [
        Suggestion(
            person=able[pk],
            deputy_of=deputy_of[pk],
            worked_on=worked_on[pk],
            is_default_owner=pk == default_owner,
            owns_others=owns_others[pk],
        )
        for pk in known
    ]
    return sorted(found, key=_order)[:MOST_SUGGESTED]


def _order(one: Suggestion) -> tuple[Any, ...]:
    return (
        -one.deputy_of,
        -one.worked_on,
        not one.is_default_owner,
        -one.owns_others,
        one.person.name,
        one.person.pk,
    )
