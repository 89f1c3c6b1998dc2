from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from recruiting.models import Host, Position, SessionFormat, SessionStatus
from recruiting.models.sessions import SessionQuerySet
from wiki.forms.fields import LONGEST_ID

MOST_CHOICES = 200


class RowChoice(forms.ChoiceField):
    """A row by its id, among the first of a queryset; the one that was asked for is always offered."""

    def offer(self, rows: Any, *, any_of: Any, asked_for: str) -> None:
        found = list(rows[:MOST_CHOICES])
        if asked_for.isascii() and asked_for.isdecimal() and len(asked_for) <= LONGEST_ID:
            found += [row for row in any_of.filter(pk=asked_for) if row not in found]
        self.choices = [("", _("Any")), *((str(row.pk), str(row)) for row in found)]


class SessionFilterForm(forms.Form):
    """What lists of sessions show. A value that is missing or nonsense is as if it were not given."""

    q = forms.CharField(
        label=_("Candidate or position"), required=False, max_length=100, widget=forms.SearchInput
    )
    when = forms.ChoiceField(
        label=_("When"),
        choices=[("coming", _("To come")), ("past", _("Past")), ("all", _("All"))],
        required=False,
    )
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Any")), *SessionStatus.choices], required=False
    )
    format = forms.ChoiceField(
        label=_("Format"), choices=[("", _("Any")), *SessionFormat.choices], required=False
    )
    position = RowChoice(label=_("Position"), required=False)
    host = RowChoice(label=_("Host"), required=False)
    mine = forms.BooleanField(label=_("Those I host or organise"), required=False)

    def __init__(self, *args: Any, hosts_only: bool, **kwargs: Any) -> None:
        """`hosts_only`: for someone who sees only the sessions they host."""
        super().__init__(*args, **kwargs)
        if hosts_only:
            for name in ("q", "position", "host", "mine"):
                del self.fields[name]
            return
        positions: RowChoice = self.fields["position"]  # type: ignore[assignment]
        positions.offer(
            Position.objects.open().order_by("title", "pk"),
            any_of=Position.objects.all(),
            asked_for=self.data.get("position", ""),
        )
        hosts: RowChoice = self.fields["host"]  # type: ignore[assignment]
        hosting = User.objects.filter(Exists(Host.objects.filter(user=OuterRef("pk")))).order_by("name", "pk")
        hosts.offer(hosting, any_of=User.objects.all(), asked_for=self.data.get("host", ""))

    @property
    def chosen_when(self) -> str:
        return self.cleaned_data.get("when") or "coming"

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields if name != "when")

    def narrow(self, sessions: SessionQuerySet, *, user: User) -> SessionQuerySet:
        """By all that is chosen but the time."""
        chosen = self.cleaned_data
        if chosen.get("mine"):
            sessions = sessions.concerning(user)
        if words := chosen.get("q"):
            named = Q(application__candidate__name__icontains=words)
            sessions = sessions.filter(named | Q(application__position__title__icontains=words))
        if host := chosen.get("host"):
            sessions = sessions.filter(Exists(Host.objects.filter(session=OuterRef("pk"), user=host)))
        fields = {"status": "status", "format": "format", "position": "application__position"}
        wanted = {field: chosen[name] for name, field in fields.items() if chosen.get(name)}
        return sessions.filter(**wanted)


class WeekFilterForm(SessionFilterForm):
    """The same for a week, which says by itself when."""

    when = None  # type: ignore[assignment]
