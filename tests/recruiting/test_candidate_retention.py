from datetime import date, timedelta

import pytest

from recruiting.domain.applications import edit_application
from recruiting.domain.candidate_retention import ApplicationFacts, expires_on, facts_of, months_after
from recruiting.domain.sessions import change_status
from recruiting.models import SessionStatus
from tests.factories import AT, make_user
from tests.recruiting.factories import make_application, make_session

LAST = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("outcome", "starts_on", "consents", "expires"),
    [
        ("refused", None, False, date(2027, 2, 28)),
        ("refused", None, True, date(2028, 11, 30)),
        ("declined", None, False, date(2027, 2, 28)),
        ("withdrawn", None, False, date(2027, 2, 28)),
        ("withdrawn", None, True, date(2028, 11, 30)),
        ("", None, False, date(2028, 11, 30)),
        ("", None, True, date(2028, 11, 30)),
        ("accepted", date(2027, 1, 4), False, date(2027, 7, 4)),
        ("accepted", date(2027, 1, 4), True, date(2027, 7, 4)),
        # Someone wrote to them after they had started.
        ("accepted", date(2026, 11, 1), False, date(2027, 5, 30)),
        ("accepted", None, False, date(2028, 11, 30)),
    ],
)
def test_when_a_file_expires(outcome, starts_on, consents, expires):
    application = ApplicationFacts(outcome=outcome, last_contact=LAST, starts_on=starts_on)
    assert expires_on([application], consents=consents, known_since=LAST) == expires


def test_a_first_day_at_the_end_of_the_calendar_is_no_fault():
    hired = ApplicationFacts(outcome="accepted", last_contact=LAST, starts_on=date.max)
    assert expires_on([hired], consents=False, known_since=LAST) == date.max


def test_the_application_that_keeps_it_longest_decides():
    refused = ApplicationFacts(outcome="refused", last_contact=LAST)
    in_process = ApplicationFacts(outcome="", last_contact=date(2026, 1, 15))
    both = expires_on([refused, in_process], consents=False, known_since=LAST)
    assert both == date(2028, 1, 15)


def test_a_candidate_without_application_is_kept_as_one_who_was_refused():
    assert expires_on([], consents=False, known_since=LAST) == date(2027, 2, 28)
    assert expires_on([], consents=True, known_since=LAST) == date(2028, 11, 30)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 1), 3, date(2027, 3, 1)),
        (date(2026, 9, 15), 24, date(2028, 9, 15)),
    ],
)
def test_months_after(day, months, later):
    assert months_after(day, months) == later


@pytest.mark.django_db
def test_the_last_contact_is_the_latest_of_application_session_held_and_decision():
    application, by = make_application(), make_user("recruiter")
    candidate = application.candidate
    assert facts_of(candidate) == [ApplicationFacts(outcome="", last_contact=AT.date())]
    held = make_session(application, starts_at=AT + timedelta(days=2))
    make_session(application, starts_at=AT + timedelta(days=30))  # to come: no contact yet
    change_status(session=held, status=SessionStatus.HELD, by=by, at=AT + timedelta(days=2))
    assert [one.last_contact for one in facts_of(candidate)] == [AT.date() + timedelta(days=2)]
    decided = {"stage": "closed", "outcome": "refused", "decided_on": AT.date() + timedelta(days=5)}
    edit_application(application=application, **decided, starts_on=None, by=by, at=AT)
    assert facts_of(candidate) == [
        ApplicationFacts(outcome="refused", last_contact=AT.date() + timedelta(days=5))
    ]
