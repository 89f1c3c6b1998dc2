from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.domain.debriefs import DebriefFacts, Felt, submit_debrief
from recruiting.domain.said_otherwise import SaidOtherwise, proposed_text, said_otherwise, said_otherwise_of
from tests.factories import AT, make_answer, make_question, make_user
from tests.recruiting.factories import make_given, make_session
from wiki.models import Answer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = AT + 8 * DAY


@pytest.fixture
def owner():
    return make_user("reader")


@pytest.fixture
def answer(owner):
    return make_answer(make_question(), owner=owner, short="Eight per cent left in 2026.")


def depart(answer, said: str, host=None, *, at=NOW):
    host = host or make_user("reader")
    return make_given(
        make_session(None, host), answer.question, host, delivery="departed_from", said=said, at=at
    )


def debrief(answer, felt: Felt, host=None):
    host = host or make_user("reader", name="Thomas")
    session = make_session(None, host, starts_at=AT + 7 * DAY)
    asked = make_given(session, answer.question, host, at=AT + 7 * DAY).candidate_question
    facts = DebriefFacts(questions={asked.pk: felt})
    submit_debrief(session=session, host=host, facts=facts, as_of=None, at=NOW)


def found(answer) -> SaidOtherwise:
    [one] = said_otherwise(answers=Answer.objects.filter(pk=answer.pk), at=NOW)
    return one


def test_said_otherwise_counts_departures_improvisations_and_stumbles(answer):
    depart(answer, "Nine.")
    debrief(answer, Felt(2, "A story."))
    debrief(answer, Felt(1))
    debrief(answer, Felt(3))
    one = found(answer)
    assert (one.departures, one.improvisations, one.stumbles, one.times) == (1, 1, 2, 2)


def test_words_are_shown_from_three_people_on(answer):
    host = make_user("reader")
    for _ in range(3):
        depart(answer, "Nine.", host)
    debrief(answer, Felt(None, "A story."))
    assert found(answer).words == []
    depart(answer, "About nine.")
    assert found(answer).words == ["A story.", "About nine.", "Nine."]


def test_people_who_gave_no_words_do_not_count_towards_three(answer):
    depart(answer, "Nine.")
    debrief(answer, Felt(1))
    debrief(answer, Felt(1))
    assert found(answer).words == []


def test_said_otherwise_leaves_out_what_is_old_or_corrected(answer):
    depart(answer, "Long ago.", at=NOW - 31 * DAY)
    assert said_otherwise(answers=Answer.objects.all(), at=NOW) == []


def test_said_otherwise_of_a_person_is_of_what_they_keep(answer, owner):
    depart(answer, "Nine.")
    depart(make_answer(make_question(), owner=make_user("reader")), "Ten.")
    assert [one.answer for one in said_otherwise_of(user=owner, at=NOW)] == [answer]
    assert said_otherwise_of(user=make_user("reader"), at=NOW) == []


def test_proposed_text_holds_both_and_no_more_than_a_short_answer_may(answer):
    for number in range(4):
        depart(answer, f"{number} " + "x" * 300)
    text = proposed_text(found(answer), short_answer="Eight per cent left.")
    assert text.startswith("Eight per cent left.\n\n0 xxx")
    assert len(text) <= 800


def test_said_otherwise_makes_as_many_queries_for_thirty_as_for_one(owner):
    counts = []
    for number in (1, 29):
        for _ in range(number):
            answer = make_answer(make_question(), owner=owner)
            depart(answer, "Nine.")
            debrief(answer, Felt(1, "A story."))
        with CaptureQueriesContext(connection) as queries:
            said_otherwise_of(user=owner, at=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


# --- the pages ----------------------------------------------------------------


@pytest.fixture
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.usefixtures("_now")
def test_said_otherwise_page_shows_no_names_and_no_words_of_few(client_as, answer, owner):
    depart(answer, "Nine.", make_user("reader", name="Thomas"))
    page = client_as(owner).get(reverse("recruiting:answer_said_otherwise", args=[answer.pk])).text
    assert "Words are shown once at least three people have contributed some" in page
    assert "Nine." not in page
    assert "Thomas" not in page


@pytest.mark.usefixtures("_now")
def test_answer_proposed_opens_the_editor_and_saves_nothing(client_as, answer, owner):
    for words in ("Nine.", "Ten.", "About nine."):
        depart(answer, words, make_user("reader", name="Thomas"))
    client = client_as(owner)
    page = client.get(reverse("recruiting:answer_said_otherwise", args=[answer.pk])).text
    assert reverse("recruiting:answer_proposed", args=[answer.pk]) in page
    editor = client.get(reverse("recruiting:answer_proposed", args=[answer.pk]))
    initial = editor.context["form"].initial
    assert initial["short_answer"] == "Eight per cent left in 2026.\n\nAbout nine.\n\nNine.\n\nTen."
    assert f'action="{reverse("wiki:answer_edit", args=[answer.pk])}"' in editor.text
    assert "Thomas" not in editor.text
    answer.refresh_from_db()
    assert answer.head == 1


@pytest.mark.usefixtures("_now")
def test_home_of_an_owner_says_how_often_it_was_said_otherwise(client_as, answer, owner):
    for _ in range(3):
        depart(answer, "Nine.")
    assert "said otherwise 3 times this month" in client_as(owner).get(reverse("home")).text


@pytest.mark.usefixtures("_now")
def test_question_page_leads_editors_to_what_was_said_otherwise(client_as, answer):
    depart(answer, "Nine.")
    fragment = reverse("recruiting:given_for_question", args=[answer.question.slug])
    page = reverse("recruiting:answer_said_otherwise", args=[answer.pk])
    assert page in client_as(make_user("editor")).get(fragment).text
    assert page not in client_as(make_user("recruiter")).get(fragment).text
