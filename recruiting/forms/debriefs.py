from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.forms.seen import SeenMixin
from accounts.models import User
from recruiting.domain.debriefs import (
    AskedQuestion,
    CannotDebrief,
    DebriefChanged,
    DebriefFacts,
    Felt,
    NotAHost,
    NotBegun,
    SessionNotOpen,
    facts_of,
)
from recruiting.models import Debrief
from wiki.forms.fields import LongTextField

COMFORT = [
    ("1", "1"),
    ("2", "2"),
    ("3", "3"),
    ("4", "4"),
    ("5", "5"),
    ("", _("Not said")),
]
REFUSALS = {
    SessionNotOpen: _("This session is over. Reopen it to change a debrief."),
    NotBegun: _("This session has not begun: there is nothing to debrief yet."),
    NotAHost: _("Only hosts of this session debrief."),
    DebriefChanged: _(
        "You changed this debrief elsewhere meanwhile. Nothing of this page is saved yet: submit it again to "
        "put it in the place of the other."
    ),
}


@dataclass(frozen=True)
class QuestionFields:
    """One question of the session and the two fields about it."""

    row: AskedQuestion
    comfort: BoundField
    improvised: BoundField

    @property
    def is_filled(self) -> bool:
        return bool(self.comfort.value() or self.improvised.value() or self.improvised.errors)


class DebriefForm(SeenMixin, forms.Form):
    """What a host says after a session. No field is about the candidate.

    What its reader saw is told by the debrief's `updated_at`, nothing before there is one.
    """

    landed = LongTextField(
        label=_("How our answers landed"),
        help_text=_("Which ones were clear, which led to more questions, which were missing a figure."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: Any, asked: Sequence[AskedQuestion], host: User, debrief: Debrief | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.host = asked, host
        standing = facts_of(debrief) if debrief else DebriefFacts()
        self.initial["landed"] = standing.landed
        self.initial["seen"] = debrief.updated_at.isoformat() if debrief else ""
        for row in asked:
            self._add_fields(row.asked.pk, standing.questions.get(row.asked.pk, Felt()))

    def _add_fields(self, pk: int, felt: Felt) -> None:
        self.fields[f"comfort-{pk}"] = forms.ChoiceField(
            label=_("How at ease were you?"),
            help_text=_("From 1, ill at ease, to 5, at ease."),
            choices=COMFORT,
            required=False,
            initial=str(felt.comfort or ""),
            widget=forms.RadioSelect(attrs={"class": "choices-inline choices-scale"}),
        )
        self.fields[f"improvised-{pk}"] = LongTextField(
            label=_("What you improvised"),
            max_length=1000,
            required=False,
            initial=felt.improvised,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def clean_seen(self) -> datetime | None:
        """Nonsense is as if there had been no debrief."""
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None

    @property
    def mine(self) -> list[QuestionFields]:
        """What the host answered, and what nobody is said to have."""
        return [q for q in self._questions() if not q.row.lines or q.row.was_answered_by(self.host)]

    @property
    def of_others(self) -> list[QuestionFields]:
        return [q for q in self._questions() if q.row.lines and not q.row.was_answered_by(self.host)]

    @property
    def others_are_filled(self) -> bool:
        return any(question.is_filled for question in self.of_others)

    def facts(self) -> DebriefFacts:
        data = self.cleaned_data
        felt = {
            row.asked.pk: Felt(
                int(comfort) if (comfort := data[f"comfort-{row.asked.pk}"]) else None,
                data[f"improvised-{row.asked.pk}"],
            )
            for row in self.asked
        }
        return DebriefFacts(landed=data["landed"], questions=felt)

    def refuse_debrief(self, refusal: CannotDebrief, *, standing: Debrief | None) -> None:
        """Say why; the next press puts what was typed in the place of what stands now."""
        self.refuse(
            str(REFUSALS[type(refusal)]), standing=standing.updated_at.isoformat() if standing else ""
        )

    def _questions(self) -> list[QuestionFields]:
        return [
            QuestionFields(row, self[f"comfort-{row.asked.pk}"], self[f"improvised-{row.asked.pk}"])
            for row in self.asked
        ]
