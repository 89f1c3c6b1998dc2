"""What a person's calendar says of reviews: a day's together, and all that is overdue, today."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.local_days import start_of
from accounts.models import User
from ledger.domain.icalendar import Event, event_uid
from ledger.domain.links import absolute
from wiki.access import may_read_wiki
from wiki.domain.digest_contents import long_overdue
from wiki.domain.pauses import owners_stood_in_for
from wiki.models import Answer
from wiki.models.answers import AnswerQuerySet

AHEAD = timedelta(days=120)
MOST = 200  # overdue answers, and as many to come
LISTED = 20  # in one event; the queue has the rest


class Due(NamedTuple):
    """An answer to review, and the day from which it asks for it: None when it never had one."""

    answer: int
    question: str
    scope: str
    due_on: date | None


def review_events(*, user: User, on: date) -> list[Event]:
    """Of the answers that the user owns, or keeps for an owner who is away; as they stand on the day `on`.

    A deputy's calendar has only what has been overdue for long, as their digest: the owner comes first.
    """
    if not may_read_wiki(user):
        return []
    owners = [user.pk, *owners_stood_in_for(user=user, on=on)]
    mine = Answer.objects.published().owned_by(*owners)
    as_deputy = Q(deputy=user, pk__in=long_overdue(on=on).values("pk"))
    late = Answer.objects.published().overdue(on=on).filter(Q(owner__in=owners) | as_deputy)
    overdue = _read(late, user)
    coming = _read(mine.due_between(on, on + AHEAD), user)[:MOST]
    days = [(day, list(dues)) for day, dues in groupby(coming, key=lambda due: due.due_on)]
    events = [_event(dues, user=user, day=day, on=on) for day, dues in days if day]
    return [_overdue(overdue, user=user, on=on), *events] if overdue else events


def _read(answers: AnswerQuerySet, user: User) -> list[Due]:
    """One more than MOST, so that it shows when there are more."""
    rows = answers.with_question_title(user.language).most_overdue_first()
    fields: tuple[str, ...] = ("pk", "question_title", "scope__name", "next_review_on")
    return [Due(*row) for row in rows.values_list(*fields)[: MOST + 1]]


def _overdue(dues: Sequence[Due], *, user: User, on: date) -> Event:
    """It moves from day to day with the person, until nothing is overdue."""
    summary = _to_confirm(dues)
    if len(dues) > MOST:
        summary = gettext("More than %(count)d answers to confirm") % {"count": MOST}
    return Event(
        uid=event_uid("reviews-overdue", user.pk),
        changed_at=start_of(on),  # freshness changes with the day
        starts=on,
        ends=on + timedelta(days=1),
        summary=summary,
        description=_listed(dues),
        url=_link(dues),
        sequence=on.toordinal(),
    )


def _event(dues: Sequence[Due], *, user: User, day: date, on: date) -> Event:
    return Event(
        uid=event_uid("reviews", day.isoformat(), user.pk),
        changed_at=start_of(on),  # freshness changes with the day
        starts=day,
        ends=day + timedelta(days=1),
        summary=_to_confirm(dues),
        description=_listed(dues),
        url=_link(dues),
    )


def _to_confirm(dues: Sequence[Due]) -> str:
    if len(dues) == 1:
        return gettext("To confirm: %(question)s") % {"question": dues[0].question}
    words = ngettext("%(count)d answer to confirm", "%(count)d answers to confirm", len(dues))
    return words % {"count": len(dues)}


def _listed(dues: Sequence[Due]) -> str:
    parts = [f"{due.question} ({due.scope})\n{_answer(due)}" for due in dues[:LISTED]]
    if len(dues) > LISTED:
        parts.append(gettext("The review queue has the rest:") + "\n" + _queue())
    return "\n\n".join(parts)


def _link(dues: Sequence[Due]) -> str:
    return _answer(dues[0]) if len(dues) == 1 else _queue()


def _answer(due: Due) -> str:
    return absolute(reverse("wiki:answer", args=[due.answer]))


def _queue() -> str:
    return absolute(reverse("wiki:review"))
