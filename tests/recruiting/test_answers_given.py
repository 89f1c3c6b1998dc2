from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from ledger.models import Activity
from recruiting.domain.answers_given import correct_answer, record_answer
from recruiting.domain.figures_told import figures_on_screen
from recruiting.domain.promises import Promised
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.domain.recording_rules import (
    AlreadyCorrected,
    AnswerIsInternal,
    NoAnswerToGive,
    NotAHost,
    NothingAsked,
    RevisionChanged,
    SessionNotOpen,
    WordsMissing,
)
from recruiting.domain.sessions import change_status
from recruiting.models import AnswerGiven, CandidateQuestion, Delivery, FollowUp, SessionStatus
from recruiting.models.answers_given import RecordIsHistory
from tests.factories import (
    AT,
    make_answer,
    make_figure,
    make_question,
    make_revision,
    make_scope,
    make_user,
    make_value,
)
from tests.recruiting.factories import how, make_application, make_given, make_position, make_session
from wiki.domain.answers import publish_revision

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=7)


@pytest.fixture
def host():
    return make_user("reader")


@pytest.fixture
def session(host):
    return make_session(None, host)


def test_record_answer_links_the_exact_revision_in_force(session, host):
    answer = make_answer()
    given = make_given(session, answer.question, host, words="Do people leave?", said="Eight per cent.")
    assert given.revision == answer.published
    assert (given.host, given.delivery, given.language) == (host, Delivery.AS_WRITTEN, "en")
    assert (given.candidate_question.words, given.candidate_question.gap) == ("Do people leave?", False)
    activity = Activity.objects.about(session).get(verb="record-answer")
    assert (activity.actor_id, activity.detail) == (host.pk, {"answer_given": given.pk})


def test_record_answer_sent_twice_returns_the_first_row(session, host):
    answer, key = make_answer(), uuid4()
    first = record_answer(
        session=session, question=answer.question, how=how(host, key=key), by=host, at=LATER
    )
    again = record_answer(
        session=session,
        question=answer.question,
        how=how(host, Delivery.ADAPTED, key=key),
        by=host,
        at=LATER + timedelta(seconds=1),
    )
    assert again == first
    assert AnswerGiven.objects.get().delivery == Delivery.AS_WRITTEN
    assert CandidateQuestion.objects.count() == 1


def test_record_answer_takes_the_same_client_id_in_another_session(session, host):
    answer, key = make_answer(), uuid4()
    for place in (session, make_session(None, host)):
        record_answer(session=place, question=answer.question, how=how(host, key=key), by=host, at=LATER)
    assert AnswerGiven.objects.count() == 2


def test_record_answer_uses_the_answer_of_the_positions_team(host):
    team, question = make_scope(kind="team"), make_question()
    make_answer(question)
    of_the_team = make_answer(question, team)
    session = make_session(make_application(make_position(team=team)), host)
    assert make_given(session, question, host).revision == of_the_team.published


def test_record_answer_keeps_a_question_without_answer_as_a_gap(session, host):
    given = make_given(session, make_question(), host, delivery=Delivery.TO_FOLLOW_UP)
    assert given.revision is None
    assert given.candidate_question.gap


def test_record_answer_keeps_an_unknown_question_in_the_candidates_words(session, host):
    given = make_given(session, None, host, delivery=Delivery.NOT_ANSWERED, words="Is there a choir?")
    asked = given.candidate_question
    assert (asked.words, asked.question, asked.gap) == ("Is there a choir?", None, True)


@pytest.mark.parametrize("delivery", [Delivery.AS_WRITTEN, Delivery.ADAPTED, Delivery.DEPARTED_FROM])
def test_record_answer_refuses_to_have_given_what_does_not_exist(session, host, delivery):
    with pytest.raises(NoAnswerToGive):
        make_given(session, make_question(), host, delivery=delivery)
    assert not CandidateQuestion.objects.exists()


@pytest.mark.parametrize("delivery", [Delivery.AS_WRITTEN, Delivery.ADAPTED])
def test_record_answer_refuses_to_have_said_an_internal_answer(session, host, delivery):
    answer = make_answer(disclosure="internal")
    with pytest.raises(AnswerIsInternal):
        make_given(session, answer.question, host, delivery=delivery)


