from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar

from accounts.domain.calendars import calendar_feed_of, make_calendar_address, reader_of_calendar
from accounts.models import Role, User
from ledger.domain.icalendar import Event, EventStatus
from recruiting.domain.answers_given import correct_answer
from recruiting.domain.calendars import calendar_of
from recruiting.domain.sessions import SessionFacts, change_status, edit_session
from recruiting.models import Session
from tests.factories import AT, make_answer, make_question, make_user
from tests.recruiting.factories import how, make_application, make_given, make_position, make_session

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SITE = "http://127.0.0.1:8000"


def events(user, kind: str, *, at: datetime = AT) -> list[Event]:
    """Those whose uid begins so: session, note, follow-up, reviews."""
    return [event for event in calendar_of(user=user, at=at) if event.uid.startswith(f"{kind}-")]


@pytest.fixture
def host():
    return make_user("reader", name="Thomas")


@pytest.fixture
def session(host):
    application = make_application(make_position("Baker"), name="Ada Lovelace")
    return make_session(application, host, starts_at=AT + 7 * DAY)


def test_session_is_told_to_its_host_by_the_first_name(host, session):
    [event] = events(host, "session")
    assert event.summary == "Reverse interview: Ada, Baker"
    assert (event.starts, event.ends) == (session.starts_at, session.starts_at + timedelta(minutes=45))
    assert event.description == (
        f"Video call\nHosts: Thomas\nBriefing: {SITE}/sessions/{session.pk}/briefing/"
    )
    assert event.url == f"{SITE}/sessions/{session.pk}/"
    assert event.uid == f"session-{session.pk}@127.0.0.1"
    assert (event.status, event.busy, event.sequence) == (EventStatus.TENTATIVE, True, 0)


def test_session_is_told_to_its_organiser_by_the_whole_name():
    organiser = make_user("recruiter")
    application = make_application(make_position("Baker"), name="Ada Lovelace")
    make_session(application, by=organiser)
    [event] = events(organiser, "session")
    assert event.summary == "Reverse interview: Ada Lovelace, Baker"
    assert "No host is named yet." in event.description
    assert events(organiser, "note") == []  # for those who answer


def test_organiser_who_recruits_no_more_is_told_nothing():
    organiser = make_user("recruiter")
    make_session(by=organiser)
    organiser.groups.clear()
    assert calendar_of(user=User.objects.get(pk=organiser.pk), at=AT) == []


def test_host_who_recruits_no_more_is_told_the_first_name_from_then_on(session):
    was = make_user("recruiter")
    session.hosts.create(user=was)
    assert events(was, "session")[0].summary == "Reverse interview: Ada Lovelace, Baker"
    was.groups.set([Group.objects.get_or_create(name="reader")[0]])
    assert "Lovelace" not in str(calendar_of(user=User.objects.get(pk=was.pk), at=AT))


def test_nobody_else_is_told_of_a_session(session):
    for role in (Role.READER, Role.EDITOR, Role.RECRUITER, Role.LEAD, Role.ADMINISTRATOR):
        assert calendar_of(user=make_user(role), at=AT) == []


def test_session_without_a_name_is_told_by_its_position(host, session):
    candidate = session.application.candidate
    candidate.name = ""
    candidate.save(update_fields=["name"])
    assert events(host, "session")[0].summary == "Reverse interview: Baker"


def test_cancelled_session_is_called_off_in_the_calendar(host, session):
    [before] = events(host, "session")
    recruiter = make_user("recruiter")
    change_status(session=session, status="cancelled", by=recruiter, at=AT + timedelta(minutes=5))
    [after] = events(host, "session")
    assert after.uid == before.uid
    assert (after.status, after.busy, after.sequence) == (EventStatus.CANCELLED, False, 300)
    assert after.summary == "Cancelled: Ada, Baker"
    assert events(host, "note") == []


def test_sequence_grows_when_a_session_moves(host, session):
    facts = SessionFacts(
        stage="final",
        format="video",
        language="en",
        starts_at=session.starts_at + DAY,
        length_minutes=30,
        hosts=[host],
    )
    edit_session(session=session, facts=facts, as_of=AT, by=make_user("recruiter"), at=AT + timedelta(0, 1))
    [event] = events(host, "session")
    assert (event.sequence, event.ends - event.starts) == (1, timedelta(minutes=30))
    assert event.changed_at == AT + timedelta(0, 1)


def test_sequence_is_never_below_nothing(host, session):
    """Some clock was set back."""
    Session.objects.update(updated_at=AT - DAY)
    assert events(host, "session")[0].sequence == 0


