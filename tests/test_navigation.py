import pytest

from tests.factories import make_user

pytestmark = pytest.mark.django_db
READ = ["Home", "Wiki", "Review queue", "Sessions"]


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("reader", READ),
        ("editor", [*READ, "Weekly reports"]),
        ("recruiter", [*READ, "Positions", "Weekly reports"]),
        ("lead", [*READ, "Positions", "Weekly reports", "People", "Outbox", "Settings"]),
        ("administrator", ["Home", "People", "Outbox", "Settings"]),
    ],
)
def test_navigation_offers_what_the_role_may_open(client_as, role, labels):
    page = client_as(make_user(role)).get("/profile/")
    assert [item.label for item in page.context["nav"]] == labels


def test_navigation_marks_the_page_one_is_within(client_as):
    lead = make_user("lead")
    page = client_as(lead).get(f"/people/{lead.pk}/")
    assert [item.label for item in page.context["nav"] if item.current] == ["People"]


@pytest.mark.parametrize(
    ("address", "label"),
    [("/follow-ups/", "Sessions"), ("/recalls/", "Sessions"), ("/recalls/closed/", "Sessions")],
)
def test_navigation_marks_where_pages_with_an_address_of_their_own_belong(client_as, address, label):
    page = client_as(make_user("recruiter")).get(address)
    assert [item.label for item in page.context["nav"] if item.current] == [label]


def test_navigation_marks_nothing_on_a_page_of_the_profile(client_as):
    page = client_as(make_user("reader")).get("/wiki/digests/")
    assert [item.label for item in page.context["nav"] if item.current] == []


def test_navigation_is_empty_for_strangers(client):
    make_user("reader")
    assert client.get("/account/login/").context["nav"] == []
