from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.domain.questions_asked import add_candidate_question
from recruiting.models import AnswerGiven, Delivery, FollowUp, Session, SessionStatus
from tests.factories import AT, make_answer, make_category, make_question, make_revision, make_user
from tests.recruiting.factories import make_given, make_session
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.ownership import archive_answer
from wiki.domain.questions import archive_question
from wiki.domain.search_index import index_question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT + timedelta(days=7), tick=False):
        yield


@pytest.fixture
def host():
    return make_user("reader", name="Grace Hopper")


@pytest.fixture
def session(host):
    return make_session(None, host)


@pytest.fixture
def client(client_as, host):
    return client_as(host)


@pytest.fixture
def answer():
    answer = make_answer(make_question("leaving", en="Do many people leave?"), short="Eight per cent left.")
    index_question(question=answer.question)
    return answer


def address(session, **query):
    return reverse("recruiting:session_answer", args=[session.pk], query=query)


def posted_from(page, number=0, **changes):
    """What a browser would send from the form of one question found."""
    form = page.context["cards"][number][1]
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (shown | changes).items() if value is not None}


def record(client, session, data, **kwargs):
    return client.post(reverse("recruiting:answer_record", args=[session.pk]), data, **kwargs)


def test_session_answer_finds_a_question_by_search(client, session, answer):
    page = client.get(address(session, q="people leave"))
    text = page.content.decode()
    assert [pick.question for pick, _ in page.context["cards"]] == [answer.question]
    assert "Eight per cent left." in text
    assert "Given as written" in text


def test_session_answer_gives_htmx_the_results_alone(client, session, answer):
    text = client.get(address(session, q="people leave"), headers={"HX-Request": "true"}).content.decode()
    assert "Eight per cent left." in text
    assert "<html" not in text
    going_back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get(address(session, q="people leave"), headers=going_back).content.decode()


def test_session_answer_starts_with_what_the_candidate_asked(client, session, answer, host):
    asked = add_candidate_question(
        session=session, words="Who leaves?", question=answer.question, gap=False, by=host, at=AT
    )
    page = client.get(address(session))
    assert [pick.asked for pick, _ in page.context["cards"]] == [asked]
    record(client, session, posted_from(page, as_written="1"))
    assert AnswerGiven.objects.get().candidate_question == asked
    assert client.get(address(session)).context["cards"] == []


def test_session_answer_matches_a_question_sent_in_the_candidates_words(client, session, answer, host):
    asked = add_candidate_question(
        session=session, words="Who leaves?", question=None, gap=True, by=host, at=AT
    )
    page = client.get(address(session, q="leave", asked=str(asked.pk)))
    record(client, session, posted_from(page, as_written="1"))
    asked.refresh_from_db()
    assert (asked.question, asked.gap) == (answer.question, False)


def test_session_answer_shows_the_row_that_was_chosen_alone(client, session, answer, host):
    other = make_answer(make_question(en="Who decides?"))
    rows = [
        add_candidate_question(session=session, words=words, question=question, gap=gap, by=host, at=AT)
        for words, question, gap in [
            ("Who leaves?", answer.question, False),
            ("Who has a say?", other.question, False),
            ("Do people leave?", None, True),
        ]
    ]
    for row, found in zip(rows, [answer, other, answer], strict=True):
        page = client.get(address(session, asked=str(row.pk)))
        assert [pick.question for pick, _ in page.context["cards"]] == [found.question]
    record(client, session, posted_from(client.get(address(session, asked=str(rows[1].pk))), as_written="1"))
    given = AnswerGiven.objects.get()
    assert (given.candidate_question, given.revision) == (rows[1], other.published)


def test_session_answer_needs_the_words_of_an_unknown_question_alone(client, session, answer):
    page = client.get(address(session, q="people leave"))
    [(_pick, known)] = page.context["cards"]
    assert page.context["unknown_form"].fields["words"].needed_sometimes
    assert not known.fields["words"].needed_sometimes


@pytest.mark.parametrize("query", [{"q": "\0"}, {"question": "\0"}, {"asked": "x"}, {"question": "none"}])
def test_session_answer_bears_nonsense(client, session, query):
    assert client.get(address(session, **query)).status_code == 200


