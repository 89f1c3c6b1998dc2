"""Which of the answers that nobody vouches for does most harm: the order, and its reason in one line."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Case, Count, DateField, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.timezone import make_aware
from django.utils.translation import gettext, ngettext

from recruiting.models import AnswerGiven
from wiki.models import Freshness
from wiki.models.answers import AnswerQuerySet

GIVEN_DAYS = 90
UNCONFIRMED = (Freshness.STALE, Freshness.NEVER_VERIFIED)


class Harm(NamedTuple):
    """What places an answer in the order, as it stood on one day."""

    given: int
    sensitive: bool
    essential: bool
    stale_days: int | None  # None: never verified, or not stale


def most_harmful_first(answers: AnswerQuerySet, *, on: date) -> AnswerQuerySet:
    """Answers with freshness, by what they cost: unconfirmed ones before those that are only flagged;
    then told to most candidates in the 90 days before `on`, sensitive, essential, stale for longest.

    Annotates `given_90_days`. A never verified answer counts as stale for ever.
    """
    return answers.annotate(
        given_90_days=_times_given(on),
        unconfirmed=Case(
            When(freshness__in=UNCONFIRMED, then=Value(1)), default=Value(0), output_field=IntegerField()
        ),
        held_until=Case(
            When(freshness=Freshness.NEVER_VERIFIED, then=Value(None)),
            default=F("next_review_on"),
            output_field=DateField(null=True),
        ),
    ).order_by(
        "-unconfirmed",
        "-given_90_days",
        "-question__category__sensitive",
        "-question__essential",
        F("held_until").asc(nulls_first=True),
        "pk",
    )


def reason(harm: Harm, *, state: str) -> str:
    """Why an answer stands where it does, in the active language: "Given 3 times in 90 days, stale for
    40 days"."""
    parts = [_given(harm.given)]
    if harm.sensitive:
        parts.append(gettext("sensitive subject"))
    if harm.essential:
        parts.append(gettext("essential question"))
    if state == Freshness.NEVER_VERIFIED:
        parts.append(gettext("never verified"))
    elif harm.stale_days is not None:
        days = ngettext("stale for %(count)d day", "stale for %(count)d days", harm.stale_days)
        parts.append(days % {"count": harm.stale_days})
    return capfirst(", ".join(parts))


def _given(times: int) -> str:
    if not times:
        return gettext("not given in 90 days")
    given = ngettext("given once in 90 days", "given %(count)d times in 90 days", times)
    return given % {"count": times}


def _times_given(on: date) -> Coalesce:
    since, until = start_of(on - timedelta(days=GIVEN_DAYS)), start_of(on)
    told = AnswerGiven.objects.standing().told().filter(given_at__gte=since, given_at__lt=until)
    given = told.filter(revision__answer=OuterRef("pk"))
    times = given.order_by().values("revision__answer").annotate(times=Count("pk")).values("times")
    return Coalesce(Subquery(times, output_field=IntegerField()), 0)


def start_of(day: date) -> datetime:
    """Midnight of the local day."""
    return make_aware(datetime.combine(day, time.min))
