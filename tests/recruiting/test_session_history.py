from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.domain.activity import record_activity
from recruiting.domain.session_changes import standing_facts
from recruiting.domain.session_history import session_history
from recruiting.domain.sessions import SessionFacts, change_status, edit_session
from recruiting.models import Session
from tests.factories import AT, make_user
from tests.recruiting.factories import make_session

pytestmark = pytest.mark.django_db


def edit(session: Session, **changes) -> None:
    session.refresh_from_db()
    facts = SessionFacts(**(vars(standing_facts(session)) | changes))
    edit_session(
        session=session,
        facts=facts,
        as_of=session.updated_at,
        by=session.organiser,
        at=session.updated_at + timedelta(hours=1),
    )


def test_session_history_tells_each_act_the_newest_first():
    thomas, nadia = make_user("reader", name="Thomas"), make_user("reader", name="Nadia")
    sophie = make_user("recruiter", name="Sophie")
    session = make_session(None, thomas, by=sophie)
    edit(session, starts_at=session.starts_at + timedelta(days=1), length_minutes=30, place="0601020304")
    edit(session, hosts=[nadia])
    change_status(session=session, status="cancelled", by=sophie, at=AT + timedelta(hours=5))
    change_status(session=session, status="planned", by=sophie, at=AT + timedelta(hours=6))
    history = session_history(session)
    assert [(event.title, event.lines) for event in history] == [
        ("Planned again", []),
        ("Cancelled", []),
        ("Hosts changed", ["added: Nadia, removed: Thomas"]),
        (
            "Moved",
            [
                "From Monday 9 November 2026, 10:00 to Tuesday 10 November 2026, 10:00",
                "Length: from 45 to 30 minutes",
                "Address or link changed",
            ],
        ),
        ("Planned", ["For Monday 9 November 2026, 10:00", "Hosts: Thomas"]),
    ]
    assert {event.actor for event in history} == {sophie}
    assert history[-1].at == AT
    assert "0601020304" not in str(history)


def test_session_history_bears_what_was_kept_before(db):
    session = make_session()
    for verb, detail in (("plan", {"hosts": [1]}), ("edit", {"hosts": [1]}), ("change-status", {})):
        record_activity(actor=None, verb=verb, subject=session, at=AT, **detail)
    record_activity(actor=None, verb="hand-over", subject=session, at=AT, before=1, after=None)
    assert len(session_history(session)) == 5


def test_session_history_makes_as_many_queries_for_thirty_as_for_one():
    session = make_session(None, make_user("reader"))
    counts = []
    for number in (1, 29):
        for _ in range(number):
            edit(session, hosts=[make_user("reader")])
        with CaptureQueriesContext(connection) as queries:
            session_history(session)
        counts.append(len(queries))
    assert counts == [2, 2]


def test_session_history_leaves_out_what_was_saved_without_a_change():
    session = make_session()
    edit(session)
    assert [event.title for event in session_history(session)] == ["Planned"]
