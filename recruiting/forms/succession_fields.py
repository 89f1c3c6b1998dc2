"""The questions of who takes over, one function for each kind of thing that someone keeps."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recruiting.domain.leaving import Kept
from recruiting.forms.successors import (
    NO_ONE,
    Choices,
    ShortcutField,
    SuccessorField,
    hint,
    people_to_choose,
    the_rest,
)
from recruiting.models import Session
from wiki.domain.leaving import KeptCategory

SUGGESTED = "suggested"


def for_everything(everyone: Choices | None) -> ShortcutField:
    return ShortcutField(
        label=_("One choice for all categories"),
        help_text=_("Applies to each category below unless you choose someone else there."),
        choices=[
            ("", _("Choose for each category")),
            (SUGGESTED, _("Whoever is suggested first in each category")),
            (NO_ONE, _("No one: leave all without an owner")),
            the_rest(everyone),
        ],
        answered_elsewhere=True,
    )


def new_owner(kept: KeptCategory, everyone: Choices | None) -> SuccessorField:
    none = _("No one: leave without an owner") if kept.answers else _("No default owner")
    return SuccessorField(
        label=str(kept.category),
        help_text=hint(", ".join(_counted(kept)), kept.suggestions),
        choices=people_to_choose(kept.suggestions, everyone, none=none),
        answered_elsewhere=True,  # by "everything"
    )


def new_deputy(kept: Kept, everyone: Choices | None) -> SuccessorField:
    number = len(kept.wiki.deputy_of)
    text = ngettext("%(number)d answer of another owner", "%(number)d answers of other owners", number)
    return SuccessorField(
        label=_("New deputy"),
        help_text=hint(text % {"number": number}, kept.wiki.deputies),
        choices=people_to_choose(kept.wiki.deputies, everyone, none=_("No deputy")),
    )


def new_figure_owner(kept: Kept, everyone: Choices | None) -> SuccessorField:
    number = len(kept.wiki.figures)
    text = ngettext("%(number)d figure", "%(number)d figures", number)
    return SuccessorField(
        label=_("New owner of the figures"),
        help_text=hint(text % {"number": number}, kept.wiki.figure_owners),
        choices=people_to_choose(kept.wiki.figure_owners, everyone, none=_("No one: leave without an owner")),
    )


def new_host(session: Session, everyone: Choices | None) -> SuccessorField:
    at = localtime(session.starts_at)
    hosting = {str(host.user_id) for host in session.hosts.all()}
    others = None if everyone is None else [(pk, name) for pk, name in everyone if pk not in hosting]
    application = session.application
    return SuccessorField(
        label=f"{application.candidate.called}, {application.position.title}",
        help_text=f"{date_format(at, 'l')} {date_format(at, 'DATETIME_FORMAT')}",
        choices=people_to_choose(
            [],
            others,
            none=_("No one else: the other hosts stay") if len(hosting) > 1 else _("No one yet"),
        ),
        without=hosting,
    )


def new_organiser(kept: Kept) -> SuccessorField:
    number = len(kept.organised)
    text = ngettext("%(number)d session that is not over", "%(number)d sessions that are not over", number)
    return SuccessorField(
        label=_("New organiser"),
        help_text=text % {"number": number},
        choices=[("", _("Choose a person")), *((str(one.pk), str(one)) for one in kept.organisers)],
        missing=_("Choose who takes over."),
    )


def new_hiring_manager(kept: Kept, everyone: Choices | None) -> SuccessorField:
    number = len(kept.hires_for)
    text = ngettext("%(number)d open position", "%(number)d open positions", number)
    return SuccessorField(
        label=_("New hiring manager"),
        help_text=text % {"number": number},
        choices=people_to_choose([], everyone, none=_("No one yet")),
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
