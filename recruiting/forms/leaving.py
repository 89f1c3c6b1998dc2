"""Who takes over what someone keeps: one question for each category and each session."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from recruiting.domain.leaving import Kept, Succession
from recruiting.forms.people_by_name import BY_NAME, MOST_IN_A_LIST, NameField, People
from recruiting.forms.succession_fields import (
    SUGGESTED,
    for_everything,
    new_deputy,
    new_figure_owner,
    new_hiring_manager,
    new_host,
    new_organiser,
    new_owner,
)
from recruiting.forms.successors import Choices, SuccessorField
from recruiting.models import Session
from wiki.domain.handing_over import NOT_ASKED
from wiki.domain.leaving import KeptCategory


class SuccessionForm(forms.Form):
    """The form of both pages; its fields follow from what the person keeps at this moment."""

    def __init__(self, *args: Any, kept: Kept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        self.people = {str(person.pk): person for person in [*kept.successors, *kept.organisers]}
        everyone: Choices | None = None
        if len(kept.successors) <= MOST_IN_A_LIST:
            everyone = [(str(person.pk), str(person)) for person in kept.successors]
        if len(kept.wiki.categories) > 1:
            self.fields["everything"] = for_everything(everyone)
        for category in kept.wiki.categories:
            self.fields[_of(category)] = new_owner(category, everyone)
        if kept.wiki.deputy_of:
            self.fields["deputy"] = new_deputy(kept, everyone)
        if kept.wiki.figures:
            self.fields["figures"] = new_figure_owner(kept, everyone)
        for session in kept.hosted:
            self.fields[_hosting(session)] = new_host(session, everyone)
        if kept.organised:
            self.fields["organiser"] = new_organiser(kept)
        if kept.hires_for:
            self.fields["hiring_manager"] = new_hiring_manager(kept, everyone)
        self._let_write_names()

    def _let_write_names(self) -> None:
        for name, field in list(self.fields.items()):
            if isinstance(field, SuccessorField) and field.by_name:
                field.required = False  # as the name beside it may answer; `clean` asks for one of both
                self.fields[_named(name)] = NameField()

    @property
    def writes_names(self) -> bool:
        return any(isinstance(field, NameField) for field in self.fields.values())

    @cached_property
    def by_name(self) -> People:
        return People(self.kept.successors)

    @property
    def category_rows(self) -> list[tuple[KeptCategory, forms.BoundField, forms.BoundField | None]]:
        rows = [(category, _of(category)) for category in self.kept.wiki.categories]
        return [(category, self[name], self._name_beside(name)) for category, name in rows]

    @property
    def session_rows(self) -> list[tuple[Session, forms.BoundField, forms.BoundField | None]]:
        rows = [(session, _hosting(session)) for session in self.kept.hosted]
        return [(session, self[name], self._name_beside(name)) for session, name in rows]

    def _name_beside(self, name: str) -> forms.BoundField | None:
        return self[_named(name)] if _named(name) in self.fields else None

    @property
    def unanswered(self) -> list[forms.BoundField]:
        """The questions without an answer, in the order of the page."""
        return [field for field in self if self.has_error(field.name, "required")]

    @property
    def mistakes(self) -> list[tuple[forms.BoundField, str]]:
        """What is wrong with the answers that were given."""
        answered = [field for field in self if not self.has_error(field.name, "required")]
        return [(field, str(error)) for field in answered for error in field.errors]

    def clean(self) -> dict[str, Any]:
        """A category without an answer of its own goes where everything goes."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if name in cleaned and isinstance(field, SuccessorField) and field.by_name:
                self._read_name(name, field)
        shortcut = cleaned.get("everything", "")
        if "everything" in self.errors:
            return cleaned  # the categories follow once it is mended
        for category in self.kept.wiki.categories:
            name = _of(category)
            if name in cleaned and not cleaned[name]:
                cleaned[name] = _by_shortcut(shortcut, category)
                if not cleaned[name]:
                    self.add_error(name, _missing(shortcut))
        return cleaned

    def _read_name(self, name: str, field: SuccessorField) -> None:
        """Put who was written in the place of the choice to write someone."""
        chosen, words = self.cleaned_data[name], self.cleaned_data.get(_named(name), "")
        if chosen == BY_NAME:
            try:
                self.cleaned_data[name] = self._found(words, field)
            except forms.ValidationError as error:
                self.add_error(name, error)
        elif not chosen and words:  # perhaps they were given up again: never guess
            self.add_error(name, _("Choose “Someone else, by name” for the name to count."))
        elif not chosen and not field.answered_elsewhere:
            self.add_error(name, forms.ValidationError(field.missing, "required"))

    def _found(self, words: str, field: SuccessorField) -> str:
        if not words:
            raise forms.ValidationError(_("Write the name or the address of who takes over."))
        key = str(self.by_name.find(words).pk)
        if key in field.without:
            raise forms.ValidationError(_("They host it already: choose someone else, or no one else."))
        return key

    @property
    def succession(self) -> Succession:
        chosen = {name: self.people.get(value) for name, value in self.cleaned_data.items()}
        return Succession(
            owners={kept.category.pk: chosen[_of(kept)] for kept in self.kept.wiki.categories},
            deputy=chosen.get("deputy", NOT_ASKED),
            figure_owner=chosen.get("figures", NOT_ASKED),
            hosts={session.pk: chosen[_hosting(session)] for session in self.kept.hosted},
            organiser=chosen.get("organiser"),
            hiring_manager=chosen.get("hiring_manager", NOT_ASKED),
        )


def _of(kept: KeptCategory) -> str:
    return f"category_{kept.category.pk}"


def _hosting(session: Session) -> str:
    return f"session_{session.pk}"


def _by_shortcut(shortcut: str, category: KeptCategory) -> str:
    if shortcut != SUGGESTED:
        return shortcut
    return str(category.suggestions[0].person.pk) if category.suggestions else ""


def _named(name: str) -> str:
    return f"{name}_name"


def _missing(shortcut: str) -> forms.ValidationError:
    if shortcut == SUGGESTED:
        return forms.ValidationError(_("Nobody is suggested here: choose who takes over, or no one."))
    return forms.ValidationError(_("Choose who takes over, or no one."), "required")
