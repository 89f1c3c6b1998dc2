from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.forms.seen import SeenMixin
from recruiting.domain.role_sheets import RoleSheetText
from recruiting.models import RoleSheet
from recruiting.models.positions import ROLE_SHEET_FIELDS

HINTS = {
    "pay_range": _(
        "Such as 42 to 48 k€ gross a year, and what the bonus depends on. Without it the position is not "
        "ready for sessions."
    ),
    "why_open": _("A new position, someone who left, someone promoted."),
    "predecessor": _("And whether the candidate may speak with them. Leave empty for a new position."),
    "decides_alone": _("Amounts, tools, hours, purchases, hiring: with examples."),
    "first_90_days": _("Who welcomes, what is learned, what is delivered by then."),
    "success": _("What tells, after six months and a year, that it went well; and who says so."),
}


class RoleSheetForm(SeenMixin, forms.ModelForm):
    """Six plain questions, filled in five minutes; the one about pay is what sessions need."""

    class Meta:
        model = RoleSheet
        fields = ROLE_SHEET_FIELDS
        help_texts = HINTS
        widgets = {
            name: forms.Textarea(attrs={"rows": 2 if name == "pay_range" else 3})
            for name in ROLE_SHEET_FIELDS
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["seen"] = self.instance.updated_at.isoformat()

    def clean_seen(self) -> datetime | None:
        """Nonsense is as if there had been no sheet."""
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None

    def text(self) -> RoleSheetText:
        said = {name: self.cleaned_data[name].replace("\r\n", "\n") for name in ROLE_SHEET_FIELDS}
        return RoleSheetText(**said)
