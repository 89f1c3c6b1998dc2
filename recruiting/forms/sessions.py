from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.forms.seen import SeenMixin
from accounts.models import Language, User
from recruiting.domain.sessions import SessionFacts
from recruiting.models import Session, SessionFormat, SessionStatus, Stage
from wiki.forms.fields import ManyChoices


class SessionForm(SeenMixin, forms.ModelForm):
    """What is agreed about a session; times are those of the company's time zone.

    What its reader saw is told by the session's `updated_at`.
    """

    hosts = ManyChoices(
        label=_("Hosts"),
        help_text=_("Those who answer. Propose two or three people and let the candidate choose."),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Session
        fields = ["starts_at", "length_minutes", "format", "language", "stage"]
        widgets = {
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "length_minutes": forms.NumberInput(attrs={"min": 5, "max": 480, "step": 5}),
        }
        help_texts = {
            "stage": _(
                "A reverse interview works best at the end of the process, just before or just after the "
                "offer. You can plan it at any stage."
            ),
            "format": _("Ask the candidate which one they prefer, if you can."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [("", _("Choose a format")), *SessionFormat.choices]  # type: ignore[attr-defined]
        for name, choices in {"language": Language.choices, "stage": Stage.choices}.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        current = User.objects.none()
        if self.instance.pk is not None:
            current = User.objects.filter(pk__in=self.instance.hosts.values("user"))
            self.initial["hosts"] = current
            self.initial["seen"] = self.instance.updated_at.isoformat()
        readers = User.objects.who_read_the_wiki()
        self.fields["hosts"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            Q(pk__in=readers.values("pk")) | Q(pk__in=current.values("pk"))
        )

    def clean_starts_at(self) -> datetime:
        """Not at the ends of the calendar, where no other time zone can tell the time."""
        starts_at: datetime = self.cleaned_data["starts_at"]
        if not date.min < starts_at.date() < date.max:
            raise ValidationError(self.fields["starts_at"].error_messages["invalid"], code="invalid")
        return starts_at

    def clean_seen(self) -> datetime | None:
        """Nonsense is as if the session had never been read."""
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None

    def facts(self) -> SessionFacts:
        agreed = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return SessionFacts(**agreed, hosts=list(self.cleaned_data["hosts"]))


class SessionFilterForm(forms.Form):
    """What the list of sessions shows. A value that is missing or nonsense is as if it were not given."""

    when = forms.ChoiceField(
        label=_("When"),
        choices=[("coming", _("To come")), ("past", _("Past")), ("all", _("All"))],
        required=False,
    )
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Any")), *SessionStatus.choices], required=False
    )
    mine = forms.BooleanField(label=_("Those I host"), required=False)

    def __init__(self, *args: Any, hosts_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if hosts_only:
            del self.fields["mine"]

    @property
    def chosen_when(self) -> str:
        return self.cleaned_data.get("when") or "coming"


class StatusForm(forms.Form):
    """The status asked for; `confirmed` once the person has said that they mean it."""

    status = forms.ChoiceField(choices=SessionStatus.choices, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
