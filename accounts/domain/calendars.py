"""The private address of someone's calendar: made, replaced, revoked, and whose it is."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.domain.invitations import hash_token
from accounts.domain.mails import queue_account_change
from accounts.models import CalendarFeed, User
from ledger.domain.activity import record_activity


class CalendarChanged(Exception):
    """The address was made, replaced or revoked since the moment the person read how it stands."""


def calendar_feed_of(user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user).first()


def state_of(feed: CalendarFeed | None) -> str:
    """What tells this address from every other that the person had or will have, "" for none."""
    return str(feed.pk) if feed else ""


@transaction.atomic
def make_calendar_address(*, user: User, as_of: str, at: datetime) -> str:
    """The token of a new address, known from here on to the caller alone; the one before ends.

    The person is told by mail: whoever sits at an open session could make one, and read on afterwards.
    `as_of` is the `state_of` what the person read; raises CalendarChanged if it has moved since, so that
    a form sent again does not end the address that was just copied.
    """
    standing = CalendarFeed.objects.select_for_update().filter(user=user).first()
    if state_of(standing) != as_of:
        raise CalendarChanged
    if standing:
        standing.delete()
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            CalendarFeed.objects.create(user=user, token_hash=hash_token(token), created_at=at)
    except IntegrityError:
        # Of two at once, only the unique user decides.
        raise CalendarChanged from None
    queue_account_change(user=user, change="calendar", at=at)
    record_activity(actor=user, verb="make-calendar-address", subject=user, at=at)
    return token


@transaction.atomic
def revoke_calendar_address(*, user: User, at: datetime) -> None:
    """End the address: it says no more than any unknown one. Does nothing when there is none."""
    ended, _rows = CalendarFeed.objects.filter(user=user).delete()
    if ended:
        record_activity(actor=user, verb="revoke-calendar-address", subject=user, at=at)


def reader_of_calendar(*, token: str) -> User | None:
    """Whose calendar it is; None for every address that does not work, and once the account is closed."""
    feeds = CalendarFeed.objects.filter(token_hash=hash_token(token), user__is_active=True)
    feed = feeds.select_related("user").first()
    return feed.user if feed else None
