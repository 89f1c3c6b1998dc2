"""Choosing someone who takes over, those first who know it, each with the reason."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recruiting.forms.people_by_name import BY_NAME
from wiki.domain.successors import Suggestion

NO_ONE = "none"
Choices = list[tuple[str, Any]]


class SuccessorField(forms.ChoiceField):
    """A person, or that there be none; the label never says "(optional)", because an answer is expected."""

    needed_sometimes = True

    def __init__(
        self,
        *,
        choices: Choices,
        missing: str = "",
        without: Collection[str] = (),
        answered_elsewhere: bool = False,
        **kwargs: Any,
    ) -> None:
        self.missing = missing or _("Choose who takes over, or no one.")
        self.without = without  # ids of those who have it already
        self.by_name = any(value == BY_NAME for value, _label in choices)  # beside it, someone may be written
        self.answered_elsewhere = answered_elsewhere  # perhaps, by another field
        messages = {"required": self.missing}
        super().__init__(choices=choices, error_messages=messages, required=not answered_elsewhere, **kwargs)


class ShortcutField(SuccessorField):
    """One choice for many questions, which need no answer of their own then."""

    needed_sometimes = False


def people_to_choose(suggestions: Sequence[Suggestion], everyone: Choices | None, *, none: str) -> Choices:
    """Those suggested first, each with the reason; then nobody; then everyone, in the order of names.

    With None for everyone, as they are very many, anyone may be written instead.
    """
    first = [(str(one.person.pk), _why(one)) for one in suggestions]
    return [
        ("", _("Choose a person")),
        *([(_("Suggested"), first)] if first else []),
        (NO_ONE, none),
        the_rest(everyone),
    ]


def the_rest(everyone: Choices | None) -> tuple[str, Any]:
    return (BY_NAME, _("Someone else, by name")) if everyone is None else (_("Everyone"), everyone)


def hint(counted: str, suggestions: Sequence[Suggestion]) -> str:
    """How much it is, and whom the list begins with."""
    if not suggestions:
        return counted
    first = suggestions[0]
    facts = {"counted": counted, "name": first.person, "reasons": ", ".join(_reasons(first))}
    return _("%(counted)s. Suggested: %(name)s (%(reasons)s).") % facts


def _why(suggestion: Suggestion) -> str:
    reasons = list(_reasons(suggestion))
    return _("%(name)s: %(reasons)s") % {"name": suggestion.person, "reasons": ", ".join(reasons)}


def _reasons(suggestion: Suggestion) -> Iterable[str]:
    if number := suggestion.deputy_of:
        yield ngettext("deputy of %(number)d", "deputy of %(number)d", number) % {"number": number}
    if number := suggestion.worked_on:
        text = ngettext("last worked on %(number)d", "last worked on %(number)d", number)
        yield text % {"number": number}
    if suggestion.is_default_owner:
        yield _("default owner")
    if number := suggestion.owns_others:
        text = ngettext("owner of %(number)d other", "owner of %(number)d others", number)
        yield text % {"number": number}
