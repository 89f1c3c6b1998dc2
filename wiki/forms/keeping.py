from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from wiki.access import may_rule
from wiki.models import Answer

LONGEST_INTERVAL_DAYS = 1095


class KeepingForm(forms.Form):
    """Who keeps an answer; how often it is reviewed only for those who may rule."""

    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        help_text=gettext_lazy("Keeps the answer current, and is told when it is due."),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("No one"),
    )
    deputy = forms.ModelChoiceField(
        label=gettext_lazy("Deputy"),
        help_text=gettext_lazy("May edit and verify it too."),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    interval_days = forms.IntegerField(
        label=gettext_lazy("Review interval in days"),
        min_value=1,
        max_value=LONGEST_INTERVAL_DAYS,
        required=False,
    )

    def __init__(self, *args: Any, answer: Answer, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "owner": answer.owner if answer.owner and answer.owner.may_own else None,
            "deputy": answer.deputy if answer.deputy and answer.deputy.may_own else None,
            "interval_days": answer.interval_days,
        }
        super().__init__(*args, **kwargs)
        self.answer = answer
        for name in ("owner", "deputy"):
            self.fields[name].queryset = User.objects.who_read_the_wiki()  # type: ignore[attr-defined]
        if not may_rule(user):
            del self.fields["interval_days"]
            return
        inherited = answer.question.category.interval_days
        self.fields["interval_days"].help_text = (
            _("Leave empty to use the category’s: %(days)d days.") % {"days": inherited}
            if inherited
            else _("Leave empty to use the site’s default.")
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("owner") and cleaned.get("owner") == cleaned.get("deputy"):
            self.add_error("deputy", _("Choose someone other than the owner."))
        return cleaned

    @property
    def interval(self) -> int | None:
        """The interval asked for, or the present one where the user may not change it."""
        value: int | None = self.cleaned_data.get("interval_days", self.answer.interval_days)
        return value