@pytest.mark.parametrize("delivery", [Delivery.ADAPTED, Delivery.DEPARTED_FROM])
def test_what_was_not_given_as_written_needs_its_words(session, host, delivery):
    answer = make_answer()
    with pytest.raises(WordsMissing):
        make_given(session, answer.question, host, delivery=delivery, said=" ")
    given = make_given(session, answer.question, host)
    with pytest.raises(WordsMissing):
        correct_answer(given=given, how=how(host, delivery), by=host, at=LATER)


def test_record_answer_takes_a_departure_from_an_internal_answer(session, host):
    answer = make_answer(disclosure="internal")
    given = make_given(session, answer.question, host, delivery=Delivery.DEPARTED_FROM, said="Less than ten.")
    assert (given.revision, given.candidate_question.gap) == (answer.published, False)


def test_record_answer_refuses_words_that_are_not_in_force_any_more(session, host):
    answer = make_answer()
    on_screen = answer.published
    newer = make_revision(answer)
    publish_revision(answer=answer, revision=newer, by=host, at=AT)
    with pytest.raises(RevisionChanged) as refusal:
        record_answer(
            session=session, question=answer.question, how=how(host), revision=on_screen, by=host, at=LATER
        )
    assert refusal.value.now == newer


def test_record_answer_refuses_the_companys_words_past_an_internal_team_answer(host):
    team, question = make_scope(kind="team"), make_question()
    rosier = make_answer(question)
    make_answer(question, team, disclosure="internal")
    session = make_session(make_application(make_position(team=team)), host)
    with pytest.raises(RevisionChanged):
        record_answer(
            session=session, question=question, how=how(host), revision=rosier.published, by=host, at=LATER
        )


def test_record_answer_refuses_someone_who_is_not_a_host(session):
    answer = make_answer()
    with pytest.raises(NotAHost):
        make_given(session, answer.question, make_user("recruiter"))


def test_record_answer_takes_whoever_records_before_hosts_are_named():
    recruiter, answer = make_user("recruiter"), make_answer()
    assert make_given(make_session(), answer.question, recruiter).host == recruiter


def test_record_answer_refuses_a_host_removed_while_the_page_was_open(session, host):
    """Also in another host's name, and also once nobody is a host any more."""
    answer, other = make_answer(), make_user("reader")
    given = make_given(session, answer.question, host)
    session.hosts.create(user=other)
    session.hosts.get(user=host).delete()
    for hosts in ([other], []):
        session.hosts.exclude(user__in=hosts).delete()
        answered_by = hosts[0] if hosts else host
        with pytest.raises(PermissionDenied):
            record_answer(
                session=session, question=answer.question, how=how(answered_by), by=host, at=given.given_at
            )
        with pytest.raises(PermissionDenied):
            correct_answer(given=given, how=how(host), by=host, at=given.given_at)
    assert AnswerGiven.objects.get() == given


def test_record_answer_refuses_nothing_at_all(session, host):
    with pytest.raises(NothingAsked):
        make_given(session, None, host, delivery=Delivery.NOT_ANSWERED)


@pytest.mark.parametrize("status", [SessionStatus.CANCELLED, SessionStatus.NO_SHOW])
def test_record_answer_refuses_a_session_that_did_not_take_place(session, host, status):
    change_status(session=session, status=status, by=host, at=LATER)
    with pytest.raises(SessionNotOpen):
        make_given(session, make_answer().question, host)


def test_record_answer_answers_the_question_sent_beforehand(session, host):
    answer = make_answer()
    asked = add_candidate_question(
        session=session, words="Who leaves?", question=answer.question, gap=False, by=host, at=AT
    )
    assert make_given(session, answer.question, host).candidate_question == asked


def test_record_answer_matches_a_question_that_was_not_matched_yet(session, host):
    answer = make_answer()
    asked = add_candidate_question(
        session=session, words="Who leaves?", question=None, gap=True, by=host, at=AT
    )
    record_answer(session=session, question=answer.question, asked=asked, how=how(host), by=host, at=LATER)
    asked.refresh_from_db()
    assert (asked.question, asked.gap) == (answer.question, False)


