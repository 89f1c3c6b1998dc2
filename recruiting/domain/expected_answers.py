"""Which answers coming sessions will probably need, and which of their likely questions have none."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from recruiting.domain.nearest import Place, choose_nearest, position_scopes
from recruiting.models import CandidateQuestion, Session
from wiki.models import Answer, Question, Scope

ASKED_WITHIN = timedelta(days=365)
MOST_USUAL = 20  # questions of a position: as many as a session has time for


@dataclass(frozen=True, slots=True)
class ExpectedAnswers:
    """Of one session where its likely answers stand, and the ids of the likely questions without one."""

    answers: Sequence[Place]
    missing: Sequence[int]


def expected_answers(sessions: Collection[Session]) -> Mapping[int, ExpectedAnswers]:
    """By session id, in five queries whatever their number. They come `with_position_scopes`.

    Reads no answer, only where they stand: the calendar of a fortnight needs thousands.
    """
    likely = _likely_questions(sessions)
    nearest = _nearest(sessions, likely)
    expected = {}
    for session in sessions:
        places, questions = nearest[_place_key(session)], sorted(likely[session.pk])
        expected[session.pk] = ExpectedAnswers(
            answers=[places[question] for question in questions if question in places],
            missing=[question for question in questions if question not in places],
        )
    return expected


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
    sessions: Collection[Session], likely: Mapping[int, set[int]]
) -> Mapping[tuple[int, str], Mapping[int, Place]]:
    """For each position and language the nearest answer of each question that is likely there."""
    company = Scope.objects.company().pk
    positions = {session.application.position_id: session.application.position for session in sessions}
    orders = {pk: position_scopes(position, company=company) for pk, position in positions.items()}
    asked: dict[tuple[int, str], set[int]] = defaultdict(set)
    for session in sessions:
        asked[_place_key(session)].update(likely[session.pk])
    places = _places(questions=set().union(*asked.values()), scopes=set().union(*orders.values()))
    return {
        (position, language): choose_nearest(
            (place for question in questions for place in places[question]),
            order=orders[position],
            language=language,
        )
        for (position, language), questions in asked.items()
    }


def _places(*, questions: Collection[int], scopes: Collection[int]) -> Mapping[int, Sequence[Place]]:
    """By question: what is chosen from for one position is not looked through for the questions of others."""
    places: dict[int, list[Place]] = defaultdict(list)
    found = Answer.objects.published().filter(question__in=questions, scope__in=scopes).order_by()
    for row in found.values_list("pk", "question_id", "scope_id", "language"):
        places[row[1]].append(Place(*row))
    return places
