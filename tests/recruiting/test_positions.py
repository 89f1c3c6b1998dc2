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


def edit(client, position, **typed):
    address = reverse("recruiting:position_edit", args=[position.pk])
    seen = client.get(address).context["form"]["seen"].value()
    return client.post(address, {"title": position.title, "language": "en", "seen": seen} | typed)


def test_position_edit_fills_and_opens_again(client):
    position = make_position("Baker")
    edit(client, position, title="Head baker", filled="on")
    position.refresh_from_db()
    assert (position.title, position.filled_at) == ("Head baker", AT)
    edit(client, position)
    position.refresh_from_db()
    assert position.filled_at is None


def test_position_edit_tells_the_second_of_two(client):
    position = make_position("Baker")
    address = reverse("recruiting:position_edit", args=[position.pk])
    seen = client.get(address).context["form"]["seen"].value()
    edit(client, position, title="Head baker")
    typed = {"title": "Pastry cook", "language": "en", "seen": seen}
    refused = client.post(address, typed)
    assert "Someone else changed this position" in refused.content.decode()
    assert refused.context["form"]["title"].value() == "Pastry cook"
    assert refused.context["standing"].title == "Head baker"
    client.post(address, typed | {"seen": refused.context["form"]["seen"].value()})
    position.refresh_from_db()
    assert position.title == "Pastry cook"


def test_position_names_its_hiring_manager_what_abounds_and_its_reference(client):
    manager, recruiter = make_user("reader"), make_user("recruiter")
    position = make_position("Baker", by=recruiter)
    edit(client, position, hiring_manager=manager.pk, applicants_abound="on", reference="R-1")
    position.refresh_from_db()
    assert (position.hiring_manager, position.applicants_abound, position.reference) == (manager, True, "R-1")
    refused = edit(client, make_position("Miller", by=recruiter), reference="R-1")
    assert refused.context["form"].errors == {"reference": ["Another position has this reference."]}


def test_position_edit_offers_readers_and_who_is_named_though_they_left(client):
    make_user("administrator")
    position = make_position("Baker", hiring_manager=make_user("reader", name="Zoé"))
    position.hiring_manager.is_active = False
    position.hiring_manager.save()
    form = client.get(reverse("recruiting:position_edit", args=[position.pk])).context["form"]
    assert position.hiring_manager in form.fields["hiring_manager"].queryset
    assert form.fields["hiring_manager"].queryset.filter(groups__name="administrator").count() == 0
    assert edit(client, position, hiring_manager=position.hiring_manager.pk).status_code == 302


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
