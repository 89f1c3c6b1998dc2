from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from recruiting.domain.answers_given import Said
from recruiting.domain.figures_told import figures_on_screen
from recruiting.domain.promises import USUAL_DELAY, Promised, promised_by
from recruiting.domain.recording_rules import (
    AlreadyCorrected,
    AnswerIsInternal,
    CannotRecord,
    NoAnswerToGive,
    NotAHost,
    NothingAsked,
    RevisionChanged,
    SessionNotOpen,
    WordsMissing,
)
from recruiting.forms.questions_asked import NOTHING_PRIVATE
from recruiting.models import AnswerGiven, CandidateQuestion, Delivery, Session
from recruiting.models.answers_given import NEEDS_REVISION, NEEDS_WORDS
from wiki.forms.fields import LongTextField
from wiki.models import AnswerRevision, Disclosure, Question

REFUSALS: dict[type[CannotRecord], tuple[str | None, str | Promise]] = {
    SessionNotOpen: (None, _("This session is over. Reopen it to record or correct an answer.")),
    NotAHost: ("host", _("Choose one of the hosts of this session.")),
    NoAnswerToGive: (
        "delivery",
        _("No published answer exists for this question. Record it as not answered or to follow up."),
    ),
    AnswerIsInternal: (
        "delivery",
        _(
            "This answer is internal and may not be said to candidates. If you said something else, "
            "choose “Departed from” and write what you said."
        ),
    ),
    WordsMissing: ("said", _("Write what was said: the answer was not given as written.")),
    NothingAsked: ("words", _("Enter the question in the candidate’s words.")),
    RevisionChanged: (
        None,
        _(
            "This answer has changed since you opened the page. Read the words in force now, then say "
            "whether you gave them. If you gave the earlier words, choose “Departed from”."
        ),
    ),
    AlreadyCorrected: (None, _("This line was corrected meanwhile. Correct the latest one.")),
}
# There are no words in force to read, and nothing that could be told of them.
NO_ANSWER_ANY_MORE = _(
    "This answer was withdrawn or archived since you opened the page. If you have given it, write what you "
    "said, then choose “To follow up” or “Not answered”."
)


def deliveries(revision: AnswerRevision | None) -> list[tuple[str, Any]]:
    """The ways a question can have been answered, given the answer there is."""
    if revision is None:
        return [choice for choice in Delivery.choices if choice[0] not in NEEDS_REVISION]
    if revision.disclosure == Disclosure.INTERNAL:
        return [c for c in Delivery.choices if c[0] not in (Delivery.AS_WRITTEN, Delivery.ADAPTED)]
    return list(Delivery.choices)


def those_who_may_answer(session: Session, user: User) -> list[User]:
    """The hosts; before they are named, whoever records."""
    return [host.user for host in session.hosts.select_related("user")] or [user]


