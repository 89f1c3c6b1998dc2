from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.models import OutgoingMail
from recruiting.domain.debrief_mails import ask_for_debriefs, remind_of_debriefs, still_owed
from recruiting.domain.debriefs import (
    DebriefChanged,
    DebriefFacts,
    Felt,
    NotAHost,
    NotBegun,
    SessionNotOpen,
    debriefs_of,
    debriefs_wanted,
    facts_of,
    may_debrief,
    submit_debrief,
)
from recruiting.domain.sessions import SessionFacts, change_status, edit_session
from recruiting.models import Debrief, DebriefedQuestion, Session
from tests.factories import AT, make_answer, make_question, make_user
from tests.recruiting.factories import make_application, make_given, make_position, make_session

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER = AT + HOUR


@pytest.fixture
def host():
    return make_user("reader", name="Thomas")


@pytest.fixture
def session(host):
    application = make_application(make_position("Baker"), name="Ada Lovelace")
    return make_session(application, host, starts_at=AT)


def submit(session, host, *, as_of=None, at=LATER, **facts):
    return submit_debrief(session=session, host=host, facts=DebriefFacts(**facts), as_of=as_of, at=at)


def status_of(session) -> str:
    return Session.objects.get(pk=session.pk).status


def test_submit_debrief_holds_and_debriefs_the_session(host, session):
    asked = make_given(session, None, host, delivery="not_answered", words="Why?", at=AT).candidate_question
    debrief = submit(session, host, landed="Well.", questions={asked.pk: Felt(2, "A story.")})
    assert (debrief.landed, debrief.submitted_at) == ("Well.", LATER)
    assert facts_of(debrief).questions == {asked.pk: Felt(2, "A story.")}
    assert status_of(session) == "debriefed"
    assert set(session.follow_ups.values_list("kind", flat=True)) == {"thanks", "news"}


def test_submit_debrief_waits_for_every_host(host):
    other = make_user("reader")
    session = make_session(None, host, other, starts_at=AT)
    submit(session, host)
    assert status_of(session) == "held"
    submit(session, other)
    assert status_of(session) == "debriefed"


def test_session_is_debriefed_when_the_host_waited_for_hosts_no_more(host):
    organiser, other = make_user("recruiter"), make_user("reader")
    session = make_session(None, host, other, starts_at=AT, by=organiser)
    submit(session, host)
    session.refresh_from_db()
    names = ("stage", "format", "language", "starts_at", "length_minutes")
    facts = SessionFacts(hosts=[host], **{name: getattr(session, name) for name in names})
    edit_session(session=session, facts=facts, as_of=session.updated_at, by=organiser, at=LATER)
    assert status_of(session) == "debriefed"


def test_submit_debrief_may_be_empty(host, session):
    debrief = submit(session, host)
    assert (debrief.landed, debrief.questions.count()) == ("", 0)


def test_submit_debrief_again_changes_it_until_the_session_is_closed(host, session):
    asked = make_given(session, None, host, delivery="not_answered", words="Why?", at=AT).candidate_question
    first = submit(session, host, questions={asked.pk: Felt(1)})
    submit(session, host, landed="Better.", as_of=first.updated_at, at=LATER + HOUR)
    debrief = Debrief.objects.get()
    assert (debrief.landed, debrief.questions.count()) == ("Better.", 0)
    assert (debrief.submitted_at, debrief.updated_at) == (LATER, LATER + HOUR)
    session.refresh_from_db()
    change_status(session=session, status="closed", by=session.organiser, at=LATER)
    with pytest.raises(SessionNotOpen):
        submit(session, host, landed="Too late.", as_of=debrief.updated_at)


def test_submit_debrief_sent_twice_is_there_once(host, session):
    submit(session, host, landed="Well.")
    submit(session, host, landed="Well.", at=LATER + HOUR)
    assert Debrief.objects.get().updated_at == LATER


def test_submit_debrief_over_another_of_the_same_host_is_refused(host, session):
    submit(session, host, landed="On my phone.")
    with pytest.raises(DebriefChanged):
        submit(session, host, landed="On my laptop.")


def test_submit_debrief_is_for_hosts_of_what_has_begun(host, session):
    with pytest.raises(NotAHost):
        submit(session, make_user("lead"))
    with pytest.raises(NotBegun):
        submit(session, host, at=AT - HOUR)
    assert not may_debrief(session, host, at=AT - HOUR)
    assert may_debrief(session, host, at=AT)


def test_submit_debrief_leaves_questions_of_other_sessions_alone(host, session):
    elsewhere = make_given(make_session(None, host), None, host, delivery="not_answered", words="Why?")
    submit(session, host, questions={elsewhere.candidate_question_id: Felt(1)})
    assert DebriefedQuestion.objects.count() == 0


def test_reopened_record_is_debriefed_again(host, session):
    submit(session, host)
    session.refresh_from_db()
    for status in ("closed", "held"):
        change_status(session=session, status=status, by=session.organiser, at=LATER)
    assert status_of(session) == "debriefed"


def test_comfort_is_from_one_to_five(host, session):
    asked = make_given(session, None, host, delivery="not_answered", words="Why?", at=AT).candidate_question
    debrief = submit(session, host)
    with pytest.raises(IntegrityError), transaction.atomic():
        DebriefedQuestion.objects.create(debrief=debrief, candidate_question=asked, comfort=6)


