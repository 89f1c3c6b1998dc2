"""Who takes over what someone keeps: one question for each category and each session."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recruiting.domain.leaving import Kept, Succession
from recruiting.forms.successors import NO_ONE, Choices, SuccessorField, hint, people_to_choose
from recruiting.models import Session
from wiki.domain.handing_over import NOT_ASKED
from wiki.domain.leaving import KeptCategory

SUGGESTED = "suggested"


class SuccessionForm(forms.Form):
    """The form of both pages; its fields follow from what the person keeps at this moment."""

    def __init__(self, *args: Any, kept: Kept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        self.people = {str(person.pk): person for person in [*kept.successors, *kept.organisers]}
        everyone: Choices = [(str(person.pk), str(person)) for person in kept.successors]
        if len(kept.wiki.categories) > 1:
            self.fields["everything"] = _everything(everyone)
        for category in kept.wiki.categories:
            self.fields[_of(category)] = _new_owner(category, everyone)
        if kept.wiki.deputy_of:
            self.fields["deputy"] = _new_deputy(kept, everyone)
        if kept.wiki.figures:
            self.fields["figures"] = _new_figure_owner(kept, everyone)
        for session in kept.hosted:
            self.fields[_hosting(session)] = _new_host(session, everyone)
        if kept.organised:
            self.fields["organiser"] = _new_organiser(kept)

    @property
    def category_rows(self) -> list[tuple[KeptCategory, forms.BoundField]]:
        return [(category, self[_of(category)]) for category in self.kept.wiki.categories]

    @property
    def session_rows(self) -> list[tuple[Session, forms.BoundField]]:
        return [(session, self[_hosting(session)]) for session in self.kept.hosted]

    def clean(self) -> dict[str, Any]:
        """A category without an answer of its own goes where everything goes."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        shortcut = cleaned.get("everything", "")
        for category in self.kept.wiki.categories:
            name = _of(category)
            if name in cleaned and not cleaned[name]:
                cleaned[name] = _by_shortcut(shortcut, category)
                if not cleaned[name]:
                    self.add_error(name, _missing(shortcut))
        return cleaned

    @property
    def succession(self) -> Succession:
        chosen = {name: self.people.get(value) for name, value in self.cleaned_data.items()}
        return Succession(
            owners={kept.category.pk: chosen[_of(kept)] for kept in self.kept.wiki.categories},
            deputy=chosen.get("deputy", NOT_ASKED),
            figure_owner=chosen.get("figures", NOT_ASKED),
            hosts={session.pk: chosen[_hosting(session)] for session in self.kept.hosted},
            organiser=chosen.get("organiser"),
        )


def _of(kept: KeptCategory) -> str:
    return f"category_{kept.category.pk}"


def _hosting(session: Session) -> str:
    return f"session_{session.pk}"


def _by_shortcut(shortcut: str, category: KeptCategory) -> str:
    if shortcut != SUGGESTED:
        return shortcut
    return str(category.suggestions[0].person.pk) if category.suggestions else ""


def _missing(shortcut: str) -> str:
    if shortcut == SUGGESTED:
        return _("Nobody is suggested here: choose who takes over, or no one.")
    return _("Choose who takes over, or no one.")


def _everything(everyone: Choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("One choice for all categories"),
        help_text=_("Applies to each category below unless you choose someone else there."),
        choices=[
            ("", _("Choose for each category")),
            (SUGGESTED, _("Whoever is suggested first in each category")),
            (NO_ONE, _("No one: leave all without an owner")),
            (_("Everyone"), everyone),
        ],
        required=False,
    )


def _new_owner(kept: KeptCategory, everyone: Choices) -> SuccessorField:
    none = _("No one: leave without an owner") if kept.answers else _("No default owner")
    return SuccessorField(
        label=str(kept.category),
        help_text=hint(", ".join(_counted(kept)), kept.suggestions),
        choices=people_to_choose(kept.suggestions, everyone, none=none),
        required=False,  # "everything" may answer it
    )


def _new_deputy(kept: Kept, everyone: Choices) -> SuccessorField:
    number = len(kept.wiki.deputy_of)
    text = ngettext("%(number)d answer of other owners", "%(number)d answers of other owners", number)
    return SuccessorField(
        label=_("New deputy"),
        help_text=hint(text % {"number": number}, kept.wiki.deputies),
        choices=people_to_choose(kept.wiki.deputies, everyone, none=_("No deputy")),
    )


def _new_figure_owner(kept: Kept, everyone: Choices) -> SuccessorField:
    number = len(kept.wiki.figures)
    text = ngettext("%(number)d figure", "%(number)d figures", number)
    return SuccessorField(
        label=_("New owner"),
        help_text=hint(text % {"number": number}, kept.wiki.figure_owners),
        choices=people_to_choose(kept.wiki.figure_owners, everyone, none=_("No one: leave without an owner")),
    )


def _new_host(session: Session, everyone: Choices) -> SuccessorField:
    at = localtime(session.starts_at)
    hosting = {str(host.user_id) for host in session.hosts.all()}
    application = session.application
    return SuccessorField(
        label=f"{application.candidate.name}, {application.position.title}",
        help_text=f"{date_format(at, 'l')} {date_format(at, 'DATETIME_FORMAT')}",
        choices=people_to_choose(
            [],
            [(pk, name) for pk, name in everyone if pk not in hosting],
            none=_("No one else: the other hosts stay") if len(hosting) > 1 else _("No one yet"),
        ),
    )


def _new_organiser(kept: Kept) -> SuccessorField:
    number = len(kept.organised)
    text = ngettext("%(number)d session that is not over", "%(number)d sessions that are not over", number)
    return SuccessorField(
        label=_("New organiser"),
        help_text=text % {"number": number},
        choices=[("", _("Choose a person")), *((str(one.pk), str(one)) for one in kept.organisers)],
        missing=_("Choose who takes over."),
    )


def _counted(kept: KeptCategory) -> Iterable[str]:
    if number := len(kept.answers):
        yield ngettext("%(number)d answer", "%(number)d answers", number) % {"number": number}
    if number := kept.stale:
        yield ngettext("%(number)d stale", "%(number)d stale", number) % {"number": number}
    if number := kept.drafts:
        yield ngettext("%(number)d draft", "%(number)d drafts", number) % {"number": number}
    if kept.is_default_owner:
        yield _("default owner of the category")
