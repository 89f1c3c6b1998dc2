from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.forms.seen import SeenMixin
from accounts.models import Language, User
from wiki.domain.figures import FigureText, fingerprint_of
from wiki.models import Figure
from wiki.models.figure_values import MOST_DECIMALS

RENEW, ALL, ARCHIVED = "renew", "all", "archived"
NO_ONE, ME = "none", "me"
LONGEST_SLUG = 80


class FigureForm(SeenMixin):
    """A figure in both languages; one name at least. Its short name is settled once."""

    label_en = forms.CharField(
        label=gettext_lazy("Name in English"),
        help_text=gettext_lazy("What is counted, and over which period: “turnover, 12 months”."),
        max_length=120,
        required=False,
    )
    label_fr = forms.CharField(label=gettext_lazy("Name in French"), max_length=120, required=False)
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        help_text=gettext_lazy(
            "What to write to cite it: [[figure:turnover-12-months]]. If you leave it empty, it is made from "
            "the name. It cannot be changed later."
        ),
        max_length=LONGEST_SLUG,
        required=False,
    )
    unit_en = forms.CharField(
        label=gettext_lazy("Unit in English"),
        help_text=gettext_lazy("Such as % or hours. Leave empty for a plain count."),
        max_length=20,
        required=False,
    )
    unit_fr = forms.CharField(label=gettext_lazy("Unit in French"), max_length=20, required=False)
    decimals = forms.IntegerField(
        label=gettext_lazy("Decimals"), min_value=0, max_value=MOST_DECIMALS, initial=0
    )
    source_en = forms.CharField(
        label=gettext_lazy("Source in English"),
        help_text=gettext_lazy("Where the number comes from. Candidates hear it with the number."),
        max_length=120,
        required=False,
    )
    source_fr = forms.CharField(label=gettext_lazy("Source in French"), max_length=120, required=False)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        help_text=gettext_lazy("Keeps the figure current, and is told when to renew it."),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("No one"),
    )

    def __init__(self, *args: Any, figure: Figure | None = None, **kwargs: Any) -> None:
        if figure is not None:
            kwargs["initial"] = _initial(figure)
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.who_read_the_wiki()  # type: ignore[attr-defined]
        del self.fields["slug" if figure else "seen"]
        if (get_language() or "").startswith(Language.FRENCH):
            self._ask_in_french_first()

    def _ask_in_french_first(self) -> None:
        swapped = {"_en": "_fr", "_fr": "_en"}
        self.order_fields([name[:-3] + swapped.get(name[-3:], name[-3:]) for name in self.fields])
        for part in ("label", "unit", "source"):
            first, second = self.fields[f"{part}_fr"], self.fields[f"{part}_en"]
            first.help_text, second.help_text = second.help_text, ""

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        unnamed = not cleaned.get("label_en") and not cleaned.get("label_fr")
        if unnamed and not {"label_en", "label_fr"} & self.errors.keys():
            self.add_error(self.first_label, _("Enter a name in at least one language."))
        elif "slug" in self.fields and not cleaned.get("slug") and not self.errors:
            cleaned["slug"] = self._slug_of_name(cleaned)
        return cleaned

    @property
    def first_label(self) -> str:
        """The name that the form asks for first: the one in the reader's language."""
        return next(name for name in self.fields if name.startswith("label_"))

    def _slug_of_name(self, cleaned: dict[str, Any]) -> str:
        names = [cleaned[name] for name in self.fields if name.startswith("label_")]
        slug: str = slugify(next(filter(None, names)))[:LONGEST_SLUG].strip("-")
        if not slug:
            self.add_error("slug", _("Enter a short name: none can be made from this name."))
        return slug

    @property
    def text(self) -> FigureText:
        """The valid form as the domain takes it."""
        fields = FigureText.__dataclass_fields__
        return FigureText(**{name: self.cleaned_data[name] for name in fields})


class FigureFilterForm(forms.Form):
    """What the list is narrowed to, read from the address; what is not understood narrows nothing."""

    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    show = forms.ChoiceField(
        choices=[(RENEW, RENEW), (ALL, ALL), (ARCHIVED, ARCHIVED)], widget=forms.HiddenInput, required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        owning = User.objects.filter(pk__in=Figure.objects.exclude(owner=None).values("owner"))
        self.owners = {str(owner.pk): owner for owner in owning}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            ("", _("Anyone")),
            (ME, _("Me")),
            (NO_ONE, _("No one, or someone who has left")),
            *((key, str(owner)) for key, owner in self.owners.items() if owner.is_active),
        ]

    @property
    def shown(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("show") or ALL

    @property
    def without_owner(self) -> bool:
        self.is_valid()
        return bool(self.cleaned_data.get("owner") == NO_ONE)

    @property
    def asks_for_own(self) -> bool:
        """Those that the user keeps, for absent owners too: what a digest counts."""
        self.is_valid()
        return bool(self.cleaned_data.get("owner") == ME)

    @property
    def chosen_owner(self) -> User | None:
        self.is_valid()
        return self.owners.get(self.cleaned_data.get("owner", ""))


def _initial(figure: Figure) -> dict[str, Any]:
    initial = {name: getattr(figure, name) for name in FigureText.__dataclass_fields__}
    if figure.owner and not figure.owner.may_own:
        initial["owner"] = None
    return initial | {"seen": fingerprint_of(figure)}
