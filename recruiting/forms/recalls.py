from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recruiting.domain.recall_closing import (
    AlreadyClosed,
    AnswerChanged,
    CannotBeMailed,
    CannotClose,
    Closing,
    Correction,
    WordsMustNotLeave,
)
from recruiting.domain.told_otherwise import Told
from recruiting.models import RecallOutcome
from wiki.forms.fields import LongTextField

MAIL, TOLD, LEAVE = "mail", "told", "leave"
REFUSALS: dict[type[CannotClose], tuple[str | None, str | Promise]] = {
    AlreadyClosed: (None, _("Someone else has settled this meanwhile, or it needs nothing any more.")),
    AnswerChanged: (
        None,
        _("The answer has changed since you opened this page. Read what holds now, then correct your text."),
    ),
    CannotBeMailed: ("how", _("This candidate has no e-mail address. Tell them another way.")),
    WordsMustNotLeave: (
        "text",
        _("This text repeats an answer that may not be given in writing. Say it in person."),
    ),
}


class RecallForm(forms.Form):
    """How a recall is closed. `seen` is the revision that was on screen as what holds now."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    how = forms.ChoiceField(
        label=_("How it ends"),
        choices=[
            (MAIL, _("Send this correction")),
            (TOLD, _("They were told: by phone, or in person")),
            (LEAVE, _("Leave it as it is")),
        ],
        widget=forms.RadioSelect,
    )
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)
    text = LongTextField(
        label=_("What the candidate reads"),
        help_text=_("It leaves as it stands here, and their reply comes to you."),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    reason = LongTextField(
        label=_("A word on it"),
        help_text=_("When and how they were told, or why it may stay as it is."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, standing: Told, prepared: tuple[str, str], **kwargs: Any) -> None:
        written = standing.may_be_written and standing.can_be_mailed and not standing.is_not_rewritten
        kwargs["initial"] = {
            "seen": standing.now.pk if standing.now else None,
            "subject": prepared[0],
            "text": prepared[1],
            "how": MAIL if written else None,
        }
        super().__init__(*args, **kwargs)
        self.standing = standing
        for name in ("subject", "text", "reason"):
            # Each is needed by one of the ways to end it: none is marked as optional.
            self.fields[name].needed_sometimes = True  # type: ignore[attr-defined]
        for name in ("subject", "text"):
            self.fields[name].widget.attrs["lang"] = standing.candidate.language
        if not standing.can_be_mailed:
            del self.fields["subject"], self.fields["text"]
            self.fields["how"].choices = self.fields["how"].choices[1:]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        how = data.get("how")
        if how == MAIL:
            for name, message in (("subject", _("Enter a subject.")), ("text", _("Write the correction."))):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, message)
        elif how == TOLD and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write when and how they were told."))
        elif how == LEAVE and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write why it may stay as it is."))
        return data

    @property
    def closing(self) -> Closing:
        data = self.cleaned_data
        if data["how"] == MAIL:
            correction = Correction(subject=data["subject"], text=data["text"])
            return Closing(outcome=RecallOutcome.CORRECTED, correction=correction)
        outcome = RecallOutcome.CORRECTED if data["how"] == TOLD else RecallOutcome.LEFT
        return Closing(outcome=outcome, reason=data["reason"])

    def refuse(self, refusal: CannotClose) -> None:
        """Say why; what was typed stays, and the revision that holds now counts as read from here."""
        if isinstance(refusal, AnswerChanged):
            typed: Any = self.data.copy()  # type: ignore[attr-defined]
            typed["seen"] = str(self.standing.now.pk) if self.standing.now else ""
            self.data = typed
        field, message = REFUSALS[type(refusal)]
        self.add_error(field, str(message))
