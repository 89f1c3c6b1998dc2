from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.seen import SeenMixin
from accounts.models import Language, User
from recruiting.domain.host_profiles import HostFacts, state_of
from recruiting.models import HostProfile, SessionFormat
from wiki.forms.fields import ManyChoices
from wiki.models import Category, Scope, ScopeKind

FIRST_YEAR = 1950


class HostProfileForm(SeenMixin, forms.ModelForm):
    """What a host says of themselves, or a recruiter for them."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        help_text=_("Those you would answer candidates in."),
        choices=Language,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )
    topics = ManyChoices(
        label=_("Topics you like to answer on"),
        queryset=Category.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    formats = forms.MultipleChoiceField(
        label=_("Formats"),
        help_text=_("Leave all of them empty if any suits you."),
        choices=SessionFormat,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = HostProfile
        fields = ["role", "team", "since", "sentence", "may_be_proposed"]
        widgets = {
            "team": forms.TextInput(attrs={"list": "team-names", "autocomplete": "off"}),
            "sentence": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "role": _("As you would say it to a candidate."),
            "team": _("Your team or your department."),
            "since": _("A year."),
            "sentence": _("What would make someone want to put their questions to you?"),
            "may_be_proposed": _("Recruiters then find you when they plan a session."),
        }

    def __init__(self, *args: Any, user: User, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        profile = self.instance if self.instance.pk else None
        self.fields["since"].widget.attrs.update(min=FIRST_YEAR, max=year)
        self.initial["seen"] = state_of(profile)
        if profile is None:
            self.initial.update(role=user.job_title, languages=[user.language])
        else:
            spoken = {Language.FRENCH: profile.speaks_french, Language.ENGLISH: profile.speaks_english}
            self.initial["languages"] = [language for language, speaks in spoken.items() if speaks]
            self.initial.update(topics=profile.topics.all(), formats=profile.formats)
        names = ["role", "team", "since", "sentence", "languages", "topics", "formats", "may_be_proposed"]
        self.order_fields([*names, "seen"])

    @property
    def team_names(self) -> list[str]:
        """Those that positions may have, for the browser to complete."""
        scopes = Scope.objects.filter(kind__in=[ScopeKind.TEAM, ScopeKind.DEPARTMENT]).order_by("name")
        return list(scopes.values_list("name", flat=True))

    def clean_since(self) -> int | None:
        since: int | None = self.cleaned_data["since"]
        if since is not None and not FIRST_YEAR <= since <= self.year:
            message = _("Enter a year between %(first)s and %(last)s.")
            raise ValidationError(message, params={"first": str(FIRST_YEAR), "last": str(self.year)})
        return since

    def clean_sentence(self) -> str:
        """One line, however it was typed."""
        return " ".join(self.cleaned_data["sentence"].split())

    def facts(self) -> HostFacts:
        data = self.cleaned_data
        said = {name: data[name] for name in self._meta.fields or ()}
        return HostFacts(
            **said,
            speaks_french=Language.FRENCH in data["languages"],
            speaks_english=Language.ENGLISH in data["languages"],
            formats=data["formats"],
            topics=list(data["topics"]),
        )


class HostFilterForm(forms.Form):
    """Which hosts the page lists."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100, widget=forms.SearchInput)
    show = forms.ChoiceField(
        label=_("Show"),
        choices=[
            ("", _("Hosts")),
            ("proposed", _("Those who may be proposed")),
            ("everyone", _("Everyone who may host")),
        ],
        required=False,
    )
