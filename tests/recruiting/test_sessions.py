from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.models import Activity
from recruiting.domain.sessions import NEXT_STATUSES, IllegalStatus, SessionFacts, change_status, edit_session
from recruiting.forms.sessions import SessionForm
from recruiting.models import RoleSheet, Session, SessionStatus
from tests.factories import AT, make_answer, make_question, make_user
from tests.recruiting.factories import make_application, make_given, make_position, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def url(name: str, session: Session) -> str:
    return reverse(f"recruiting:{name}", args=[session.pk])


def test_plan_session_names_its_hosts_and_writes_it_down():
    host, recruiter = make_user("reader"), make_user("recruiter")
    session = make_session(None, host, by=recruiter)
    assert (session.status, session.organiser) == (SessionStatus.PLANNED, recruiter)
    assert [row.user for row in session.hosts.all()] == [host]
    activity = Activity.objects.about(session).get()
    assert (activity.verb, activity.detail) == (
        "plan",
        {
            "stage": "final",
            "format": "video",
            "language": "en",
            "starts_at": "2026-11-09T09:00:00+00:00",
            "length_minutes": 45,
            "place": False,
            "gentler_form": "",
            "hosts": [host.pk],
        },
    )


def test_edit_session_changes_hosts_but_never_the_status():
    first, second, recruiter = make_user("reader"), make_user("reader"), make_user("recruiter")
    session = make_session(None, first)
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.CONFIRMED)
    facts = SessionFacts(
        stage="final", format="phone", language="fr", starts_at=AT, length_minutes=30, hosts=[second]
    )
    edit_session(session=session, facts=facts, as_of=session.updated_at, by=recruiter, at=AT)
    session.refresh_from_db()
    assert (session.status, session.format, session.starts_at) == (SessionStatus.CONFIRMED, "phone", AT)
    assert [row.user for row in session.hosts.all()] == [second]


@pytest.mark.parametrize("before", SessionStatus)
@pytest.mark.parametrize("after", SessionStatus)
def test_change_status_goes_only_where_it_may(before, after):
    session, recruiter = make_session(), make_user("recruiter")
    Session.objects.filter(pk=session.pk).update(status=before)
    session.refresh_from_db()
    if after in NEXT_STATUSES[before]:
        change_status(session=session, status=after, by=recruiter, at=AT)
    else:
        with pytest.raises(IllegalStatus):
            change_status(session=session, status=after, by=recruiter, at=AT)
        after = before
    assert Session.objects.get(pk=session.pk).status == after


def test_change_status_loses_a_race_without_doing_anything():
    session, recruiter = make_session(), make_user("recruiter")
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.CANCELLED)
    with pytest.raises(IllegalStatus):
        change_status(session=session, status=SessionStatus.CONFIRMED, by=recruiter, at=AT)
    assert Session.objects.get(pk=session.pk).status == SessionStatus.CANCELLED


def test_session_new_starts_from_the_application_and_its_position(client_as):
    application = make_application(make_position(language="fr"))
    page = client_as(make_user("recruiter")).get(reverse("recruiting:session_new", args=[application.pk]))
    initial = page.context["form"].initial
    assert (initial["stage"], initial["language"]) == ("interviews", "fr")
    assert [one.kind for one in page.context["advice"]] == ["stage", "not-ready", "gentler"]