def test_answer_record_takes_one_tap(client, session, answer, host):
    page = client.get(address(session, question="leaving"))
    done = record(client, session, posted_from(page, as_written="1"), follow=True)
    assert done.redirect_chain == [(address(session), 302)]
    assert "Recorded, as written:" in done.content.decode()
    given = AnswerGiven.objects.get()
    assert (given.revision, given.delivery, given.host) == (answer.published, Delivery.AS_WRITTEN, host)


def test_answer_record_keeps_what_was_said_otherwise(client, session, answer):
    page = client.get(address(session, question="leaving"))
    record(client, session, posted_from(page, delivery="adapted", said="Fewer than ten.", words="Who goes?"))
    given = AnswerGiven.objects.get()
    assert (given.delivery, given.said) == (Delivery.ADAPTED, "Fewer than ten.")
    assert given.candidate_question.words == "Who goes?"


def test_answer_record_sent_twice_records_once(client, session, answer):
    data = posted_from(client.get(address(session, question="leaving")), as_written="1")
    for _ in range(2):
        assert "Recorded, as written:" in record(client, session, data, follow=True).content.decode()
    assert AnswerGiven.objects.count() == 1


def test_answer_record_sent_again_with_other_words_says_that_the_first_stand(client, session, answer):
    data = posted_from(client.get(address(session, question="leaving")), as_written="1")
    record(client, session, data)
    del data["as_written"]
    again = record(client, session, data | {"delivery": "adapted"}, follow=True)
    assert "what it said then counts" in again.content.decode()
    assert AnswerGiven.objects.get().delivery == Delivery.AS_WRITTEN


def test_answer_record_needs_the_words_that_differed(client, session, answer):
    page = client.get(address(session, question="leaving"))
    assert "Needed if the answer was adapted or departed from." in page.content.decode()
    refused = record(client, session, posted_from(page, delivery="adapted", words="Who goes?"))
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "Write what was said: the answer was not given as written." in text
    assert "Who goes?" in text
    assert not AnswerGiven.objects.exists()


def test_answer_record_shows_the_words_now_in_force_and_keeps_what_was_typed(client, session, answer, host):
    page = client.get(address(session, question="leaving"))
    newer = make_revision(answer, short="Nine per cent left.")
    publish_revision(answer=answer, revision=newer, by=host, at=AT)
    refused = record(client, session, posted_from(page, delivery="adapted", said="My own words."))
    text = refused.content.decode()
    assert refused.status_code == 422
    for shown in ("This answer has changed since", "Nine per cent left.", "My own words."):
        assert shown in text
    record(client, session, posted_from(refused))
    given = AnswerGiven.objects.get()
    assert (given.revision, given.said) == (newer, "My own words.")


@pytest.fixture(params=["withdrawn", "archived", "question archived"])
def gone(request, answer):
    """Do away with the answer, which is on someone's screen."""
    lead = make_user("lead")

    def do():
        if request.param == "question archived":
            archive_question(question=answer.question, by=lead, at=AT)
            return
        withdraw_answer(answer=answer, by=lead, at=AT, reason="Not true any more.")
        if request.param == "archived":
            archive_answer(answer=answer, by=lead, at=AT)

    return do


def test_answer_record_says_that_the_answer_on_screen_is_gone_and_loses_nothing(
    client, session, answer, gone
):
    page = client.get(address(session, question="leaving"))
    gone()
    refused = record(client, session, posted_from(page, as_written="1", said="Eight per cent."))
    text = refused.content.decode()
    assert refused.status_code == 422
    for shown in (
        "withdrawn or archived since you opened the page",
        "Do many people leave?",
        "Eight per cent.",
    ):
        assert shown in text
    for not_shown in ("Eight per cent left.", "Read the words in force now", "Given as written"):
        assert not_shown not in text
    done = record(client, session, posted_from(refused, not_answered="1"), follow=True)
    assert "Recorded, not answered: Do many people leave?" in done.content.decode()
    given = AnswerGiven.objects.get()
    assert (given.revision, given.said) == (None, "Eight per cent.")
    assert (given.candidate_question.question, given.candidate_question.gap) == (answer.question, True)


