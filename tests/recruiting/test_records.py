import csv
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from recruiting.domain.answers_given import correct_answer
from recruiting.domain.promises import Promised, promise
from recruiting.domain.questions_asked import add_candidate_question, match_question
from recruiting.domain.record_export import record_as_csv, record_as_data
from recruiting.domain.records import read_latest, read_record
from recruiting.models import AnswerGiven, CandidateQuestion, Delivery, Session, SessionStatus
from tests.factories import (
    AT,
    make_answer,
    make_category,
    make_figure,
    make_question,
    make_revision,
    make_user,
    make_value,
)
from tests.recruiting.factories import how, make_follow_up, make_given, make_session
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.questions import archive_question
from wiki.models import Answer, Phrasing

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=30)


@pytest.fixture
def host():
    return make_user("reader", name="Grace Hopper")


@pytest.fixture
def session(host):
    return make_session(None, host)


@pytest.fixture
def client(client_as, host):
    return client_as(host)


def read(client, session):
    return client.get(reverse("recruiting:record", args=[session.pk])).content.decode()


def test_record_shows_the_words_of_that_day_after_the_answer_has_changed(client, session, host):
    answer = make_answer(short="Eight per cent left.", details="Five of *sixty*.")
    make_given(session, answer.question, host, words="Who leaves?", said="About eight.")
    newer = make_revision(answer, short="Nine per cent left.")
    publish_revision(answer=answer, revision=newer, by=host, at=LATER)
    text = read(client, session)
    for shown in ("Eight per cent left.", "<em>sixty</em>", "Who leaves?", "About eight.", "Grace Hopper"):
        assert shown in text
    assert "This answer has changed since." in text
    compare = reverse("wiki:answer_compare", args=[answer.pk])
    assert f'href="{compare}?left=1&amp;right=2"' in text
    assert "Nine per cent left." not in text


def test_record_of_an_archived_question_has_nothing_to_say_today(session, host):
    answer = make_answer()
    make_given(session, answer.question, host)
    archive_question(question=answer.question, by=host, at=LATER)
    [line] = read_record(session)
    assert (line.revision, line.now, line.is_withdrawn) == (answer.published, None, True)


def test_record_of_an_answer_that_still_stands_marks_nothing(client, session, host):
    make_given(session, make_answer().question, host)
    text = read(client, session)
    assert "This answer has changed since" not in text
    assert "withdrawn since" not in text


def test_record_says_that_an_answer_was_withdrawn(client, session, host):
    answer = make_answer(short="Eight per cent left.")
    make_given(session, answer.question, host)
    withdraw_answer(answer=answer, by=host, at=LATER, reason="Wrong")
    text = read(client, session)
    assert "Eight per cent left." in text
    assert "This answer was withdrawn since" in text


def test_record_shows_corrections_under_the_first_line(client, session, host):
    given = make_given(session, make_answer().question, host, said="Seven.")
    first = correct_answer(given=given, how=how(host, Delivery.ADAPTED, said="Eight."), by=host, at=LATER)
    by = make_user("recruiter", name="Joan Clarke")
    second = correct_answer(given=first, how=how(host, Delivery.DEPARTED_FROM, said="Nine."), by=by, at=LATER)
    (line,) = read_record(session)
    assert (line.given, line.corrections, line.standing) == (given, [first, second], second)
    text = read(client, session)
    assert text.index("Seven.") < text.index("Eight.") < text.index("Nine.")
    assert "Corrected by Joan Clarke" in text
    assert reverse("recruiting:answer_correct", args=[session.pk, second.pk]) in text


def test_record_marks_gaps_and_what_was_not_said(client, session, host):
    make_given(session, make_question(), host, delivery=Delivery.TO_FOLLOW_UP)
    make_given(session, make_answer().question, host, delivery=Delivery.NOT_ANSWERED)
    text = read(client, session)
    assert text.count("badge-stale") == 1
    assert "Not said. This was the published answer then:" in text


def test_answer_correct_adds_a_line(client, session, host):
    given = make_given(session, make_answer().question, host)
    address = reverse("recruiting:answer_correct", args=[session.pk, given.pk])
    form = client.get(address).context["form"]
    data = {"client_id": form["client_id"].value(), "delivery": "adapted", "said": "Less.", "host": host.pk}
    done = client.post(address, data, follow=True)
    assert "The first line stays readable." in done.content.decode()
    assert given.corrected_by.said == "Less."
    again = client.post(address, data | {"client_id": "00000000-0000-4000-8000-000000000000"})
    assert "This line was corrected meanwhile." in again.content.decode()


