from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.seen import SeenMixin
from wiki.domain.questions import QuestionText, Wording, fingerprint_of
from wiki.forms.fields import LinesField, LongTextField
from wiki.models import Category, PhrasingKind, Question

PHRASING_LENGTH = 300
MOST_VARIANTS = 50


def _canonical(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=PHRASING_LENGTH, required=False)


def _variants(label: Any) -> LinesField:
    return LinesField(
        label=label,
        help_text=gettext_lazy("Other ways to ask it, one per line, in the words people would say aloud."),
        max_length=MOST_VARIANTS * PHRASING_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


def _paragraph(label: Any) -> LongTextField:
    return LongTextField(
        label=label, max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class QuestionForm(SeenMixin):
    """A question in both languages; one canonical phrasing at least."""

    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=Category.objects.all(), empty_label=None
    )
    essential = forms.BooleanField(
        label=gettext_lazy("Essential"),
        help_text=gettext_lazy("One of the questions to answer before you offer reverse interviews."),
        required=False,
    )
    canonical_en = _canonical(gettext_lazy("Canonical phrasing in English"))
    variants_en = _variants(gettext_lazy("Variants in English"))
    why_en = _paragraph(gettext_lazy("Why candidates ask, in English"))
    good_answer_en = _paragraph(gettext_lazy("What a good answer holds, in English"))
    canonical_fr = _canonical(gettext_lazy("Canonical phrasing in French"))
    variants_fr = _variants(gettext_lazy("Variants in French"))
    why_fr = _paragraph(gettext_lazy("Why candidates ask, in French"))
    good_answer_fr = _paragraph(gettext_lazy("What a good answer holds, in French"))

    def __init__(self, *args: Any, question: Question | None = None, **kwargs: Any) -> None:
        if question is not None:
            kwargs["initial"] = _initial(question)
        super().__init__(*args, **kwargs)
        if question is None:
            del self.fields["seen"]

    def clean_variants_en(self) -> list[str]:
        return _checked(self.cleaned_data["variants_en"])

    def clean_variants_fr(self) -> list[str]:
        return _checked(self.cleaned_data["variants_fr"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        unfilled = not cleaned.get("canonical_en") and not cleaned.get("canonical_fr")
        if unfilled and not {"canonical_en", "canonical_fr"} & self.errors.keys():
            self.add_error("canonical_en", _("Enter a canonical phrasing in at least one language."))
        return cleaned

    @property
    def text(self) -> QuestionText:
        """The valid form as the domain takes it."""
        return QuestionText(
            category=self.cleaned_data["category"],
            english=self._wording("en"),
            french=self._wording("fr"),
            essential=self.cleaned_data["essential"],
        )

    def _wording(self, language: str) -> Wording:
        return Wording(
            canonical=self.cleaned_data[f"canonical_{language}"],
            variants=self.cleaned_data[f"variants_{language}"],
            why=self.cleaned_data[f"why_{language}"],
            good_answer=self.cleaned_data[f"good_answer_{language}"],
        )


def _checked(variants: list[str]) -> list[str]:
    for variant in variants:
        if len(variant) > PHRASING_LENGTH:
            raise ValidationError(
                _("“%(start)s…” is over %(limit)d characters."),
                params={"start": variant[:40], "limit": PHRASING_LENGTH},
            )
    if len(variants) > MOST_VARIANTS:
        raise ValidationError(_("Enter at most %(limit)d variants."), params={"limit": MOST_VARIANTS})
    return variants


def _initial(question: Question) -> dict[str, Any]:
    initial: dict[str, Any] = {
        name: getattr(question, name)
        for name in ("category", "essential", "why_en", "why_fr", "good_answer_en", "good_answer_fr")
    }
    initial |= {"variants_en": [], "variants_fr": [], "seen": fingerprint_of(question)}
    for phrasing in question.phrasings.all():
        if phrasing.kind == PhrasingKind.CANONICAL:
            initial[f"canonical_{phrasing.language}"] = phrasing.text
        elif phrasing.kind == PhrasingKind.VARIANT:
            initial[f"variants_{phrasing.language}"].append(phrasing.text)
    return initial
