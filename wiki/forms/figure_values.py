import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from wiki.domain.figures import Measured
from wiki.forms.scopes import ScopeChoice
from wiki.models import Figure, FigureValue, Scope
from wiki.models.figure_values import MOST_DECIMALS

LARGEST_GROUP = 1_000_000
_SPACES = str.maketrans("", "", " \u00a0\u202f")
_PLAIN = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_IN_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


class NumberField(forms.DecimalField):
    """A number as people write it in either language: "11,4", "11.4", "1 200", in English "1,200"."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        if isinstance(value, str) and (number := value.translate(_SPACES)):
            # A comma before three digits is a thousand in English, never a thousandth.
            if (get_language() or "").startswith("en") and _IN_THOUSANDS.fullmatch(number):
                number = number.replace(",", "")
            if not _PLAIN.fullmatch(number):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            value = number.replace(",", ".")
        return super().to_python(value)


class ValueForm(forms.Form):
    """What a figure came to, in one scope, on a day that is not to come."""

    scope = ScopeChoice(
        label=gettext_lazy("Scope"),
        help_text=gettext_lazy(
            "Where it was counted. Scopes below it that have no value of their own use this one."
        ),
        queryset=Scope.objects.in_tree_order(),
        empty_label=None,
    )
    value = NumberField(
        label=gettext_lazy("Value"),
        max_digits=15,
        decimal_places=MOST_DECIMALS,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("The day it is true for: the last one counted."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        help_text=gettext_lazy(
            "After that day, answers that cite it are stale. Leave empty if it holds until the next value."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    group_size = forms.IntegerField(
        label=gettext_lazy("People counted"),
        help_text=gettext_lazy("A small group calls for caution."),
        min_value=1,
        max_value=LARGEST_GROUP,
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("How it was counted, or what was wrong before. Never shared with candidates."),
        max_length=200,
        required=False,
    )

    def __init__(
        self, *args: Any, figure: Figure, on: date, corrects: FigureValue | None = None, **kwargs: Any
    ) -> None:
        if corrects is not None:
            kwargs["initial"] = _initial_value(corrects)
        super().__init__(*args, **kwargs)
        self.figure, self.on = figure, on
        # Said of this figure alone, in `clean_value`; the field would speak of what the column holds.
        self.fields["value"].error_messages["max_decimal_places"] = _too_fine(figure.decimals) % {
            "decimals": figure.decimals
        }
        if unit := figure.unit(get_language() or ""):
            self.fields["value"].label = _("Value (%(unit)s)") % {"unit": unit}
        if corrects is not None:
            del self.fields["scope"]  # a correction holds where the mistake did

    def clean_value(self) -> Decimal:
        value: Decimal = self.cleaned_data["value"]
        if value != round(value, self.figure.decimals):
            raise ValidationError(
                _too_fine(self.figure.decimals), code="decimals", params={"decimals": self.figure.decimals}
            )
        return value

    def clean_as_of(self) -> date:
        as_of: date = self.cleaned_data["as_of"]
        if as_of > self.on:
            raise ValidationError(_("This day is in the future."))
        return as_of

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        as_of, until = cleaned.get("as_of"), cleaned.get("valid_until")
        if as_of and until and until < as_of:
            self.add_error("valid_until", _("It ends before the day it is true for."))
        return cleaned

    def refuse_day(self) -> None:
        self.add_error("as_of", _("There is a value for this scope and day already: correct that one."))

    @property
    def measured(self) -> Measured:
        """The valid form as the domain takes it."""
        fields = Measured.__dataclass_fields__
        return Measured(**{name: self.cleaned_data[name] for name in fields})


def _too_fine(decimals: int) -> str:
    if not decimals:
        return _("This figure is a whole number. To tell it more finely, change the figure’s decimals first.")
    return ngettext(
        "This figure has %(decimals)d decimal. To tell it more finely, change the figure’s decimals first.",
        "This figure has %(decimals)d decimals. To tell it more finely, change the figure’s decimals first.",
        decimals,
    )


def _initial_value(value: FigureValue) -> dict[str, Any]:
    initial = {name: getattr(value, name) for name in Measured.__dataclass_fields__}
    number = number_format(value.plain, value.decimals, use_l10n=True)
    return initial | {"value": number, "note": ""}
