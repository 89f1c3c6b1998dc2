from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms.seen import SeenMixin
from accounts.models import Language
from recruiting.domain.applications import CandidateFacts, Progress, contradictions, fingerprint_of
from recruiting.models import Application, Candidate, Outcome, Position, Stage
from wiki.forms.fields import LONGEST_ID

CHOICES_SHOWN = 10


def known_candidates(*, query: str, position: Position) -> QuerySet[Candidate]:
    """Candidates who have not applied for the position, by name or address; the latest without a query."""
    known = Candidate.objects.filter(anonymised_at=None).exclude(applications__position=position)
    if query:
        known = known.filter(Q(name__icontains=query) | Q(email__icontains=query))
    return known.order_by("-created_at", "-pk")


class ApplicationNewForm(forms.Form):
    """A candidate for a position: someone already known, or someone new."""

    candidate = forms.ModelChoiceField(
        label=_("Who applies"),
        help_text=_("Choose someone already known, or give a name below."),
        queryset=Candidate.objects.none(),
        required=False,
        empty_label=_("Someone new"),
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    source = forms.CharField(
        label=_("Source"),
        help_text=_("Where this candidate comes from, such as a job board or a colleague."),
        max_length=80,
        required=False,
    )
    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices, initial=Stage.INTERVIEWS)

    def __init__(self, *args: Any, position: Position, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.position = position
        self.fields["candidate"].queryset = self._offered(query)  # type: ignore[attr-defined]
        # One of the two is needed, so neither is marked as optional.
        for name in ("candidate", "name"):
            self.fields[name].needed_sometimes = True  # type: ignore[attr-defined]
        self.initial.setdefault("language", position.language)

    def _offered(self, query: str) -> QuerySet[Candidate]:
        """A short list to choose from; what is posted may be any that could have been offered."""
        known = known_candidates(query="" if self.is_bound else query, position=self.position)
        if not self.is_bound:
            return known[:CHOICES_SHOWN]
        offered = list(known.values_list("pk", flat=True)[:CHOICES_SHOWN])
        wanted = Q(pk__in=offered)
        chosen = self.data.get(self.add_prefix("candidate"), "")
        if chosen.isascii() and chosen.isdecimal() and len(chosen) <= LONGEST_ID:
            wanted |= Q(pk=chosen)
        # Read before it is cleaned, so the NUL that PostgreSQL refuses may still be in it.
        if address := self.data.get(self.add_prefix("email"), "").replace("\0", "").strip():
            wanted |= Q(email__iexact=address)
        return known.filter(wanted)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "candidate" in self.errors or data.get("candidate"):
            return data
        if not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("Enter the candidate’s name, or choose someone already known."))
        if data.get("email"):
            self._refuse_known_address(data["email"])
        return data

    def _refuse_known_address(self, email: str) -> None:
        same = Candidate.objects.filter(email__iexact=email, anonymised_at=None)
        if same.filter(applications__position=self.position).exists():
            self.add_error("email", _("Someone with this address has already applied for this position."))
        elif same.exists():
            self.add_error(
                "email", _("Someone with this address is already known. Choose them under “Who applies”.")
            )

    def chosen_candidate(self) -> Candidate | CandidateFacts:
        data = self.cleaned_data
        if data["candidate"]:
            known: Candidate = data["candidate"]
            return known
        return CandidateFacts(
            name=data["name"], email=data["email"], language=data["language"], source=data["source"]
        )


class ApplicationForm(SeenMixin, forms.ModelForm):
    """How far an application is, and how it ended."""

    class Meta:
        model = Application
        fields = ["stage", "outcome", "decided_on", "starts_on"]
        widgets = {
            "decided_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "outcome": _(
                "Leave empty while nothing is decided. An accepted offer moves the application to “Hired”, "
                "any other outcome to “Closed”."
            ),
            "starts_on": _("For a candidate who accepted: the first day at work."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [("", _("Not decided")), *Outcome.choices]  # type: ignore[attr-defined]
        self.fields["stage"].choices = Stage.choices  # type: ignore[attr-defined]
        self.initial["seen"] = fingerprint_of(self.instance)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        told: dict[str, Any] = {name: data.get(name) for name in self._meta.fields or ()}
        progress = Progress(**told)
        wrong = contradictions(progress)
        # Whoever sets an outcome need not touch the stage as well: it follows.
        if told["stage"] and "stage" not in wrong:
            data["stage"] = progress.settled.stage
        for name, message in wrong.items():
            if name not in self.errors:
                self.add_error(name, message)
        return data

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}
