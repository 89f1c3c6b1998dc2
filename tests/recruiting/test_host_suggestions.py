from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from recruiting.domain.host_load import Load, loads_of
from recruiting.domain.host_profiles import HostFacts, save_host_profile
from recruiting.domain.host_suggestions import suggest_hosts
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.domain.sessions import change_status
from recruiting.models import Position
from tests.factories import AT, make_category, make_question, make_scope, make_user
from tests.recruiting.factories import make_application, make_position, make_session

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_host(name: str, *roles: str, **facts: Any) -> User:
    """Someone who may be proposed and speaks both languages."""
    user = make_user(*(roles or ["reader"]), name=name)
    said = HostFacts(**({"speaks_french": True, "speaks_english": True} | facts))
    save_host_profile(user=user, facts=said, as_of="", by=user, at=AT)
    return user


def suggested(position: Position | None = None, language: str = "en", **choice: str) -> list[str]:
    found = suggest_hosts(position=position or make_position(), language=language, at=AT, **choice)
    return [one.person.name for one in found]


def test_suggest_hosts_only_those_who_may_and_can():
    make_host("fits")
    make_host("speaks no English", speaks_english=False)
    make_host("not to be proposed", may_be_proposed=False)
    make_host("no reader", "administrator")
    gone = make_host("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    make_user("reader", name="without a profile")
    assert suggested() == ["fits"]
    assert suggested(language="fr") == ["fits", "speaks no English"]
    assert suggested(language="nonsense") == ["fits"]


def test_suggest_hosts_who_do_the_format():
    make_host("any")
    make_host("walks", formats=["walking"])
    assert suggested() == ["any", "walks"]
    assert suggested(session_format="walking") == ["any", "walks"]
    assert suggested(session_format="phone") == ["any"]


def test_suggest_hosts_of_the_team_or_with_a_topic_that_matters():
    ovens, pay = make_scope("The ovens"), make_category(name_en="Pay")
    position = make_position(team=ovens)
    make_host("far")
    make_host("near", team="the Ovens ")
    make_host("knows", topics=[pay])
    found = suggest_hosts(position=position, language="en", at=AT)
    assert [(one.person.name, one.near, one.topics) for one in found] == [
        ("near", "The ovens", ()),
        ("knows", "", ("Pay",)),
    ]
    other = make_question(category=make_category())
    session = make_session(make_application(position))
    add_candidate_question(session=session, words="?", question=other, gap=False, by=session.organiser, at=AT)
    assert suggested(position) == ["near"]  # pay was not asked about


def test_suggest_hosts_the_least_asked_first():
    often, seldom, never = make_host("often"), make_host("seldom"), make_host("zero")
    for host, days in ((often, -1), (often, 5), (seldom, -1), (never, -91)):
        make_session(None, host, starts_at=AT + days * DAY)
    assert suggested() == ["zero", "seldom", "often"]


def test_loads_count_the_last_ninety_days_and_what_comes():
    host = make_user("reader")
    for days in (-91, -90, -1, 3, 8):
        make_session(None, host, starts_at=AT + days * DAY + timedelta(minutes=1))
    off = make_session(None, host, starts_at=AT + DAY)
    change_status(session=off, status="cancelled", by=off.organiser, at=AT)
    make_session(None, make_user("reader"))
    load = Load(lately=2, coming=2, next_at=AT + 3 * DAY + timedelta(minutes=1))
    assert loads_of(at=AT, users=[host.pk]) == {host.pk: load}
    assert len(loads_of(at=AT)) == 2


def test_suggest_hosts_makes_as_many_queries_for_thirty_as_for_one():
    position, counts = make_position(), []
    for number in (1, 29):
        for _ in range(number):
            make_session(None, make_host("host", topics=[make_category()]))
        with CaptureQueriesContext(connection) as queries:
            suggest_hosts(position=position, language="en", at=AT)
        counts.append(len(queries))
    assert counts[0] == counts[1]