def test_sessions_reach_a_month_back_and_a_year_ahead(host, session):
    inside = [AT - 30 * DAY, AT + 365 * DAY]
    outside = [AT - 30 * DAY - timedelta(0, 1), AT + 365 * DAY + timedelta(0, 1)]
    for starts_at in inside + outside:
        make_session(session.application, host, starts_at=starts_at)
    told = [event.starts for event in events(host, "session")]
    assert told == [inside[0], session.starts_at, inside[1]]


def test_note_is_wanted_right_after_the_session(host, session):
    [event] = events(host, "note")
    ends_at = session.starts_at + timedelta(minutes=45)
    assert (event.starts, event.ends) == (ends_at, ends_at + timedelta(minutes=15))
    assert event.summary == "Note what was answered: Ada, Baker"
    assert event.url == f"{SITE}/sessions/{session.pk}/answer/"


def test_note_that_is_late_is_wanted_today(host, session):
    [before] = events(host, "note", at=session.starts_at + timedelta(hours=2))
    [late] = events(host, "note", at=session.starts_at + 3 * DAY)
    assert before.starts == session.starts_at + timedelta(minutes=45)
    assert (late.starts, late.ends) == (date(2026, 11, 12), date(2026, 11, 13))
    assert (late.uid, late.sequence) == (before.uid, before.sequence + 3)


def test_note_is_wanted_no_more_once_something_is_recorded(host, session):
    make_given(session, None, host, delivery="not_answered", words="Why?")
    assert events(host, "note") == []


@pytest.mark.parametrize("status", ["cancelled", "no_show", "closed"])
def test_no_note_is_wanted_of_what_takes_none(host, session, status):
    Session.objects.update(status=status)
    assert events(host, "note") == []


def test_follow_up_is_a_week_after_the_session(host, session):
    for words in ("Why?", "How?"):
        make_given(session, None, host, delivery="to_follow_up", words=words)
    make_given(session, None, host, delivery="not_answered", words="When?")
    [event] = events(host, "follow-up", at=session.starts_at + DAY)
    assert (event.starts, event.ends) == (date(2026, 11, 16), date(2026, 11, 17))
    assert event.summary == "2 questions to follow up: Ada, Baker"
    assert event.url == f"{SITE}/sessions/{session.pk}/record/"
    assert event.changed_at == AT + 7 * DAY


def test_follow_up_ends_when_the_record_is_corrected(host, session):
    question = make_question()
    make_answer(question)
    given = make_given(session, question, host, delivery="to_follow_up")
    assert [event.summary for event in events(host, "follow-up")] == ["1 question to follow up: Ada, Baker"]
    correct_answer(given=given, how=how(host), by=host, at=AT + 8 * DAY)
    assert events(host, "follow-up") == []


def test_follow_up_is_for_hosts_of_the_session(host, session):
    make_given(session, None, host, delivery="to_follow_up", words="Why?")
    assert events(session.organiser, "follow-up") == []


# --- the file -----------------------------------------------------------------


def feed_of(user: User) -> str:
    return reverse("recruiting:calendar_feed", args=[make_calendar_address(user=user, as_of="", at=AT)])


def test_calendar_feed_is_what_strict_readers_take():
    host = make_user("reader")
    make_answer(owner=host, verified_on=now().date())
    session = make_session(
        make_application(make_position("Chef, pâtissier; \\ “x”"), name="Zoë Ünal"),
        host,
        starts_at=now() + DAY,
    )
    response = Client().get(feed_of(host))
    calendar = Calendar.from_ical(response.content)
    assert calendar.errors == []
    found = calendar.walk("VEVENT")
    assert len(found) == 3
    for event in found:
        assert event.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "URL", "SEQUENCE"} <= set(event)
    assert len({event["UID"] for event in found}) == 3
    told = next(event for event in found if event["UID"] == f"session-{session.pk}@127.0.0.1")
    assert told["SUMMARY"] == "Reverse interview: Zoë, Chef, pâtissier; \\ “x”"
    assert told["DTSTART"].dt == session.starts_at.astimezone(UTC).replace(microsecond=0)
    assert {len(line) <= 75 for line in response.content.split(b"\r\n")} == {True}


def test_calendar_feed_has_the_headers_of_a_secret_file():
    response = Client().get(feed_of(make_user("reader", language="fr")))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="contrechamp.ics"'
    assert response.headers["Content-Language"] == "fr"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies


