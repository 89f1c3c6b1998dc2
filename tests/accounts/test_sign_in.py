import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from ledger.models import OutgoingMail
from tests.accounts.pages import link_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "a different afternoon"


def sign_in(client: Client, email: str, password: str = PASSWORD, **data: str):
    return client.post(reverse("account_login"), {"login": email, "password": password, **data})


def test_sign_in_page_of_an_empty_site_leads_to_setup(client):
    assert client.get(reverse("account_login")).headers["Location"] == reverse("setup")


def test_page_asks_to_sign_in_first(client):
    make_user("reader")
    response = client.get(reverse("accounts:profile"))
    assert response.headers["Location"] == "/account/login/?next=/profile/"


def test_sign_in_with_capitals_in_the_address(client):
    make_user("reader", email="ada@example.com")
    assert sign_in(client, "  Ada@Example.COM ").headers["Location"] == "/"
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_sign_in_returns_to_the_page_asked_for(client):
    user = make_user("reader")
    assert sign_in(client, user.email, next="/profile/").headers["Location"] == "/profile/"


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "https://evil.example/",
        "http:evil.example",
        r"\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        "///evil.example",
        "https:///evil.example",
    ],
)
def test_sign_in_never_leaves_the_site(client, evil):
    user = make_user("reader")
    assert sign_in(client, user.email, next=evil).headers["Location"] == "/"
    signed_out = client.post(reverse("account_logout"), {"next": evil})
    assert signed_out.headers["Location"] == reverse("account_login")


def test_sign_in_answers_alike_for_unknown_address_and_wrong_password(client):
    make_user("reader", email="ada@example.com")
    wrong = sign_in(client, "ada@example.com", "not the password")
    unknown = sign_in(client, "nobody@example.com", "not the password")
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_sign_in_of_an_inactive_user_is_refused(client):
    user = make_user("reader", is_active=False)
    assert sign_in(client, user.email).headers["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("account_inactive")).status_code == 200


def test_sign_in_is_limited_by_address_even_with_the_right_password(client):
    cache.clear()
    user = make_user("reader")
    for _try in range(5):
        sign_in(client, user.email, "not the password")
    response = sign_in(client, user.email)
    assert "_auth_user_id" not in client.session
    assert "too many tries" in str(response.context["form"].errors)


def test_session_ends_when_the_user_is_deactivated(client_as):
    user = make_user("reader")
    client = client_as(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_sign_out_by_get_changes_nothing(client_as):
    client = client_as(make_user("reader"))
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_set_password", "account_confirm_email"]
)
def test_sign_up_and_own_addresses_have_no_page(client, name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_password_reset_answers_alike_for_all_addresses(client):
    known = make_user("reader", email="ada@example.com")
    make_user("reader", email="gone@example.com", is_active=False)
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in ("Ada@example.com", "nobody@example.com", "gone@example.com")
    ]
    assert {answer.headers["Location"] for answer in answers} == {reverse("account_reset_password_done")}
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.to_address, mail.secret) == (
        "password-reset",
        known,
        "ada@example.com",
        True,
    )


def test_password_reset_link_ignores_the_host_of_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_user("reader", email="ada@example.com")
    client.post(
        reverse("account_reset_password"), {"email": "ada@example.com"}, headers={"host": "evil.example"}
    )
    assert "evil" not in bytes(OutgoingMail.objects.get().message).decode()


def test_password_reset_link_sets_a_password_once(client):
    user = make_user("reader")
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = link_in(OutgoingMail.objects.get())
    form_page = client.get(link).headers["Location"]
    assert link not in form_page
    assert client.get(form_page).status_code == 200
    response = client.post(form_page, {"password1": NEW_PASSWORD})
    assert response.headers["Location"] == reverse("account_reset_password_from_key_done")
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert OutgoingMail.objects.filter(kind="account-change", recipient=user).count() == 1
    assert b"no longer works" in Client().get(link).content


def test_password_change_ends_other_sessions(client_as):
    user = make_user("reader")
    here, elsewhere = client_as(user), client_as(user)
    response = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}
    )
    assert response.status_code == 302
    assert here.get(reverse("accounts:profile")).status_code == 200
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302


def test_password_change_wants_the_current_one(client_as):
    user = make_user("reader")
    client_as(user).post(reverse("account_change_password"), {"oldpassword": "x", "password1": NEW_PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_demo_accounts_are_shown_in_the_demonstration_only(client, settings):
    make_user("reader")
    page = reverse("account_login")
    assert b"contrechamp-demo" not in client.get(page).content
    settings.DEMO = True
    content = client.get(page).content.decode()
    assert "contrechamp-demo" in content
    assert "claire@verrebrume.example" in content
