"""Correcting what is known of a candidate."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.seen import SeenMixin
from accounts.models import Language
from recruiting.domain.candidates import CandidateFacts, fingerprint_of_candidate
from recruiting.models import Candidate


class CandidateForm(SeenMixin, forms.ModelForm):
    consents = forms.BooleanField(
        label=_("Agreed to be contacted again"),
        help_text=_("Only if they said so: what is held about them is then kept for longer."),
        required=False,
    )

    class Meta:
        model = Candidate
        fields = ["name", "email", "language", "source"]
        help_texts = {
            "name": _("Hosts see the first word of it."),
            "email": _("What is mailed from now on goes there."),
            "language": _("That of the mails the candidate receives."),
            "source": _("Where this candidate comes from, such as a job board or a colleague."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = Language.choices  # type: ignore[attr-defined]
        self.initial["seen"] = fingerprint_of_candidate(self.instance)
        self.initial["consents"] = self.instance.consented_at is not None
        self.reference = self.instance.reference

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        same = Candidate.objects.filter(email__iexact=email, anonymised_at=None)
        if email and same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another candidate has this address."))
        return email

    def facts(self) -> CandidateFacts:
        told = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return CandidateFacts(**told, reference=self.reference)
