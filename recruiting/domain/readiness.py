"""What coming sessions will probably need of the wiki, and what is missing for it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.timezone import localdate

from accounts.models import User
from recruiting.domain.expected_answers import expected_answers
from recruiting.domain.nearest import Place
from recruiting.domain.reading import Unread, answers_read, hosts_of
from recruiting.models import CandidateQuestion, Session
from wiki.models import Answer, Challenge, Freshness
from wiki.models.freshness import freshness_of

COMING_DAYS = 14  # how far ahead the wiki is made ready for sessions


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
    expected = expected_answers(sessions)
    ids = {place.answer for found in expected.values() for place in found.answers}
    keeping = _keeping(ids)
    unmatched = _unmatched_in(sessions)
    challenged = set(Challenge.objects.open().filter(answer__in=ids).values_list("answer", flat=True))
    hosts = hosts_of(sessions)
    read = answers_read(users=set().union(*hosts.values()), answers=ids)
    needs = {}
    for session in sessions:
        found, day = expected[session.pk], localdate(session.starts_at)
        needs[session.pk] = SessionNeeds(
            answers=[
                _likely(place, keeping[place.answer], on=day, challenged=place.answer in challenged)
                for place in found.answers
            ],
            missing=found.missing,
            unmatched=unmatched[session.pk],
            unread=_unread(hosts[session.pk], [place.answer for place in found.answers], read),
            lacks_host=not hosts[session.pk],
            lacks_pay_range=not session.application.position.ready_for_sessions,
        )
    return needs


class _Keeping(NamedTuple):
    """Who keeps an answer, and what its freshness follows from."""

    owner: int | None
    verified_on: date | None
    next_review_on: date | None


def _keeping(answers: Collection[int]) -> Mapping[int, _Keeping]:
    """Not the answers themselves: there may be thousands, of which a session asks nothing more."""
    rows = Answer.objects.filter(pk__in=answers).order_by()
    found = rows.values_list("pk", "owner_id", "verified_on", "next_review_on")
    return {row[0]: _Keeping(*row[1:]) for row in found}


def _unread(hosts: Sequence[int], answers: Sequence[int], read: Collection[tuple[int, int]]) -> Unread:
    unread = {host: [answer for answer in answers if (host, answer) not in read] for host in hosts}
    return {host: left for host, left in unread.items() if left}


def _unmatched_in(sessions: Collection[Session]) -> Mapping[int, list[int]]:
    unmatched: dict[int, list[int]] = defaultdict(list)
    rows = CandidateQuestion.objects.unmatched().filter(session__in=[session.pk for session in sessions])
    for session, pk in rows.values_list("session", "pk"):
        unmatched[session].append(pk)
    return unmatched


def _likely(place: Place, kept: _Keeping, *, on: date, challenged: bool) -> LikelyAnswer:
    return LikelyAnswer(
        question=place.question,
        answer=place.answer,
        owner=kept.owner,
        freshness=freshness_of(verified_on=kept.verified_on, next_review_on=kept.next_review_on, on=on),
        challenged=challenged,
    )
