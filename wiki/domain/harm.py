"""Which answer does most harm while nobody vouches for it: the order, and its reason in one line.

The one definition, for the review queue, the owners' digests, home and the weekly report.
"""

from datetime import date
from typing import Any, NamedTuple, Self

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from accounts.dates import in_words
from wiki.models import Answer, AnswerDemand, Freshness, Question
from wiki.models.answers import AnswerQuerySet

# Within the two parts of the order: the fields of Answer by which a page of it is read.
BY_HARM = ("-weight", "next_review_on", "pk")
# A weight packs what is asked of an answer into one number that an index can order by.
MOST_GIVEN = 4999
UNCONFIRMED = (Freshness.STALE, Freshness.NEVER_VERIFIED)


class Harm(NamedTuple):
    """What places an answer in the order, as it stood on one day."""

    state: str
    due_on: date | None
    sessions: int  # of the coming fourteen days that will need it
    needed_on: date | None  # the first of them
    given: int  # times in 90 days
    sensitive: bool

    @classmethod
    def of(cls, answer: Answer, *, on: date) -> Self:
        """From an answer that `most_harmful_first` returned."""
        return cls(
            state=answer.freshness_on(on),
            due_on=answer.next_review_on,
            sessions=answer.needed_by,
            needed_on=answer.needed_on,
            given=answer.given_90_days,
            sensitive=answer.sensitive,
        )

    def reason(self, *, on: date, beside_due_day: bool = False) -> str:
        """In the active language: "Needed by 2 sessions from 1 December, stale for 40 days".

        `beside_due_day`, where the day is shown already, it does not say once more how long the answer holds.
        """
        said = beside_due_day and self.state == Freshness.DUE_SOON
        parts = [
            self._needed(),
            self._given(),
            gettext("sensitive subject") if self.sensitive else "",
            "" if said else self._held(on),
        ]
        return capfirst(", ".join(part for part in parts if part))

    def _needed(self) -> str:
        if not self.sessions or self.needed_on is None:
            return ""
        needed = ngettext(
            "needed by a session on %(day)s", "needed by %(count)d sessions from %(day)s", self.sessions
        )
        return needed % {"count": self.sessions, "day": in_words(self.needed_on, "MONTH_DAY_FORMAT")}

    def _given(self) -> str:
        if not self.given:
            return ""
        given = ngettext("given once in 90 days", "given %(count)d times in 90 days", self.given)
        return given % {"count": self.given}

    def _held(self, on: date) -> str:
        if self.state == Freshness.NEVER_VERIFIED:
            return gettext("never verified")
        if self.due_on is None or self.state == Freshness.FRESH:
            return ""
        if self.state == Freshness.DUE_SOON:
            return gettext("holds until %(day)s") % {"day": in_words(self.due_on, "MONTH_DAY_FORMAT")}
        days = (on - self.due_on).days
        return ngettext("stale for %(count)d day", "stale for %(count)d days", days) % {"count": days}


def most_harmful_first(answers: AnswerQuerySet, *, on: date) -> AnswerQuerySet:
    """Answers by what they may cost, as it stands on the day `on`.

    First those that nobody will vouch for when they are needed (`unconfirmed_when_needed`). Among them, and
    among the rest: needed by most of the coming sessions, given most often in 90 days, of a sensitive
    category, longest past its review. For short lists; `parts_by_harm` reads long ones a page at a time.
    """
    first: dict[str, Any] = {
        "unconfirmed": Case(
            When(unconfirmed_when_needed(on=on), then=1), default=0, output_field=IntegerField()
        )
    }
    order: tuple[Any, ...] = ("-unconfirmed", "-weight", F("next_review_on").asc(nulls_first=True), "pk")
    return with_demand(answers).annotate(**first).order_by(*order)


def parts_by_harm(answers: AnswerQuerySet, *, on: date) -> list[AnswerQuerySet]:
    """The same order as two lists, one after the other, each to be read `BY_HARM`."""
    answers = with_demand(answers)
    return [answers.filter(unconfirmed_when_needed(on=on)), answers.filter(_vouched_for(on=on))]


def with_demand(answers: AnswerQuerySet) -> AnswerQuerySet:
    """With what `Harm.of` reads."""
    demand: dict[str, Any] = {
        "needed_by": Coalesce(F("demand__sessions"), 0),
        "needed_on": F("demand__needed_on"),
        "given_90_days": Coalesce(F("demand__given_90_days"), 0),
        "sensitive": F("question__category__sensitive"),
    }
    return answers.annotate(**demand)


def unconfirmed_when_needed(*, on: date) -> Q:
    """Never verified, stale on the day `on`, or stale on the day of a session that will need the answer."""
    return (
        Q(verified_on=None)
        | Q(next_review_on=None)
        | Q(next_review_on__lt=on)
        | Q(next_review_on__lt=F("demand__needed_until"))
    )


def _vouched_for(*, on: date) -> Q:
    """The opposite, said in full: a comparison with no demand at all is neither true nor false."""
    no_later_need = Q(demand__needed_until=None) | Q(next_review_on__gte=F("demand__needed_until"))
    return Q(verified_on__isnull=False, next_review_on__gte=on) & no_later_need


def refresh_weights(answers: "AnswerQuerySet | QuerySet[Answer]") -> None:
    """Derive again what orders these answers, after their demand or their category changed."""
    demand = AnswerDemand.objects.filter(answer=OuterRef("pk"))
    asked = F("sessions") * (MOST_GIVEN + 1) + Least("given_90_days", Value(MOST_GIVEN))
    of_demand = Subquery(demand.annotate(asked=asked).values("asked")[:1], output_field=IntegerField())
    sensitive = Question.objects.filter(pk=OuterRef("question_id"), category__sensitive=True)
    weight = Coalesce(of_demand, 0) * 2 + Case(When(Exists(sensitive), then=1), default=0)
    answers.exclude(weight=weight).update(weight=weight)
