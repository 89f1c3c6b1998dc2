from django import forms
from django.utils.translation import gettext_lazy

from wiki.forms.fields import LongTextField
from wiki.models import Resolution


class ChallengeForm(forms.Form):
    """What does not match reality in the revision that was on screen."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = LongTextField(
        label=gettext_lazy("What does not match reality"),
        help_text=gettext_lazy("Say what you see where you work. The owner will read it, with your name."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ResolveForm(forms.Form):
    resolution = forms.ChoiceField(
        label=gettext_lazy("Resolution"), choices=Resolution.choices, widget=forms.RadioSelect
    )
    note = LongTextField(
        label=gettext_lazy("What was found"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
