"""Hold sending after a restore, and let a person decide mail by mail or for all of them."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from ledger.domain.activity import record_activity
from ledger.models import HoldCause, MailReason, MailState, OutboxHold, OutgoingMail
from ledger.models.outbox import OutgoingMailQuerySet


class NotHeld(Exception):
    """The mail is not held, or no longer: someone else decided, or it expired."""


class NothingHeld(Exception):
    """Sending is not held, or no longer."""


def open_hold() -> OutboxHold | None:
    return OutboxHold.objects.open().first()


@transaction.atomic
def begin_hold(*, cause: HoldCause, at: datetime) -> OutboxHold | None:
    """Hold every mail that is not decided yet; None if sending is held already.

    One that a worker is sending at this moment still goes; then it is decided.
    """
    try:
        with transaction.atomic():
            hold = OutboxHold.objects.create(since=at, cause=cause)
    except IntegrityError:
        # Mails that came since are held too, so that asking for a hold always does what it says.
        OutgoingMail.objects.undecided().update(held=True)
        return None
    held = OutgoingMail.objects.undecided().update(held=True)
    record_activity(actor=None, verb="begin-hold", subject=hold, at=at, cause=cause, mails=held)
    return hold


@transaction.atomic
def release_mail(*, mail: OutgoingMail, by: AbstractBaseUser, at: datetime) -> None:
    """Let a held mail go its way. Raises NotHeld."""
    if not OutgoingMail.objects.held().filter(pk=mail.pk).update(held=False, next_attempt_at=at):
        raise NotHeld
    record_activity(actor=by, verb="release", subject=mail, at=at)


@transaction.atomic
def drop_mail(*, mail: OutgoingMail, by: AbstractBaseUser, at: datetime) -> None:
    """Decide that a held mail is not sent. Raises NotHeld."""
    if not _drop(OutgoingMail.objects.held().filter(pk=mail.pk), at=at):
        raise NotHeld
    record_activity(actor=by, verb="drop", subject=mail, at=at)


@transaction.atomic
def release_all(*, by: AbstractBaseUser, at: datetime) -> int:
    """End the hold and let every held mail go; how many. Raises NothingHeld."""
    hold = _end(by=by, at=at)
    released = OutgoingMail.objects.held().update(held=False, next_attempt_at=at)
    record_activity(actor=by, verb="release-all", subject=hold, at=at, mails=released)
    return released


@transaction.atomic
def drop_all(*, by: AbstractBaseUser, at: datetime) -> int:
    """End the hold and send none of the held mails; how many. Raises NothingHeld."""
    hold = _end(by=by, at=at)
    dropped = _drop(OutgoingMail.objects.held(), at=at)
    record_activity(actor=by, verb="drop-all", subject=hold, at=at, mails=dropped)
    return dropped


def _end(*, by: AbstractBaseUser, at: datetime) -> OutboxHold:
    hold = OutboxHold.objects.open().select_for_update().first()
    if hold is None:
        raise NothingHeld
    hold.released_at, hold.released_by_id = at, by.pk
    hold.save(update_fields=["released_at", "released_by"])
    return hold


def _drop(mails: OutgoingMailQuerySet, *, at: datetime) -> int:
    """Also those that a worker has in hand, unless it hands them to the server at this very moment."""
    mails.filter(state=MailState.SENDING, lease_until__gt=at).update(maybe_twice=True)
    return mails.update(
        state=MailState.DROPPED,
        reason=MailReason.DECIDED,
        held=False,
        lease_until=None,
        lease_token="",
    )