def test_session_new_reads_the_time_in_the_companys_time_zone(client_as):
    application, host = make_application(), make_user("reader")
    posted = {
        "starts_at": "2026-12-01T14:30",
        "length_minutes": "45",
        "format": "video",
        "language": "en",
        "stage": "offer_made",
        "hosts": [host.pk],
    }
    answer = client_as(make_user("lead")).post(
        reverse("recruiting:session_new", args=[application.pk]), posted
    )
    session = Session.objects.get()
    assert answer.headers["Location"] == url("session", session)
    assert session.starts_at == datetime(2026, 12, 1, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert [row.user for row in session.hosts.all()] == [host]


@pytest.mark.parametrize("starts_at", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_session_new_refuses_the_ends_of_the_calendar(client_as, starts_at):
    application = make_application()
    response = client_as(make_user("recruiter")).post(
        reverse("recruiting:session_new", args=[application.pk]),
        {"starts_at": starts_at, "length_minutes": 45, "format": "video", "language": "en", "stage": "final"},
    )
    assert response.context["form"].errors == {"starts_at": ["Enter a valid date/time."]}
    assert not Session.objects.exists()


def test_session_new_offers_as_hosts_only_those_who_read_the_wiki(client_as):
    make_user("administrator")
    make_user("reader", is_active=False)
    recruiter, reader = make_user("recruiter"), make_user("reader", "editor")
    application = make_application(by=recruiter)
    page = client_as(recruiter).get(reverse("recruiting:session_new", args=[application.pk]))
    assert set(page.context["form"].fields["hosts"].queryset) == {recruiter, reader}


def test_session_edit_keeps_a_host_who_has_left(client_as):
    host = make_user("reader")
    session = make_session(None, host)
    host.is_active = False
    host.save()
    page = client_as(make_user("recruiter")).get(url("session_edit", session))
    assert list(page.context["form"].initial["hosts"]) == [host]
    assert f'value="{session.starts_at.astimezone(ZoneInfo("Europe/Paris")):%Y-%m-%dT%H:%M}"' in (
        page.content.decode()
    )


def test_session_edit_keeps_what_both_people_wrote(client_as):
    session = make_session()
    Session.objects.update(updated_at=AT - timedelta(days=1))
    client, address = client_as(make_user("recruiter")), url("session_edit", session)
    form = client.get(address).context["form"]
    read = {name: form[name].value() for name in ("stage", "language", "seen")}
    mine = read | {"format": "phone", "starts_at": "2026-12-01T10:00", "length_minutes": 30}
    theirs = mine | {"format": "walking", "length_minutes": 45}
    assert client.post(address, theirs).status_code == 302
    refused = client.post(address, mine)
    text = refused.content.decode()
    assert "Someone else changed this session" in text
    assert "Walking" in text.partition("Current state")[2].partition("<form")[0]
    assert Session.objects.get().length_minutes == 45
    again = mine | {"seen": refused.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    assert (Session.objects.get().format, Session.objects.get().length_minutes) == ("phone", 30)


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-13-45T00:00:00", "0001-01-01T00:00:00+23:00"])
def test_session_edit_bears_nonsense_about_what_was_seen(client_as, seen):
    session = make_session()
    client, address = client_as(make_user("recruiter")), url("session_edit", session)
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in ("stage", "language", "format", "length_minutes")}
    answer = client.post(address, data | {"starts_at": "2026-12-01T10:00", "seen": seen})
    assert "Someone else changed this session" in answer.content.decode()


def test_session_edit_sends_back_when_the_session_is_over(client_as):
    session = make_session()
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.CANCELLED)
    answer = client_as(make_user("recruiter")).get(url("session_edit", session))
    assert answer.headers["Location"] == url("session", session)


def test_session_status_cancels_only_once_confirmed(client_as):
    session = make_session()
    client = client_as(make_user("recruiter"))
    page = client.post(url("session_status", session), {"status": "cancelled"})
    assert "will be marked as cancelled" in page.content.decode()
    assert Session.objects.get().status == SessionStatus.PLANNED
    client.post(url("session_status", session), {"status": "cancelled", "confirmed": "True"})
    assert Session.objects.get().status == SessionStatus.CANCELLED


def test_session_status_says_so_when_it_is_too_late(client_as):
    session = make_session()
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.CLOSED)
    page = client_as(make_user("recruiter")).post(
        url("session_status", session), {"status": "confirmed"}, follow=True
    )
    assert "nothing was done" in page.content.decode()


@pytest.mark.parametrize("status", ["", "nonsense"])
def test_session_status_refuses_an_unknown_status(client_as, status):
    session = make_session()
    answer = client_as(make_user("recruiter")).post(url("session_status", session), {"status": status})
    assert answer.status_code == 400


def test_session_offers_held_only_once_it_has_begun(client_as):
    client, session = client_as(make_user("recruiter")), make_session()
    ahead = client.get(url("session", session)).context["actions"]
    assert [action.status for action in ahead] == ["confirmed", "cancelled"]
    with time_machine.travel(session.starts_at, tick=False):
        client = client_as(make_user("recruiter"))
        begun = client.get(url("session", session)).context["actions"]
    assert [action.status for action in begun] == ["confirmed", "held", "no_show", "cancelled"]


def test_session_shows_a_host_the_first_name_only(client_as):
    host = make_user("reader")
    session = make_session(make_application(name="Ada Lovelace", email="ada@example.com"), host)
    client = client_as(host)
    make_given(session, make_answer().question, host)
    for name in ("session", "briefing", "session_answer", "record"):
        text = client.get(url(name, session)).content.decode()
        assert "Ada" in text
        assert "Lovelace" not in text
        assert "ada@example.com" not in text
    assert "Lovelace" not in client.get(reverse("recruiting:sessions")).content.decode()
    assert "Lovelace" in client_as(make_user("recruiter")).get(url("session", session)).content.decode()


