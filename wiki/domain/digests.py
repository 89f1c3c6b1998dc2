"""One mail a day at most to each owner: which answers need attention."""

import logging
from datetime import date, datetime

from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import ngettext

from accounts.models import Role, User
from wiki.domain.digest_contents import digest_contents
from wiki.domain.mails import queue_owner_digest
from wiki.models import Answer, DigestPause, Figure

logger = logging.getLogger(__name__)

OWNER_DIGESTS = "owner-digests"  # the job's name


def run_owner_digests(*, period: str, at: datetime) -> str:
    """The worker's job for a day such as "2026-11-23", and what it did in a line.

    Made up for on a later day, the digests are that day's: nobody has two on one day.
    """
    return queued_in_words(send_owner_digests(on=max(date.fromisoformat(period), localdate(at)), at=at))


def queued_in_words(number: int) -> str:
    done = ngettext("%(number)d digest queued", "%(number)d digests queued", number)
    return done % {"number": number}


def send_owner_digests(*, on: date, at: datetime) -> int:
    """Queue the digests of the day `on`; how many were queued now.

    Each stands in a transaction of its own under the key of its day, so a run that was killed is simply
    run again. One person's answers are in memory at a time. Owners who have left get none: their
    answers are orphans, which the weekly report shows the leads. A digest that cannot be made delays
    nobody else's: its error is raised at the end.
    """
    queued, failure = 0, None
    for user in _recipients(on=on):
        try:
            queued += _send_digest(user, on=on, at=at)
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("the digest of person %s could not be made", user.pk)
            failure = failure or error
    if failure:
        raise failure
    return queued


def _recipients(*, on: date) -> list[User]:
    """Whoever keeps a figure or something published, or stands in, and the leads; without those away."""
    paused = DigestPause.objects.in_force(on=on)
    kept = Answer.objects.published().filter(Q(owner=OuterRef("pk")) | Q(deputy=OuterRef("pk")))
    figures = Figure.objects.current().filter(owner=OuterRef("pk"))
    concerned = (
        Q(Exists(kept)) | Q(Exists(figures)) | Q(pk__in=paused.values("stand_in")) | Q(groups__name=Role.LEAD)
    )
    people = User.objects.who_read_the_wiki().with_roles().filter(concerned)
    return list(people.exclude(pk__in=paused.values("user")).order_by("pk"))


def _send_digest(user: User, *, on: date, at: datetime) -> bool:
    contents = digest_contents(user, on=on)
    return contents is not None and queue_owner_digest(user, contents, on=on, at=at) is not None
