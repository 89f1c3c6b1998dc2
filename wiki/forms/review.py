"""What the review queue is narrowed to, and what its acts are told."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from wiki.access import may_look_for_any_owner
from wiki.domain.review import ReviewState
from wiki.models import Answer, Category

MINE, ALL = "mine", "all"
NO_ONE = "none"
MOST_CHOSEN = 100


class ReviewFilterForm(forms.Form):
    """The filters of the queue, read from the address; what is not understood narrows nothing."""

    show = forms.ChoiceField(choices=[(MINE, MINE), (ALL, ALL)], widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("Needs attention")), *ReviewState.choices],
        required=False,
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.all(),
        empty_label=gettext_lazy("All categories"),
        to_field_name="slug",
        required=False,
    )
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)

    def __init__(self, data: QueryDict, *, user: User, on: date) -> None:
        given = data.copy()
        if given.get("show") not in (MINE, ALL):
            given["show"] = MINE if "owner" not in data and _keeps_any(user, on) else ALL
        if "owner" in data and "state" not in data:
            given["state"] = ReviewState.ANY  # "what they own", asked for by another page
        super().__init__(given)
        self.user = user
        asked = given.get("owner", "")
        self.owners = {str(owner.pk): owner for owner in _owners(asked=asked, user=user)}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            ("", _("Anyone")),
            (NO_ONE, _("No one")),
            *((key, _owner_label(owner)) for key, owner in self.owners.items()),
        ]

    @property
    def shows_mine(self) -> bool:
        return bool(self.data["show"] == MINE)

    @property
    def narrowing(self) -> dict[str, Any]:
        """The arguments of `review_queue`, without the day."""
        self.is_valid()
        owner = self.cleaned_data.get("owner", "")
        return {
            "state": self.cleaned_data.get("state", ""),
            "kept_by": self.user if self.shows_mine else None,
            "category": self.cleaned_data.get("category"),
            "owner": self.owners.get(owner),
            "without_owner": owner == NO_ONE,
        }


class ReassignForm(forms.Form):
    owner = forms.ModelChoiceField(
        label=gettext_lazy("New owner"),
        help_text=gettext_lazy("Keeps these answers current from now on. This does not verify them."),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.who_read_the_wiki()  # type: ignore[attr-defined]


def ids_of(values: Iterable[str], *, most: int = MOST_CHOSEN) -> list[int]:
    """The whole numbers among what a page posted, each once, at most `most`."""
    fitting = (value for value in values if value.isascii() and value.isdigit() and len(value) < 19)  # noqa: PLR2004
    return list(dict.fromkeys(int(value) for value in fitting))[:most]


def seen_of(values: Iterable[str]) -> dict[int, int]:
    """Revision by answer, from values such as "12:34" or "12:34:5d41…"; what is not so does not count."""
    seen = {}
    for value in values:
        answer, revision, *_figures = [*value.split(":", 2), ""]
        if (answers := ids_of([answer])) and (revisions := ids_of([revision])):
            seen[answers[0]] = revisions[0]
    return seen


def figures_seen_of(values: Iterable[str]) -> dict[int, str]:
    """By answer, how its figures read, from values such as "12:34:5d41…"; empty for one that cites none."""
    parts = (value.split(":", 2) for value in values)
    return {ids[0]: "".join(rest[1:]) for answer, *rest in parts if (ids := ids_of([answer]))}


def _keeps_any(user: User, on: date) -> bool:
    return Answer.objects.published().kept_by(user, on=on).exists()


def _owners(*, asked: str, user: User) -> QuerySet[User]:
    """Those who own something published, and for leads whoever they come asking for."""
    owning = Q(Exists(Answer.objects.published().filter(owner=OuterRef("pk"))))
    people: QuerySet[User] = User.objects.all()
    return people.filter(owning | Q(pk__in=ids_of([asked])) if may_look_for_any_owner(user) else owning)


def _owner_label(owner: User) -> str:
    return str(owner) if owner.is_active else _("%(name)s (left)") % {"name": owner}
