"""Choosing hosts: those suggested first, each with how often they were asked; anyone else by name."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.dates import in_words
from accounts.models import User
from accounts.models.users import UserQuerySet
from recruiting.domain.host_suggestions import SuggestedHost
from wiki.forms.fields import LONGEST_ID, ManyChoices

FEW = 15  # people of whom all are offered
MOST_NAMES = 1500  # in the list that the browser searches
MOST_FOUND = 10  # of the same name


class HostsMixin(forms.Form):
    """`hosts` may be any reader; boxes are shown for a few, the rest is found by name in `more_hosts`."""

    hosts = ManyChoices(
        label=gettext_lazy("Hosts"),
        help_text=gettext_lazy(
            "Those who answer. Propose two or three people and let the candidate choose. Each is invited by "
            "mail."
        ),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    more_hosts = forms.CharField(
        label=gettext_lazy("Someone else"),
        help_text=gettext_lazy("A name, a part of it, or an e-mail address; several with commas between."),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"list": "host-names", "autocomplete": "off"}),
    )

    def offer_hosts(self, current: QuerySet[User], suggestions: Sequence[SuggestedHost]) -> None:
        self.suggestions = suggestions
        self.readers: UserQuerySet = User.objects.who_read_the_wiki()
        self.initial["hosts"] = current
        self.fields["hosts"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            Q(pk__in=self.readers.values("pk")) | Q(pk__in=current.values("pk"))
        )
        self._show_boxes(current)

    @property
    def names(self) -> list[str]:
        """Of those without a box, for the browser to complete."""
        return [user.name for user in self._others if user.name][:MOST_NAMES]

    def clean_more_hosts(self) -> list[User]:
        """Each name as a person. One that several have, or none, is refused, with the people to choose."""
        typed = (part.strip() for part in re.split(r"[,;\n]", self.cleaned_data["more_hosts"]))
        return [self._person(name) for name in dict.fromkeys(typed) if name]

    def chosen_hosts(self) -> list[User]:
        chosen = [*self.cleaned_data["hosts"], *self.cleaned_data["more_hosts"]]
        return list({user.pk: user for user in chosen}.values())

    def _person(self, typed: str) -> User:
        exactly = self.readers.filter(Q(name__iexact=typed) | Q(email__iexact=typed))
        found = list(exactly[:MOST_FOUND]) or list(self.readers.filter(name__icontains=typed)[:MOST_FOUND])
        if len(found) == 1:
            return found[0]
        if found:
            self._show_boxes(self.initial["hosts"], found=found)
            raise ValidationError(
                _("Several people are called “%(name)s”: choose among the hosts above."),
                params={"name": typed},
            )
        raise ValidationError(_("Nobody who may host is called “%(name)s”."), params={"name": typed})

    def _show_boxes(self, current: Iterable[User], found: Sequence[User] = ()) -> None:
        """Those suggested, those chosen, those found; where people are few, everyone."""
        people = {user.pk: user for user in self.fields["hosts"].queryset}  # type: ignore[attr-defined]
        shown = [one.person.pk for one in self.suggestions]
        chosen = [pk for pk in (*(user.pk for user in current), *self._posted()) if pk not in shown]
        matches = [user.pk for user in found if user.pk not in {*shown, *chosen}]
        rest = [pk for pk in people if pk not in {*shown, *chosen, *matches}]
        self._others = [people[pk] for pk in rest] if len(people) > FEW else []
        groups = (
            (_("Suggested, the least asked first"), shown),
            (_("Chosen"), chosen),
            (_("Found"), matches),
            (_("Everyone else") if shown or chosen or matches else "", [] if self._others else rest),
        )
        labels = {one.person.pk: _with_load(one) for one in self.suggestions}
        choices: list[Any] = []
        for group, ids in groups:
            boxes = [(pk, labels.get(pk) or _plain(people[pk])) for pk in dict.fromkeys(ids) if pk in people]
            if boxes:
                choices += [(group, boxes)] if group else boxes
        self.fields["hosts"].choices = choices  # type: ignore[attr-defined]

    def _posted(self) -> list[int]:
        values = self.data.getlist(self.add_prefix("hosts")) if self.is_bound else []  # type: ignore[attr-defined]
        return [
            int(text) for text in values if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID
        ]


def _with_load(one: SuggestedHost) -> SafeString:
    asked = ngettext(
        "hosted %(count)d session in the last 90 days",
        "hosted %(count)d sessions in the last 90 days",
        one.load.lately,
    ) % {"count": one.load.lately}
    parts = [*one.reasons, asked if one.load.lately else _("not asked in the last 90 days")]
    if one.load.coming and one.load.next_at:
        words = ngettext(
            "%(count)d to come, on %(day)s", "%(count)d to come, the next on %(day)s", one.load.coming
        )
        day = in_words(localtime(one.load.next_at), "DATE_FORMAT")
        parts.append(words % {"count": one.load.coming, "day": day})
    return _box(one.person, capfirst("\u00a0· ".join(parts)))


def _plain(person: User) -> SafeString:
    return _box(person, person.job_title)


def _box(person: User, note: str) -> SafeString:
    if not note:
        return format_html("{}", person)
    return format_html('{}<span class="hint">{}</span>', person, note)