def test_answer_record_refused_still_shows_what_the_candidate_asked(client, session, answer, host):
    add_candidate_question(
        session=session, words="Who leaves?", question=answer.question, gap=False, by=host, at=AT
    )
    refused = record(client, session, posted_from(client.get(address(session)), adapted="1"), headers=HTMX)
    assert refused.status_code == 422
    assert "Who leaves?" in refused.content.decode()


def test_a_promise_names_a_question_that_was_archived_meanwhile(client, session, answer):
    page = client.get(address(session, question="leaving"))
    archive_question(question=answer.question, by=make_user("lead"), at=AT)
    record(client, session, posted_from(page, to_follow_up="1"))
    assert FollowUp.objects.get().promised == "Come back with an answer to: Do many people leave?"


def test_session_answer_says_that_a_question_sent_beforehand_is_archived(client, session, answer, host):
    row = add_candidate_question(
        session=session, words="Who leaves?", question=answer.question, gap=False, by=host, at=AT
    )
    archive_question(question=answer.question, by=make_user("lead"), at=AT)
    for query in ({}, {"question": "leaving", "asked": str(row.pk)}, {"asked": str(row.pk)}):
        page = client.get(address(session, **query))
        assert "This question is archived, and its answer may not be said any more." in page.content.decode()
    record(client, session, posted_from(page, to_follow_up="1"))
    assert AnswerGiven.objects.get().candidate_question == row


def test_answer_record_refuses_to_have_said_an_internal_answer(client, session, host):
    question = make_answer(disclosure="internal").question
    page = client.get(address(session, question=question.slug))
    assert "Given as written" not in page.content.decode()
    refused = record(client, session, posted_from(page, delivery="as_written"))
    assert "This answer is internal and may not be said to candidates." in refused.content.decode()
    assert not AnswerGiven.objects.exists()


def test_answer_record_keeps_a_question_the_wiki_does_not_know(client, session, host):
    form = client.get(address(session)).context["unknown_form"]
    assert [way for way, _ in form.fields["delivery"].choices] == ["not_answered", "to_follow_up"]
    data = {"client_id": uuid4(), "delivery": "to_follow_up", "host": host.pk, "words": "Is there a choir?"}
    record(client, session, data)
    asked = AnswerGiven.objects.get().candidate_question
    assert (asked.words, asked.question, asked.gap) == ("Is there a choir?", None, True)


def test_answer_record_needs_the_words_of_an_unknown_question(client, session, host):
    data = {"client_id": uuid4(), "delivery": "to_follow_up", "host": host.pk, "said": "Next week."}
    refused = record(client, session, data)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "Enter the question in the candidate’s words." in text
    assert "Next week." in text


@pytest.mark.parametrize("field", ["question", "revision", "asked", "host", "client_id", "delivery"])
@pytest.mark.parametrize("value", ["0", "x", "9" * 30, "²"])
def test_answer_record_refuses_values_that_no_form_of_ours_sends(client, session, answer, field, value):
    data = posted_from(client.get(address(session, question="leaving")))
    refused = record(client, session, data | {field: value})
    assert refused.status_code == 422
    assert not AnswerGiven.objects.exists()


def test_answer_record_refuses_a_candidate_question_of_another_session(client, session, answer, host):
    other = make_session(None, make_user("reader"))
    asked = add_candidate_question(session=other, words="Mine", question=None, gap=True, by=host, at=AT)
    data = posted_from(client.get(address(session, question="leaving")))
    assert record(client, session, data | {"asked": asked.pk}).status_code == 422
    asked.refresh_from_db()
    assert asked.question is None


def test_answer_record_refuses_a_cancelled_session(client, session, answer):
    data = posted_from(client.get(address(session, question="leaving")))
    Session.objects.update(status=SessionStatus.CANCELLED)
    refused = record(client, session, data | {"as_written": "1"})
    assert "This session is over. Reopen it to record or correct an answer." in refused.content.decode()
    assert "Given as written" not in client.get(address(session, question="leaving")).content.decode()


