from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from wiki.models import DigestPause

LONGEST = timedelta(days=365)


class DigestPauseForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("No digest until"),
        help_text=gettext_lazy(
            "The last day without one. The next digest tells you what became due in the meantime."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Enter the last day of the pause.")},
    )
    stand_in = forms.ModelChoiceField(
        label=gettext_lazy("Who stands in"),
        help_text=gettext_lazy("Is told about your answers in the meantime, and may edit and confirm them."),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, *args: Any, user: User, pause: DigestPause | None, today: date, **kwargs: Any) -> None:
        if pause is not None:
            kwargs["initial"] = {"until": pause.until, "stand_in": pause.stand_in_id}
        super().__init__(*args, **kwargs)
        self.today = today
        others = User.objects.who_read_the_wiki().exclude(pk=user.pk)
        self.fields["stand_in"].queryset = others  # type: ignore[attr-defined]

    def clean_stand_in(self) -> User | None:
        stand_in: User | None = self.cleaned_data["stand_in"]
        if stand_in and DigestPause.objects.in_force(on=self.today).filter(user=stand_in).exists():
            raise forms.ValidationError(_("They have paused their own digests: name someone else."))
        return stand_in

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        if until > self.today + LONGEST:
            raise forms.ValidationError(_("A pause lasts a year at most."))
        return until
