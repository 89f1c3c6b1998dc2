"""What the calendar asks of the wiki: written into its `AnswerDemand`, which the wiki orders by.

Every act that moves a session or records an answer keeps it right within its own transaction; each night it
is made again from nothing, because days pass, answers are published and what was given grows old.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import ngettext

from recruiting.domain.readiness import COMING_DAYS, session_needs
from recruiting.models import AnswerGiven, Session
from wiki.domain.harm import refresh_weights
from wiki.models import Answer, AnswerDemand, Scope, ScopeKind

GIVEN_WITHIN = timedelta(days=90)
ANSWER_DEMAND = "answer-demand"  # the job's name
BATCH = 500
_waits = ContextVar("needs wait for the last of many acts", default=False)


@dataclass(frozen=True, kw_only=True)
class Need:
    """The sessions to come that will probably need an answer."""

    sessions: int = 0
    first: date | None = None
    last: date | None = None

    def with_session_on(self, day: date) -> "Need":
        return Need(
            sessions=self.sessions + 1, first=min(self.first or day, day), last=max(self.last or day, day)
        )


def refresh_demand_of_period(*, period: str, at: datetime) -> str:  # noqa: ARG001 - the worker names it
    """The worker's job of each night, and what it did in a line."""
    changed = refresh_demand(at=at)
    done = ngettext("%(number)d answer changed", "%(number)d answers changed", changed)
    return done % {"number": changed}


@transaction.atomic
def refresh_demand(*, at: datetime) -> int:
    """Make the whole demand again, as it stands at the moment; how many answers' changed."""
    _one_at_a_time()
    return _write(AnswerDemand.objects.all(), needs=_needs(at=at), given=_given(at=at), at=at)


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
    _one_at_a_time()
    needs = _needs(at=at)
    concerned = AnswerDemand.objects.filter(Q(sessions__gt=0) | Q(answer__in=needs))
    given = dict(concerned.values_list("answer", "given_90_days"))
    _write(concerned, needs=needs, given=given, at=at)


@transaction.atomic
def count_given(*, answer: int, by: int) -> None:
    """After an answer was told to a candidate (`by` 1), or a correction says that it was not (-1)."""
    _one_at_a_time()
    counted = AnswerDemand.objects.filter(answer=answer)
    if not counted.exists():
        AnswerDemand.objects.create(answer_id=answer, given_90_days=max(by, 0))
    elif by > 0:
        counted.update(given_90_days=F("given_90_days") + by)
    else:
        counted.filter(given_90_days__gte=-by).update(given_90_days=F("given_90_days") + by)
    refresh_weights(Answer.objects.filter(pk=answer))


def _one_at_a_time() -> None:
    """Who computes the demand sees all that those before wrote: the company's row is held until the end."""
    Scope.objects.select_for_update(no_key=True).filter(kind=ScopeKind.COMPANY).first()


def _needs(*, at: datetime) -> dict[int, Need]:
    coming = Session.objects.coming(since=at).filter(starts_at__lt=at + timedelta(days=COMING_DAYS))
    sessions = list(coming.with_position_scopes())
    days = {session.pk: localdate(session.starts_at) for session in sessions}
    needs: dict[int, Need] = {}
    for session, needed in session_needs(sessions).items():
        for likely in needed.answers:
            needs[likely.answer] = needs.get(likely.answer, Need()).with_session_on(days[session])
    return needs


def _given(*, at: datetime) -> dict[int, int]:
    told = AnswerGiven.objects.standing().told().filter(given_at__gt=at - GIVEN_WITHIN, given_at__lte=at)
    counted = told.order_by().values("revision__answer").annotate(times=Count("pk"))
    return dict(counted.values_list("revision__answer", "times"))


def _write(
    rows: QuerySet[AnswerDemand], *, needs: Mapping[int, Need], given: Mapping[int, int], at: datetime
) -> int:
    """Bring these rows of the table to this state; the number of those that were not in it."""
    standing = {row.pk: row for row in rows}
    wanted = {
        answer: _row(answer, needs.get(answer, Need()), given.get(answer, 0), standing.get(answer), at=at)
        for answer in needs.keys() | {answer for answer, times in given.items() if times}
    }
    gone = standing.keys() - wanted.keys()
    changed = [row for answer, row in wanted.items() if not _same(row, standing.get(answer))]
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
    return len(changed) + len(gone)


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


def _same(row: AnswerDemand, standing: AnswerDemand | None) -> bool:
    return standing is not None and all(
        getattr(row, name) == getattr(standing, name)
        for name in ("sessions", "needed_on", "needed_until", "given_90_days")
    )
