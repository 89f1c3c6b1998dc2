from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ledger.domain.mail_kinds import mail_kinds
from ledger.models import MailState


def _kind_choices() -> list[tuple[str, str]]:
    return [("", str(_("All kinds"))), *mail_kinds()]


class OutboxFilter(forms.Form):
    """Which mails the outbox lists; an unknown choice lists none."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), *MailState.choices, ("held", _("On hold"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=_kind_choices)

    def chosen(self) -> dict[str, Any]:
        """The filters that are set, by the name of the mail's field."""
        set_ones = {name: value for name, value in self.cleaned_data.items() if value}
        # A mail that is held waits too; the outbox names it by what matters to its reader.
        if set_ones.get("state") == "held":
            return {**{name: value for name, value in set_ones.items() if name != "state"}, "held": True}
        if set_ones.get("state") == MailState.PENDING:
            return {**set_ones, "held": False}
        return set_ones
