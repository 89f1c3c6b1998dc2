from django import forms
from django.utils.translation import gettext_lazy as _


class ErasureForm(forms.Form):
    """A deliberate word: nothing brings an erased candidate back."""

    understood = forms.BooleanField(
        label=_("Erase this candidate for good"),
        error_messages={"required": _("Tick the box to say that you mean it: it cannot be undone.")},
    )
