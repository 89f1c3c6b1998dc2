import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.domain.people import LastLead, deactivate_person, fingerprint_of, reactivate_person
from accounts.models import User
from ledger.models import Activity, OutgoingMail
from tests.factories import AT, PASSWORD, make_user

pytestmark = pytest.mark.django_db


def edit(client, person, **changes):
    data = {
        "name": person.name,
        "email": person.email,
        "job_title": "",
        "language": "en",
        "roles": ["reader"],
        "seen": fingerprint_of(User.objects.get(pk=person.pk)),
    }
    return client.post(reverse("accounts:person_edit", args=[person.pk]), data | changes)


@pytest.mark.parametrize("role", ["reader", "editor", "recruiter"])
def test_people_pages_are_refused_to(client_as, role):
    client, other = client_as(make_user(role)), make_user("reader")
    assert client.get(reverse("accounts:people")).status_code == 403
    assert client.get(reverse("accounts:person_invite")).status_code == 403
    assert edit(client, other).status_code == 403
    assert client.post(reverse("accounts:person_reactivate", args=[other.pk])).status_code == 403


def test_people_lists_active_and_inactive_apart(client_as):
    client = client_as(make_user("lead", name="Claire"))
    make_user("reader", name="Gone", is_active=False)
    assert [person.name for person in client.get(reverse("accounts:people")).context["page"].rows] == [
        "Claire"
    ]
    inactive = client.get(reverse("accounts:people"), {"show": "inactive"})
    assert [person.name for person in inactive.context["page"].rows] == ["Gone"]


def test_people_counts_its_queries(client_as):
    client = client_as(make_user("lead"))

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(reverse("accounts:people")).status_code == 200
        return len(captured)

    few = queries()
    for _number in range(30):
        make_user("reader", "editor")
    assert queries() == few


@pytest.mark.parametrize("email", ['"\x0b"@example.com', '"a\\\\"@example.com', "a@" + "é" * 63 + ".fr"])
def test_person_has_no_address_that_fits_into_no_mail(client_as, email):
    """Django takes these for addresses; no mail to them could be written."""
    client, person = client_as(make_user("lead")), make_user("reader")
    assert edit(client, person, email=email).context["form"].errors["email"] == [
        "Enter a valid email address."
    ]
    data = {"email": email, "roles": ["reader"], "language": "en"}
    assert client.post(reverse("accounts:person_invite"), data).context["form"].errors["email"]
    assert not OutgoingMail.objects.exists()


def test_person_edit_saves_and_records(client_as):
    lead, person = make_user("lead"), make_user("reader")
    response = edit(client_as(lead), person, name="Ada", job_title="Engineer", roles=["editor", "recruiter"])
    assert response.headers["Location"] == reverse("accounts:people")
    person = type(person).objects.get(pk=person.pk)
    assert (person.name, person.job_title, person.roles) == ("Ada", "Engineer", {"editor", "recruiter"})
    entry = Activity.objects.about(person).get()
    assert (entry.verb, entry.actor, entry.detail) == (
        "edit",
        lead,
        {"roles_changed": ["editor", "reader", "recruiter"]},
    )


def test_person_edit_left_open_gives_no_role_back(client_as):
    """One lead takes a role away while another corrects the name in a form that still ticks it."""
    client, person = client_as(make_user("lead")), make_user("reader", "recruiter", name="Ada")
    url = reverse("accounts:person_edit", args=[person.pk])
    opened = client.get(url).context["form"].initial
    data = {"email": person.email, "job_title": "", "language": "en"}
    stale = data | {"name": "Ada L.", "roles": ["reader", "recruiter"], "seen": opened["seen"]}
    assert edit(client, person).status_code == 302
    refused = client.post(url, stale)
    assert User.objects.get(pk=person.pk).roles == {"reader"}
    [message] = refused.context["form"].non_field_errors()
    assert f"Ada, {person.email}, roles: Reader." in message
    again = stale | {"seen": refused.context["form"]["seen"].value()}
    assert client.post(url, again).status_code == 302
    assert User.objects.get(pk=person.pk).roles == {"reader", "recruiter"}


@pytest.mark.parametrize("seen", ["", "nonsense", "é" * 70])
def test_person_edit_without_what_was_seen_saves_nothing(client_as, seen):
    client, person = client_as(make_user("lead")), make_user("reader", name="Ada")
    assert edit(client, person, name="Eve", seen=seen).status_code == 200
    assert User.objects.get(pk=person.pk).name == "Ada"