class SaidForm(forms.Form):
    """How a question was answered, and by whom."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    delivery = forms.ChoiceField(label=_("How it was answered"), widget=forms.RadioSelect)
    said = LongTextField(
        label=_("What was said"),
        help_text=_("The words that differed, or what you promised. Nothing private about the candidate."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    host = forms.ChoiceField(label=_("Who answered"))
    promised = forms.CharField(
        label=_("What you promised"),
        help_text=_("It becomes a follow-up: who promised it is reminded."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_on = forms.DateField(
        label=_("By when"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    owner = forms.ChoiceField(
        label=_("Who keeps the promise"), required=False, help_text=_("Whoever answered, unless you say so.")
    )

    def __init__(
        self,
        *args: Any,
        hosts: Sequence[User],
        user: User,
        revision: AnswerRevision | None,
        on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.hosts = {str(host.pk): host for host in hosts}
        self.owners = self.hosts | {str(user.pk): user}
        names = [(pk, str(host)) for pk, host in self.hosts.items()]
        self.fields["host"].choices = names  # type: ignore[attr-defined]
        owners = [(pk, str(owner)) for pk, owner in self.owners.items()]
        self.fields["owner"].choices = [("", gettext("Whoever answered")), *owners]  # type: ignore[attr-defined]
        self.initial.setdefault("due_on", on + USUAL_DELAY)
        self.offered = deliveries(revision)
        if any(way in NEEDS_WORDS for way, _label in self.offered):
            self._explain_when_words_are_needed()
        # When posted, every way is read, so that the domain can say why one of them will not do.
        self._offer(Delivery.choices if self.is_bound else self.offered)
        # "As written" has a button of its own: here it must be meant, not left standing.
        if self.offered[0][0] != Delivery.AS_WRITTEN:
            self.initial.setdefault("delivery", self.offered[0][0])
        self.initial.setdefault(
            "host", str(user.pk) if str(user.pk) in self.hosts else next(iter(self.hosts))
        )
        self.initial.setdefault("client_id", uuid4())

    def _explain_when_words_are_needed(self) -> None:
        said = self.fields["said"]
        said.needed_sometimes = True  # type: ignore[attr-defined]
        said.help_text = _(
            "Needed if the answer was adapted or departed from. Otherwise what you promised, if anything. "
            "Nothing private about the candidate."
        )

    def _offer(self, ways: Sequence[tuple[str, Any]]) -> None:
        self.fields["delivery"].choices = ways  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        self._offer(self.offered)
        due_on = self.cleaned_data.get("due_on")
        if due_on and due_on < self.on and self._promises():
            self.add_error("due_on", gettext("Choose a day to come."))
        return self.cleaned_data

    def _promises(self) -> bool:
        data = self.cleaned_data
        return bool(data.get("promised")) or data.get("delivery") == Delivery.TO_FOLLOW_UP

    def clean_host(self) -> User:
        return self.hosts[self.cleaned_data["host"]]

    def refuse(self, refusal: CannotRecord) -> None:
        """Say beside the right field why the domain would not record this."""
        field, message = REFUSALS[type(refusal)]
        if isinstance(refusal, RevisionChanged) and refusal.now is None:
            message = NO_ANSWER_ANY_MORE
        self.add_error(field if field in self.fields else None, str(message))
        if isinstance(refusal, RevisionChanged):
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["revision"] = refusal.now.pk if refusal.now else ""  # type: ignore[index]
            self.data["figures"] = figures_on_screen(refusal.now, on=self.on)  # type: ignore[index]

    def how(self, *, title: str) -> Said:
        """What to record; `title` names the question in a promise that was made without words."""
        data = self.cleaned_data
        return Said(
            delivery=data["delivery"],
            host=data["host"],
            client_id=data["client_id"],
            said=data["said"],
            promised=self._promised(title) if self._promises() else None,
        )

    def _promised(self, title: str) -> Promised:
        data = self.cleaned_data
        return Promised(
            text=data["promised"] or usual_promise(title),
            owner=self.owners.get(data["owner"], data["host"]),
            due_on=data["due_on"] or self.on + USUAL_DELAY,
        )


def usual_promise(title: str) -> str:
    """What a question left to follow up promises, when nothing else is said."""
    words = gettext("Come back with an answer to: %(question)s")
    return (words % {"question": title})[:500]


class AnswerGivenForm(SaidForm):
    """One question asked and how it was answered; the hidden fields say what was on screen."""

    question = forms.ModelChoiceField(
        queryset=Question.objects.all(), required=False, widget=forms.HiddenInput
    )
    revision = forms.ModelChoiceField(
        queryset=AnswerRevision.objects.select_related("answer"), required=False, widget=forms.HiddenInput
    )
    # The figures that were on screen with it.
    figures = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    asked = forms.ModelChoiceField(
        queryset=CandidateQuestion.objects.none(), required=False, widget=forms.HiddenInput
    )
    words = forms.CharField(
        label=_("In the candidate’s words"), help_text=NOTHING_PRIVATE, max_length=500, required=False
    )

    field_order = ["words", "delivery", "said", "host"]

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = session.questions.select_related("question")
        self.fields["asked"].queryset = asked  # type: ignore[attr-defined]
        # Without a question of the wiki, they are what is recorded.
        self.fields["words"].needed_sometimes = not self["question"].value()  # type: ignore[attr-defined]


class CorrectionForm(SaidForm):
    """The same line said better; it stands beside the first, which stays readable."""

    def __init__(
        self, *args: Any, given: AnswerGiven, title: str, hosts: Sequence[User], user: User, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"delivery": given.delivery, "said": given.said, "host": given.host_id}
        kwargs["initial"] |= _promise_of(given, title)
        # Who answered then may not be a host any more.
        hosts = list(dict.fromkeys([*hosts, given.host]))
        super().__init__(*args, hosts=hosts, user=user, revision=given.revision, **kwargs)


def _promise_of(given: AnswerGiven, title: str) -> dict[str, Any]:
    """The promise that stands, to be kept or changed; the usual one goes with the delivery."""
    standing = promised_by(given)
    if standing is None:
        return {}
    said = "" if standing.promised == usual_promise(title) else standing.promised
    owner = "" if standing.owner_id == given.host_id else standing.owner_id
    return {"promised": said, "due_on": standing.due_on, "owner": owner}
