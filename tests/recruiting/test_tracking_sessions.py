from datetime import UTC, datetime

import pytest

from recruiting.models import GentlerForm, Session, SessionStatus
from tests.factories import make_user
from tests.recruiting.factories import make_application, make_position
from tests.recruiting.tracking_files import imported, preview_of, told
from wiki.models import AnswerDemand

pytestmark = pytest.mark.django_db

SESSIONS = "Reference,Candidate,Position,Starts at,Minutes,Format,Hosts,Status"


@pytest.fixture
def recruiter():
    return make_user("recruiter")


@pytest.fixture
def application(recruiter):
    return make_application(make_position("Baker", by=recruiter), email="ada@example.com", by=recruiter)


def test_sessions_are_planned_changed_and_left(recruiter, application):
    paul, nadia = (
        make_user("reader", email="paul@example.com"),
        make_user("reader", email="nadia@example.com"),
    )
    lines = [
        SESSIONS,
        "S-1,ada@example.com,Baker,30/11/2026 14:30,,Visite des locaux,paul@example.com nadia@example.com,",
        ",ada@example.com,Baker,2026-10-01T09:00,60,phone,,Held",
    ]
    assert told(imported("sessions", *lines, by=recruiter)) == [(2, "created", ""), (3, "created", "")]
    held, coming = Session.objects.order_by("starts_at")
    assert coming.starts_at == datetime(2026, 11, 30, 13, 30, tzinfo=UTC)
    assert (coming.format, coming.length_minutes, coming.language, coming.stage) == (
        "visit",
        45,
        "en",
        "interviews",
    )
    assert {host.user for host in coming.hosts.all()} == {paul, nadia}
    assert (coming.reference, coming.status, coming.organiser) == ("S-1", SessionStatus.PLANNED, recruiter)
    assert (held.status, held.length_minutes, held.application) == (SessionStatus.HELD, 60, application)
    assert {line.outcome for line in preview_of("sessions", *lines, by=recruiter).lines} == {"left"}
    moved = imported(
        "sessions",
        SESSIONS,
        "S-1,ada@example.com,Baker,01/12/2026 14:30,,,nadia@example.com,Confirmed",
        "S-2,ada@example.com,Baker,2026-10-01 09:00,,,,",
        by=recruiter,
    )
    assert [line.outcome for line in moved.lines] == ["changed", "changed"]
    assert "Status: Planned → Confirmed" in moved.lines[0].words
    coming.refresh_from_db()
    held.refresh_from_db()
    assert (coming.starts_at.day, coming.status) == (1, SessionStatus.CONFIRMED)
    assert [host.user for host in coming.hosts.all()] == [nadia]
    assert held.reference == "S-2"


def test_every_bad_line_of_sessions_is_named(recruiter, application):
    imported("sessions", SESSIONS, "S-1,ada@example.com,Baker,2026-10-01 09:00,,,,Cancelled", by=recruiter)
    make_position("Miller", by=recruiter)
    preview = preview_of(
        "sessions",
        SESSIONS,
        "S-1,ada@example.com,Baker,2026-10-02 09:00,,,,",
        ",ada@example.com,Miller,2026-10-02 09:00,,,,",
        ",ada@example.com,Baker,tomorrow,4,telepathy,nobody@example.com,Closed",
        ",ada@example.com,Baker,,,,,",
        ",ada@example.com,Baker,2027-03-28 02:30,,,,",
        by=recruiter,
    )
    reasons = [" ".join(line.reasons) for line in preview.lines]
    assert reasons[:4] == [
        "This session is over. Reopen it to change it.",
        "Candidate: This candidate has not applied for this position: import the applications first.",
        (
            "Starts at: “tomorrow” is no day such as 2026-11-30 or 30/11/2026. "
            "Minutes: Give between 5 and 480 minutes. "
            "Format: “telepathy” is unknown. Known are: Video call, On site, Phone call, Walking, "
            "Visit of the premises, Informal meeting with the team. "
            "Hosts: Nobody who reads the wiki has the address “nobody@example.com”. "
            "Status: A session that is “Planned” cannot become “Closed”."
        ),
        "Starts at: This cell is empty.",
    ]
    assert "2027-03-28 02:30:00 couldn’t be interpreted in time zone Europe/Paris" in reasons[4]
    assert Session.objects.count() == 1


def test_what_imported_sessions_ask_of_the_wiki_is_computed_once(recruiter, application, monkeypatch):
    from recruiting.domain import demand

    times = []
    needs = demand.needs_at
    monkeypatch.setattr(demand, "needs_at", lambda at: times.append(1) or needs(at))
    lines = [f",ada@example.com,Baker,2026-12-{day:02} 09:00,,,," for day in range(1, 11)]
    imported("sessions", SESSIONS, *lines, by=recruiter)
    assert len(times) == 1
    assert Session.objects.count() == 10
    assert not AnswerDemand.objects.exists()


def test_sessions_take_place_and_gentler_form_from_the_file(recruiter, application):
    heads = "Reference,Candidate,Position,Starts at,Adresse ou lien,Gentler form"
    line = "S-1,ada@example.com,Baker,30/11/2026 14:30,3 rue du Four,{}"
    imported("sessions", heads, line.format("Questions in writing"), by=recruiter)
    session = Session.objects.get()
    assert (session.place, session.gentler_form) == ("3 rue du Four", GentlerForm.WRITTEN)
    changed = imported("sessions", heads, line.format("topics"), by=recruiter)
    assert changed.lines[0].words == ("Gentler form: Questions in writing → A list of topics to choose from")
    refused = preview_of("sessions", heads, line.format("by letter"), by=recruiter)
    assert "“by letter” is unknown. Known are: Questions in writing" in refused.lines[0].words


@pytest.mark.parametrize(
    ("starts_at", "minutes"),
    [
        ("30/11/2026 14:30", "00004599999999999999"),
        ("30/11/2026 14:30", "0" * 5000 + "45"),
        ("0001-01-01T00:00+14:00", "45"),
        ("9999-12-31T23:30-14:00", "45"),
        ("9999-12-31 23:30", "45"),
    ],
)
def test_numbers_and_moments_that_no_database_holds_are_bad_cells(recruiter, application, starts_at, minutes):
    """They would pass the preview and fail when it is confirmed, or when a page shows them."""
    line = f",ada@example.com,Baker,{starts_at},{minutes},,,"
    assert {row.outcome for row in preview_of("sessions", SESSIONS, line, by=recruiter).lines} == {"refused"}
