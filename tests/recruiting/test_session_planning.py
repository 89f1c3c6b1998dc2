"""The form that plans a session: hosts, what is told to whom, and what its page says afterwards."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.domain.people import deactivate_person
from ledger.models import OutgoingMail
from recruiting.domain.host_profiles import HostFacts, save_host_profile
from recruiting.domain.sessions import change_status
from recruiting.models import Application, Session, SessionStatus
from tests.factories import AT, make_user
from tests.recruiting.factories import make_application, make_given, make_session

pytestmark = pytest.mark.django_db

TYPED = {
    "starts_at": "2026-12-01T14:30",
    "length_minutes": "45",
    "format": "video",
    "place": "https://meet.example.com/1",
    "gentler_form": "",
    "language": "en",
    "stage": "final",
}


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def application() -> Application:
    return make_application(name="Ada Lovelace", email="ada@candidate.example")


def new(application: Application) -> str:
    return reverse("recruiting:session_new", args=[application.pk])


def url(name: str, session: Session) -> str:
    return reverse(f"recruiting:{name}", args=[session.pk])


def hosts_of(session: Session) -> list[str]:
    return [host.user.name for host in session.hosts.select_related("user")]


def test_session_new_takes_hosts_by_box_name_and_address(client_as, application):
    box = make_user("reader", name="Thomas Aubrac")
    make_user("reader", name="Nadia Chevrel")
    make_user("reader", name="Paul Estrade", email="paul@example.com")
    typed = TYPED | {"hosts": [box.pk], "more_hosts": "nadia, PAUL@example.com; Thomas Aubrac"}
    answer = client_as(make_user("recruiter")).post(new(application), typed)
    assert answer.status_code == 302
    assert sorted(hosts_of(Session.objects.get())) == ["Nadia Chevrel", "Paul Estrade", "Thomas Aubrac"]


def test_session_new_asks_which_of_several_and_loses_nothing(client_as, application):
    first, second = make_user("reader", name="Anne Roy"), make_user("reader", name="Anne Ray")
    for number in range(20):  # more than are all offered
        make_user("reader", name=f"Somebody {number}")
    client = client_as(make_user("recruiter"))
    page = client.post(new(application), TYPED | {"more_hosts": "anne"})
    form = page.context["form"]
    assert form.errors == {"more_hosts": ["Several people are called “anne”: choose among the hosts above."]}
    [(group, boxes)] = form.fields["hosts"].choices
    assert (group, {pk for pk, _label in boxes}) == ("Found", {first.pk, second.pk})
    assert 'value="https://meet.example.com/1"' in page.content.decode()
    assert client.post(new(application), TYPED | {"hosts": [second.pk]}).status_code == 302
    assert hosts_of(Session.objects.get()) == ["Anne Ray"]


@pytest.mark.parametrize("name", ["Nobody", "gone", "administrator", "%", "a\0b"])
def test_session_new_refuses_a_name_that_may_not_host(client_as, application, name):
    make_user("reader", name="gone", is_active=False)
    make_user("administrator", name="administrator")
    page = client_as(make_user("recruiter", name="Sophie")).post(
        new(application), TYPED | {"more_hosts": name}
    )
    assert list(page.context["form"].errors) == ["more_hosts"]
    assert not Session.objects.exists()


def test_session_new_offers_few_boxes_among_a_thousand_people(client_as, application):
    recruiter, client = make_user("recruiter"), client_as(make_user("recruiter"))
    counts, boxes = [], []
    for number in (20, 180):
        for _ in range(number):
            user = make_user("reader", password=None)
            facts = HostFacts(speaks_english=True)
            save_host_profile(user=user, facts=facts, as_of="", by=recruiter, at=AT)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(new(application))
        counts.append(len(queries))
        [(_group, offered)] = page.context["form"].fields["hosts"].choices
        boxes.append(len(offered))
        assert page.content.decode().count('<option value="Person') == len(page.context["form"].names)
    assert (counts[0], boxes) == (counts[1], [6, 6])


@pytest.mark.parametrize(("tell", "told"), [({"tell_candidate": "on"}, 1), ({}, 0)])
def test_session_new_tells_the_candidate_if_the_recruiter_says_so(client_as, application, tell, told):
    client = client_as(make_user("recruiter"))
    form = client.get(new(application)).context["form"]
    assert form["tell_candidate"].value() is True
    page = client.post(new(application), TYPED | tell, follow=True).content.decode()
    assert OutgoingMail.objects.filter(to_address="ada@candidate.example").count() == told
    assert ("The candidate was not told by mail." in page) == (not told)
    assert ("Your turn to ask: Tuesday 1 December 2026, 14:30" in page) == bool(told)


def test_session_new_does_not_offer_to_tell_who_has_no_address(client_as):
    page = client_as(make_user("recruiter")).get(new(make_application(email="")))
    assert "tell_candidate" not in page.context["form"].fields


def test_session_new_plans_at_night_and_says_so_afterwards(client_as, application):
    """Guidance, never a gate."""
    client = client_as(make_user("recruiter"))
    page = client.post(new(application), TYPED | {"starts_at": "2026-12-05T23:30"}, follow=True)
    assert Session.objects.count() == 1
    assert [one.kind for one in page.context["advice"]] == ["not-ready", "weekend", "hours"]


def test_session_edit_tells_only_who_was_told_before(client_as, application):
    session = make_session(application)
    form = client_as(make_user("recruiter")).get(url("session_edit", session)).context["form"]
    assert form["tell_candidate"].value() is False


def test_session_status_asks_before_it_tells_others(client_as, application):
    host = make_user("reader")
    session = make_session(application, host)
    OutgoingMail.objects.all().delete()
    client = client_as(make_user("recruiter"))
    page = client.post(url("session_status", session), {"status": "cancelled"})
    assert "Hosts are told by mail." in page.content.decode()
    assert "tell_candidate" not in page.context["form"].fields  # they never heard of it
    client.post(url("session_status", session), {"status": "cancelled", "confirmed": "True"})
    page = client.post(url("session_status", session), {"status": "planned"})
    assert "is planned again for 9 November 2026, 10:00" in page.content.decode()
    assert Session.objects.get().status == SessionStatus.CANCELLED
    client.post(url("session_status", session), {"status": "planned", "confirmed": "True"})
    kinds = list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["session-cancellation", "session-invitation"]


def test_session_shows_mails_and_history_to_those_who_recruit_alone(client_as, application):
    host = make_user("reader", name="Thomas")
    session = make_session(application, host, by=make_user("recruiter", name="Sophie"))
    recruiter = client_as(make_user("recruiter")).get(url("session", session)).content.decode()
    hosts = client_as(host).get(url("session", session)).content.decode()
    for said in ("Told by mail", "You host a session on Monday 9 November 2026, 10:00", "History", "Stage"):
        assert said in recruiter
        assert said not in hosts


def test_host_who_was_removed_is_refused_at_the_next_request(client_as, application):
    host = make_user("reader")
    session = make_session(application, host)
    client, question = client_as(host), make_given(session, None, host, delivery="not_answered", words="?")
    pages = ("session", "briefing", "session_answer", "record")
    assert {client.get(url(name, session)).status_code for name in pages} == {200}
    session.hosts.filter(user=host).delete()
    assert {client.get(url(name, session)).status_code for name in pages} == {404}
    assert client.post(url("answer_record", session)).status_code == 404
    correct = reverse("recruiting:answer_correct", args=[session.pk, question.pk])
    assert client.post(correct).status_code == 404


def test_host_whose_account_was_closed_is_refused_at_the_next_request(client_as, application):
    host, lead = make_user("reader"), make_user("lead")
    session = make_session(application, host)
    client = client_as(host)
    assert client.get(url("session", session)).status_code == 200
    deactivate_person(person=host, by=lead, at=AT)
    sign_in = reverse("account_login")
    for answer in (client.get(url("briefing", session)), client.post(url("answer_record", session))):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(sign_in)
    assert not session.answers_given.exists()


def test_session_page_makes_as_many_queries_however_often_it_moved(client_as, application):
    session = make_session(application, make_user("reader"))
    client, counts = client_as(make_user("recruiter")), []
    for number in (1, 10):
        for _ in range(number):
            for status in (SessionStatus.CANCELLED, SessionStatus.PLANNED):
                at = AT + timedelta(minutes=1)
                session.refresh_from_db()
                change_status(session=session, status=status, by=session.organiser, at=at)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("session", session))
        counts.append(len(queries))
    assert counts[0] == counts[1]
