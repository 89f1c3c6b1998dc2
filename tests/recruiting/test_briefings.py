from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.domain import briefings
from recruiting.domain.briefings import prepare_briefing
from recruiting.domain.questions_asked import add_candidate_question
from tests.factories import (
    AT,
    make_answer,
    make_category,
    make_question,
    make_revision,
    make_scope,
    make_user,
)
from tests.recruiting.factories import make_application, make_position, make_session

pytestmark = pytest.mark.django_db
ON = AT.date()


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def read(client, session):
    page = client.get(reverse("recruiting:briefing", args=[session.pk]))
    assert page.status_code == 200
    return page.content.decode()


def test_briefing_shows_all_that_a_host_needs(client_as):
    owner, host = make_user("editor", name="Grace Hopper"), make_user("reader")
    following = make_question(en="And before that?")
    question = make_question(en="Who left last year?", essential=True)
    question.next_questions.add(following)
    team = make_scope("Ovens", kind="team")
    make_answer(
        question,
        team,
        owner=owner,
        verified_on=ON - timedelta(days=10),
        short="Three people left.",
        details="Two **retired**.",
        example="One came back.",
        not_to_say="Nobody leaves.",
    )
    session = make_session(make_application(make_position(team=team)), host)
    text = read(client_as(host), session)
    for shown in (
        "Who left last year?",
        "Three people left.",
        "<strong>retired</strong>",
        "One came back.",
        "Nobody leaves.",
        "Ovens",
        "Last confirmed on 23 October 2026 by Grace Hopper",
        "Revision 1, 23 October 2026",
        "And before that?",
        "May be said",
        "Fresh",
    ):
        assert shown in text


def test_briefing_never_shows_a_draft_or_an_answer_of_another_team(client_as):
    recruiter = make_user("recruiter")
    make_answer(short="A draft of words.", published=False)
    answer = make_answer(short="Published words.")
    make_revision(answer, short="Later words.")
    make_answer(scope=make_scope(kind="team"), short="Another team’s words.")
    text = read(client_as(recruiter), make_session())
    assert "Published words." in text
    for hidden in ("A draft of words.", "Later words.", "Another team’s words."):
        assert hidden not in text


def test_briefing_flags_internal_answers_and_the_other_language(client_as):
    make_answer(disclosure="internal")
    make_answer(language="fr", short="Personne.")
    text = read(client_as(make_user("recruiter")), make_session())
    assert "Internal: this may not be said to a candidate." in text
    assert "This answer exists only in French." in text


def test_prepare_briefing_names_gaps_and_stale_answers():
    owner = make_user("reader")
    essential, asked = make_question(essential=True), make_question()
    make_question()
    stale = make_answer(verified_on=ON - timedelta(days=400), owner=owner)
    session = make_session()
    by = session.organiser
    add_candidate_question(session=session, words="And you?", question=asked, gap=True, by=by, at=AT)
    unknown = add_candidate_question(
        session=session, words="Is there a choir?", question=None, gap=True, by=by, at=AT
    )
    briefing = prepare_briefing(session=session, on=ON)
    assert [item.question for item in briefing.gaps] == [essential, asked]
    assert [(item.answer, item.answer.owner) for item in briefing.stale] == [(stale, owner)]
    assert briefing.unmatched == [unknown]
    assert briefing.gap_count == 3
    assert [(item.question, item.asked) for item in briefing.asked] == [(asked, ["And you?"])]


def test_prepare_briefing_keeps_the_wikis_order_and_leaves_out_archived_questions():
    last, first = make_category(rank=2), make_category(rank=1)
    questions = [
        make_question(category=last, rank=1),
        make_question(category=first, rank=2),
        make_question(category=first, rank=1),
    ]
    make_question(category=first, archived_at=AT)
    briefing = prepare_briefing(session=make_session(), on=ON)
    shown = [(part.category, [item.question for item in part.items]) for part in briefing.sections]
    assert shown == [(first, [questions[2], questions[1]]), (last, [questions[0]])]


def test_prepare_briefing_leaves_out_what_matters_least(monkeypatch):
    monkeypatch.setattr(briefings, "LONGEST_BRIEFING", 2)
    make_question()
    asked, essential = make_question(), make_question(essential=True)
    session = make_session()
    add_candidate_question(session=session, words="", question=asked, gap=True, by=session.organiser, at=AT)
    briefing = prepare_briefing(session=session, on=ON)
    assert [item.question for item in briefing.items] == [asked, essential]
    assert briefing.left_out == 1


def test_briefing_makes_as_many_queries_for_thirty_answers_as_for_one(client_as):
    owner, session = make_user("reader"), make_session(None, make_user("reader"))
    client, counts = client_as(make_user("recruiter")), []
    category = make_category()
    for number in (1, 29):
        for _ in range(number):
            question = make_question(category=category, essential=True)
            question.next_questions.add(make_question(category=category))
            make_answer(question, owner=owner, verified_on=ON - timedelta(days=400), details="One")
        with CaptureQueriesContext(connection) as queries:
            read(client, session)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_briefing_calls_a_gap_only_what_was_asked(client_as):
    make_question()
    host = make_user("reader")
    session = make_session(None, host)
    address = reverse("recruiting:briefing", args=[session.pk])
    text = client_as(host).get(address).content.decode()
    assert '<span class="badge">No answer</span>' in text
    assert "badge-stale" not in text
