"""What one person's digest says, and whether there is news in it.

Theirs are the answers they own, and those of owners whom they stand in for. Others' are those that have been
overdue for more than two weeks: of which the deputy is told, and every lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q

from accounts.models import User
from ledger.models import MailState, OutgoingMail
from wiki.domain.figures import figures_to_renew
from wiki.domain.harm import most_harmful_first, unconfirmed_when_needed
from wiki.domain.pauses import pauses_stood_in
from wiki.models import Answer, Challenge, DigestPause, Figure
from wiki.models.answers import AnswerQuerySet
from wiki.models.figures import FigureQuerySet
from wiki.models.freshness import DUE_SOON_DAYS

OWNER_DIGEST = "owner-digest"  # the kind of the mail
LISTED = 25  # of one's own answers in one mail, the most harmful; the rest are counted
LATE_LISTED = FIGURES_LISTED = 10
LATE_DAYS = 14  # after which others are told
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Told:
    """The last digest before a day that may have reached its reader."""

    on: date
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DigestContents:
    """The first of one's `total` answers that need attention, and of others' `late_total` long overdue.

    Each has `freshness`, `challenged`, `question_title`, and what `Harm.of` reads; each of the figures to
    renew `validity` and `ends_on`. `stands_in_for`: whose answers and figures are among one's own meanwhile.
    """

    answers: Sequence[Answer]
    total: int
    late: Sequence[Answer]
    late_total: int
    figures: Sequence[Figure]
    figures_total: int
    stands_in_for: Sequence[DigestPause]


def digest_contents(user: User, *, on: date) -> DigestContents | None:
    """What to tell on the day `on`; None when the last digest told it all."""
    told = _last_told(user, on=on)
    stands_in_for = pauses_stood_in(user=user, on=on)
    owners = [user.pk, *(pause.user_id for pause in stands_in_for)]
    own = Answer.objects.published().owned_by(*owners).to_review(on=on)
    late = _late(user, owners=owners, on=on)
    # A deputy is told again each week: of what came into their hands late, and what is late still.
    again = told is None or (not user.is_lead and told.on.isocalendar()[:2] < on.isocalendar()[:2])
    new_late = late if again or told is None else late.filter(_turned_late(since=told.on, on=on))
    figures = figures_to_renew(owners=owners, on=on)
    news = (_with_news(own, told, on=on), new_late, _figures_with_news(figures, told, on=on))
    if not any(found.exists() for found in news):
        return None
    return DigestContents(
        answers=_shown(own, user, on=on, most=LISTED),
        total=own.count(),
        late=_shown(new_late, user, on=on, most=LATE_LISTED),
        late_total=new_late.count(),
        figures=list(figures[:FIGURES_LISTED]),
        figures_total=figures.count(),
        stands_in_for=stands_in_for,
    )


def _shown(answers: AnswerQuerySet, user: User, *, on: date, most: int) -> list[Answer]:
    shown = answers.as_shown(on=on).with_question_title(user.language)
    return list(most_harmful_first(shown, on=on)[:most])


def _last_told(user: User, *, on: date) -> Told | None:
    digests = OutgoingMail.objects.filter(kind=OWNER_DIGEST, recipient=user, period__lt=on.isoformat())
    # What never reached its reader told nothing.
    reached = digests.exclude(state__in=[MailState.FAILED, MailState.DROPPED])
    last = reached.aggregate(period=Max("period"), at=Max("created_at"))
    if last["period"] is None:
        return None
    return Told(on=date.fromisoformat(last["period"]), at=last["at"])


def long_overdue(*, on: date) -> AnswerQuerySet:
    """Those of which their deputies are told beside the owners; orphans are not late, they stand first in
    the weekly report."""
    late = Answer.objects.published().overdue(on=on - timedelta(days=LATE_DAYS))
    return late.filter(owner__in=User.objects.who_read_the_wiki())


def _late(user: User, *, owners: Sequence[int], on: date) -> AnswerQuerySet:
    """Others' answers of which the user is told that they have been overdue for long."""
    late = long_overdue(on=on).exclude(owner__in=owners)
    return late if user.is_lead else late.filter(deputy=user)


def _turned_late(*, since: date, on: date) -> Q:
    notice = timedelta(days=LATE_DAYS)
    return Q(next_review_on__gte=since - notice, next_review_on__lt=on - notice)


def _with_news(answers: AnswerQuerySet, told: Told | None, *, on: date) -> AnswerQuerySet:
    """Those of which the last digest could not tell what is true on the day `on`.

    An answer is news on the day it becomes due soon, on the day it is due, every seventh day after, when it
    is challenged, and when a session begins to need what nobody will vouch for by then. All are news to
    someone who never had a digest.
    """
    if told is None:
        return answers
    challenged_since = Challenge.objects.open().filter(answer=OuterRef("pk"), created_at__gt=told.at)
    needed_since = Q(demand__needed_since__gt=told.at) & unconfirmed_when_needed(on=on)
    return answers.filter(
        _turned_due("next_review_on", since=told.on, on=on) | Exists(challenged_since) | needed_since
    )


def _figures_with_news(figures: FigureQuerySet, told: Told | None, *, on: date) -> FigureQuerySet:
    """A figure is news like an answer: when it ends soon, on its last day, and every week after."""
    return figures if told is None else figures.filter(_turned_due("ends_on", since=told.on, on=on))


def _turned_due(day: str, *, since: date, on: date) -> Q:
    """That a day which counts for the row's date lies after `since` and not after `on`."""
    notice = timedelta(days=DUE_SOON_DAYS)
    due_soon = Q(**{f"{day}__gt": since + notice, f"{day}__lte": on + notice})
    due = Q(**{f"{day}__lte": on})
    if on - since < WEEK:
        # A whole number of weeks after the due day is the same day of the week.
        days = {(since + timedelta(days=number)).isoweekday() for number in range(1, (on - since).days + 1)}
        due &= Q(**{f"{day}__iso_week_day__in": days})
    return due_soon | due
