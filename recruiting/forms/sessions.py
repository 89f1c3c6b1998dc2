from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.forms.seen import SeenMixin
from accounts.models import Language, User
from recruiting.domain.host_suggestions import SuggestedHost
from recruiting.domain.session_changes import SessionFacts
from recruiting.forms.session_hosts import HostsMixin
from recruiting.models import Candidate, GentlerForm, Session, SessionFormat, SessionStatus, Stage
from recruiting.models.sessions import LONGEST, SHORTEST


class SessionForm(HostsMixin, SeenMixin, forms.ModelForm):
    """What is agreed about a session; times are those of the company's time zone.

    What its reader saw is told by the session's `updated_at`. `candidate`: to be told by mail, if the
    recruiter leaves it so.
    """

    tell_candidate = forms.BooleanField(required=False)

    class Meta:
        model = Session
        fields = [
            "starts_at",
            "length_minutes",
            "format",
            "place",
            "gentler_form",
            "language",
            "stage",
        ]
        widgets = {
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "length_minutes": forms.NumberInput(attrs={"min": SHORTEST, "max": LONGEST, "step": 5}),
            "place": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        help_texts = {
            "format": _("Ask the candidate which one they prefer, if you can."),
            "place": _("Hosts read it, and the candidate, if you tell them by mail."),
            "gentler_form": _("For juniors and people who may dislike asking face to face."),
        }

    def __init__(
        self,
        *args: Any,
        suggestions: Sequence[SuggestedHost] = (),
        candidate: Candidate | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [("", _("Choose a format")), *SessionFormat.choices]  # type: ignore[attr-defined]
        self.fields["gentler_form"].choices = [("", _("None needed")), *GentlerForm.choices]  # type: ignore[attr-defined]
        for name, choices in {"language": Language.choices, "stage": Stage.choices}.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        current = User.objects.none()
        if self.instance.pk is not None:
            current = User.objects.filter(pk__in=self.instance.hosts.values("user"))
            self.initial["seen"] = self.instance.updated_at.isoformat()
        self.offer_hosts(current, suggestions)
        self._offer_to_tell(candidate)

    def _offer_to_tell(self, candidate: Candidate | None) -> None:
        if candidate is None or not candidate.email or candidate.anonymised_at:
            del self.fields["tell_candidate"]
            return
        field = self.fields["tell_candidate"]
        self.order_fields([*(name for name in self.fields if name != "tell_candidate"), "tell_candidate"])
        facts = {"address": candidate.email, "language": Language(candidate.language).in_sentence}
        hint = _("To %(address)s, in %(language)s, with an entry for their calendar.") % facts
        field.label, field.help_text = _("Tell the candidate by mail"), hint
        self.initial.setdefault("tell_candidate", True)

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
        return SessionFacts(**agreed, hosts=self.chosen_hosts())

    @property
    def tells_candidate(self) -> bool:
        return bool(self.cleaned_data.get("tell_candidate"))


class StatusForm(forms.Form):
    """The status asked for; `confirmed` once the person has said that they mean it."""

    status = forms.ChoiceField(choices=SessionStatus.choices, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    tell_candidate = forms.BooleanField(label=_("Tell the candidate by mail"), required=False)

    def __init__(self, *args: Any, may_tell: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_tell:
            del self.fields["tell_candidate"]
