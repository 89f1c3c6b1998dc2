from typing import Any

from django import forms
from django.core.exceptions import ValidationError

LONGEST_ID = 18  # digits that always fit 64 bits


class LongTextField(forms.CharField):
    """Text of several lines, with one kind of line end whatever the browser sent."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class ManyChoices(forms.ModelMultipleChoiceField):
    """Rows by their ids; one too large for a database is an unknown choice, where SQLite would fail."""

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if len(str(pk)) > LONGEST_ID:
                message = self.error_messages["invalid_choice"]
                raise ValidationError(message, code="invalid_choice", params={"value": str(pk)[:40]})
        return super().clean(value)


class LinesField(LongTextField):
    """One entry a line; empty lines and repeated entries do not count. Cleans to a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[str]:
        lines = (line.strip() for line in super().clean(value).splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value
