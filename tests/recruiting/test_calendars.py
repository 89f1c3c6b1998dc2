from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group

from accounts.models import Role, User
from ledger.domain.icalendar import Event, EventStatus
from recruiting.domain.answers_given import correct_answer
from recruiting.domain.calendars import calendar_of
from recruiting.domain.debriefs import DebriefFacts, submit_debrief
from recruiting.domain.follow_ups import keep_follow_up
from recruiting.domain.sessions import SessionFacts, change_status, edit_session
from recruiting.models import Session
from tests.factories import AT, make_answer, make_question, make_user
from tests.recruiting.factories import (
    how,
    make_application,
    make_follow_up,
    make_given,
    make_position,
    make_session,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SITE = "http://127.0.0.1:8000"


def events(user, kind: str, *, at: datetime = AT) -> list[Event]:
    """Those whose uid begins so: session, debrief, follow-up, promise, reviews."""
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
    assert events(organiser, "debrief") == []  # for those who answer


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
    assert (after.status, after.busy, after.sequence) == (EventStatus.CANCELLED, False, 1)
    assert after.summary == "Cancelled: Ada, Baker"
    assert events(host, "debrief") == []


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
    [event] = events(host, "debrief", at=session.starts_at + timedelta(hours=2))
    assert event.sequence == 0


def test_place_is_told(host, session):
    Session.objects.update(place="12 Quay; ask for Sophie")
    assert events(host, "session")[0].location == "12 Quay; ask for Sophie"


def test_sessions_reach_a_month_back_and_a_year_ahead(host, session):
    inside = [AT - 30 * DAY, AT + 365 * DAY]
    outside = [AT - 30 * DAY - timedelta(0, 1), AT + 365 * DAY + timedelta(0, 1)]
    for starts_at in inside + outside:
        make_session(session.application, host, starts_at=starts_at)
    told = [event.starts for event in events(host, "session")]
    assert told == [inside[0], session.starts_at, inside[1]]


def test_debrief_is_wanted_right_after_the_session(host, session):
    [event] = events(host, "debrief")
    ends_at = session.starts_at + timedelta(minutes=45)
    assert (event.starts, event.ends) == (ends_at, ends_at + timedelta(minutes=15))
    assert event.summary == "Debrief: Ada, Baker"
    assert event.url == f"{SITE}/sessions/{session.pk}/debrief/"


def test_debrief_that_is_late_is_wanted_today(host, session):
    [before] = events(host, "debrief", at=session.starts_at + timedelta(hours=2))
    [late] = events(host, "debrief", at=session.starts_at + 3 * DAY)
    assert before.starts == session.starts_at + timedelta(minutes=45)
    assert (late.starts, late.ends) == (date(2026, 11, 12), date(2026, 11, 13))
    assert (late.uid, late.sequence) == (before.uid, before.sequence + 3)


def test_debrief_is_wanted_no_more_once_it_is_submitted(host, session):
    facts = DebriefFacts()
    submit_debrief(session=session, host=host, facts=facts, as_of=None, at=session.ends_at)
    assert events(host, "debrief") == []


@pytest.mark.parametrize("status", ["cancelled", "no_show", "closed"])
def test_no_debrief_is_wanted_of_what_takes_none(host, session, status):
    Session.objects.update(status=status)
    assert events(host, "debrief") == []


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


def test_promise_is_told_to_its_owner_on_its_day_and_later(host, session):
    day = date(2026, 11, 12)
    owed = make_follow_up(session, host, due_on=day)
    for at, starts, late in ((AT, day, 0), (AT + 13 * DAY, date(2026, 11, 15), 3)):
        [event] = events(host, "promise", at=at)
        assert (event.starts, event.ends, event.sequence) == (starts, starts + DAY, late)
        assert event.summary == "The training plan: Ada, Baker"
        assert event.url == f"{SITE}/follow-ups/{owed.pk}/"
    assert events(session.organiser, "promise") == []
    keep_follow_up(follow_up=owed, word="", by=host, at=AT)
    assert events(host, "promise") == []
