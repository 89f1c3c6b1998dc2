"""A host's notes right after a session, about our answers: nothing in them is about the candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.access import may_read_all_debriefs
from recruiting.domain.records import Line, read_record
from recruiting.domain.sessions import change_status, mark_debriefed
from recruiting.models import CandidateQuestion, Debrief, Host, Session, SessionStatus
from recruiting.models.sessions import LONGEST, RECORDABLE, SessionQuerySet

WANTED_FOR = timedelta(days=14)


class CannotDebrief(Exception):
    """The subclasses say why."""


class SessionNotOpen(CannotDebrief):
    """The session is closed, or did not take place."""


class NotBegun(CannotDebrief):
    """There is nothing to debrief of a session that is still to come."""


class NotAHost(CannotDebrief):
    """Only those who answered debrief."""


class DebriefChanged(CannotDebrief):
    """The same person changed it elsewhere since they opened the page."""


@dataclass(frozen=True)
class Felt:
    """How one question went: comfort from 1, ill at ease, to 5, at ease; None when it was not said."""

    comfort: int | None = None
    improvised: str = ""

    def __bool__(self) -> bool:
        return self.comfort is not None or bool(self.improvised)


@dataclass(frozen=True, kw_only=True)
class DebriefFacts:
    """What a host says: how our answers landed, and how each question went, by its id."""

    landed: str = ""
    questions: Mapping[int, Felt] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AskedQuestion:
    """One question of the session, with what the record says of it."""

    asked: CandidateQuestion
    lines: Sequence[Line]

    def was_answered_by(self, host: User) -> bool:
        return any(line.standing.host_id == host.pk for line in self.lines)


@transaction.atomic
def submit_debrief(
    *, session: Session, host: User, facts: DebriefFacts, as_of: datetime | None, at: datetime
) -> Debrief:
    """Keep a host's debrief, or what they say differently now; the last one expected makes it debriefed.

    A debrief tells that the session was held. `as_of` is the `updated_at` that the host read, None without
    a debrief. What stands already is kept without a word. Raises CannotDebrief.
    """
    standing = Session.objects.locked(session)
    _check(standing, host, at)
    debrief = Debrief.objects.filter(session=session, host=host).first()
    if debrief and facts_of(debrief) == _said(facts):
        return debrief
    if (debrief.updated_at if debrief else None) != as_of:
        raise DebriefChanged
    debrief = debrief or Debrief(session=session, host=host, submitted_at=at)
    debrief.landed, debrief.updated_at = facts.landed, at
    debrief.save()
    _say_of_questions(debrief, facts)
    record_activity(actor=host, verb="debrief", subject=session, at=at, debrief=debrief.pk)
    if standing.is_to_come:
        change_status(session=standing, status=SessionStatus.HELD, by=host, at=at)
    mark_debriefed(session=standing, by=host, at=at)
    session.status, session.updated_at = standing.status, standing.updated_at
    return debrief


def facts_of(debrief: Debrief) -> DebriefFacts:
    rows = {row.candidate_question_id: Felt(row.comfort, row.improvised) for row in debrief.questions.all()}
    return DebriefFacts(landed=debrief.landed, questions=rows)


def asked_in(session: Session) -> list[AskedQuestion]:
    """Every question of the session in order, each with the lines of the record about it."""
    lines: dict[int, list[Line]] = {}
    for line in read_record(session):
        lines.setdefault(line.asked.pk, []).append(line)
    return [AskedQuestion(asked=row, lines=lines.get(row.pk, [])) for row in session.questions.all()]


def may_debrief(session: Session, host: User, *, at: datetime) -> bool:
    """Whether the user hosts the session, and it has begun and is not over for good."""
    try:
        _check(session, host, at)
    except CannotDebrief:
        return False
    return True


def debriefs_wanted(*, host: User, at: datetime) -> SessionQuerySet:
    """The sessions of the last fortnight that the host has not debriefed, once they began; latest first."""
    begun = Session.objects.hosted_by(host).filter(
        status__in=RECORDABLE, starts_at__range=(at - WANTED_FOR, at)
    )
    return begun.exclude(debriefs__host=host).order_by("-starts_at", "-pk")


def ended_without_debrief(*, since: datetime, until: datetime) -> list[tuple[Session, list[User]]]:
    """The sessions that ended in between, each with the hosts who still owe their debrief."""
    rows = Session.objects.filter(
        status__in=RECORDABLE, starts_at__range=(since - timedelta(minutes=LONGEST), until)
    )
    rows = rows.with_parties().select_related("organiser").prefetch_related("hosts__user__groups", "debriefs")
    found = []
    for session in rows.order_by("starts_at", "pk"):
        submitted = {debrief.host_id for debrief in session.debriefs.all()}
        owing = [host.user for host in session.hosts.all() if host.user_id not in submitted]
        if since < session.ends_at <= until and owing:
            found.append((session, [user for user in owing if user.may_own]))
    return found


def debriefs_of(session: Session, *, reader: User) -> list[Debrief]:
    """All for recruiters and leads; for a host their own."""
    debriefs = session.debriefs.select_related("host").prefetch_related("questions__candidate_question")
    return list(debriefs if may_read_all_debriefs(reader) else debriefs.filter(host=reader))


def _check(session: Session, host: User, at: datetime) -> None:
    if not session.is_recordable:
        raise SessionNotOpen
    if session.is_to_come and session.starts_at > at and not session.answers_given.exists():
        raise NotBegun
    if not Host.objects.filter(session=session, user=host).exists():
        raise NotAHost


def _said(facts: DebriefFacts) -> DebriefFacts:
    """Without the questions of which nothing is said."""
    return DebriefFacts(
        landed=facts.landed, questions={pk: felt for pk, felt in facts.questions.items() if felt}
    )


def _say_of_questions(debrief: Debrief, facts: DebriefFacts) -> None:
    """Only questions of the session itself; those of which nothing is said any more go."""
    known = set(debrief.session.questions.values_list("pk", flat=True))
    said = {pk: felt for pk, felt in _said(facts).questions.items() if pk in known}
    debrief.questions.exclude(candidate_question__in=said).delete()
    for pk, felt in said.items():
        debrief.questions.update_or_create(
            candidate_question_id=pk, defaults={"comfort": felt.comfort, "improvised": felt.improvised}
        )
