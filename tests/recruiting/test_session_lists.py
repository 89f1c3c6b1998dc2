from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.models import Session
from tests.factories import AT, make_user
from tests.recruiting.factories import make_application, make_position, make_session

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def listed(client, **query: object) -> list[Session]:
    page = client.get(reverse("recruiting:sessions"), query)
    assert page.status_code == 200
    return [session for session, *_ in page.context["rows"]]


def week(client, **query: object) -> dict[str, list[Session]]:
    page = client.get(reverse("recruiting:session_week"), query)
    assert page.status_code == 200
    return {
        f"{day.date:%a}": [session for session, *_ in day.rows] for day in page.context["days"] if day.rows
    }


def test_sessions_filters_by_format_host_position_and_words(client_as):
    recruiter, thomas = make_user("recruiter"), make_user("reader")
    baker, cook = make_position("Baker"), make_position("Cook")
    ada = make_session(make_application(baker, name="Ada Lovelace"), thomas, format="phone")
    bob = make_session(make_application(cook, name="Bob Crumb"))
    client = client_as(recruiter)
    assert listed(client, format="phone") == [ada]
    assert listed(client, host=thomas.pk) == [ada]
    assert listed(client, position=cook.pk) == [bob]
    assert listed(client, q="lovelace") == listed(client, q="bake") == [ada]
    assert listed(client, q="crumb", position=baker.pk) == []
    nonsense = {"format": "x", "host": "9" * 30, "position": "-1", "q": "a\0b"}
    assert len(listed(client, **nonsense)) == 2


def test_sessions_mine_are_those_one_hosts_or_organises(client_as):
    recruiter = make_user("recruiter")
    hosted = make_session(None, recruiter, starts_at=AT + DAY)
    organised = make_session(None, by=recruiter, starts_at=AT + 2 * DAY)
    make_session()
    client = client_as(recruiter)
    assert listed(client, mine="on") == [hosted, organised]
    assert week(client, mine="on") == {"Tue": [hosted], "Wed": [organised]}


def test_lists_say_what_a_session_to_come_lacks(client_as):
    make_session(starts_at=AT + DAY)
    client = client_as(make_user("recruiter"))
    text = client.get(reverse("recruiting:sessions")).text
    assert "No host is named" in text
    assert "No pay range on the role sheet" in text
    assert ">Not ready<" in client.get(reverse("recruiting:session_week")).text


def test_lists_ask_of_a_session_whose_time_is_past_whether_it_took_place(client_as):
    make_session(starts_at=AT - timedelta(hours=2))
    client = client_as(make_user("recruiter"))
    for name in ("sessions", "session_week"):
        text = client.get(reverse(f"recruiting:{name}")).text
        assert "Did it take place?" in text, name
        assert ">Not ready<" not in text, name


def test_sessions_does_not_let_a_host_search_by_name(client_as):
    host = make_user("reader")
    mine = make_session(make_application(name="Ada Lovelace"), host)
    client = client_as(host)
    assert listed(client, q="nobody", host=1, position=1) == [mine]
    text = client.get(reverse("recruiting:sessions")).content.decode()
    assert 'name="q"' not in text.partition("<main")[2]
    for field in ("position", "host", "mine"):
        assert f'name="{field}"' not in text


def test_sessions_offers_the_position_that_was_asked_for_though_it_is_filled(client_as):
    position = make_position("Baker")
    position.filled_at = AT
    position.save()
    client, url = client_as(make_user("recruiter")), reverse("recruiting:sessions")
    assert "Baker" not in client.get(url).content.decode()
    assert f'<option value="{position.pk}" selected>Baker' in client.get(url, {"position": position.pk}).text


def test_session_week_is_seven_local_days_from_a_monday(client_as):
    client = client_as(make_user("recruiter"))
    at = {
        "before": datetime(2026, 11, 1, 23, 59, tzinfo=PARIS),
        "monday": datetime(2026, 11, 2, 0, 0, tzinfo=PARIS),
        "sunday": datetime(2026, 11, 8, 23, 59, tzinfo=PARIS),
        "after": datetime(2026, 11, 9, 0, 0, tzinfo=PARIS),
    }
    made = {name: make_session(starts_at=starts_at) for name, starts_at in at.items()}
    assert week(client) == {"Mon": [made["monday"]], "Sun": [made["sunday"]]}
    assert week(client, week="2026-W45") == week(client)
    assert week(client, week="2026-W46") == {"Mon": [made["after"]]}
    assert week(client, week="2026-W44") == {"Sun": [made["before"]]}


@pytest.mark.parametrize(
    "asked", ["", "nonsense", "2026-W00", "2026-W54", "0001-W01", "9999-W52", "2025-W53"]
)
def test_session_week_that_is_none_is_the_present_one(client_as, asked):
    page = client_as(make_user("recruiter")).get(reverse("recruiting:session_week"), {"week": asked})
    assert (page.context["week"], page.context["this_url"]) == ("2026-W45", "")


def test_session_week_leads_to_the_weeks_beside_it_with_its_filters(client_as):
    page = client_as(make_user("recruiter")).get(
        reverse("recruiting:session_week"), {"week": "2026-W53", "mine": "on"}
    )
    context = page.context
    assert context["previous_url"] == "?week=2026-W52&mine=on"
    assert context["next_url"] == "?week=2027-W01&mine=on"
    assert context["this_url"] == "?week=2026-W45&mine=on"
    assert [tab.url for tab in context["tabs"]][:2] == ["/sessions/?mine=on", "/sessions/week/?mine=on"]


def test_session_week_filters_as_the_list_does(client_as):
    recruiter = make_user("recruiter")
    mine = make_session(None, recruiter, starts_at=AT + DAY)
    make_session(starts_at=AT + DAY)
    client = client_as(recruiter)
    assert week(client, mine="on") == {"Tue": [mine]}
    assert week(client, status="cancelled") == {}


def test_session_week_shows_a_host_their_own_by_first_name(client_as):
    host = make_user("reader")
    mine = make_session(make_application(name="Ada Lovelace"), host, starts_at=AT + DAY)
    make_session(make_application(name="Bob Crumb"), make_user("reader"), starts_at=AT + DAY)
    client = client_as(host)
    assert week(client) == {"Tue": [mine]}
    text = client.get(reverse("recruiting:session_week")).content.decode()
    assert "Ada, " in text
    assert "Lovelace" not in text
    assert "Crumb" not in text


@pytest.mark.parametrize("name", ["sessions", "session_week"])
def test_lists_make_as_many_queries_for_thirty_as_for_one(client_as, name):
    recruiter, client = make_user("recruiter"), client_as(make_user("recruiter"))
    counts = []
    for number in (1, 29):
        for _ in range(number):
            position = make_position(by=recruiter)
            session = make_session(
                make_application(position, by=recruiter), make_user("reader"), by=recruiter
            )
            Session.objects.filter(pk=session.pk).update(starts_at=AT + DAY)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"recruiting:{name}")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_session_week_says_when_there_are_more_than_it_shows(client_as, monkeypatch):
    monkeypatch.setattr("recruiting.views.session_lists.SESSIONS_A_WEEK", 1)
    for _ in range(2):
        make_session(starts_at=AT + DAY)
    client = client_as(make_user("recruiter"))
    assert [len(found) for found in week(client).values()] == [1]
    assert "The first 1 sessions" in client.get(reverse("recruiting:session_week")).content.decode()