def test_answer_record_said_otherwise_must_say_how(client, session, answer):
    data = posted_from(client.get(address(session, question="leaving"))) | {"said": "About a tenth."}
    refused = record(client, session, data)
    assert list(refused.context["failed"].errors) == ["delivery"]
    assert "About a tenth." in refused.content.decode()
    assert not AnswerGiven.objects.exists()


def test_answer_record_by_a_recruiter_offers_the_hosts(client_as, session, answer, host):
    page = client_as(make_user("recruiter")).get(address(session, question="leaving"))
    form = page.context["cards"][0][1]
    assert form.fields["host"].choices == [(str(host.pk), "Grace Hopper")]
    assert form["host"].value() == str(host.pk)


def test_session_answer_makes_as_many_queries_for_thirty_as_for_one(client, session, host):
    counts, category = [], make_category()
    for number in (1, 29):
        for _ in range(number):
            question = make_question(category=category, en="Do many people leave?")
            make_given(session, make_answer(question).question, host)
            waiting = make_answer(make_question(category=category)).question
            add_candidate_question(session=session, words="", question=waiting, gap=False, by=host, at=AT)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(session))
        counts.append(len(queries))
    assert counts[0] == counts[1]


HTMX = {"HX-Request": "true"}


def test_answer_record_gives_htmx_the_word_and_what_is_recorded_by_now(client, session, answer):
    data = posted_from(client.get(address(session, question="leaving")), as_written="1")
    for _press in range(2):
        text = record(client, session, data, headers=HTMX).content.decode()
        assert "Recorded, as written:" in text
        assert "<html" not in text
        assert text.count('id="correct-') == 1
    given = AnswerGiven.objects.get()
    assert reverse("recruiting:answer_correct", args=[session.pk, given.pk]) in text


def test_answer_record_gives_htmx_the_refused_form_alone(client, session, answer):
    data = posted_from(client.get(address(session, question="leaving")), adapted="1", words="Who goes?")
    refused = record(client, session, data, headers=HTMX)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "<html" not in text
    assert "Write what was said: the answer was not given as written." in text
    assert "Who goes?" in text


def test_answer_record_makes_a_promise_of_what_is_to_follow_up(client, session, answer, host):
    page = client.get(address(session, question="leaving"))
    record(client, session, posted_from(page, to_follow_up="1"))
    follow_up = FollowUp.objects.get()
    assert follow_up.promised == "Come back with an answer to: Do many people leave?"
    assert (follow_up.owner, follow_up.due_on) == (host, (AT + timedelta(days=14)).date())


def test_answer_record_refuses_a_promise_for_a_day_gone_by(client, session, answer):
    page = client.get(address(session, question="leaving"))
    data = posted_from(page, as_written="1", promised="Send the plan", due_on="2026-11-01")
    assert "Choose a day to come." in record(client, session, data).content.decode()
    assert not AnswerGiven.objects.exists()


def test_answer_correct_offers_the_promise_that_stands(client, session, answer):
    data = posted_from(client.get(address(session, question="leaving")), as_written="1")
    record(client, session, data | {"promised": "Send the plan"})
    given = AnswerGiven.objects.get()
    page = client.get(reverse("recruiting:answer_correct", args=[session.pk, given.pk]))
    assert page.context["form"]["promised"].value() == "Send the plan"


def test_answers_recorded_tells_nothing_to_who_knows_it(client, session, answer, host):
    url = reverse("recruiting:answers_recorded", args=[session.pk])
    state = client.get(address(session)).context["state"]
    assert client.get(url, {"known": state}).status_code == 204
    make_given(session, answer.question, host)
    page = client.get(url, {"known": state})
    assert (page.status_code, page.content.decode().count('id="correct-')) == (200, 1)
    assert client.get(url, {"known": page.context["state"]}).status_code == 204


def test_session_answer_shows_the_latest_lines_only(client, session, host):
    for number in range(10):
        make_given(session, None, host, delivery="not_answered", words=f"Number {number}?")
    latest = client.get(address(session)).context["latest"]
    assert [line.asked.words for line in latest] == [f"Number {number}?" for number in range(9, 1, -1)]
