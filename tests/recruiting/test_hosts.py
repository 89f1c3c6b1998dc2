import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.domain.host_profiles import HostFacts, HostProfileChanged, save_host_profile
from recruiting.models import HostProfile
from tests.factories import AT, make_category, make_scope, make_user
from tests.recruiting.factories import make_session

pytestmark = pytest.mark.django_db
OWN = "/profile/host/"
HOSTS = "/sessions/hosts/"


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def typed(**changes) -> dict[str, object]:
    return {
        "role": "Head of ovens",
        "team": "The ovens",
        "since": "2018",
        "sentence": "Come and see.",
        "languages": ["fr"],
        "formats": ["walking", "phone"],
        "may_be_proposed": "on",
    } | changes


def test_host_profile_begins_with_what_is_known(client_as):
    make_scope("The ovens")
    user = make_user("reader", job_title="Baker", language="fr")
    page = client_as(user).get(OWN)
    form = page.context["form"]
    assert (form["role"].value(), form["languages"].value()) == ("Baker", ["fr"])
    assert form["may_be_proposed"].value() is True
    assert '<option value="The ovens">' in page.content.decode()
    assert not HostProfile.objects.exists()


def test_host_profile_is_saved_whole(client_as):
    user, topic = make_user("reader"), make_category()
    assert client_as(user).post(OWN, typed(topics=[topic.pk])).status_code == 302
    profile = HostProfile.objects.get(user=user)
    assert (profile.role, profile.team, profile.since) == ("Head of ovens", "The ovens", 2018)
    assert (profile.speaks_french, profile.speaks_english) == (True, False)
    assert (profile.formats, list(profile.topics.all())) == (["phone", "walking"], [topic])
    again = client_as(user).get(OWN).context["form"]
    assert again["formats"].value() == ["phone", "walking"]
    assert again["languages"].value() == ["fr"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"languages": []}, "languages"),
        ({"since": "2027"}, "since"),
        ({"since": "1949"}, "since"),
        ({"formats": ["teleport"]}, "formats"),
        ({"topics": ["9" * 30]}, "topics"),
        ({"sentence": "x" * 301}, "sentence"),
    ],
)
def test_host_profile_refuses_with_a_word(client_as, changes, field):
    page = client_as(make_user("reader")).post(OWN, typed(**changes))
    assert list(page.context["form"].errors) == [field]
    assert not HostProfile.objects.exists()


def test_host_profile_that_someone_else_changed_is_not_overwritten_unseen(client_as):
    user, recruiter = make_user("reader"), make_user("recruiter")
    client = client_as(user)
    save_host_profile(user=user, facts=HostFacts(role="Theirs"), as_of="", by=recruiter, at=AT)
    page = client.post(OWN, typed())
    assert "Someone else changed this profile" in page.content.decode()
    assert HostProfile.objects.get().role == "Theirs"
    seen = page.context["form"]["seen"].value()
    assert client.post(OWN, typed(seen=seen)).status_code == 302
    assert HostProfile.objects.get().role == "Head of ovens"


def test_save_host_profile_raises_when_it_moved_on():
    user = make_user("reader")
    save_host_profile(user=user, facts=HostFacts(), as_of="", by=user, at=AT)
    with pytest.raises(HostProfileChanged):
        save_host_profile(user=user, facts=HostFacts(), as_of="", by=user, at=AT)


def test_recruiter_edits_the_profile_of_someone_else(client_as):
    host = make_user("reader", name="Thomas")
    client = client_as(make_user("recruiter"))
    page = client.post(f"{HOSTS}{host.pk}/", typed(), follow=True)
    assert "The profile of Thomas is saved." in page.content.decode()
    assert HostProfile.objects.get().user == host


@pytest.mark.parametrize("person", ["administrator", "gone"])
def test_host_edit_of_someone_who_may_not_host_does_not_exist(client_as, person):
    who = make_user("administrator") if person == "administrator" else make_user("reader", is_active=False)
    client = client_as(make_user("lead"))
    assert client.get(f"{HOSTS}{who.pk}/").status_code == 404
    assert client.post(f"{HOSTS}{who.pk}/", typed()).status_code == 404


def test_hosts_lists_profiles_and_load(client_as):
    proposed, kept = make_user("reader", name="Ann"), make_user("reader", name="Bob")
    busy, idle = make_user("reader", name="Cid"), make_user("reader", name="Dan")
    save_host_profile(user=proposed, facts=HostFacts(role="Baker"), as_of="", by=proposed, at=AT)
    save_host_profile(user=kept, facts=HostFacts(may_be_proposed=False), as_of="", by=kept, at=AT)
    session = make_session(None, busy)
    client = client_as(make_user("lead", name="Zoe"))

    def names(**query: str) -> list[str]:
        return [user.name for user, _, _ in client.get(HOSTS, query).context["rows"]]

    assert names() == ["Ann", "Bob", "Cid"]
    assert names(show="proposed") == ["Ann"]
    assert names(show="everyone", q="d") == [busy.name, idle.name]
    assert names(q="a\0b") == names()
    loads = {user.name: load for user, _, load in client.get(HOSTS).context["rows"]}
    assert (loads["Cid"].coming, loads["Cid"].next_at, loads["Ann"].total) == (1, session.starts_at, 0)
    text = client.get(HOSTS).content.decode()
    for said in ("Baker", "Not to be proposed", "No profile yet"):
        assert said in text


def test_hosts_makes_as_many_queries_for_thirty_as_for_one(client_as):
    client, counts = client_as(make_user("recruiter")), []
    for number in (1, 29):
        for _ in range(number):
            user = make_user("reader")
            facts = HostFacts(topics=[make_category()], speaks_english=True)
            save_host_profile(user=user, facts=facts, as_of="", by=user, at=AT)
            make_session(None, user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HOSTS).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_profile_leads_to_the_page_as_a_host(client_as):
    own = reverse("recruiting:host_profile")
    assert own in client_as(make_user("reader")).get(reverse("accounts:profile")).text
    assert own not in client_as(make_user("administrator")).get(reverse("accounts:profile")).text
