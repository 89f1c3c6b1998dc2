from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markdownx.widgets import MarkdownxWidget

from accounts.models import Language, User
from wiki.access import may_share
from wiki.domain.revisions import RevisionText
from wiki.domain.writing import Intent
from wiki.forms.fields import LinesField, LongTextField
from wiki.forms.scopes import ScopeChoice
from wiki.models import Answer, AnswerKind, AnswerRevision, Disclosure, Question, Scope
from wiki.models.revisions import MARKDOWN_LENGTH, SHORT_ANSWER_LENGTH

LARGEST_NUMBER = 2**31 - 1  # what the databases' integers hold

_address = URLValidator(schemes=["http", "https"])


class EditorWidget(MarkdownxWidget):
    """The Markdown editor; `place` says where the text will hold, for the figures of its preview."""

    place = ""

    def add_markdownx_attrs(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().add_markdownx_attrs(attrs)
        attrs["data-markdownx-urls-path"] += self.place
        return attrs


class RevisionForm(forms.Form):
    """Everything a person writes in a revision, and what to do with it.

    `base` is the number of the revision that the writer started from: saving is refused without it.
    `figures` tells how the figures of that revision read.
    """

    base = forms.IntegerField(min_value=0, max_value=LARGEST_NUMBER, widget=forms.HiddenInput)
    figures = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    short_answer = LongTextField(
        label=gettext_lazy("Short answer"),
        help_text=gettext_lazy("What to say first, in under a minute. Plain text, with a dated figure."),
        max_length=SHORT_ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    details = LongTextField(
        label=gettext_lazy("Details"),
        help_text=gettext_lazy(
            "Figures with their date and source. Markdown; drop an image on the text to add it."
        ),
        max_length=MARKDOWN_LENGTH,
        required=False,
        widget=EditorWidget(attrs={"rows": 12}),
    )
    example = LongTextField(
        label=gettext_lazy("Example"),
        help_text=gettext_lazy("One concrete thing that happened here, without names. Markdown."),
        max_length=MARKDOWN_LENGTH,
        required=False,
        widget=EditorWidget(attrs={"rows": 6}),
    )
    not_to_say = LongTextField(
        label=gettext_lazy("Not to say"),
        help_text=gettext_lazy(
            "What would be untrue, evasive or confidential. "
            "Never shown to candidates. Everyone who may be asked reads it."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of answer"),
        choices=AnswerKind.choices,
        initial=AnswerKind.ANSWERED,
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
    )
    disclosure = forms.ChoiceField(
        label=gettext_lazy("Disclosure"),
        initial=Disclosure.SAY,
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
    )
    evidence = LinesField(
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy("Addresses that show it is true, one per line, with http or https."),
        max_length=2000,
        required=False,
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy("What changed and why, for the history."),
        max_length=200,
        required=False,
    )
    major = forms.BooleanField(
        label=gettext_lazy("This changes what candidates were told"),
        help_text=gettext_lazy("Untick it for a correction of wording: the last verification then stands."),
        required=False,
    )
    still_true = forms.BooleanField(
        label=gettext_lazy("The whole text is still true"),
        help_text=gettext_lazy("Counts as your verification when you publish."),
        required=False,
    )

    def __init__(self, *args: Any, user: User, answer: Answer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if answer is not None:
            place = f"?scope={answer.scope_id}&language={answer.language}"
            for name in ("details", "example"):
                self.fields[name].widget.place = place
        choices = [
            choice for choice in Disclosure.choices if choice[0] != Disclosure.SHARE or may_share(user)
        ]
        disclosure = self.fields["disclosure"]
        disclosure.choices = choices  # type: ignore[attr-defined]
        if not may_share(user):
            disclosure.help_text = _("Only a lead may let an answer be given in writing.")
            if self.initial.get("disclosure") == Disclosure.SHARE:
                self.initial["disclosure"] = Disclosure.SAY
                disclosure.help_text = _(
                    "This answer may be given in writing today. Once changed, a lead must allow it again."
                )

    def starts_from_nothing(self) -> None:
        """A first text changes nothing that was told; kept hidden, for the page shown on a conflict."""
        self.fields["major"].widget = forms.HiddenInput()

    def clean_evidence(self) -> str:
        links: list[str] = self.cleaned_data["evidence"]
        for link in links:
            try:
                _address(link)
            except ValidationError:
                raise ValidationError(
                    _("“%(link)s” is not a whole address that starts with http or https."),
                    params={"link": link[:100]},
                ) from None
            if urlsplit(link).username is not None:
                raise ValidationError(_("Leave names and passwords out of addresses."))
        return "\n".join(links)

    @property
    def text(self) -> RevisionText:
        """The valid form as the domain takes it."""
        fields = RevisionText.__dataclass_fields__
        return RevisionText(**{name: value for name, value in self.cleaned_data.items() if name in fields})

    @property
    def intent(self) -> Intent:
        return Intent(
            publish="publish" in self.data,
            still_true=self.cleaned_data["still_true"],
            figures=self.cleaned_data.get("figures"),
        )

    def read_again(self, message: str, *, figures: str) -> None:
        """Keep what was typed and take the word back: the text as it now reads is to be read first."""
        typed: Any = self.data.copy()  # type: ignore[attr-defined]
        typed["figures"] = figures
        typed.pop("still_true", None)
        self.data = typed
        self.add_error("still_true", message)


class FirstTextForm(RevisionForm):
    """The first text of an answer, with the scope and language it is for."""

    scope = ScopeChoice(
        label=gettext_lazy("Scope"),
        help_text=gettext_lazy("Where this answer applies."),
        queryset=Scope.objects.in_tree_order(),
        empty_label=None,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=Language.choices,
        widget=forms.RadioSelect(attrs={"class": "choices-inline"}),
    )
    # As the page asks, so that its errors are listed from the top down.
    field_order = ("scope", "language")

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        # A first text starts from nothing and changes nothing that was told.
        del self.fields["base"], self.fields["figures"], self.fields["major"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        scope, language = cleaned.get("scope"), cleaned.get("language")
        if scope and language and self.place_is_taken(scope, language):
            self.add_error("scope", self.taken_message())
        return cleaned

    def place_is_taken(self, scope: Scope, language: str) -> bool:
        answers = Answer.objects.filter(question=self.question, scope=scope, language=language)
        return answers.filter(archived_at=None).exists()

    @staticmethod
    def taken_message() -> str:
        return _("There is an answer for this scope and language already. Choose another, or edit that one.")


class PublishForm(forms.Form):
    """The draft that was on screen, what tells how its figures read, and whether the whole of it is true."""

    revision = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER, widget=forms.HiddenInput)
    figures = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    still_true = forms.BooleanField(label=gettext_lazy("The whole text is still true"), required=False)


class VerifyForm(forms.Form):
    """The id of the revision that was on screen, and what tells how its figures read."""

    revision = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER, widget=forms.HiddenInput)
    figures = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Shown in the history."),
        max_length=200,
    )


def text_of(revision: AnswerRevision | None) -> dict[str, Any]:
    """A revision's text as the form's initial values; what is said of the change starts afresh."""
    if revision is None:
        return {}
    names = ["short_answer", "details", "example", "not_to_say", "kind", "disclosure", "evidence"]
    return {name: getattr(revision, name) for name in names}
