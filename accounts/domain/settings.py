"""What leads decide for the whole site, and who stands behind what it mails by itself."""

from collections.abc import Mapping
from datetime import datetime, time

from django.db import transaction

from accounts.models import SiteSettings, User
from ledger.domain.activity import record_activity
from ledger.domain.fingerprints import fingerprint
from ledger.domain.hours import jobs_with_an_hour, set_hours


class SettingsChanged(Exception):
    """Someone else changed the settings since the moment the person read them."""


def site_settings() -> SiteSettings:
    """The settings as they stand; those of a new site are not stored yet."""
    return SiteSettings.objects.select_related("keeper", "stand_in").first() or SiteSettings(pk=1)


def fingerprint_of_settings() -> str:
    """Of all that `save_settings` replaces."""
    standing = site_settings()
    hours = [(job.name, f"{job.schedule.at:%H:%M}") for job in jobs_with_an_hour()]
    return fingerprint(standing.keeper_id, standing.stand_in_id, hours)


@transaction.atomic
def save_settings(
    *,
    keeper: User | None,
    stand_in: User | None,
    hours: Mapping[str, time],
    as_of: str,
    by: User,
    at: datetime,
) -> None:
    """Set the wiki's keeper with a stand-in, and the hours of the jobs named.

    `as_of` is the `fingerprint_of_settings` that was read; raises SettingsChanged if they moved since.
    """
    SiteSettings.objects.get_or_create(pk=1)
    # Held until the end, so that of two who save the second is told.
    stored = SiteSettings.objects.select_for_update().get(pk=1)
    if fingerprint_of_settings() != as_of:
        raise SettingsChanged
    before = {"keeper": stored.keeper_id, "stand_in": stored.stand_in_id}
    stored.keeper, stored.stand_in = keeper, stand_in
    stored.save(update_fields=["keeper", "stand_in"])
    after = {"keeper": stored.keeper_id, "stand_in": stored.stand_in_id}
    changed = {name: value for name, value in after.items() if value != before[name]}
    record_activity(
        actor=by, verb="edit-settings", subject=stored, at=at, hours=set_hours(hours=hours), **changed
    )


def keepers_address(*, besides: User) -> str:
    """Where replies to what the wiki mails by itself go: the keeper, else the stand-in, else nobody ("").

    Never to the recipient, `besides`, nor to someone who left or lost the role.
    """
    standing = site_settings()
    named = [person.pk for person in (standing.keeper, standing.stand_in) if person]
    able = User.objects.who_may_keep_the_wiki().exclude(pk=besides.pk).in_bulk(named)
    return next((able[pk].email for pk in named if pk in able), "")


def keeps_the_wiki(person: User) -> bool:
    """Whether they are named as the wiki's keeper or as the stand-in."""
    standing = site_settings()
    return person.pk in (standing.keeper_id, standing.stand_in_id)
