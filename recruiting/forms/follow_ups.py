from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.seen import SeenMixin
from accounts.models import User
from recruiting.domain.promises import Promised
from recruiting.domain.writing_to_candidates import TO_FILL_IN, Letter
from recruiting.models import CandidateQuestion, FollowUp, FollowUpKind, Session
from recruiting.models.follow_ups import FollowUpQuerySet
from wiki.forms.fields import LongTextField

USUALLY_WITHIN = timedelta(days=3)


class AskedChoice(forms.ModelChoiceField):
    def label_from_instance(self, asked: CandidateQuestion) -> str:
        return asked.words or asked.title


def _owner_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("Owner"),
        help_text=_("Who keeps it. They are reminded on the day it is due."),
        queryset=User.objects.none(),
    )


def _day_field() -> forms.DateField:
    return forms.DateField(
        label=_("Due on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PromiseForm(forms.Form):
    """What was promised in a session, by whom, by when."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    promised = forms.CharField(
        label=_("What was promised"),
        help_text=_("As you would say it to the candidate. Nothing private about them."),
        max_length=500,
    )
    candidate_question = AskedChoice(
        label=_("On which question"),
        queryset=CandidateQuestion.objects.none(),
        required=False,
        empty_label=_("None in particular"),
    )
    owner = _owner_field()
    due_on = _day_field()

    def __init__(self, *args: Any, session: Session, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["owner"].queryset = User.objects.who_read_the_wiki()  # type: ignore[attr-defined]
        self.fields["candidate_question"].queryset = session.questions.all()  # type: ignore[attr-defined]
        for name, value in {
            "client_id": uuid4(),
            "owner": user.pk,
            "due_on": today + USUALLY_WITHIN,
        }.items():
            self.initial.setdefault(name, value)

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise ValidationError(_("Choose today or a day to come."))
        return due_on

    def facts(self) -> Promised:
        data = self.cleaned_data
        return Promised(text=data["promised"], owner=data["owner"], due_on=data["due_on"])


class FollowUpForm(SeenMixin, forms.Form):
    """What is due, by whom, by when, said otherwise."""

    promised = forms.CharField(label=_("What was promised"), max_length=500)
    owner = _owner_field()
    due_on = _day_field()

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if follow_up.kind != FollowUpKind.PROMISE:
            del self.fields["promised"]
        readers = User.objects.who_read_the_wiki().values("pk")
        self.fields["owner"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            Q(pk__in=readers) | Q(pk=follow_up.owner_id)
        )
        self.initial = {
            "promised": follow_up.promised,
            "owner": follow_up.owner_id,
            "due_on": follow_up.due_on,
            "seen": follow_up.updated_at.isoformat(),
        }

    def clean_seen(self) -> datetime | None:
        """Nonsense is as if it had never been read."""
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None


class WordForm(forms.Form):
    """A word on how a follow-up ended."""

    word = LongTextField(label=_("A word on it"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].required = needed
        self.fields["word"].help_text = (
            _("Why it will not be done. Nothing private about the candidate.")
            if needed
            else _("How the candidate was told. Nothing private about them.")
        )


class LetterForm(forms.Form):
    """A mail to the candidate, read over by the one who sends it."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = LongTextField(label=_("Text"), max_length=8000, widget=forms.Textarea(attrs={"rows": 14}))

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        begin, end = TO_FILL_IN
        if begin in text and end in text[text.index(begin) :]:
            raise ValidationError(_("Replace what stands in brackets by your own words."))
        return text

    def letter(self) -> Letter:
        return Letter(subject=self.cleaned_data["subject"], text=self.cleaned_data["text"])


class FollowUpFilterForm(forms.Form):
    """What the list shows. A value that is missing or nonsense is as if it were not given."""

    show = forms.ChoiceField(
        label=_("Show"),
        choices=[
            ("open", pgettext_lazy("follow-ups", "Open")),
            ("overdue", _("Overdue")),
            ("done", _("Kept or withdrawn")),
        ],
        required=False,
    )
    whose = forms.ChoiceField(
        label=_("Whose"), choices=[("mine", _("Mine")), ("all", _("Everybody’s"))], required=False
    )

    def __init__(self, *args: Any, own_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own_only:
            del self.fields["whose"]

    def chosen(self, rows: FollowUpQuerySet, *, user: User, on: date) -> FollowUpQuerySet:
        if self.cleaned_data.get("whose") != "all":
            rows = rows.owned_by(user)
        if self.chosen_state == "overdue":
            return rows.overdue(on=on)
        return rows.done() if self.chosen_state == "done" else rows.open()

    @property
    def chosen_state(self) -> str:
        return self.cleaned_data.get("show") or "open"
