"""What coming sessions will probably need of the wiki, and what is missing for it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count
from django.utils.timezone import localdate

from accounts.models import User
from recruiting.domain.nearest import Place, choose_nearest, position_scopes
from recruiting.domain.reading import Unread, answers_read, hosts_of
from recruiting.models import CandidateQuestion, Position, Session
from wiki.models import Answer, Challenge, Freshness, Question, Scope

COMING_DAYS = 14  # how far ahead the wiki is made ready for sessions
ASKED_WITHIN = timedelta(days=365)
MOST_USUAL = 20  # questions of a position: as many as a session has time for


class LikelyAnswer(NamedTuple):
    """An answer that a session will probably need, as it will stand on the day of the session."""

    question: int
    answer: int
    owner: int | None
    freshness: Freshness
    challenged: bool


@dataclass(frozen=True, kw_only=True)
class SessionNeeds:
    """The likely answers of one session, and the ids of the likely questions without one.

    `unmatched` are the ids of what the candidate sent and nobody has matched to a question of the wiki: until
    then nobody knows whether there is an answer. `unread` holds for each host the likely answers that they
    have not read as they stand.
    """

    answers: Sequence[LikelyAnswer]
    missing: Sequence[int]
    unmatched: Sequence[int]
    unread: Unread = field(default_factory=dict)
    lacks_host: bool = False
    lacks_pay_range: bool = False

    @property
    def stale(self) -> list[LikelyAnswer]:
        return [likely for likely in self.answers if likely.freshness == Freshness.STALE]

    @property
    def never_verified(self) -> list[LikelyAnswer]:
        return [likely for likely in self.answers if likely.freshness == Freshness.NEVER_VERIFIED]

    @property
    def challenged(self) -> list[LikelyAnswer]:
        return [likely for likely in self.answers if likely.challenged]

    @property
    def is_ready(self) -> bool:
        """Whether every question is matched, and its answer published, holding on the day, not challenged and
        read by each host; and the position has a pay range, without which none of its sessions is ready."""
        wanting = (self.unmatched, self.missing, self.stale, self.never_verified, self.challenged)
        return not (any(wanting) or self.unread or self.lacks_host or self.lacks_pay_range)

    def to_read(self, user: User) -> int:
        """How many likely answers this host has not read yet."""
        return len(self.unread.get(user.pk, ()))


def session_needs(sessions: Collection[Session]) -> Mapping[int, SessionNeeds]:
    """By session id, in ten queries whatever their number. They come `with_position_scopes`."""
    if not sessions:
        return {}
    likely = _likely_questions(sessions)
    chosen = _nearest(sessions, questions=set().union(*likely.values()))
    ids = {place.answer for places in chosen.values() for place in places.values()}
    # Not `in_bulk`, which asks SQLite for a thousand at a time.
    answers = {answer.pk: answer for answer in Answer.objects.filter(pk__in=ids)}
    unmatched = _unmatched_in(sessions)
    challenged = set(Challenge.objects.open().filter(answer__in=ids).values_list("answer", flat=True))
    hosts = hosts_of(sessions)
    read = answers_read(users=set().union(*hosts.values()), answers=ids)
    needs = {}
    for session in sessions:
        nearest, day = chosen[_place_key(session)], localdate(session.starts_at)
        questions = sorted(likely[session.pk])
        found = [answers[nearest[question].answer] for question in questions if question in nearest]
        needs[session.pk] = SessionNeeds(
            answers=[_likely(answer, on=day, challenged=answer.pk in challenged) for answer in found],
            missing=[question for question in questions if question not in nearest],
            unmatched=unmatched[session.pk],
            unread=_unread(hosts[session.pk], [answer.pk for answer in found], read),
            lacks_host=not hosts[session.pk],
            lacks_pay_range=not session.application.position.ready_for_sessions,
        )
    return needs


def _unread(hosts: Sequence[int], answers: Sequence[int], read: Collection[tuple[int, int]]) -> Unread:
    unread = {host: [answer for answer in answers if (host, answer) not in read] for host in hosts}
    return {host: left for host, left in unread.items() if left}


def _likely_questions(sessions: Collection[Session]) -> dict[int, set[int]]:
    """What will be asked: the essential questions, those this candidate sent, and those that candidates for
    the same position asked most within a year."""
    essential = set(Question.objects.essential().values_list("pk", flat=True))
    sent = _asked_in(sessions)
    usual = usual_questions(sessions)
    return {
        session.pk: essential | sent[session.pk] | usual[session.application.position_id]
        for session in sessions
    }


def _asked_in(sessions: Collection[Session]) -> Mapping[int, set[int]]:
    asked: dict[int, set[int]] = defaultdict(set)
    rows = CandidateQuestion.objects.matched().filter(session__in=[session.pk for session in sessions])
    for session, question in rows.values_list("session", "question"):
        asked[session].add(question)
    return asked


def _unmatched_in(sessions: Collection[Session]) -> Mapping[int, list[int]]:
    unmatched: dict[int, list[int]] = defaultdict(list)
    rows = CandidateQuestion.objects.unmatched().filter(session__in=[session.pk for session in sessions])
    for session, pk in rows.values_list("session", "pk"):
        unmatched[session].append(pk)
    return unmatched


def usual_questions(sessions: Collection[Session]) -> Mapping[int, set[int]]:
    """By position, of the sessions before these."""
    usual: dict[int, set[int]] = defaultdict(set)
    rows = (
        CandidateQuestion.objects.matched()
        .filter(
            session__application__position__in={session.application.position_id for session in sessions},
            asked_at__gte=min(session.starts_at for session in sessions) - ASKED_WITHIN,
        )
        .order_by()
        .values("session__application__position", "question")
        .annotate(times=Count("pk"))
        .order_by("-times", "question")
    )
    for position, question in rows.values_list("session__application__position", "question"):
        if len(usual[position]) < MOST_USUAL:
            usual[position].add(question)
    return usual


def _place_key(session: Session) -> tuple[int, str]:
    return session.application.position_id, session.language


def _nearest(
    sessions: Collection[Session], *, questions: Collection[int]
) -> dict[tuple[int, str], dict[int, Place]]:
    """For each position and language the nearest answer of each question."""
    positions: dict[int, Position] = {
        session.application.position_id: session.application.position for session in sessions
    }
    company = Scope.objects.company().pk
    orders = {pk: position_scopes(position, company=company) for pk, position in positions.items()}
    found = Answer.objects.published().filter(
        question__in=questions, scope__in={scope for order in orders.values() for scope in order}
    )
    by_scope: dict[int, list[Place]] = defaultdict(list)
    for row in found.values_list("pk", "question_id", "scope_id", "language"):
        by_scope[row[2]].append(Place(*row))
    return {
        key: choose_nearest(
            (place for scope in orders[key[0]] for place in by_scope[scope]),
            order=orders[key[0]],
            language=key[1],
        )
        for key in {_place_key(session) for session in sessions}
    }


def _likely(answer: Answer, *, on: date, challenged: bool) -> LikelyAnswer:
    return LikelyAnswer(
        question=answer.question_id,
        answer=answer.pk,
        owner=answer.owner_id,
        freshness=answer.freshness_on(on),
        challenged=challenged,
    )
