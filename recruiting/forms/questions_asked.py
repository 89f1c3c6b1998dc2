from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wiki.models import Question

CHOICES_SHOWN = 300
NOTHING_PRIVATE = _("Only what concerns the job: nothing about health, family or private life.")


class QuestionChoice(forms.ModelChoiceField):
    def label_from_instance(self, question: Question) -> str:
        return str(getattr(question, "title", question.slug))


class CandidateQuestionForm(forms.Form):
    """A question that the candidate sent beforehand."""

    words = forms.CharField(
        label=_("In the candidate’s words"), help_text=NOTHING_PRIVATE, max_length=500, required=False
    )
    question = QuestionChoice(
        label=_("Matching question of the wiki"),
        queryset=Question.objects.none(),
        required=False,
        empty_label=_("None yet"),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_questions(self, language)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and not data["words"] and not data["question"]:
            self.add_error("words", _("Enter the candidate’s words, or choose the question they match."))
        return data


class MatchForm(forms.Form):
    """Which question of the wiki a candidate's words mean."""

    question = QuestionChoice(
        label=_("Matching question of the wiki"),
        queryset=Question.objects.none(),
        empty_label=_("Choose a question"),
        error_messages={"required": _("Choose the question that the candidate’s words match.")},
    )

    def __init__(self, *args: Any, language: str, closest: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_questions(self, language)
        self._offer_first(Question.objects.current().with_title(language).in_bulk(closest), closest)

    def _offer_first(self, found: Mapping[int, Question], order: Sequence[int]) -> None:
        """What the search found stands before the whole list, wherever in it, or beyond its end, it is."""
        field = self.fields["question"]
        rest = [row for row in field.queryset if row.pk not in found]  # type: ignore[attr-defined]
        groups = (
            (_("Closest to these words"), [found[pk] for pk in order if pk in found]),
            (_("All questions"), rest),
        )
        field.widget.choices = [
            ("", field.empty_label),  # type: ignore[attr-defined]
            *((label, [(row.pk, str(row.title)) for row in rows]) for label, rows in groups if rows),
        ]


def _offer_questions(form: forms.Form, language: str) -> None:
    questions = Question.objects.current().with_title(language).in_order()
    # What is posted may be any question; only the list to choose from is cut.
    shown = questions if form.is_bound else questions[:CHOICES_SHOWN]
    form.fields["question"].queryset = shown  # type: ignore[attr-defined]
