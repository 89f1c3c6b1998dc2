"""Each act keeps the demand right, whatever came before it; the nightly check tells where it was not."""

from datetime import timedelta
from random import Random

import pytest

from recruiting.domain.answers_given import correct_answer
from recruiting.domain.applications import edit_application
from recruiting.domain.demand import refresh_demand
from recruiting.domain.demand_check import check_demand, find_differences
from recruiting.domain.positions import PositionFacts, edit_position
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.domain.sessions import NEXT_STATUSES, SessionFacts, change_status, edit_session
from recruiting.domain.weekly_reports import make_weekly_report
from recruiting.models import AnswerGiven, DemandMark, Session
from recruiting.models.answers_given import AnswerGivenQuerySet
from tests.factories import AT, make_answer, make_question, make_revision, make_scope, make_user
from tests.recruiting.factories import how, make_application, make_given, make_position, make_session
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.models import AnswerDemand

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
STEPS = 40


class Calendar:
    """Acts chosen by chance, all possible where they are chosen."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a test
        self.at = AT
        self.host = make_user("recruiter", "reader")
        self.questions = [make_question(essential=number == 0) for number in range(4)]
        self.team = make_scope()
        for question in self.questions[:3]:
            make_answer(question)
            make_answer(question, self.team)
        self.positions = [make_position(team=self.team), make_position()]

    def act(self) -> None:
        acts = (self.plan, self.move, self.status, self.ask, self.record, self.record, self.correct)
        self.random.choice((*acts, self.decide, self.rescope))()
        self.at += timedelta(seconds=self.random.choice((1, 60, 3600)))

    def plan(self) -> None:
        application = make_application(self.random.choice(self.positions))
        make_session(application, self.host, starts_at=self._day(), by=self.host)

    def move(self) -> None:
        if session := self._session():
            facts = SessionFacts(
                stage="final",
                format="video",
                language=self.random.choice(("en", "fr")),
                starts_at=self._day(),
                length_minutes=45,
                hosts=[self.host],
            )
            edit_session(session=session, facts=facts, as_of=session.updated_at, by=self.host, at=self.at)

    def status(self) -> None:
        if session := self._session():
            to = self.random.choice(NEXT_STATUSES[session.status])
            change_status(session=session, status=to, by=self.host, at=self.at)

    def ask(self) -> None:
        if (session := self._session()) and session.is_recordable:
            question = self.random.choice((*self.questions, None))
            words = self.random.choice(("", "Why so?")) if question else "What of it?"
            add_candidate_question(
                session=session, words=words, question=question, gap=False, by=self.host, at=self.at
            )

    def record(self) -> None:
        if (session := self._session()) and session.is_recordable:
            asked = session.questions.order_by("?").first()
            question = self.random.choice(self.questions[:3])
            make_given(session, question, self.host, words="" if asked else "How so?", at=self.at)

    def correct(self) -> None:
        if given := self.random.choice([*self._correctable(), None]):
            delivery = self.random.choice(
                ("adapted", "not_answered") if given.revision else ("to_follow_up",)
            )
            said = how(given.host, delivery, said="About so.")
            correct_answer(given=given, how=said, by=self.host, at=self.at)

    def _correctable(self) -> AnswerGivenQuerySet:
        """Of sessions that are not over."""
        return AnswerGiven.objects.standing().filter(session__in=Session.objects.recordable())

    def decide(self) -> None:
        if session := self._session():
            outcome = self.random.choice(("", "declined", "accepted"))
            edit_application(
                application=session.application,
                stage={"": "final", "accepted": "hired"}.get(outcome, "closed"),
                outcome=outcome,
                decided_on=AT.date() if outcome else None,
                starts_on=None,
                by=self.host,
                at=self.at,
            )

    def rescope(self) -> None:
        facts = PositionFacts(title="Other", language="en", team=self.random.choice((self.team, None)))
        position = self.random.choice(self.positions)
        edit_position(position=position, facts=facts, filled=False, by=self.host, at=self.at)

    def _session(self) -> Session | None:
        return self.random.choice([*Session.objects.order_by("pk"), None])

    def _day(self):
        return self.at + timedelta(days=self.random.randint(-3, 18))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_the_demand_stays_right(seed):
    calendar = Calendar(seed)
    for _step in range(STEPS):
        calendar.act()
        assert find_differences() == []
    # As of now nothing but what time itself has moved is to be changed.
    mark = DemandMark.objects.first()
    if mark is not None:
        assert refresh_demand(at=mark.needs_at) == 0


def test_a_correction_of_what_was_told_long_ago_is_counted_once():
    host, answer = make_user("reader"), make_answer()
    given = make_given(make_session(None, host, starts_at=AT), answer.question, host, at=AT)
    refresh_demand(at=AT + 100 * DAY)
    assert not AnswerDemand.objects.exists()
    correct_answer(given=given, how=how(host, "adapted", said="So."), by=host, at=AT + 100 * DAY)
    assert AnswerDemand.objects.get().given_90_days == 1
    assert find_differences() == []


def test_a_question_asked_in_a_past_session_is_usual_for_the_next_ones_of_the_position():
    host, answer = make_user("reader"), make_answer()
    position = make_position()
    past = make_session(make_application(position), host, starts_at=AT - DAY)
    make_session(make_application(position), host, starts_at=AT + 3 * DAY)
    assert not AnswerDemand.objects.exists()
    make_given(past, answer.question, host, at=AT)
    assert AnswerDemand.objects.values_list("sessions", "given_90_days").get() == (1, 1)


def test_days_that_passed_are_no_difference():
    host, answer = make_user("reader"), make_answer(make_question(essential=True))
    make_given(make_session(None, host, starts_at=AT + DAY), answer.question, host, at=AT)
    make_session(starts_at=AT + 16 * DAY)
    checked = check_demand(at=AT + 95 * DAY)
    assert (checked.differences, checked.changed) == ([], 1)


def test_what_the_wiki_published_or_withdrew_is_no_difference():
    question = make_question(essential=True)
    answer = make_answer(question)
    make_session(starts_at=AT + 3 * DAY)
    withdraw_answer(answer=answer, by=make_user("editor"), at=AT + DAY, reason="")
    checked = check_demand(at=AT + DAY)
    assert (checked.differences, checked.changed) == ([], 1)
    revision = make_revision(make_answer(question, make_scope(), published=False, at=AT + DAY), at=AT + DAY)
    publish_revision(answer=revision.answer, revision=revision, by=revision.author, at=AT + DAY)
    assert check_demand(at=AT + DAY).differences == []


def test_the_weekly_report_checks_before_it_makes_the_demand_again(caplog):
    given, host = make_answer(), make_user("reader")
    make_given(make_session(None, host, starts_at=AT - DAY), given.question, host, at=AT)
    AnswerDemand.objects.filter(answer=given).update(given_90_days=5)
    monday = (AT + DAY).date()
    make_weekly_report(iso_year=2026, iso_week=monday.isocalendar().week, on=monday, at=AT + DAY)
    assert AnswerDemand.objects.get(answer=given).given_90_days == 1
    assert "demand not as it should be" in caplog.text


def test_a_difference_is_named_with_what_was_and_what_should_be(caplog):
    needed, given = make_answer(make_question(essential=True)), make_answer()
    host = make_user("reader")
    session = make_session(None, host, starts_at=AT + 3 * DAY)
    make_given(session, given.question, host, at=AT + timedelta(hours=1))
    AnswerDemand.objects.filter(answer=needed).update(sessions=2, needed_until=(AT + 4 * DAY).date())
    AnswerDemand.objects.filter(answer=given).update(given_90_days=5)
    checked = check_demand(at=AT + 2 * DAY)
    assert [(one.answer, one.before.sessions, one.after.sessions) for one in checked.differences] == [
        (needed.pk, 2, 1),
        (given.pk, 1, 1),
    ]
    assert str(checked) == (
        f"2 were wrong (answer {needed.pk}: 2 sessions (05/11/2026–06/11/2026) instead of "
        f"1 session (05/11/2026); answer {given.pk}: given 5 times instead of given 1 time). "
        "2 answers changed"
    )
    assert str(needed.pk) in caplog.text
    assert check_demand(at=AT + 2 * DAY).differences == []


def test_the_check_costs_the_same_with_many_differences(django_assert_num_queries):
    host = make_user("reader")
    session = make_session(None, host, starts_at=AT - DAY)
    for _ in range(30):
        make_given(session, make_answer().question, host, at=AT)
    AnswerDemand.objects.update(given_90_days=7)
    with django_assert_num_queries(6):
        assert len(find_differences()) == 30
