"""The page where a calendar's private address is made, and the file behind it."""

from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar

from accounts.domain.calendars import make_calendar_address, revoke_calendar_address
from accounts.models import User
from recruiting.domain.calendars import calendar_of
from tests.factories import AT, make_answer, make_user
from tests.recruiting.factories import (
    make_application,
    make_follow_up,
    make_given,
    make_position,
    make_session,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SITE = "http://127.0.0.1:8000"


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


def test_calendar_feed_says_nothing_of_what_is_owed_when_the_roles_are_gone():
    """Each thing owed names a candidate."""
    host = make_user("reader")
    session = make_session(make_application(name="Ada Lovelace"), host, starts_at=now() + DAY)
    make_follow_up(session, host, due_on=now().date())
    address = feed_of(host)
    assert "Ada" in Client().get(address).text
    host.groups.clear()
    response = Client().get(address)
    assert (response.status_code, "Ada" in response.text) == (200, False)
    assert calendar_of(user=User.objects.get(pk=host.pk), at=now()) == []


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
    gone, other = make_user("reader"), make_user("reader")
    closed, revoked = feed_of(gone), feed_of(other)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    revoke_calendar_address(user=other, at=AT)
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
    assert Client().get("/calendar/1.ics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert Client().get(address).status_code == 200  # who shares the network address reads on


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
            make_follow_up(session, user)
            make_answer(owner=user, verified_on=now().date())
            make_answer(owner=user)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 13


# --- the page -----------------------------------------------------------------


def test_calendar_page_makes_an_address_and_shows_it_once(client_as):
    user = make_user("reader")
    client, page, make = client_as(user), reverse("recruiting:calendar"), reverse("recruiting:calendar_make")
    assert "Make the private address" in client.get(page).text
    shown = client.post(make, {"seen": ""})
    assert shown.status_code == 200
    address = shown.context["address"]
    assert f"readonly>{address}</textarea>" in shown.text
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