def test_person_edit_by_administrator_grants_no_lead(client_as):
    administrator, person = make_user("administrator"), make_user("reader")
    client = client_as(administrator)
    assert edit(client, person, roles=["reader", "lead"]).status_code == 200
    assert edit(client, administrator, roles=["administrator", "lead"]).status_code == 200
    assert type(person).objects.get(pk=person.pk).roles == {"reader"}
    assert not type(person).objects.get(pk=administrator.pk).is_lead


def test_person_edit_of_a_lead_is_refused_to_administrators(client_as):
    lead = make_user("lead")
    client = client_as(make_user("administrator"))
    assert edit(client, lead, email="mine@example.com").status_code == 403


@pytest.mark.parametrize("field", ["is_active", "is_superuser", "password", "groups", "user_permissions"])
def test_person_edit_and_profile_ignore_other_fields(client_as, field):
    person = make_user("reader")
    extra = {"password": "pbkdf2$x", "is_active": ""}.get(field, "1")
    edit(client_as(make_user("lead")), person, **{field: extra})
    client_as(person).post(
        reverse("accounts:profile"),
        {"name": "Ada", "language": "fr", "email": "new@example.com", "roles": "lead", field: extra},
    )
    stored = type(person).objects.get(pk=person.pk)
    assert (stored.name, stored.language, stored.email) == ("Ada", "fr", person.email)
    assert (stored.is_active, stored.is_superuser, stored.roles) == (True, False, {"reader"})
    assert stored.check_password(PASSWORD)


def test_person_edit_refuses_an_address_in_use(client_as):
    make_user("reader", email="taken@example.com")
    person = make_user("reader")
    response = edit(client_as(make_user("lead")), person, email="Taken@Example.com")
    assert list(response.context["form"].errors) == ["email"]


def test_person_edit_of_the_address_ends_the_former_one(client_as):
    person = make_user("reader", email="before@example.com")
    EmailAddress.objects.create(user=person, email="before@example.com", verified=True, primary=True)
    edit(client_as(make_user("lead")), person, email="After@example.com")
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to_address) == ("account-change", "before@example.com")
    browser = Client()
    browser.post(reverse("account_login"), {"login": "before@example.com", "password": PASSWORD})
    assert "_auth_user_id" not in browser.session
    browser.post(reverse("account_login"), {"login": "after@example.com", "password": PASSWORD})
    assert "_auth_user_id" in browser.session


def test_last_lead_keeps_the_role(client_as):
    lead = make_user("lead")
    make_user("lead", is_active=False)
    response = edit(client_as(lead), lead, roles=["reader"])
    assert list(response.context["form"].errors) == ["roles"]
    assert type(lead).objects.get(pk=lead.pk).is_lead


def test_deactivate_and_reactivate():
    lead, person = make_user("lead"), make_user("reader")
    for _press in range(2):
        deactivate_person(person=person, by=lead, at=AT)
    person.refresh_from_db()
    assert not person.is_active
    reactivate_person(person=person, by=lead, at=AT)
    person.refresh_from_db()
    assert person.is_active
    assert list(Activity.objects.about(person).order_by("pk").values_list("verb", flat=True)) == [
        "deactivate",
        "reactivate",
    ]


def test_deactivate_refuses_the_last_lead():
    lead = make_user("lead", "administrator")
    with pytest.raises(LastLead):
        deactivate_person(person=lead, by=lead, at=AT)
    lead.refresh_from_db()
    assert lead.is_active


def test_reactivate_is_a_post(client_as):
    client, person = client_as(make_user("lead")), make_user("reader", is_active=False)
    url = reverse("accounts:person_reactivate", args=[person.pk])
    assert client.get(url).status_code == 405
    assert client.post(url).headers["Location"] == reverse("accounts:people")
    person.refresh_from_db()
    assert person.is_active