def test_calendar_feed_says_the_same_of_every_address_that_does_not_work():
    user = make_user("reader")
    closed, revoked = feed_of(user), feed_of(make_user("reader"))
    User.objects.filter(pk=user.pk).update(is_active=False)
    owner = reader_of_calendar(token=revoked.split("/")[2].removesuffix(".ics"))
    calendar_feed_of(owner).delete()
    paths = [closed, revoked, "/calendar/unknown.ics", f"/calendar/{'a' * 43}.ics", "/calendar/é%00.ics"]
    pages = [Client().get(path) for path in paths]
    assert {page.status_code for page in pages} == {404}
    assert {page.text for page in pages} == {"There is no calendar at this address.\n"}
    assert len({tuple(sorted(page.headers.items())) for page in pages}) == 1


def test_calendar_feed_is_only_read():
    address = feed_of(make_user("reader"))
    for method in ("POST", "PUT", "DELETE", "PROPFIND", "OPTIONS"):
        assert Client().generic(method, address).status_code == 405
    head = Client().head(address)
    assert (head.status_code, head.content) == (200, b"")


def test_calendar_feed_is_emptied_when_the_roles_are_gone():
    user = make_user("reader")
    make_session(None, user, starts_at=now() + DAY)
    make_answer(owner=user, verified_on=now().date())
    address = feed_of(user)
    assert Client().get(address).content.count(b"BEGIN:VEVENT") == 3
    user.groups.clear()
    emptied = Client().get(address)
    assert (emptied.status_code, emptied.content.count(b"BEGIN:VEVENT")) == (200, 0)


def test_calendar_feed_answers_a_guesser_no_more():
    address = feed_of(make_user("reader"))
    statuses = [Client().get(f"/calendar/{number}.ics").status_code for number in range(31)]
    assert statuses == [404] * 30 + [429]
    assert Client().get(address).status_code == 429
    assert Client().get(address, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_calendar_feed_is_read_as_often_as_one_likes():
    address = feed_of(make_user("reader"))
    assert {Client().get(address).status_code for _reading in range(40)} == {200}


def test_calendar_feed_makes_as_many_queries_for_thirty_as_for_one():
    user = make_user("recruiter")
    address = feed_of(user)
    counts = []
    for number in (1, 29):
        for _ in range(number):
            session = make_session(None, user, make_user("reader"), starts_at=now() - 2 * DAY, by=user)
            make_given(session, None, user, delivery="to_follow_up", words="Why?")
            make_session(None, user, starts_at=now() - DAY)
            make_answer(owner=user, verified_on=now().date())
            make_answer(owner=user)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


# --- the page -----------------------------------------------------------------


def test_calendar_page_makes_an_address_and_shows_it_once(client_as):
    user = make_user("reader")
    client, page, make = client_as(user), reverse("recruiting:calendar"), reverse("recruiting:calendar_make")
    assert "Make the private address" in client.get(page).text
    shown = client.post(make, {"seen": ""})
    assert shown.status_code == 200
    address = shown.context["address"]
    assert f'value="{address}"' in shown.text
    assert address.startswith(f"{SITE}/calendar/")
    assert Client().get(address.removeprefix(SITE)).status_code == 200
    assert address not in client.get(page).text
    assert "make a new one" in client.get(page).text


def test_calendar_make_sent_again_ends_nothing(client_as):
    user = make_user("reader")
    client, make = client_as(user), reverse("recruiting:calendar_make")
    address = client.post(make, {"seen": ""}).context["address"].removeprefix(SITE)
    again = client.post(make, {"seen": ""}, follow=True)
    assert again.redirect_chain == [(reverse("recruiting:calendar"), 302)]
    assert "Your address has changed since you opened that page." in again.text
    assert Client().get(address).status_code == 200
    seen = client.get(make).context["form"].initial["seen"]
    assert client.post(make, {"seen": seen}).status_code == 200
    assert Client().get(address).status_code == 404


def test_calendar_revoke_asks_first(client_as):
    user = make_user("reader")
    client, revoke = client_as(user), reverse("recruiting:calendar_revoke")
    assert "You have no private address." in client.get(revoke).text
    address = feed_of(user)
    assert "It stops working at once" in client.get(revoke).text
    assert Client().get(address).status_code == 200
    assert client.post(revoke).status_code == 302
    assert Client().get(address).status_code == 404


def test_calendar_is_reached_from_the_profile_by_those_who_read(client_as):
    page = reverse("recruiting:calendar")
    assert page in client_as(make_user("reader")).get(reverse("accounts:profile")).text
    administrator = client_as(make_user("administrator"))
    assert page not in administrator.get(reverse("accounts:profile")).text
    for name in ("calendar", "calendar_make", "calendar_revoke"):
        assert administrator.get(reverse(f"recruiting:{name}")).status_code == 403
