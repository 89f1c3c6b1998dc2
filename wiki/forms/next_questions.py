from typing import Any

from django import forms

from wiki.models import Question

ADD, REMOVE = "add", "remove"


class NextQuestionForm(forms.Form):
    """One button: a question to add to those that usually follow, or to take away from them."""

    following = forms.ModelChoiceField(queryset=Question.objects.none())
    act = forms.ChoiceField(choices=[(ADD, ADD), (REMOVE, REMOVE)])

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Question.objects.current().exclude(pk=question.pk)
        self.fields["following"].queryset = others  # type: ignore[attr-defined]
