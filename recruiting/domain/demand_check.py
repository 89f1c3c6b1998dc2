"""The nightly check of the wiki's `AnswerDemand`: was it what the acts of the day should have made of it?

The table is compared with what should have stood there as of its last refresh, so that neither the day that
passed nor an answer published meanwhile counts as a difference; then it is made again as of now.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.dates import in_words
from ledger.models import Activity
from recruiting.domain.demand import given_since, hold_demand, needs_at, refresh_demand
from recruiting.models import DemandMark
from wiki.models import Answer, AnswerDemand

ANSWER_DEMAND = "answer-demand"  # the job's name
NAMED = 2  # answers in the job's line; all of them are in the log
# An act and the refresh beside it may have taken their moments in the other order.
SLACK = timedelta(minutes=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a row says of an answer."""

    sessions: int = 0
    first: date | None = None
    last: date | None = None
    given: int = 0

    @property
    def needed(self) -> str:
        words = ngettext("%(number)d session", "%(number)d sessions", self.sessions)
        words = words % {"number": self.sessions}
        if self.first is None or self.last is None:
            return words
        days = dict.fromkeys(in_words(day, "SHORT_DATE_FORMAT") for day in (self.first, self.last))
        return f"{words} ({'–'.join(days)})"

    @property
    def told(self) -> str:
        words = ngettext("given %(number)d time", "given %(number)d times", self.given)
        return words % {"number": self.given}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An answer whose row was `before` where the acts should have left `after`."""

    answer: int
    before: Asked
    after: Asked

    def __str__(self) -> str:
        """Only what differs."""
        pairs = [(self.before.needed, self.after.needed), (self.before.told, self.after.told)]
        words = _("%(before)s instead of %(after)s")
        said = [words % {"before": was, "after": should} for was, should in pairs if was != should]
        return _("answer %(number)d: %(differences)s") % {
            "number": self.answer,
            "differences": ", ".join(said),
        }


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the check found, and how many rows changed when the table was made again."""

    differences: Sequence[Difference]
    changed: int

    def __str__(self) -> str:
        words = ngettext("%(number)d answer changed", "%(number)d answers changed", self.changed)
        line = words % {"number": self.changed}
        if not self.differences:
            return line
        number = len(self.differences)
        words = ngettext("%(number)d was wrong", "%(number)d were wrong", number)
        named = [str(difference) for difference in self.differences[:NAMED]]
        if number > NAMED:
            named.append("…")
        # The wrong ones first: the line of a job is cut when it is long.
        return f"{words % {'number': number}} ({'; '.join(named)}). {line}"


def check_demand_of_period(*, period: str, at: datetime) -> str:  # noqa: ARG001 - the worker names it
    """The worker's job of each night, and what it found in a line."""
    return str(check_demand(at=at))


@transaction.atomic
def check_demand(*, at: datetime, until: datetime | None = None) -> Checked:
    """Report where the demand is not what it should be, in the log too, and make the whole of it again.

    `until` is that of `refresh_demand`.
    """
    hold_demand()
    differences = find_differences()
    if differences:
        logger.warning(
            "demand not as it should be, answer: was, should be: %s",
            {one.answer: (vars(one.before), vars(one.after)) for one in differences},
        )
    return Checked(differences=differences, changed=refresh_demand(at=at, until=until))


def find_differences() -> list[Difference]:
    """Where the table is not what the acts should have left, as of its last refresh; by the id of the answer.

    What a change of the wiki explains is none: answers published, withdrawn or archived since, questions
    changed, scopes moved. Those wait for the night.
    """
    mark = DemandMark.objects.first()
    if mark is None:
        return []
    standing, wanted = _standing(), _wanted(mark)
    found = [
        Difference(answer=answer, before=standing.get(answer, Asked()), after=wanted.get(answer, Asked()))
        for answer in sorted(standing.keys() | wanted.keys())
        if standing.get(answer, Asked()) != wanted.get(answer, Asked())
    ]
    explained = _changed_in_the_wiki(since=mark.needs_at - SLACK)
    # How often an answer was given has nothing to do with what is published now.
    return [one for one in found if one.before.given != one.after.given or one.answer not in explained]


def _standing() -> Mapping[int, Asked]:
    rows = AnswerDemand.objects.values_list(
        "answer", "sessions", "needed_on", "needed_until", "given_90_days"
    )
    return {
        answer: Asked(sessions=sessions, first=first, last=last, given=given)
        for answer, sessions, first, last, given in rows
    }


def _wanted(mark: DemandMark) -> Mapping[int, Asked]:
    needs, given = needs_at(mark.needs_at), given_since(mark.given_at)
    wanted = {answer: Asked(given=times) for answer, times in given.items()}
    for answer, need in needs.items():
        wanted[answer] = Asked(
            sessions=need.sessions, first=need.first, last=need.last, given=given.get(answer, 0)
        )
    return wanted


def _changed_in_the_wiki(*, since: datetime) -> set[int]:
    """The answers that a change of the wiki since then may have made more or less needed."""
    recent = Activity.objects.filter(at__gte=since)
    if recent.filter(subject="wiki.scope").exists():
        return set(Answer.objects.values_list("pk", flat=True))
    answers = Answer.objects.filter(pk__in=recent.filter(subject="wiki.answer").values("subject_id"))
    touched = Q(question__in=answers.values("question")) | Q(
        question__in=recent.filter(subject="wiki.question").values("subject_id")
    )
    return set(Answer.objects.filter(touched).values_list("pk", flat=True))
