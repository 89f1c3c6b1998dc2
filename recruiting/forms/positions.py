from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import Language
from recruiting.domain.positions import PositionFacts
from recruiting.models import Position
from recruiting.models.positions import SCOPE_FIELDS
from wiki.models import Scope


class PositionForm(forms.ModelForm):
    """A job to fill. On a position that exists, also whether it is filled."""

    filled = forms.BooleanField(
        label=_("This position is filled"),
        help_text=_("It leaves the list of open positions. Its sessions and their records stay."),
        required=False,
    )

    class Meta:
        model = Position
        fields = ["title", "language", *SCOPE_FIELDS]
        help_texts = {
            "language": _("Briefings use answers in this language first."),
            "team": _("The nearest answers are the team’s; then department, job family, site and company."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = Language.choices  # type: ignore[attr-defined]
        for name, kind in SCOPE_FIELDS.items():
            self.fields[name].queryset = Scope.objects.filter(kind=kind).order_by("name")  # type: ignore[attr-defined]
            self.fields[name].empty_label = pgettext("scope", "None")  # type: ignore[attr-defined]
        if self.instance.pk is None:
            del self.fields["filled"]
        else:
            self.initial["filled"] = self.instance.filled_at is not None

    def facts(self) -> PositionFacts:
        return PositionFacts(**{name: self.cleaned_data[name] for name in self._meta.fields or ()})