def test_answer_correct_sent_again_with_other_words_does_not_say_that_it_was_added(client, session, host):
    """A form kept by the browser's history carries the id of a correction that is recorded already."""
    given = make_given(session, make_answer().question, host)
    address = reverse("recruiting:answer_correct", args=[session.pk, given.pk])
    form = client.get(address).context["form"]
    data = {"client_id": form["client_id"].value(), "delivery": "adapted", "said": "Less.", "host": host.pk}
    client.post(address, data)
    client.get(reverse("recruiting:record", args=[session.pk]))
    again = client.post(address, data | {"said": "More."}, follow=True)
    assert "what it said then counts" in again.content.decode()
    assert "The correction was added" not in again.content.decode()


def test_answer_correct_of_a_closed_session_says_to_reopen_it_and_keeps_what_was_typed(client, session, host):
    given = make_given(session, make_answer().question, host)
    address = reverse("recruiting:answer_correct", args=[session.pk, given.pk])
    form = client.get(address).context["form"]
    assert address in read(client, session)
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.CLOSED)
    data = {"client_id": form["client_id"].value(), "delivery": "adapted", "said": "Less.", "host": host.pk}
    refused = client.post(address, data)
    assert "This session is over. Reopen it to record or correct an answer." in refused.text
    assert "Less." in refused.text
    assert list(session.answers_given.all()) == [given]
    assert address not in read(client, session)


def test_record_makes_as_many_queries_for_thirty_lines_as_for_one(client, session, host):
    category, counts = make_category(), []
    for number in (1, 29):
        for _ in range(number):
            answer = make_answer(make_question(category=category))
            given = make_given(session, answer.question, host, words="Why?")
            correct_answer(given=given, how=how(host, Delivery.ADAPTED, said="Less."), by=host, at=LATER)
        with CaptureQueriesContext(connection) as queries:
            read(client, session)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("role", "links"), [("recruiter", True), ("lead", True), ("editor", False)])
def test_given_for_question_counts_what_was_told(client_as, session, host, role, links):
    question = make_answer().question
    given = make_given(session, question, host)
    correct_answer(given=given, how=how(host, Delivery.ADAPTED, said="Less."), by=host, at=LATER)
    make_given(session, question, host, delivery=Delivery.NOT_ANSWERED)
    address = reverse("recruiting:given_for_question", args=[question.slug])
    page = client_as(make_user(role)).get(address)
    assert page.context["count"] == 1
    assert (reverse("recruiting:record", args=[session.pk]) in page.content.decode()) is links


def test_given_for_question_is_not_for_readers(client_as):
    address = reverse("recruiting:given_for_question", args=[make_question().slug])
    for role in ("reader", "administrator"):
        assert client_as(make_user(role)).get(address).status_code == 403


def test_record_says_what_became_of_the_answer_and_its_figures(client_as, session, host):
    figure = make_figure("turnover")
    make_value(figure)
    owner = make_user("reader")
    answer = make_answer(owner=owner, short="It was [[figure:turnover]].")
    make_given(session, answer.question, host)
    assert "another value since" not in read(client_as(host), session)
    make_value(figure, "15", as_of=date(2026, 9, 30), at=LATER)
    owner.is_active = False
    owner.save()
    with time_machine.travel(LATER, tick=False):
        text = read(client_as(host), session)
    assert "11.4% (as of 30 June 2026)" in text
    assert "The figure “Turnover” has another value since." in text
    assert reverse("wiki:figure", args=["turnover"]) in text
    assert "Nobody keeps this answer any more" in text


@pytest.mark.parametrize("roles", [[], [Role.ADMINISTRATOR]])
def test_record_says_that_nobody_keeps_an_answer_whose_owner_may_not_read_the_wiki(
    client, session, host, roles
):
    owner = make_user("reader")
    answer = make_answer(owner=owner)
    make_given(session, answer.question, host)
    assert "Nobody keeps this answer any more" not in read(client, session)
    owner.groups.set(Group.objects.filter(name__in=roles))
    assert list(Answer.objects.orphaned()) == [answer]
    assert "Nobody keeps this answer any more" in read(client, session)