def test_record_answer_leaves_a_recorded_line_under_its_question(session, host):
    """Two hosts match the candidate's words to two questions; the second read the page before the first."""
    first, second = make_answer(), make_answer()
    asked = add_candidate_question(session=session, words="And?", question=None, gap=True, by=host, at=AT)
    read = CandidateQuestion.objects.get()
    given = {"session": session, "by": host, "at": LATER}
    line = record_answer(question=first.question, how=how(host), asked=asked, **given)
    other = record_answer(question=second.question, how=how(host), asked=read, **given)
    line.candidate_question.refresh_from_db()
    assert line.candidate_question.question == first.question
    assert (other.candidate_question.question, other.candidate_question.words) == (second.question, "And?")


def test_record_answer_keeps_other_words_of_the_same_question_apart(session, host):
    answer = make_answer()
    for words in ("Who leaves?", "Why do they leave?"):
        make_given(session, answer.question, host, words=words)
    assert [row.words for row in session.questions.all()] == ["Who leaves?", "Why do they leave?"]


def test_correct_answer_adds_a_line_and_leaves_the_first(session, host):
    given = make_given(session, make_answer().question, host)
    by = make_user("recruiter")
    later = LATER + timedelta(hours=1)
    correction = correct_answer(
        given=given, how=how(host, Delivery.ADAPTED, said="About eight."), by=by, at=later
    )
    given.refresh_from_db()
    assert (given.delivery, given.said) == (Delivery.AS_WRITTEN, "")
    assert (correction.corrects, correction.recorded_by, correction.given_at) == (given, by, later)
    assert (correction.revision, correction.candidate_question) == (given.revision, given.candidate_question)
    assert list(AnswerGiven.objects.standing()) == [correction]


def test_correct_answer_sent_twice_adds_one_line(session, host):
    given, key = make_given(session, make_answer().question, host), uuid4()
    how_now = how(host, Delivery.ADAPTED, said="Eight.", key=key)
    lines = [correct_answer(given=given, how=how_now, by=host, at=LATER) for _ in range(2)]
    assert lines[0] == lines[1]
    assert AnswerGiven.objects.count() == 2


def test_correct_answer_refuses_a_line_corrected_meanwhile(session, host):
    given = make_given(session, make_answer().question, host)
    correct_answer(given=given, how=how(host, Delivery.ADAPTED, said="Eight."), by=host, at=LATER)
    with pytest.raises(AlreadyCorrected):
        correct_answer(given=given, how=how(host, Delivery.DEPARTED_FROM, said="Nine."), by=host, at=LATER)


def test_correct_answer_refuses_what_the_line_cannot_have_been(session, host):
    gap = make_given(session, make_question(), host, delivery=Delivery.NOT_ANSWERED)
    internal = make_answer(disclosure="internal")
    departed = make_given(session, internal.question, host, delivery=Delivery.DEPARTED_FROM, said="No.")
    with pytest.raises(NoAnswerToGive):
        correct_answer(given=gap, how=how(host), by=host, at=LATER)
    with pytest.raises(AnswerIsInternal):
        correct_answer(given=departed, how=how(host), by=host, at=LATER)


def test_record_answer_looks_at_the_session_as_it_stands_now(session, host):
    closed = type(session).objects.get(pk=session.pk)
    for status in (SessionStatus.HELD, SessionStatus.CLOSED):
        change_status(session=closed, status=status, by=host, at=LATER)
    with pytest.raises(SessionNotOpen):
        make_given(session, make_answer().question, host)
    assert not AnswerGiven.objects.exists()


def test_correct_answer_looks_at_the_session_as_it_stands_now(session, host):
    given = make_given(session, make_answer().question, host)
    closed = type(session).objects.get(pk=session.pk)
    for status in (SessionStatus.HELD, SessionStatus.CLOSED):
        change_status(session=closed, status=status, by=host, at=LATER)
    again = how(host, Delivery.ADAPTED, said="Eight.")
    with pytest.raises(SessionNotOpen):
        correct_answer(given=given, how=again, by=host, at=LATER)
    assert AnswerGiven.objects.get() == given
    change_status(session=closed, status=SessionStatus.HELD, by=host, at=LATER)
    assert correct_answer(given=given, how=again, by=host, at=LATER).corrects == given


def test_record_answer_sent_from_two_devices_is_there_once(session, host):
    answer = make_answer()
    first = make_given(session, answer.question, host, at=LATER)
    assert make_given(session, answer.question, host, at=LATER + timedelta(seconds=30)) == first
    assert make_given(session, answer.question, host, at=LATER + timedelta(minutes=2)) != first


