"""Writing whom one means where a list of everyone would be too long."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User

BY_NAME = "other"
MOST_IN_A_LIST = 30  # people; where there are more, they are written by name


class NameField(forms.CharField):
    """Someone's name or address, beside the list that offers it; the browser helps from `people`."""

    def __init__(self) -> None:
        widget = forms.TextInput(attrs={"list": "people", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(
            label=_("Someone else: name or address"), max_length=320, required=False, widget=widget
        )


class People:
    """Those who may take over, as they are written: by name, where two share it with the address."""

    def __init__(self, people: Iterable[User]) -> None:
        by_name: dict[str, list[User]] = {}
        for person in people:
            by_name.setdefault(_folded(person.name), []).append(person)
        self.written: list[str] = []
        self._found: dict[str, User | None] = {}  # None: several
        for name, namesakes in by_name.items():
            self._found[name] = namesakes[0] if len(namesakes) == 1 else None
            for person in namesakes:
                with_address = f"{person.name} ({person.email})"
                self.written.append(person.name if len(namesakes) == 1 else with_address)
                self._found[_folded(with_address)] = self._found[_folded(person.email)] = person

    def find(self, words: str) -> User:
        """Raises ValidationError, which says why it is nobody."""
        try:
            person = self._found[_folded(words)]
        except KeyError as error:
            text = _("“%(words)s” is nobody who may take over: check the name or the address.")
            raise forms.ValidationError(text % {"words": words}) from error
        if person is None:
            text = _("Several people are called %(words)s: write the address.")
            raise forms.ValidationError(text % {"words": words})
        return person


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()
