from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Language, User
from wiki.forms.fields import ManyChoices
from wiki.models import Question


class AssignForm(forms.Form):
    """Whom to ask, and which essential questions; the page lays the questions out as a list."""

    language = forms.ChoiceField(choices=Language.choices, widget=forms.HiddenInput)
    questions = ManyChoices(
        label=gettext_lazy("Questions"),
        queryset=Question.objects.essential(),
        error_messages={"required": gettext_lazy("Choose at least one question.")},
        widget=forms.CheckboxSelectMultiple,
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who should answer"),
        help_text=gettext_lazy("Becomes the owner of these answers, and gets one mail that lists them."),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.who_read_the_wiki()  # type: ignore[attr-defined]

    @property
    def chosen(self) -> set[str]:
        """The ids that are ticked, as text: to tick them again beside an error."""
        return set(map(str, self["questions"].value() or []))
