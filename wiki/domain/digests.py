"""One mail a day at most to each owner: which of their answers need attention."""

import logging
from datetime import date, datetime, timedelta

from django.db import DatabaseError
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import ngettext

from accounts.models import User
from ledger.models import MailState, OutgoingMail
from wiki.domain.mails import OWNER_DIGEST, queue_owner_digest
from wiki.models import Answer, Challenge
from wiki.models.answers import DUE_SOON_DAYS, AnswerQuerySet

logger = logging.getLogger(__name__)

OWNER_DIGESTS = "owner-digests"  # the job's name
LISTED = 25  # answers in one mail, the most overdue; the rest are counted
WEEK = timedelta(days=7)


def run_owner_digests(*, period: str, at: datetime) -> str:
    """The worker's job for a day such as "2026-11-23", and what it did in a line."""
    number = send_owner_digests(on=date.fromisoformat(period), at=at)
    done = ngettext("%(number)d digest queued", "%(number)d digests queued", number)
    return done % {"number": number}


def send_owner_digests(*, on: date, at: datetime) -> int:
    """Queue the digests of the day `on`; how many were queued now.

    Each stands in a transaction of its own under the key of its day, so a run that was killed is simply
    run again. One owner's answers are in memory at a time. Owners who have left get none: their
    answers are orphans, which the weekly report shows the leads. A digest that cannot be made delays
    nobody else's: its error is raised at the end.
    """
    queued, failure = 0, None
    for owner in _owners():
        try:
            queued += _send_digest(owner, on=on, at=at)
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("the digest of person %s could not be made", owner.pk)
            failure = failure or error
    if failure:
        raise failure
    return queued


def _owners() -> list[User]:
    owns = Answer.objects.published().filter(owner=OuterRef("pk"))
    return list(User.objects.who_read_the_wiki().filter(Exists(owns)).order_by("pk"))


def _send_digest(owner: User, *, on: date, at: datetime) -> bool:
    answers = Answer.objects.published().owned_by(owner).to_review(on=on)
    if not _with_news(answers, owner, on=on).exists():
        return False
    shown = answers.as_shown(on=on).with_question_title(owner.language).most_overdue_first()
    mail = queue_owner_digest(owner=owner, answers=list(shown[:LISTED]), total=answers.count(), on=on, at=at)
    return mail is not None


def _with_news(answers: AnswerQuerySet, owner: User, *, on: date) -> AnswerQuerySet:
    """Those of which the owner's last digest before `on` could not tell what is true on `on`.

    An answer is news on the day it becomes due soon, on the day it is due, every seventh day after, and
    when it is challenged. All are news to someone who never had a digest.
    """
    digests = OutgoingMail.objects.filter(kind=OWNER_DIGEST, recipient=owner, period__lt=on.isoformat())
    # What never reached the owner told them nothing.
    told = digests.exclude(state__in=[MailState.FAILED, MailState.DROPPED])
    last = told.aggregate(period=Max("period"), at=Max("created_at"))
    if last["period"] is None:
        return answers
    since = date.fromisoformat(last["period"])
    challenged_since = Challenge.objects.open().filter(answer=OuterRef("pk"), created_at__gt=last["at"])
    return answers.filter(_turned_due(since=since, on=on) | Exists(challenged_since))


def _turned_due(*, since: date, on: date) -> Q:
    """That a day which counts lies after `since` and not after `on`."""
    notice = timedelta(days=DUE_SOON_DAYS)
    due_soon = Q(next_review_on__gt=since + notice, next_review_on__lte=on + notice)
    due = Q(next_review_on__lte=on)
    if on - since < WEEK:
        # A whole number of weeks after the due day is the same day of the week.
        days = {(since + timedelta(days=day)).isoweekday() for day in range(1, (on - since).days + 1)}
        due &= Q(next_review_on__iso_week_day__in=days)
    return due_soon | due