def test_session_of_before_does_not_revive_with_the_account(client_as):
    """Not even one that was never used meanwhile; who signs in anew stays in."""
    lead, person = make_user("lead"), make_user("reader")
    before, profile = client_as(person), reverse("accounts:profile")
    assert before.get(profile).status_code == 200
    deactivate_person(person=person, by=lead, at=AT)
    reactivate_person(person=User.objects.get(pk=person.pk), by=lead, at=AT)
    assert before.get(profile).headers["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in before.session
    anew = Client()
    anew.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert anew.get(profile).status_code == 200


def test_session_that_a_sign_in_begins_while_the_account_is_closed_is_over(client_as):
    """The password was right a moment before: the session is of an account as it no longer is."""
    person = make_user("reader")
    as_it_was = User.objects.get(pk=person.pk)
    deactivate_person(person=person, by=make_user("lead"), at=AT)
    late = client_as(as_it_was)
    reactivate_person(person=User.objects.get(pk=person.pk), by=make_user("lead"), at=AT)
    assert late.get(reverse("accounts:profile")).status_code == 302


def test_session_outlives_a_new_secret_key(client_as, settings):
    """As Django means it: the key of before is listed for a while."""
    person = make_user("reader", sessions_ended=1)
    client = client_as(person)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + settings.SECRET_KEY
    hashes = list(person.get_session_auth_fallback_hash())
    assert client.session["_auth_user_hash"] in hashes
    assert person.get_session_auth_hash() not in hashes


def test_person_edit_that_ends_reading_leads_to_what_they_keep(client_as):
    lead, person = make_user("lead"), make_user("reader")
    response = edit(client_as(lead), person, roles=["administrator"])
    assert response.headers["Location"] == reverse("recruiting:person_hand_over", args=[person.pk])
    assert edit(client_as(lead), person, roles=["administrator"]).headers["Location"] == reverse(
        "accounts:people"
    )


def test_person_edit_that_ends_reading_by_an_administrator_says_who_hands_over(client_as):
    client, person = client_as(make_user("administrator")), make_user("reader", name="Ada")
    response = edit(client, person, name="Ada", roles=["administrator"])
    assert response.headers["Location"] == reverse("accounts:people")
    assert "Ada no longer reads the wiki." in client.get(reverse("accounts:people")).text


@pytest.mark.parametrize(("role", "leads_on"), [("lead", True), ("administrator", False)])
def test_person_edit_leads_only_to_pages_that_let_its_reader_in(client_as, role, leads_on):
    client, host, gone = client_as(make_user(role)), make_user("reader"), make_user("reader", is_active=False)
    pages = {
        host: reverse("recruiting:host_edit", args=[host.pk]),
        gone: reverse("recruiting:person_hand_over", args=[gone.pk]),
    }
    for person, page in pages.items():
        shown = client.get(reverse("accounts:person_edit", args=[person.pk])).text
        assert (f'href="{page}"' in shown) is leads_on
        assert (client.get(page).status_code != 403) is leads_on


def test_person_unknown_is_not_found(client_as):
    assert client_as(make_user("lead")).get(reverse("accounts:person_edit", args=[999])).status_code == 404


def test_profile_page_and_language(client_as):
    person = make_user("reader")
    client = client_as(person)
    assert client.get(reverse("accounts:profile")).status_code == 200
    client.post(reverse("set_language"), {"language": "fr", "next": "/profile/"})
    person.refresh_from_db()
    assert person.language == "fr"
    client.post(reverse("set_language"), {"language": "xx"})
    person.refresh_from_db()
    assert person.language == "fr"


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example/"])
def test_language_never_leaves_the_site(client, evil):
    response = client.post(reverse("set_language"), {"language": "fr", "next": evil})
    assert "evil" not in response.headers["Location"]
    assert client.get(reverse("set_language")).status_code == 405


def test_profile_leaves_a_trace(client_as):
    person = make_user("reader")
    client_as(person).post(
        reverse("accounts:profile"), {"name": "Ada", "job_title": "Pilot", "language": "fr"}
    )
    person.refresh_from_db()
    assert (person.name, person.job_title, person.language) == ("Ada", "Pilot", "fr")
    assert Activity.objects.about(person).get().verb == "edit-profile"


@pytest.mark.parametrize("roles", [[], ["administrator"], ["reader"], ["administrator", "recruiter"]])
@pytest.mark.parametrize("is_active", [True, False])
def test_may_own_is_the_queryset_in_python(roles: list[str], is_active: bool) -> None:
    person = make_user(*roles, is_active=is_active)
    assert person.may_own == (person in User.objects.who_read_the_wiki())
