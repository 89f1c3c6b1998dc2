"""What hosts say of themselves, or those who recruit say for them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.models import HostProfile
from wiki.models import Category


class HostProfileChanged(Exception):
    """Someone else changed the profile since the moment the person read it."""


@dataclass(frozen=True, kw_only=True)
class HostFacts:
    """`since`: a year. `formats`: those of SessionFormat; none means any."""

    role: str = ""
    team: str = ""
    since: int | None = None
    sentence: str = ""
    speaks_french: bool = False
    speaks_english: bool = False
    formats: Collection[str] = ()
    may_be_proposed: bool = True
    topics: Collection[Category] = field(default_factory=list)


def host_profile_of(user: User) -> HostProfile | None:
    return HostProfile.objects.filter(user=user).first()


def state_of(profile: HostProfile | None) -> str:
    """What tells how the profile stands, "" while there is none."""
    return profile.updated_at.isoformat() if profile else ""


@transaction.atomic
def save_host_profile(*, user: User, facts: HostFacts, as_of: str, by: User, at: datetime) -> HostProfile:
    """Replace the whole profile. `as_of` is the `state_of` what was read; raises HostProfileChanged."""
    # The account's row is held: there may be no profile yet to hold.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    standing = host_profile_of(user)
    if state_of(standing) != as_of:
        raise HostProfileChanged
    fields: dict[str, Any] = {name: value for name, value in vars(facts).items() if name != "topics"}
    fields |= {"formats": sorted(facts.formats), "updated_at": at}
    profile, _created = HostProfile.objects.update_or_create(user=user, defaults=fields)
    profile.topics.set(facts.topics)
    record_activity(actor=by, verb="edit-host-profile", subject=user, at=at)
    return profile
