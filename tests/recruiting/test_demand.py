from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ledger.domain.schedule import jobs
from recruiting.domain.answers_given import Said, correct_answer
from recruiting.domain.applications import edit_application
from recruiting.domain.demand import refresh_demand
from recruiting.domain.demand_check import check_demand_of_period
from recruiting.domain.positions import PositionFacts, edit_position
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.domain.sessions import SessionFacts, change_status, edit_session
from recruiting.models import AnswerGiven, Session, SessionStatus
from tests.factories import AT, make_answer, make_question, make_scope, make_user
from tests.recruiting.factories import make_application, make_given, make_position, make_session
from wiki.models import Answer, AnswerDemand

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def needed() -> Answer:
    """The company's answer to an essential question."""
    return make_answer(make_question(essential=True))


def demand() -> list[tuple[int, int, int | None, int | None, int]]:
    """Answer, sessions, first and last day counted from AT, times given."""
    return [
        (
            row.answer_id,
            row.sessions,
            row.needed_on and (row.needed_on - AT.date()).days,
            row.needed_until and (row.needed_until - AT.date()).days,
            row.given_90_days,
        )
        for row in AnswerDemand.objects.order_by("answer")
    ]


def move(session: Session, starts_at: datetime) -> None:
    session.refresh_from_db()
    facts = SessionFacts(
        stage="final", format="video", language="en", starts_at=starts_at, length_minutes=45, hosts=[]
    )
    edit_session(session=session, facts=facts, as_of=session.updated_at, by=session.organiser, at=AT + DAY)


def test_planning_a_session_asks_for_what_it_will_need(needed):
    make_session(starts_at=AT + 3 * DAY)
    make_session(starts_at=AT + 9 * DAY)
    assert demand() == [(needed.pk, 2, 3, 9, 0)]
    needed.refresh_from_db()
    assert needed.weight > 0


def test_a_session_more_than_fourteen_days_ahead_asks_for_nothing_yet(needed):
    make_session(starts_at=AT + 15 * DAY)
    assert demand() == []
    assert refresh_demand(at=AT + 2 * DAY) == 1
    assert demand() == [(needed.pk, 1, 15, 15, 0)]


def test_moving_and_cancelling_a_session_keep_the_demand_right(needed):
    session = make_session(starts_at=AT + 3 * DAY)
    move(session, AT + 5 * DAY)
    assert demand() == [(needed.pk, 1, 5, 5, 0)]
    change_status(session=session, status=SessionStatus.CANCELLED, by=session.organiser, at=AT)
    assert demand() == []
    needed.refresh_from_db()
    assert needed.weight == 0


def test_needed_since_tells_when_more_was_asked(needed):
    session = make_session(starts_at=AT + 3 * DAY)
    assert AnswerDemand.objects.get().needed_since == AT
    move(session, AT + 2 * DAY)
    assert AnswerDemand.objects.get().needed_since == AT + DAY
    refresh_demand(at=AT + 1.5 * DAY)
    assert AnswerDemand.objects.get().needed_since == AT + DAY


def test_changing_the_scopes_of_a_position_changes_what_its_sessions_need(needed):
    team = make_scope()
    nearer = make_answer(needed.question, team)
    position = make_position()
    make_session(make_application(position), starts_at=AT + 3 * DAY)
    facts = PositionFacts(title="Developer", language="en", team=team)
    edit_position(position=position, facts=facts, filled=False, by=make_user("recruiter"), at=AT)
    assert demand() == [(nearer.pk, 1, 3, 3, 0)]


def test_a_question_sent_beforehand_is_needed():
    answer, session = make_answer(), make_session(starts_at=AT + 3 * DAY)
    add_candidate_question(
        session=session, words="", question=answer.question, gap=False, by=session.organiser, at=AT
    )
    assert demand() == [(answer.pk, 1, 3, 3, 0)]


def test_recording_and_correcting_answers_counts_what_candidates_were_told():
    host, answer = make_user("reader"), make_answer()
    session = make_session(None, host, starts_at=AT - DAY)
    first = make_given(session, answer.question, host, at=AT)
    make_given(session, answer.question, host, at=AT + timedelta(hours=1))
    assert demand() == [(answer.pk, 0, None, None, 2)]
    not_told = Said(delivery="not_answered", host=host, client_id=uuid4())
    corrected = correct_answer(given=first, how=not_told, by=host, at=AT)
    assert demand() == [(answer.pk, 0, None, None, 1)]
    told = Said(delivery="as_written", host=host, client_id=uuid4())
    correct_answer(given=corrected, how=told, by=host, at=AT)
    assert demand() == [(answer.pk, 0, None, None, 2)]


def test_refresh_demand_finds_nothing_to_change_after_the_acts(needed):
    host = make_user("reader")
    held = make_session(None, host, starts_at=AT - DAY)
    make_given(held, needed.question, host, at=AT - timedelta(hours=20))
    make_session(starts_at=AT + 3 * DAY)
    assert refresh_demand(at=AT) == 0


def test_refresh_demand_forgets_what_was_given_long_ago():
    host, answer = make_user("reader"), make_answer()
    make_given(make_session(None, host, starts_at=AT - DAY), answer.question, host, at=AT)
    assert refresh_demand(at=AT + 90 * DAY) == 1
    assert demand() == []
    assert AnswerGiven.objects.count() == 1


def test_job_runs_each_night_before_the_digests(needed):
    make_session(starts_at=AT + 3 * DAY)
    AnswerDemand.objects.all().delete()
    assert check_demand_of_period(period="2026-11-02", at=AT) == "1 answer changed"
    assert check_demand_of_period(period="2026-11-02", at=AT) == "0 answers changed"
    [job] = [job for job in jobs() if job.name == "answer-demand"]
    early = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert job.schedule.latest_period(now=early, zone=UTC) == "2026-11-23"


def test_refresh_demand_before_set_up_does_nothing():
    assert refresh_demand(at=AT) == 0


def test_the_sessions_of_an_application_that_ended_need_nothing(needed):
    session = make_session(starts_at=AT + 3 * DAY)
    ended = {"stage": "closed", "outcome": "declined", "decided_on": AT.date(), "starts_on": None}
    edit_application(application=session.application, **ended, by=session.organiser, at=AT)
    assert demand() == []
    assert not Session.objects.coming(since=AT).exists()
