from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wiki.forms.fields import LongTextField


class DismissalForm(forms.Form):
    """Why a contradiction may stay as it is. `seen` is the latest line that was on screen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    word = LongTextField(
        label=gettext_lazy("Why it may stay as it is"),
        help_text=gettext_lazy(
            "Whoever recruits for this position reads it. Nothing private about a candidate."
        ),
        error_messages={"required": gettext_lazy("Write why it may stay as it is.")},
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def refuse_unseen(self, *, latest: int) -> None:
        """More was told: what was typed stays, and what is on screen now counts as read from here."""
        typed: Any = self.data.copy()  # type: ignore[attr-defined]
        typed["seen"] = str(latest)
        self.data = typed
        self.add_error(
            None,
            _("More was told since you opened this page. Read it, then dismiss it if it may still stay."),
        )
