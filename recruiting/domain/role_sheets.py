"""What the hiring manager says of a position, once for all its candidates."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.models import Position, RoleSheet


class RoleSheetChanged(Exception):
    """Someone else filled the role sheet since the person read it."""


@dataclass(frozen=True, kw_only=True)
class RoleSheetText:
    """What may be left empty is; without the pay range the position is not ready for sessions."""

    pay_range: str = ""
    why_open: str = ""
    predecessor: str = ""
    decides_alone: str = ""
    first_90_days: str = ""
    success: str = ""


@transaction.atomic
def fill_role_sheet(
    *, position: Position, text: RoleSheetText, as_of: datetime | None, by: User, at: datetime
) -> RoleSheet:
    """Say of the position what every candidate for it may ask.

    `as_of` is the `updated_at` that the person read, None where there was no sheet: raises
    RoleSheetChanged if it has moved since.
    """
    # The first two who fill it at once have no sheet to lock yet.
    Position.objects.select_for_update().get(pk=position.pk)
    standing = RoleSheet.objects.filter(position=position).first()
    if (standing.updated_at if standing else None) != as_of:
        raise RoleSheetChanged
    sheet = standing or RoleSheet(position=position)
    for name, said in vars(text).items():
        setattr(sheet, name, said)
    sheet.updated_at, sheet.updated_by = at, by
    sheet.save()
    record_activity(actor=by, verb="fill", subject=sheet, at=at, position=position.pk)
    return sheet