def test_record_keeps_the_words_of_figures_whose_unit_has_changed(client, session, host):
    figure = make_figure("turnover")
    make_value(figure)
    make_given(session, make_answer(short="It was [[figure:turnover]].").question, host)
    figure.unit_en = "points"
    figure.save()
    assert "11.4% (as of 30 June 2026)" in read(client, session)


def test_record_shows_promises_and_how_they_stand(client, session, host):
    given = make_given(session, make_answer().question, host)
    promise(
        session=session,
        candidate_question=given.candidate_question,
        promised=Promised(text="Send the plan", owner=host, due_on=date(2026, 11, 4)),
        client_id=uuid4(),
        by=host,
        at=AT,
    )
    text = read(client, session)
    assert "Send the plan" in text
    assert "Overdue" in text


@pytest.mark.parametrize("name", ["record", "session_answer", "session", "record_csv", "record_json"])
def test_pages_of_a_session_make_as_many_queries_for_three_hundred_lines(client, session, host, name):
    answer, counts = make_answer(), []
    for number in (30, 270):
        asked = CandidateQuestion.objects.bulk_create(
            CandidateQuestion(
                session=session, question=answer.question, words=f"{number}", asked_at=AT, recorded_by=host
            )
            for _ in range(number)
        )
        line = {"session": session, "revision": answer.published, "language": "en", "host": host}
        line |= {"delivery": "as_written", "given_at": AT, "recorded_by": host}
        AnswerGiven.objects.bulk_create(
            AnswerGiven(candidate_question=row, client_id=uuid4(), **line) for row in asked
        )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"recruiting:{name}", args=[session.pk])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_record_says_on_paper_of_which_day_its_marks_are(client, session):
    with time_machine.travel(AT, tick=False):
        text = read(client, session)
    assert '<p class="only-print">Printed on 2 November 2026: marks show what' in text


def test_record_keeps_how_the_question_was_put_on_that_day(client, session, host):
    answer = make_answer()
    make_given(session, answer.question, host)
    put = Phrasing.objects.get(question=answer.question, language="en", kind="canonical")
    Phrasing.objects.filter(pk=put.pk).update(text="Is everything wonderful here?")
    text = read(client, session)
    assert put.text in text
    assert "Is everything wonderful here?" not in text
    assert record_as_data(session, candidate="Bo")["lines"][0]["title"] == put.text


def test_a_question_matched_later_is_put_as_on_the_day_of_the_match(session, host):
    question = make_answer().question
    asked = add_candidate_question(
        session=session, words="And who leaves?", question=None, gap=False, by=host, at=AT
    )
    assert (asked.wording, asked.title) == ("", "And who leaves?")
    match_question(asked=asked, question=question, gap=False, by=host, at=AT)
    asked.refresh_from_db()
    put = Phrasing.objects.get(question=question, language="en", kind="canonical")
    assert (asked.wording, asked.title) == (put.text, put.text)


def test_record_to_take_away_holds_what_was_not_answered_and_every_promise(session, host):
    make_given(session, make_answer().question, host)
    asked = add_candidate_question(
        session=session, words="And pay?", question=None, gap=False, by=host, at=AT
    )
    make_follow_up(session, host, promised="The pay scale", candidate_question=asked)
    make_follow_up(session, host, promised="A visit")
    rows = list(csv.DictReader(record_as_csv(session, language="en").decode("utf-8-sig").splitlines()))
    assert [(row["In the candidate’s words"], row["Promises"]) for row in rows] == [
        ("", ""),
        ("And pay?", "The pay scale"),
        ("", "A visit"),
    ]


def test_the_latest_lines_of_a_session_are_found_by_the_session(session, host):
    make_given(session, make_answer().question, host)
    with CaptureQueriesContext(connection) as queries:
        assert len(read_latest(session, most=5)) == 1
    read_of_lines = [one["sql"] for one in queries if 'FROM "recruiting_answergiven"' in one["sql"]]
    assert read_of_lines
    if connection.vendor != "sqlite":  # which plans nothing of the kind for an empty table
        return
    with connection.cursor() as cursor:
        for sql in read_of_lines:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert "corrects_id=?" not in str(cursor.fetchall())
