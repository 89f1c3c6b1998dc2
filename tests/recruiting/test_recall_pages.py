from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from ledger.models import OutgoingMail
from recruiting.domain.recall_closing import Closing, close_recall
from recruiting.domain.recall_mails import ANSWER_CORRECTION
from recruiting.domain.recalls import recall_marks
from recruiting.models import AnswerGiven, Recall, RecallOutcome
from recruiting.views import recalls
from tests.factories import AT, make_answer, make_question, make_revision, make_user
from tests.recruiting.factories import make_application, make_given, make_session
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.challenges import challenge_answer, resolve_challenge
from wiki.models import Answer, Resolution

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT + 20 * DAY, tick=False):
        yield


@pytest.fixture
def recruiter(client: Client) -> Client:
    client.force_login(make_user("recruiter", "reader", email="sophie@example.com"))
    return client


def told_otherwise(
    *, now: str = "Nine per cent left.", email: str = "ada@example.com", **text
) -> AnswerGiven:
    host = make_user("reader")
    answer = make_answer(make_question(), **text)
    given = make_given(make_session(make_application(email=email), host), answer.question, host)
    change(answer, now, **text)
    return given


def change(answer: Answer, now: str, **text) -> None:
    answer.refresh_from_db()
    revision = make_revision(answer, short=now, at=AT + 10 * DAY, **text)
    publish_revision(answer=answer, revision=revision, by=revision.author, at=AT + 10 * DAY)


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(f"recruiting:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, given: AnswerGiven, **changes: object):
    now = Answer.objects.get(pk=given.revision.answer_id).published_id
    data = {"seen": now or "", "how": "mail", "subject": "News", "text": "It is nine.", "reason": ""}
    return client.post(reverse("recruiting:recall", args=[given.pk]), data | changes)


def test_recalls_are_listed_by_answer_and_home_counts_candidates(recruiter):
    assert "Nothing to recall" in page(recruiter, "recalls")
    given = told_otherwise()
    shown = page(recruiter, "recalls")
    assert given.revision.answer.question.phrasings.get(language="en").text in shown
    assert f'href="/recalls/{given.pk}/"' in shown
    assert "1 candidate was told what no longer holds." in recruiter.get("/").content.decode()


def test_home_of_a_reader_says_nothing_of_recalls(client):
    told_otherwise()
    client.force_login(make_user("reader"))
    assert "no longer holds" not in client.get("/").content.decode()


def test_recalls_costs_the_same_with_many(recruiter):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(recruiter, "recalls")
        return len(captured)

    told_otherwise()
    with_one = queries()
    for _ in range(29):
        told_otherwise()
    assert queries() == with_one


def test_recalls_goes_on_to_the_next_page(recruiter):
    for _ in range(26):
        told_otherwise()
    assert page(recruiter, "recalls").count("Told on") == 25
    assert recruiter.get("/recalls/?page=2").content.decode().count("Told on") == 1


def test_recall_shows_what_was_told_and_what_is_true_now(recruiter):
    given = told_otherwise(disclosure="share")
    shown = page(recruiter, "recall", given.pk)
    assert "<del>Eight</del>" in shown
    assert "<ins>Nine</ins>" in shown
    assert "Here is what holds today:\n\nNine per cent left." in shown


def test_recall_sends_the_correction_once(recruiter):
    given = told_otherwise(disclosure="share")
    response = send(recruiter, given)
    assert response.status_code == 302
    assert response.headers["Location"] == "/recalls/"
    assert OutgoingMail.objects.filter(kind=ANSWER_CORRECTION).count() == 1
    again = send(recruiter, given)
    assert "Nothing was done" in again.content.decode()
    assert "It was neither sent nor kept." in again.content.decode()
    assert OutgoingMail.objects.filter(kind=ANSWER_CORRECTION).count() == 1
    assert "It is nine." in page(recruiter, "recall", given.pk)
    for state, said in [
        ("pending", "Correction waits to be sent"),
        ("sent", "Correction sent"),
        ("dropped", "Correction not delivered"),
    ]:
        OutgoingMail.objects.filter(kind=ANSWER_CORRECTION).update(state=state)
        assert said in page(recruiter, "recalls_closed")
        assert said in page(recruiter, "record", given.session_id)
        of_one = page(recruiter, "recall", given.pk)
        assert said in of_one
        assert ("has not received it" in of_one) is (state == "dropped")


def test_recall_says_what_became_of_the_mail_that_settled_other_lines_too(recruiter):
    host, answer = make_user("reader"), make_answer(make_question(), disclosure="share")
    other = make_answer(make_question(), disclosure="share")
    session = make_session(make_application(email="ada@example.com"), host)
    given, again = (make_given(session, answer.question, host, at=AT + days * DAY) for days in (7, 8))
    apart = make_given(session, other.question, host, at=AT + 8 * DAY)
    for one in (answer, other):
        change(one, "Nine per cent left.", disclosure="share")
    send(recruiter, again)
    OutgoingMail.objects.filter(kind=ANSWER_CORRECTION).update(state="failed")
    send(recruiter, apart)
    shown = {line.pk: page(recruiter, "recall", line.pk) for line in (given, again, apart)}
    assert [pk for pk, text in shown.items() if "has not received it" in text] == [given.pk, again.pk]


def test_recall_closed_by_two_at_once_tells_the_second_and_keeps_their_words(recruiter, monkeypatch):
    """The first closes it after the second's page has looked, and before it writes."""
    given, first = told_otherwise(disclosure="share"), make_user("lead")

    def closed_meanwhile(**asked):
        if not Recall.objects.exists():
            left = Closing(outcome=RecallOutcome.LEFT, reason="They withdrew.")
            close_recall(given=given, how=left, as_of=asked["as_of"], by=first, at=asked["at"])
        return close_recall(**asked)

    monkeypatch.setattr(recalls, "close_recall", closed_meanwhile)
    second = send(recruiter, given, text="My own words.")
    assert second.status_code == 200
    assert "Nothing was done: it was settled meanwhile" in second.text
    assert "They withdrew." in second.text
    assert "My own words." in second.text
    assert Recall.objects.get().closed_by == first
    assert not OutgoingMail.objects.filter(kind=ANSWER_CORRECTION).exists()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"how": ""}, "This field is required."),
        ({"subject": ""}, "Enter a subject."),
        ({"text": " "}, "Write the correction."),
        ({"how": "told"}, "Write when and how they were told."),
        ({"how": "leave"}, "Write why it may stay as it is."),
        ({"text": "Nine per cent left."}, "may not be given in writing"),
        ({"seen": "1"}, "The answer has changed since you opened this page."),
    ],
)
def test_recall_refuses(recruiter, typed, message):
    given = told_otherwise()
    response = send(recruiter, given, **typed)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Recall.objects.exists()