def test_record_answer_keeps_what_two_hosts_said_in_the_same_moment(host):
    other, answer = make_user("reader"), make_answer()
    session = make_session(None, host, other)
    lines = {make_given(session, answer.question, who, at=LATER) for who in (host, other)}
    assert len(lines) == 2


def test_record_answer_keeps_the_figures_as_told(session, host):
    figure = make_figure("turnover", source_en="payroll")
    value = make_value(figure)
    answer = make_answer(short="It was [[figure:turnover]].")
    given = make_given(session, answer.question, host)
    make_value(figure, "15", as_of=date(2026, 9, 30), at=LATER)
    correction = correct_answer(
        given=given, how=how(host, Delivery.ADAPTED, said="Eleven."), by=host, at=LATER + timedelta(days=3)
    )
    for line in (given, correction):
        told = line.figures_told.get()
        assert (told.value, told.words) == (value, "11.4% (as of 30 June 2026, payroll)")


def test_record_answer_keeps_no_figures_of_what_was_not_said(session, host):
    make_value(make_figure("turnover"))
    answer = make_answer(short="It was [[figure:turnover]].")
    given = make_given(session, answer.question, host, delivery=Delivery.NOT_ANSWERED)
    assert not given.figures_told.exists()
    correction = correct_answer(given=given, how=how(host), by=host, at=LATER)
    assert correction.figures_told.get().value.plain == "11.4"


def test_record_answer_refuses_figures_that_are_not_current_any_more(session, host):
    figure = make_figure("turnover")
    make_value(figure)
    answer = make_answer(short="It was [[figure:turnover]].")
    shown = figures_on_screen(answer.published, on=AT.date())
    make_value(figure, "15", as_of=date(2026, 9, 30), at=AT)
    with pytest.raises(RevisionChanged):
        record_answer(
            session=session,
            question=answer.question,
            how=how(host),
            revision=answer.published,
            figures=shown,
            by=host,
            at=LATER,
        )


def test_record_answer_keeps_a_promise_with_the_line(session, host):
    answer = make_answer()
    owed = Promised(text="Send the plan", owner=host, due_on=date(2026, 11, 20))
    said = replace(how(host), promised=owed)
    for _press in range(2):
        given = record_answer(session=session, question=answer.question, how=said, by=host, at=LATER)
    follow_up = FollowUp.objects.get()
    assert (follow_up.promised, follow_up.owner, follow_up.due_on) == ("Send the plan", host, owed.due_on)
    assert (follow_up.candidate_question, follow_up.kind) == (given.candidate_question, "promise")
    assert Activity.objects.about(follow_up).filter(verb="promise").count() == 1


def test_correct_answer_withdraws_a_promise_that_was_not_made(session, host):
    owed = Promised(text="Send the plan", owner=host, due_on=date(2026, 11, 20))
    given = record_answer(
        session=session,
        question=make_answer().question,
        how=replace(how(host, Delivery.TO_FOLLOW_UP), promised=owed),
        by=host,
        at=LATER,
    )
    kept = correct_answer(
        given=given, how=replace(how(host, Delivery.NOT_ANSWERED), promised=owed), by=host, at=LATER
    )
    assert FollowUp.objects.open().count() == 1
    correct_answer(given=kept, how=how(host), by=host, at=LATER)
    follow_up = FollowUp.objects.get()
    assert (follow_up.withdrawn_at, follow_up.closed_by) == (LATER, host)


def test_record_answer_leaves_a_gap_a_gap_once_there_is_an_answer(session, host):
    question = make_question()
    gap = make_given(session, question, host, delivery=Delivery.NOT_ANSWERED)
    make_answer(question)
    given = make_given(session, question, host)
    gap.candidate_question.refresh_from_db()
    assert (gap.candidate_question.gap, given.candidate_question.gap) == (True, False)


def test_lines_of_the_record_are_never_changed_nor_removed(session, host):
    make_value(make_figure("turnover"))
    given = make_given(session, make_answer(short="It was [[figure:turnover]].").question, host)
    for row in (given, given.figures_told.get()):
        rows = type(row).objects.all()
        for change in (row.save, row.delete, rows.delete, lambda rows=rows: rows.update(pk=1)):
            with pytest.raises(RecordIsHistory):
                change()
        with pytest.raises(RecordIsHistory):
            rows.bulk_update([row], ["id"])
        with pytest.raises(RecordIsHistory):
            rows.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=["id"])
    assert AnswerGiven.objects.get() == given
