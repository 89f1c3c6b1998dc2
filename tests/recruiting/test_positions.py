import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.models import Activity
from recruiting.models import Position
from tests.factories import AT, make_company, make_scope, make_user
from tests.recruiting.factories import make_application, make_position

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def client(client_as):
    return client_as(make_user("recruiter"))


def test_position_new_opens_a_position_with_its_scopes(client):
    team = make_scope("Ovens", kind="team")
    done = client.post(
        reverse("recruiting:position_new"), {"title": "Baker", "language": "fr", "team": team.pk}
    )
    position = Position.objects.get()
    assert done.headers["Location"] == reverse("recruiting:position", args=[position.pk])
    assert (position.title, position.language, position.scopes) == ("Baker", "fr", [team])
    assert Activity.objects.about(position).get().verb == "open"


def test_position_new_offers_each_field_its_own_kind(client):
    team, site = make_scope(kind="team"), make_scope(kind="site")
    form = client.get(reverse("recruiting:position_new")).context["form"]
    assert list(form.fields["team"].queryset) == [team]
    assert list(form.fields["site"].queryset) == [site]
    refused = client.post(
        reverse("recruiting:position_new"), {"title": "Baker", "language": "fr", "team": site.pk}
    )
    assert "team" in refused.context["form"].errors


def test_position_edit_fills_and_opens_again(client):
    position = make_position("Baker")
    address = reverse("recruiting:position_edit", args=[position.pk])
    client.post(address, {"title": "Head baker", "language": "en", "filled": "on"})
    position.refresh_from_db()
    assert (position.title, position.filled_at) == ("Head baker", AT)
    client.post(address, {"title": "Head baker", "language": "en"})
    position.refresh_from_db()
    assert position.filled_at is None


def test_positions_shows_open_and_filled_apart(client):
    make_position("Baker")
    filled = make_position("Miller")
    Position.objects.filter(pk=filled.pk).update(filled_at=AT)
    address = reverse("recruiting:positions")
    assert [row.title for row in client.get(address).context["page"].rows] == ["Baker"]
    assert [row.title for row in client.get(address, {"show": "filled"}).context["page"].rows] == ["Miller"]


@pytest.mark.parametrize("name", ["positions", "position"])
def test_positions_make_as_many_queries_for_thirty_as_for_one(client, name):
    make_company()
    recruiter, first = make_user("recruiter"), make_position("First")
    address = reverse("recruiting:positions")
    if name == "position":
        address = reverse("recruiting:position", args=[first.pk])
    counts = []
    for number in (1, 29):
        for _ in range(number):
            team = make_scope(kind="team")
            make_application(first, by=recruiter)
            make_application(make_position(team=team, by=recruiter), by=recruiter)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", ["reader", "editor", "administrator"])
def test_positions_and_applications_are_for_recruiters(client_as, role):
    application = make_application()
    client = client_as(make_user(role))
    position, key = [application.position_id], [application.pk]
    for name, ids in (
        ("positions", []),
        ("position_new", []),
        ("position", position),
        ("position_edit", position),
        ("application_new", position),
        ("application", key),
        ("application_edit", key),
        ("session_new", key),
    ):
        assert client.get(reverse(f"recruiting:{name}", args=ids)).status_code == 403
