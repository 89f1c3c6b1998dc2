from datetime import timedelta

import pytest

from accounts.models import User
from recruiting.domain.expected_answers import MOST_USUAL
from recruiting.domain.questions_asked import add_candidate_question, match_question
from recruiting.domain.readiness import SessionNeeds, session_needs
from recruiting.domain.reading import mark_read
from recruiting.models import RoleSheet, Session
from tests.factories import AT, make_answer, make_question, make_revision, make_scope, make_user
from tests.recruiting.factories import make_application, make_given, make_position, make_session
from wiki.domain.answers import publish_revision
from wiki.domain.challenges import challenge_answer
from wiki.models import Answer, Question

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def needs_of(session: Session) -> SessionNeeds:
    return session_needs(Session.objects.with_position_scopes().filter(pk=session.pk))[session.pk]


def answer_ids(needs: SessionNeeds) -> list[int]:
    return [likely.answer for likely in needs.answers]


def essential() -> Question:
    return make_question(essential=True)


def test_session_needs_the_nearest_answers_of_the_essential_questions():
    team, question = make_scope(), essential()
    make_answer(question)
    nearest = make_answer(question, team)
    make_answer()  # not essential
    session = make_session(make_application(make_position(team=team)))
    assert answer_ids(needs_of(session)) == [nearest.pk]


def test_session_needs_what_its_candidate_sent_and_others_of_the_position_asked():
    host, position = make_user("reader"), make_position()
    sent, usual, elsewhere = make_answer(), make_answer(), make_answer()
    before = make_session(make_application(position), host)
    make_given(before, usual.question, host)
    make_given(make_session(make_application(), host), elsewhere.question, host)
    session = make_session(make_application(position), starts_at=AT + 9 * DAY)
    session.questions.create(question=sent.question, asked_at=AT, recorded_by=host)
    assert answer_ids(needs_of(session)) == [sent.pk, usual.pk]


def test_session_needs_no_more_usual_questions_than_there_is_time_for():
    host, position = make_user("reader"), make_position()
    before = make_session(make_application(position), host)
    for _number in range(MOST_USUAL + 3):
        make_given(before, make_answer().question, host)
    assert len(needs_of(make_session(make_application(position))).answers) == MOST_USUAL


def prepared_session(**facts) -> tuple[Session, User]:
    """One with a host, for a position with a pay range: what is left to see to are the answers."""
    host, session = make_user("reader"), make_session(**facts)
    session.hosts.create(user=host)
    give_pay_range(session)
    return session, host


def give_pay_range(session: Session) -> None:
    position = session.application.position
    RoleSheet.objects.create(
        position=position, pay_range="€40,000", updated_at=AT, updated_by=session.organiser
    )


def read(session: Session, host: User, *answers: Answer) -> None:
    mark_read(session=session, revisions=[answer.published_id for answer in answers], by=host, at=AT)


def test_session_is_ready_when_every_likely_answer_will_hold_on_its_day_and_is_read():
    answer = make_answer(essential(), verified_on=AT.date(), interval_days=7)
    session, host = prepared_session(starts_at=AT + 7 * DAY)
    assert needs_of(session).unread == {host.pk: [answer.pk]}
    assert not needs_of(session).is_ready
    read(session, host, answer)
    assert needs_of(session).is_ready


def test_session_is_ready_only_when_each_host_has_read():
    answer = make_answer(essential(), verified_on=AT.date())
    session, host = prepared_session()
    other = make_user("reader")
    session.hosts.create(user=other)
    read(session, host, answer)
    needs = needs_of(session)
    assert (needs.unread, needs.to_read(host), needs.to_read(other)) == ({other.pk: [answer.pk]}, 0, 1)


@pytest.mark.parametrize(("major", "unread"), [(True, 1), (False, 0)])
def test_a_receipt_counts_until_a_major_revision_is_published(major, unread):
    answer = make_answer(essential(), verified_on=AT.date())
    session, host = prepared_session()
    read(session, host, answer)
    revision = make_revision(answer, major=major)
    assert needs_of(session).to_read(host) == 0  # a draft
    publish_revision(answer=answer, revision=revision, by=make_user("editor"), at=AT)
    assert needs_of(session).to_read(host) == unread


def test_a_receipt_of_a_major_revision_counts_for_the_minor_one_after_it():
    answer = make_answer(essential(), verified_on=AT.date())
    session, host = prepared_session()
    editor = make_user("editor")
    for major in (True, False):
        publish_revision(answer=answer, revision=make_revision(answer, major=major), by=editor, at=AT)
        answer.refresh_from_db()
        if major:
            read(session, host, answer)
    assert answer.published.number == 3
    assert needs_of(session).to_read(host) == 0


def test_session_is_not_ready_without_a_host_or_a_pay_range():
    bare = make_session()
    needs = needs_of(bare)
    assert (needs.lacks_host, needs.lacks_pay_range, needs.is_ready) == (True, True, False)
    session, host = prepared_session()
    assert needs_of(session).is_ready
    type(host).objects.filter(pk=host.pk).update(is_active=False)
    assert needs_of(session).lacks_host


def test_session_judges_freshness_on_its_own_day():
    answer = make_answer(essential(), verified_on=AT.date(), interval_days=7)
    needs = needs_of(make_session(starts_at=AT + 8 * DAY))
    assert [likely.answer for likely in needs.stale] == [answer.pk]
    assert not needs.is_ready


def test_session_names_what_is_missing_never_verified_and_challenged():
    gap = essential()
    never = make_answer(essential())
    challenged = make_answer(essential(), verified_on=AT.date())
    reader = make_user("reader")
    challenge_answer(answer=challenged, revision=challenged.published, text="No.", by=reader, at=AT)
    needs = needs_of(make_session())
    assert needs.missing == [gap.pk]
    assert [likely.answer for likely in needs.never_verified] == [never.pk]
    assert [likely.answer for likely in needs.challenged] == [challenged.pk]
    assert not needs.is_ready


def test_session_with_an_unmatched_question_is_not_ready():
    (session, host), by = prepared_session(), make_user("recruiter")
    assert needs_of(session).is_ready
    asked = add_candidate_question(
        session=session, words="Do you sing?", question=None, gap=True, by=by, at=AT
    )
    assert needs_of(session).unmatched == [asked.pk]
    assert not needs_of(session).is_ready
    answer = make_answer(verified_on=AT.date())
    match_question(asked=asked, question=answer.question, gap=False, by=by, at=AT)
    read(session, host, answer)
    assert (needs_of(session).unmatched, answer_ids(needs_of(session))) == ([], [answer.pk])
    assert needs_of(session).is_ready


def test_session_needs_of_no_session_is_nothing():
    assert session_needs([]) == {}


def test_session_needs_costs_the_same_for_30_sessions(django_assert_num_queries):
    make_answer(essential())
    for number in range(30):
        application = make_application(make_position(team=make_scope()))
        make_session(application, make_user("reader"), starts_at=AT + number * DAY)
    sessions = list(Session.objects.with_position_scopes())
    for chosen in (sessions[:1], sessions):
        with django_assert_num_queries(10):
            session_needs(chosen)