def test_recall_whose_answer_changed_is_sent_after_it_was_read(recruiter):
    given = told_otherwise(disclosure="share")
    seen = Answer.objects.get(pk=given.revision.answer_id).published_id
    change(given.revision.answer, "Ten per cent left.", disclosure="share")
    shown = send(recruiter, given, seen=seen, text="My own words.").content.decode()
    assert "The answer has changed since you opened this page." in shown
    assert "My own words." in shown
    assert "<ins>Ten</ins>" in shown
    assert send(recruiter, given, text="My own words, mended.").status_code == 302


def test_recall_of_a_candidate_without_address_asks_for_a_word(recruiter):
    given = told_otherwise(email="")
    shown = page(recruiter, "recall", given.pk)
    assert "No e-mail address is known for this candidate." in shown
    assert 'name="text"' not in shown
    assert send(recruiter, given, how="told", reason="Called.").status_code == 302
    assert Recall.objects.get().reason == "Called."


def test_recall_of_an_internal_or_withdrawn_answer_offers_free_words(recruiter):
    internal = told_otherwise()
    change(internal.revision.answer, "Ten.", disclosure="internal")
    assert "its words may not leave the company" in page(recruiter, "recall", internal.pk)
    withdrawn = told_otherwise()
    withdraw_answer(answer=withdrawn.revision.answer, by=make_user("editor"), at=AT + 12 * DAY, reason="")
    assert "there are no words to send" in page(recruiter, "recall", withdrawn.pk)
    assert send(recruiter, withdrawn, text="We were wrong; let me call you.").status_code == 302