@pytest.mark.parametrize("role", ["reader", "editor", "administrator"])
def test_session_of_others_does_not_exist(client_as, role):
    session = make_session(None, make_user("reader"))
    given = make_given(session, make_answer().question, session.hosts.get().user)
    client = client_as(make_user(role))
    missing = 403 if role == "administrator" else 404
    for name in ("session", "briefing", "session_answer", "record"):
        assert client.get(url(name, session)).status_code == missing
    assert client.post(url("answer_record", session)).status_code == missing
    correct = reverse("recruiting:answer_correct", args=[session.pk, given.pk])
    assert client.get(correct).status_code == client.post(correct).status_code == missing


def test_session_cannot_be_changed_by_its_host(client_as):
    host = make_user("reader")
    session = make_session(None, host)
    client = client_as(host)
    assert client.get(url("session_edit", session)).status_code == 403
    for name in ("session_edit", "session_status", "candidate_question_new"):
        assert client.post(url(name, session)).status_code == 403
    assert "Edit the session" not in client.get(url("session", session)).content.decode()


def test_answer_correct_of_another_session_does_not_exist(client_as):
    host = make_user("reader")
    mine, other = make_session(None, host), make_session(None, make_user("reader"))
    given = make_given(other, make_answer().question, other.hosts.get().user)
    address = reverse("recruiting:answer_correct", args=[mine.pk, given.pk])
    assert client_as(host).get(address).status_code == 404


def test_sessions_lists_only_those_a_host_hosts(client_as):
    host = make_user("reader")
    mine = make_session(None, host)
    make_session(None, make_user("reader"))
    page = client_as(host).get(reverse("recruiting:sessions"))
    assert [session for session, *_ in page.context["rows"]] == [mine]


def test_sessions_filters_by_time_status_and_host(client_as):
    recruiter = make_user("recruiter")
    coming = make_session(None, recruiter, starts_at=AT + timedelta(days=1))
    under_way = make_session(starts_at=AT - timedelta(minutes=10))
    past = make_session(starts_at=AT - timedelta(days=1))
    cancelled = make_session(starts_at=AT + timedelta(days=2))
    Session.objects.filter(pk=cancelled.pk).update(status=SessionStatus.CANCELLED)
    client = client_as(recruiter)

    def listed(**query: str) -> list[Session]:
        page = client.get(reverse("recruiting:sessions"), query)
        return [session for session, *_ in page.context["rows"]]

    assert listed() == [under_way, coming]
    assert listed(when="past") == [under_way, past]
    assert listed(when="all") == [cancelled, coming, under_way, past]
    assert listed(status="cancelled", when="coming") == [cancelled]
    assert listed(mine="on", when="all") == [coming]
    assert listed(when="nonsense", status="nonsense", after="nonsense") == [under_way, coming]


def test_sessions_makes_as_many_queries_for_thirty_as_for_one(client_as):
    recruiter, client = make_user("recruiter"), client_as(make_user("recruiter"))
    counts = []
    for number in (1, 29):
        for _ in range(number):
            make_session(make_application(by=recruiter), make_user("reader"), by=recruiter)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("recruiting:sessions")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_session_counts_as_given_only_what_was_told(client_as):
    host = make_user("reader")
    session = make_session(None, host)
    make_given(session, make_answer().question, host)
    make_given(session, None, host, delivery="not_answered", words="Is there a choir?")
    page = client_as(make_user("lead")).get(url("session", session))
    counts = [len(page.context["asked"]), page.context["told_count"], page.context["gap_count"]]
    assert counts == [2, 1, 1]
    assert reverse("wiki:question_new") in page.content.decode()
    assert reverse("wiki:question_new") not in client_as(host).get(url("session", session)).content.decode()


def test_session_held_early_may_be_said_so_once_something_was_recorded(client_as):
    host = make_user("reader")
    session = make_session(None, host)
    client = client_as(make_user("recruiter"))
    assert "It was held" not in client.get(url("session", session)).content.decode()
    planned = client.get(url("session_answer", session)).content.decode()
    assert "Record answers once it has begun." in planned
    make_given(session, make_answer().question, host)
    text = client.get(url("session", session)).content.decode()
    assert "It was held" in text
    assert "The candidate did not come" not in text


