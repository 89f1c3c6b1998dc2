from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import User
from wiki.access import may_rule
from wiki.forms.keeping import LONGEST_INTERVAL_DAYS
from wiki.models import Category

RULES = ("interval_days", "default_owner", "sensitive")


class CategoryForm(forms.Form):
    """A category's names; its rules only for those who may rule."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80)
    name_fr = forms.CharField(label=gettext_lazy("Name in French"), max_length=80)
    interval_days = forms.IntegerField(
        label=gettext_lazy("Review interval in days"),
        help_text=gettext_lazy(
            "Leave empty to use the site’s default. A change moves the review dates of its answers."
        ),
        min_value=1,
        max_value=LONGEST_INTERVAL_DAYS,
        required=False,
    )
    default_owner = forms.ModelChoiceField(
        label=gettext_lazy("Default owner"),
        help_text=gettext_lazy("Owns the answers written from now on."),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Whoever writes the answer"),
    )
    sensitive = forms.BooleanField(
        label=gettext_lazy("Sensitive"),
        help_text=gettext_lazy("Its answers need particular care in what is said and to whom."),
        required=False,
    )

    def __init__(self, *args: Any, category: Category, user: User, **kwargs: Any) -> None:
        names = ("name_en", "name_fr", *RULES)
        kwargs["initial"] = {name: getattr(category, name) for name in names}
        super().__init__(*args, **kwargs)
        self.category = category
        if may_rule(user):
            self.fields["default_owner"].queryset = User.objects.who_read_the_wiki()  # type: ignore[attr-defined]
        else:
            for name in RULES:
                del self.fields[name]

    @property
    def values(self) -> dict[str, Any]:
        """All that a category holds, with its present rules where the user may not change them."""
        return {name: getattr(self.category, name) for name in RULES} | self.cleaned_data