def test_debriefs_wanted_are_those_of_the_last_fortnight(host, session):
    make_session(None, host, starts_at=LATER + DAY)
    make_session(None, host, starts_at=AT - 15 * DAY)
    make_session(None, make_user("reader"), starts_at=AT)
    assert list(debriefs_wanted(host=host, at=LATER)) == [session]
    submit(session, host)
    assert list(debriefs_wanted(host=host, at=LATER)) == []


def test_debriefs_of_a_host_are_their_own(host):
    other = make_user("reader")
    session = make_session(None, host, other, starts_at=AT)
    mine, theirs = submit(session, host), submit(session, other)
    assert debriefs_of(session, reader=host) == [mine]
    assert debriefs_of(session, reader=make_user("recruiter")) == [mine, theirs]


# --- the mails ----------------------------------------------------------------


def mails(kind: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind))


def test_debrief_is_asked_for_once_the_session_has_ended(host, session):
    assert ask_for_debriefs(at=AT + timedelta(minutes=44)) == 0
    assert ask_for_debriefs(at=AT + timedelta(minutes=45)) == 1
    assert ask_for_debriefs(at=AT + 2 * HOUR) == 0
    [mail] = mails("debrief-request")
    assert mail.subject == "Your debrief, two minutes: Baker"
    text = bytes(mail.message).decode()
    assert "Ada" in text
    assert "Lovelace" not in text
    assert "Nothing here is about the candidate" in text
    assert still_owed(mail)


def test_debrief_is_reminded_of_the_next_morning_only_while_it_is_owed(host, session):
    on = AT.date() + DAY
    assert remind_of_debriefs(on=AT.date(), at=AT) == 0
    assert remind_of_debriefs(on=on, at=AT + DAY) == 1
    assert remind_of_debriefs(on=on + DAY, at=AT + 2 * DAY) == 0
    [mail] = mails("debrief-reminder")
    submit(session, host)
    assert not still_owed(mail)


def test_debrief_is_not_asked_of_what_was_cancelled_or_submitted(host, session):
    submit(session, host)
    Session.objects.filter(pk=make_session(None, host, starts_at=AT).pk).update(status="cancelled")
    assert ask_for_debriefs(at=LATER) == 0


def test_debrief_is_not_owed_by_who_hosts_no_more(host, session):
    ask_for_debriefs(at=LATER)
    session.hosts.all().delete()
    assert not still_owed(mails("debrief-request")[0])


# --- the page -----------------------------------------------------------------


@pytest.fixture
def page(client_as, host, session):
    with time_machine.travel(LATER, tick=False):
        yield client_as(host), reverse("recruiting:debrief", args=[session.pk])


def test_debrief_page_says_what_it_is_about_and_links_the_record(page, host, session):
    client, address = page
    question = make_question(en="Why do people leave?")
    make_answer(question)
    given = make_given(session, question, host, at=AT)
    text = client.get(address).text
    assert "This is about our answers. Nothing here is about the candidate." in text
    assert reverse("recruiting:answer_correct", args=[session.pk, given.pk]) in text
    assert "Why do people leave?" in text
    assert "Lovelace" not in text


def test_debrief_page_keeps_what_was_typed(page, host, session):
    client, address = page
    asked = make_given(session, None, host, delivery="not_answered", words="Why?", at=AT).candidate_question
    typed = {f"comfort-{asked.pk}": "2", f"improvised-{asked.pk}": "A story.", "landed": "Well."}
    response = client.post(address, typed)
    assert response.url == reverse("recruiting:session", args=[session.pk])
    assert facts_of(Debrief.objects.get()).questions == {asked.pk: Felt(2, "A story.")}
    again = client.get(address).text
    assert "A story." in again
    assert "Save the debrief" in again


def test_debrief_page_tells_of_another_save_and_loses_nothing(page, host, session):
    client, address = page
    submit(session, host, landed="On my phone.")
    response = client.post(address, {"landed": "On my laptop.", "seen": ""})
    assert response.status_code == 200
    assert "You changed this debrief elsewhere meanwhile." in response.text
    assert "On my laptop." in response.text
    seen = response.context["form"].data["seen"]
    client.post(address, {"landed": "On my laptop.", "seen": seen})
    assert Debrief.objects.get().landed == "On my laptop."


@pytest.mark.parametrize("comfort", ["6", "0", "x", "9" * 30])
def test_debrief_page_refuses_a_comfort_that_is_none(page, host, session, comfort):
    client, address = page
    asked = make_given(session, None, host, delivery="not_answered", words="Why?", at=AT).candidate_question
    assert client.post(address, {f"comfort-{asked.pk}": comfort}).context["form"].errors
    assert not Debrief.objects.exists()


def test_debriefs_on_the_session_page_are_for_recruiters_and_ones_own(client_as, host):
    other = make_user("reader", name="Marc")
    session = make_session(None, host, other, starts_at=AT)
    submit(session, host, landed="Mine landed.")
    submit(session, other, landed="Theirs landed.")
    for name in ("session", "record"):
        address = reverse(f"recruiting:{name}", args=[session.pk])
        seen_by_host = client_as(host).get(address).text
        assert "Mine landed." in seen_by_host
        assert "Theirs landed." not in seen_by_host
        assert "Theirs landed." in client_as(make_user("recruiter")).get(address).text


def test_debrief_page_makes_as_many_queries_for_thirty_as_for_one(page, host, session):
    client, address = page
    counts = []
    for number in (1, 29):
        for _ in range(number):
            question = make_question()
            make_answer(question)
            make_given(session, question, host, at=AT)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
