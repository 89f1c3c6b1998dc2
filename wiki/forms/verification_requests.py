"""Which answers are to be verified again, and why and by when."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from wiki.forms.fields import LongTextField
from wiki.forms.scopes import ScopeChoice
from wiki.models import Category, Scope, VerificationRequest
from wiki.search import QUERY_LENGTH

USUAL_DAYS = 14
MOST_DAYS = 365
EVENT_LENGTH = VerificationRequest._meta.get_field("event").max_length
REASON_LENGTH = VerificationRequest._meta.get_field("reason").max_length


class AnswerFilterForm(forms.Form):
    """Narrows the answers to choose from, read from the address; what is not understood narrows nothing."""

    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.all(),
        empty_label=gettext_lazy("All categories"),
        to_field_name="slug",
        required=False,
    )
    scope = ScopeChoice(
        label=gettext_lazy("Scope, including those below it"),
        queryset=Scope.objects.in_tree_order(),
        empty_label=gettext_lazy("All scopes"),
        required=False,
    )
    words = forms.CharField(
        label=gettext_lazy("Words"), max_length=QUERY_LENGTH, required=False, widget=forms.SearchInput
    )

    @property
    def is_asked(self) -> bool:
        """Whether it was sent, be it to see all answers."""
        return "category" in self.data

    @property
    def narrowing(self) -> dict[str, Any]:
        """The arguments of `answers_to_choose_from`, without the language."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or empty for name, empty in _NOTHING.items()}


_NOTHING: dict[str, Any] = {"category": None, "scope": None, "words": ""}


class VerificationRequestForm(forms.Form):
    """What has changed, what owners should look at, and the day by which they verify."""

    event = forms.CharField(
        label=gettext_lazy("What has changed"),
        help_text=gettext_lazy("The event in a few words, such as “New working-time agreement”."),
        max_length=EVENT_LENGTH,
    )
    reason = LongTextField(
        label=gettext_lazy("What to look at"),
        help_text=gettext_lazy("Owners read this before they verify: what may no longer be true, and why."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Verify by"),
        help_text=gettext_lazy("An answer that is not verified by the end of this day becomes stale."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    new_owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner of the answers without one"),
        help_text=gettext_lazy("Keeps them current from now on, and is asked like the other owners."),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Nobody for now"),
        required=False,
    )

    def __init__(self, *args: Any, on: date, orphans: bool, **kwargs: Any) -> None:
        """Starts from two weeks after the day `on`. With `orphans`, asks who takes them over."""
        kwargs["initial"] = {"due_on": on + timedelta(days=USUAL_DAYS)}
        super().__init__(*args, **kwargs)
        self.first, self.last = on, on + timedelta(days=MOST_DAYS)
        bounds = {"min": self.first.isoformat(), "max": self.last.isoformat()}
        self.fields["due_on"].widget.attrs.update(bounds)
        if orphans:
            self.fields["new_owner"].queryset = User.objects.who_read_the_wiki()  # type: ignore[attr-defined]
        else:
            del self.fields["new_owner"]

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self.first:
            raise forms.ValidationError(_("Choose today or a later day."))
        if due_on > self.last:
            raise forms.ValidationError(_("Choose a day within a year."))
        return due_on