def test_sessions_of_a_new_site_say_where_to_begin(client_as):
    client = client_as(make_user("recruiter"))
    text = client.get(reverse("recruiting:sessions")).content.decode()
    assert "Begin with a position" in text
    assert reverse("recruiting:position_new") in text
    reader = client_as(make_user("reader")).get(reverse("recruiting:sessions")).content.decode()
    assert "once you are named as its host" in reader


def test_no_choice_of_a_session_is_a_row_of_dashes():
    page = SessionForm(initial={"language": "fr", "stage": "offer"}).as_p()
    assert "Choose a format" in page
    assert "---" not in page


def test_session_says_what_it_lacks_and_who_can_mend_it(client_as):
    owner, host = make_user("reader", name="Grace Hopper"), make_user("reader", name="Thomas Aubrac")
    stale = make_answer(
        make_question(en="Who leaves?", essential=True),
        owner=owner,
        verified_on=(AT - timedelta(days=400)).date(),
    )
    gap = make_question(en="What is decided?", essential=True)
    session = make_session(None, host)
    session.questions.create(words="A choir?", asked_at=AT, recorded_by=host, gap=True)
    text = client_as(session.organiser).get(url("session", session)).content.decode()
    for shown in (
        "Not ready",
        "Thomas Aubrac: 1 answer",
        "No pay range on the role sheet",
        f"Not matched to the wiki yet: {session.organiser.name}",
        f'<a href="{reverse("wiki:question", args=[gap.slug])}" lang="en">What is decided?</a>',
        f'<a href="{reverse("wiki:answer", args=[stale.pk])}" lang="en">Who leaves?</a>',
        "Grace Hopper",
        "Asked of the people named here, by 9 November 2026.",
    ):
        assert shown in text
    text = client_as(host).get(url("session", session)).content.decode()
    assert f'<a href="{url("briefing", session)}">Read this answer</a>' in text


def test_session_that_is_over_speaks_of_no_readiness(client_as):
    session = make_session()
    change_status(session=session, status=SessionStatus.HELD, by=session.organiser, at=AT)
    page = client_as(session.organiser).get(url("session", session))
    assert "needs" not in page.context
    assert "Readiness" not in page.content.decode()


def test_session_whose_time_is_past_asks_first_whether_it_took_place(client_as):
    host = make_user("reader")
    session = make_session(None, host, starts_at=AT - timedelta(hours=2))
    address = reverse("recruiting:session", args=[session.pk])
    text = client_as(make_user("recruiter")).get(address).text
    asked = text.partition("Did it take place?")[2].partition("</div>")[0]
    assert 'value="held"' in asked
    assert 'value="no_show"' in asked
    assert text.count('value="held"') == 1
    assert 'id="readiness"' not in text
    assert "Did it take place?" not in client_as(host).get(address).text


def test_session_leads_whoever_can_give_the_pay_range_to_where_it_is_given(client_as):
    manager = make_user("reader")
    position = make_position(hiring_manager=manager)
    session = make_session(make_application(position), manager)
    address = reverse("recruiting:session", args=[session.pk])
    sheet = reverse("recruiting:role_sheet_edit", args=[position.pk])
    assert sheet in client_as(manager).get(address).text
    text = client_as(make_user("recruiter")).get(address).text
    lacking = text.partition("No pay range on the role sheet")[2]
    assert reverse("recruiting:position", args=[position.pk]) in lacking


def test_sessions_says_in_a_word_which_are_ready(client_as):
    session = make_session(None, host := make_user("reader"))
    RoleSheet.objects.create(
        position=session.application.position, pay_range="€40,000", updated_at=AT, updated_by=host
    )
    page = client_as(host).get(reverse("recruiting:sessions"))
    assert ">Ready<" in page.content.decode()
    make_question(essential=True)
    page = client_as(host).get(reverse("recruiting:sessions"))
    assert ">Not ready<" in page.content.decode()


def test_session_makes_as_many_queries_for_thirty_answers_as_for_one(client_as):
    session = make_session(None, make_user("reader"))
    client, counts = client_as(session.organiser), []
    for number in (1, 29):
        for _ in range(number):
            stale = (AT - timedelta(days=400)).date()
            make_answer(make_question(essential=True), owner=make_user("reader"), verified_on=stale)
            make_question(essential=True)
            session.hosts.create(user=make_user("reader"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("session", session))
        counts.append(len(queries))
    assert counts[0] == counts[1]
