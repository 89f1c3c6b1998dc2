"""The mail that asks a hiring manager for a position's role sheet."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from ledger.domain.links import absolute
from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from recruiting.models import Position

ROLE_SHEET = "role-sheet"


@transaction.atomic
def ask_for_role_sheet(*, position: Position, by: User, at: datetime) -> bool:
    """Mail its hiring manager, whose answer goes to `by`; whether a mail was queued.

    None is where nobody is asked: without a manager, once the position is filled or ready for sessions,
    and a second time on one day.
    """
    manager = position.hiring_manager
    if manager is None or not is_asked(position):
        return False
    mail = queue_mail(
        kind=ROLE_SHEET,
        period=f"{_of(position)}@{localdate(at)}",
        recipient=manager,
        to_address=manager.email,
        language=manager.language,
        template="role_sheet",
        context={
            "by": by.name,
            "position": position.title,
            "link": absolute(reverse("recruiting:role_sheet_edit", args=[position.pk])),
        },
        at=at,
        reply_to=by.email,
    )
    return mail is not None


def is_asked(position: Position) -> bool:
    """Whether its role sheet is worth asking for: someone hires for it, and what sessions need is missing."""
    manager = position.hiring_manager
    return (
        manager is not None
        and manager.may_own
        and position.filled_at is None
        and not position.ready_for_sessions
    )


def last_asked(position: Position) -> OutgoingMail | None:
    """The latest mail that asked the present hiring manager for it."""
    mails = OutgoingMail.objects.as_listed().filter(kind=ROLE_SHEET, period__startswith=f"{_of(position)}@")
    return mails.filter(recipient=position.hiring_manager).order_by("-pk").first()


def still_asks_for_role_sheet(mail: OutgoingMail) -> bool:
    """Whether the recipient still hires for the position and its role sheet is still to be filled."""
    number = mail.period.partition("@")[0].removeprefix("position-")
    position = Position.objects.with_role_sheet().filter(pk=number, hiring_manager=mail.recipient_id).first()
    return position is not None and is_asked(position)


def _of(position: Position) -> str:
    return f"position-{position.pk}"
