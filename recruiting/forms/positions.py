from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.forms.seen import SeenMixin
from accounts.models import Language, User
from recruiting.domain.positions import PositionFacts, fingerprint_of
from recruiting.models import Position
from recruiting.models.positions import SCOPE_FIELDS
from wiki.models import Scope


class PositionForm(SeenMixin, forms.ModelForm):
    """A job to fill. On a position that exists, also whether it is filled."""

    filled = forms.BooleanField(
        label=_("This position is filled"),
        help_text=_("It leaves the list of open positions. Its sessions and their records stay."),
        required=False,
    )

    reference_taken = _("Another position has this reference.")

    class Meta:
        model = Position
        fields = ["title", "language", *SCOPE_FIELDS, "hiring_manager", "applicants_abound", "reference"]
        help_texts = {
            "language": _("Briefings use answers in this language first."),
            "team": _("The nearest answers are the team’s; then department, job family, site and company."),
            "hiring_manager": _(
                "Asked by mail for the role sheet, which says why the position is open, what may be decided "
                "without approval and the initial pay range."
            ),
            "applicants_abound": _("A reverse interview then brings little: planning says so."),
            "reference": _("How your tracking system names it, so that importing finds it again."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = Language.choices  # type: ignore[attr-defined]
        for name, kind in SCOPE_FIELDS.items():
            self.fields[name].queryset = Scope.objects.filter(kind=kind).order_by("name")  # type: ignore[attr-defined]
            self.fields[name].empty_label = pgettext("scope", "None")  # type: ignore[attr-defined]
        self.fields["hiring_manager"].queryset = self._managers()  # type: ignore[attr-defined]
        self.fields["hiring_manager"].empty_label = _("Nobody named yet")  # type: ignore[attr-defined]
        if self.instance.pk is None:
            del self.fields["filled"]
        else:
            self.initial["filled"] = self.instance.filled_at is not None
            self.initial["seen"] = fingerprint_of(self.instance)

    def _managers(self) -> QuerySet[User]:
        """Whoever reads the wiki; and who is named already, even if they have left."""
        readers = User.objects.who_read_the_wiki()
        named = Q(pk=self.instance.hiring_manager_id)
        managers: QuerySet[User] = User.objects.filter(Q(pk__in=readers.values("pk")) | named)
        return managers

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"]
        others = Position.objects.filter(reference=reference).exclude(pk=self.instance.pk)
        if reference and others.exists():
            raise ValidationError(self.reference_taken)
        return reference

    def facts(self) -> PositionFacts:
        return PositionFacts(**{name: self.cleaned_data[name] for name in self._meta.fields or ()})
