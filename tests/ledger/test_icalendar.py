"""Calendars as other programs read them, with the icalendar library as the other program."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from ledger.domain.icalendar import (
    Event,
    EventStatus,
    Method,
    Party,
    event_uid,
    write_calendar,
    write_invitation,
)

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)


def event(**changes) -> Event:
    facts = {"uid": "e@x", "changed_at": AT, "starts": AT, "ends": AT + timedelta(hours=1), "summary": "S"}
    return Event(**(facts | changes))


def written(*events: Event, name: str = "Contrechamp") -> bytes:
    return write_calendar(name=name, events=events, refresh_hours=1)


def read(content: bytes):
    """The one event, as the oracle understands it; it complains of nothing."""
    calendar = Calendar.from_ical(content)
    assert calendar.errors == []
    [found] = calendar.walk("VEVENT")
    assert found.errors == []
    return found


def test_write_calendar_to_the_octet():
    whole = event(
        uid="a@example.com",
        summary="Ada, Baker",
        description="Video call\nHosts: B; C",
        url="https://example.com/sessions/1/",
        status=EventStatus.TENTATIVE,
        sequence=7,
        busy=True,
    )
    assert (
        written(whole)
        == "\r\n".join(
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Contrechamp//Calendar//EN",
                "CALSCALE:GREGORIAN",
                "NAME:Contrechamp",
                "X-WR-CALNAME:Contrechamp",
                "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
                "X-PUBLISHED-TTL:PT1H",
                "BEGIN:VEVENT",
                "UID:a@example.com",
                "DTSTAMP:20261102T090000Z",
                "LAST-MODIFIED:20261102T090000Z",
                "DTSTART:20261102T090000Z",
                "DTEND:20261102T100000Z",
                "SUMMARY:Ada\\, Baker",
                "DESCRIPTION:Video call\\nHosts: B\\; C",
                "URL:https://example.com/sessions/1/",
                "STATUS:TENTATIVE",
                "SEQUENCE:7",
                "TRANSP:OPAQUE",
                "CLASS:PRIVATE",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        ).encode()
    )


def test_times_are_in_utc_wherever_they_come_from():
    paris = timezone(timedelta(hours=1))
    starts = datetime(2026, 11, 2, 0, 30, tzinfo=paris)
    found = read(written(event(starts=starts, ends=starts + timedelta(minutes=45))))
    assert found["DTSTART"].to_ical() == b"20261101T233000Z"
    assert found["DTEND"].dt - found["DTSTART"].dt == timedelta(minutes=45)


def test_whole_days_end_on_the_next_day():
    found = read(written(event(starts=DAY, ends=DAY + timedelta(days=1))))
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (DAY, date(2026, 11, 3))
    assert found["DTSTART"].params["VALUE"] == "DATE"


@pytest.mark.parametrize(
    ("starts", "ends"), [(AT, AT), (DAY, DAY), (AT, AT - timedelta(1)), (DAY, AT), (AT, DAY + timedelta(1))]
)
def test_event_that_does_not_end_after_it_starts_is_refused(starts, ends):
    with pytest.raises(ValueError, match="an event"):
        event(starts=starts, ends=ends)


def test_moment_without_time_zone_is_refused():
    naive = AT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        written(event(starts=naive, ends=naive + timedelta(hours=1)))


def test_calendar_without_events_holds_a_component_all_the_same():
    """RFC 5545, 3.4: a calendar has at least one."""
    calendar = Calendar.from_ical(written())
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]
    assert (calendar["VERSION"], calendar["X-WR-CALNAME"]) == ("2.0", "Contrechamp")
    assert "METHOD" not in calendar


def test_event_uid_is_of_this_site(settings):
    settings.SITE_URL = "https://answers.example.com:8443"
    assert event_uid("session", 7) == "session-7@answers.example.com"


# Everything a database may hold, and the line ends that readers disagree over all the more often.
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from('\r\n\t\\;,:"\x00\x0b\x85\u2028é€🙂\u0301')))


def kept(text: str) -> str:
    """What of a text a calendar can carry: one kind of line end, no control characters, no surrogates."""
    text = text.encode(errors="ignore").decode()
    for end in ("\r\n", "\r", "\x85", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return "".join(letter for letter in text if letter in "\n\t" or (letter >= " " and letter != "\x7f"))


@given(TEXTS, TEXTS, TEXTS)
def test_every_text_comes_back_from_lines_that_are_strictly_right(name, summary, description):
    content = written(event(summary=summary, description=description), name=name)
    assert content.endswith(b"\r\n")
    for line in content.removesuffix(b"\r\n").split(b"\r\n"):
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 75
        line.decode()  # no character is broken in two
    found = read(content)
    assert str(found["SUMMARY"]) == kept(summary)
    assert str(found.get("DESCRIPTION", "")) == kept(description)


def invitation(
    *, method=Method.REQUEST, name: str = "Thomas", address: str = "thomas@example.com", **changes
):
    return write_invitation(
        method=method,
        event=event(**changes),
        organiser=Party(name='Sophie "So" Vasseur', address="contrechamp@example.com"),
        attendee=Party(name=name, address=address),
        written_at=AT + timedelta(minutes=5),
    )


def test_write_invitation_asks_one_person_to_an_event():
    content = invitation(uid="session-7@example.com", sequence=3, location="Quay; 12")
    assert Calendar.from_ical(content)["METHOD"] == "REQUEST"
    found = read(content)
    assert (found["UID"], found["SEQUENCE"], found["LOCATION"]) == ("session-7@example.com", 3, "Quay; 12")
    assert found["DTSTAMP"].to_ical() == b"20261102T090500Z"  # when it was written, not when it last changed
    assert found["LAST-MODIFIED"].to_ical() == b"20261102T090000Z"
    assert (found["ORGANIZER"], found["ORGANIZER"].params["CN"]) == (
        "mailto:contrechamp@example.com",
        "Sophie 'So' Vasseur",
    )
    attendee = found["ATTENDEE"]
    assert (attendee, attendee.params["CN"], attendee.params["RSVP"]) == (
        "mailto:thomas@example.com",
        "Thomas",
        "FALSE",
    )


def test_write_invitation_says_nothing_of_the_event_when_one_person_is_let_go():
    """RFC 5546, 3.2.5: STATUS only when the whole event is called off."""
    content = invitation(method=Method.CANCEL, status=None)
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    assert "STATUS" not in read(content)
    assert read(invitation(method=Method.CANCEL, status=EventStatus.CANCELLED))["STATUS"] == "CANCELLED"


@given(TEXTS)
def test_every_name_leaves_an_invitation_whole(name):
    content = invitation(name=name)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    found = read(content)
    assert found["ATTENDEE"] == "mailto:thomas@example.com"


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("a+b@example.com", "a+b@example.com"),
        ("o'neil@x.fr", "o'neil@x.fr"),
        ("a?b#c@x.fr", "a%3Fb%23c@x.fr"),
    ],
)
def test_address_of_an_invitation_is_a_uri(address, uri):
    assert read(invitation(address=address))["ATTENDEE"] == f"mailto:{uri}"