def test_recall_of_an_answer_that_is_not_corrected_yet_sends_none_of_its_words(recruiter):
    host, answer = make_user("reader"), make_answer(disclosure="share", short="Eight per cent left.")
    given = make_given(make_session(make_application(email="ada@example.com"), host), answer.question, host)
    made = challenge_answer(answer=answer, revision=answer.published, text="No.", by=host, at=AT + 8 * DAY)
    resolve_challenge(
        challenge=made, resolution=Resolution.CORRECTED, note="Ten left.", by=host, at=AT + 9 * DAY
    )
    shown = page(recruiter, "recall", given.pk)
    assert "these are the words that were proved wrong" in shown
    assert "there are no words to send" in shown
    for false in (
        "What is true now",
        "Here is what holds today",
        "what changed is in its details",
        " checked",
    ):
        assert false not in shown
    change(answer, "Ten per cent left.", disclosure="share")
    shown = page(recruiter, "recall", given.pk)
    assert "What is true now" in shown
    assert "Here is what holds today:\n\nTen per cent left." in shown


def test_recall_of_a_candidate_who_reads_another_language_says_so(recruiter):
    given = told_otherwise(disclosure="share")
    candidate = given.session.application.candidate
    candidate.language = "fr"
    candidate.save()
    shown = page(recruiter, "recall", given.pk)
    assert "translate it in the text below" in shown


def test_recall_that_never_was_does_not_exist(recruiter):
    given = make_given(make_session(None, host := make_user("reader")), make_answer().question, host)
    assert recruiter.get(f"/recalls/{given.pk}/").status_code == 404
    assert recruiter.get("/recalls/999999/").status_code == 404


def test_recalls_closed_costs_the_same_with_many(recruiter):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(recruiter, "recalls_closed")
        return len(captured)

    send(recruiter, told_otherwise())
    page(recruiter, "recalls_closed")  # what was said of the last one is said once
    with_one = queries()
    for _ in range(29):
        send(recruiter, told_otherwise())
    page(recruiter, "recalls_closed")
    assert queries() == with_one


def publish_with(client: Client, answer: Answer):
    data = {"short_answer": "Ten.", "base": 1, "kind": "answered", "disclosure": "say", "major": "on"}
    url = reverse("wiki:answer_edit", args=[answer.pk])
    return client.post(url, data | {"publish": "1"}, follow=True).content.decode()


def test_who_publishes_a_major_revision_is_told_who_heard_otherwise(client):
    host, answer = make_user("reader"), make_answer()
    make_given(make_session(None, host), answer.question, host)
    client.force_login(make_user("lead"))
    shown = publish_with(client, answer)
    assert "Published." in shown
    assert '1 candidate was told otherwise. <a href="/recalls/">Answer recalls</a>' in shown


def test_an_editor_who_publishes_is_told_nothing_of_candidates(client):
    host, answer = make_user("reader"), make_answer()
    make_given(make_session(None, host), answer.question, host)
    client.force_login(make_user("editor"))
    shown = publish_with(client, answer)
    assert "Published." in shown
    assert "told otherwise" not in shown


def test_who_resolves_a_challenge_as_corrected_is_told_who_heard_otherwise(client):
    host, answer = make_user("reader"), make_answer()
    make_given(make_session(None, host), answer.question, host)
    made = challenge_answer(answer=answer, revision=answer.published, text="No.", by=host, at=AT + 8 * DAY)
    client.force_login(make_user("lead"))
    prefix = f"challenge-{made.pk}"
    data = {f"{prefix}-resolution": "corrected", f"{prefix}-note": "Ten left."}
    url = reverse("wiki:challenge_resolve", args=[made.pk])
    assert "1 candidate was told otherwise." in client.post(url, data, follow=True).content.decode()


def test_the_mark_on_a_record_leads_to_the_recall_and_tells_how_it_ended(recruiter):
    given = told_otherwise()
    include = "recruiting/includes/recall_mark.html"
    mark = recall_marks(given.session, on=localdate())[given.pk]
    assert f'href="/recalls/{given.pk}/"' in render_to_string(include, {"mark": mark})
    send(recruiter, given, how="leave", reason="It does not concern their job.")
    mark = recall_marks(given.session, on=localdate())[given.pk]
    assert "Left as it is" in render_to_string(include, {"mark": mark})
