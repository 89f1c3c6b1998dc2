"""What the calendar asks of the wiki: written into its `AnswerDemand`, which the wiki orders by.

Every act that moves a session or records an answer keeps it right within its own transaction; each night it
is made again from nothing, because days pass, answers are published and what was given grows old. That it was
right until then is checked by `demand_check`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils.timezone import localdate

from recruiting.domain.expected_answers import expected_answers
from recruiting.domain.readiness import COMING_DAYS
from recruiting.models import AnswerGiven, DemandMark, Session
from recruiting.models.answers_given import AnswerGivenQuerySet
from recruiting.models.sessions import SessionQuerySet
from wiki.domain.harm import refresh_weights
from wiki.models import Answer, AnswerDemand, Scope, ScopeKind

GIVEN_WITHIN = timedelta(days=90)
BATCH = 500
_waits = ContextVar("needs wait for the last of many acts", default=False)


@dataclass(frozen=True, kw_only=True)
class Need:
    """The sessions to come that will probably need an answer."""

    sessions: int = 0
    first: date | None = None
    last: date | None = None

    @classmethod
    def on(cls, days: Sequence[date]) -> "Need":
        """Of one session on each of these days; there is one at least."""
        return cls(sessions=len(days), first=min(days), last=max(days))


@transaction.atomic
def refresh_demand(*, at: datetime, until: datetime | None = None) -> int:
    """Make the whole demand again, as it stands at the moment; how many answers' changed.

    With `until`, what was given later does not count: a report tells the state of its moment.
    """
    hold_demand()
    given = given_since(at, until=until)
    standing = {row.pk: row for row in AnswerDemand.objects.all()}
    changed = _write(standing, needs=needs_at(at), given=given, at=at)
    _set_mark(at, "needs_at", "given_at")
    return changed


@contextmanager
def needs_refreshed_once(*, at: datetime) -> Iterator[None]:
    """Around many acts of one transaction: what they ask is computed after the last, not after each."""
    token = _waits.set(True)
    try:
        yield
    finally:
        _waits.reset(token)
    refresh_needs(at=at)


@transaction.atomic
def refresh_needs(*, at: datetime) -> None:
    """After sessions were planned, moved, cancelled, or their questions changed."""
    if _waits.get():
        return
    hold_demand()
    needs = needs_at(at)
    rows = AnswerDemand.objects.filter(Q(sessions__gt=0) | Q(answer__in=needs))
    standing = {row.pk: row for row in rows}
    given = {answer: row.given_90_days for answer, row in standing.items()}
    _write(standing, needs=needs, given=given, at=at)
    _set_mark(at, "needs_at")


def refresh_needs_after_question(*, session: Session, at: datetime) -> None:
    """After a question of the wiki was asked in a session, or matched: sessions to come for the same
    position will probably be asked it too, whether this one is over or not."""
    coming = _coming(at).filter(application__position=session.application.position_id)
    if coming.exists():
        refresh_needs(at=at)


@transaction.atomic
def count_given(*, answer: int, at: datetime) -> None:
    """After an answer was told to a candidate, or a correction says whether it was."""
    hold_demand()
    told = _told_since(_mark(at).given_at).filter(revision__answer=answer).count()
    row = AnswerDemand.objects.filter(answer=answer).first()
    if told or (row is not None and row.sessions):
        AnswerDemand.objects.update_or_create(answer_id=answer, defaults={"given_90_days": told})
    elif row is not None:
        row.delete()
    refresh_weights(Answer.objects.filter(pk=answer))


def _mark(at: datetime) -> DemandMark:
    return DemandMark.objects.get_or_create(pk=1, defaults={"needs_at": at, "given_at": at})[0]


def _set_mark(at: datetime, *names: str) -> None:
    """The moments named; a mark that is not there yet takes both."""
    mark = DemandMark(pk=1, needs_at=at, given_at=at)
    DemandMark.objects.bulk_create([mark], update_conflicts=True, unique_fields=["pk"], update_fields=names)


def hold_demand() -> None:
    """Who computes the demand sees all that those before wrote: the company's row is held until the end."""
    Scope.objects.select_for_update(no_key=True).filter(kind=ScopeKind.COMPANY).first()


def _coming(at: datetime) -> SessionQuerySet:
    return Session.objects.coming(since=at).filter(starts_at__lt=at + timedelta(days=COMING_DAYS))


def needs_at(at: datetime) -> dict[int, Need]:
    """By the id of the answer: what the sessions to come from `at` need of it."""
    sessions = list(_coming(at).with_position_scopes())
    if not sessions:
        return {}
    days: dict[int, list[date]] = defaultdict(list)
    expected = expected_answers(sessions)
    for session in sessions:
        day = localdate(session.starts_at)
        for place in expected[session.pk].answers:
            days[place.answer].append(day)
    return {answer: Need.on(found) for answer, found in days.items()}


def _told_since(at: datetime) -> AnswerGivenQuerySet:
    """What candidates were told in the ninety days before `at`, and since then."""
    return AnswerGiven.objects.standing().told().filter(given_at__gt=at - GIVEN_WITHIN)


def given_since(at: datetime, *, until: datetime | None = None) -> dict[int, int]:
    """By the id of the answer: how many times it was told, as `_told_since`."""
    told = _told_since(at)
    if until is not None:
        told = told.filter(given_at__lte=until)
    counted = told.order_by().values("revision__answer").annotate(times=Count("pk"))
    return dict(counted.values_list("revision__answer", "times"))


def _write(
    standing: Mapping[int, AnswerDemand],
    *,
    needs: Mapping[int, Need],
    given: Mapping[int, int],
    at: datetime,
) -> int:
    """Bring these rows of the table to this state; the number of those that were not in it."""
    wanted = needs.keys() | {answer for answer, times in given.items() if times}
    gone = standing.keys() - wanted
    changed = [
        _row(answer, need, times, before, at=at)
        for answer in wanted
        for need, times, before in [(needs.get(answer, Need()), given.get(answer, 0), standing.get(answer))]
        if before is None or _state(before) != (need, times)
    ]
    AnswerDemand.objects.filter(answer__in=gone).delete()
    AnswerDemand.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["answer"],
        update_fields=["sessions", "needed_on", "needed_until", "needed_since", "given_90_days"],
    )
    ids = [*gone, *(row.pk for row in changed)]
    for start in range(0, len(ids), BATCH):
        refresh_weights(Answer.objects.filter(pk__in=ids[start : start + BATCH]))
    return len(ids)


def _row(answer: int, need: Need, given: int, before: AnswerDemand | None, *, at: datetime) -> AnswerDemand:
    return AnswerDemand(
        answer_id=answer,
        sessions=need.sessions,
        needed_on=need.first,
        needed_until=need.last,
        needed_since=_needed_since(need, before, at=at),
        given_90_days=given,
    )


def _needed_since(need: Need, before: AnswerDemand | None, *, at: datetime) -> datetime | None:
    """When more was last asked of it: another session, or an earlier or a later day."""
    if not need.sessions:
        return None
    if before is None or not before.sessions or before.needed_on is None or before.needed_until is None:
        return at
    grew = need.sessions > before.sessions
    moved = need.first and need.last and (need.first < before.needed_on or need.last > before.needed_until)
    return at if grew or moved else before.needed_since


def _state(row: AnswerDemand) -> tuple[Need, int]:
    return Need(sessions=row.sessions, first=row.needed_on, last=row.needed_until), row.given_90_days
