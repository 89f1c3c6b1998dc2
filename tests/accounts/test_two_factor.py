import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from ledger.models import OutgoingMail
from tests.accounts.pages import text_of
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    """A browser that has just given the password, as changing the second factor wants."""
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def activate(client: Client) -> str:
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[SECRET_SESSION_KEY]
    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert response.headers["Location"] == reverse("mfa_view_recovery_codes")
    cache.clear()  # a code counts once; the tests are quicker than the next one
    return secret


def test_totp_qr_is_the_image_of_the_secret_on_the_page():
    client = signed_in(make_user("reader"))
    assert client.get(reverse("mfa_totp_qr")).status_code == 404
    page = client.get(reverse("mfa_activate_totp"))
    assert "data:" not in page.content.decode()
    image = client.get(reverse("mfa_totp_qr"))
    assert image.headers["Content-Type"] == "image/svg+xml"
    assert image.headers["Cache-Control"] == "private, no-store"
    assert image.content.startswith(b"<?xml")


def test_totp_is_asked_for_at_the_next_sign_in():
    user = make_user("reader")
    secret = activate(signed_in(user))
    browser = Client()
    response = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session
    assert browser.get(reverse("mfa_authenticate")).status_code == 200
    browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "_auth_user_id" not in browser.session
    browser.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert browser.get(reverse("accounts:profile")).context["user"] == user


def test_totp_is_announced_by_mail_on_and_off(django_capture_on_commit_callbacks):
    user = make_user("reader", language="fr")
    client = signed_in(user)
    with django_capture_on_commit_callbacks(execute=True):
        activate(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=user).exists()
    mails = OutgoingMail.objects.filter(recipient=user, kind="account-change", language="fr")
    assert mails.count() == 2
    assert "127.0.0.1" in text_of(mails[0])


def test_changing_the_second_factor_asks_for_the_password_again(client_as):
    client = client_as(make_user("reader"))
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        response = client.get(reverse(name))
        assert response.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert client.get(reverse("account_reauthenticate")).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "account_change_password",
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_of_the_second_factor_is_ours_and_runs_no_inline_script(name, language):
    client = signed_in(make_user("reader", language=language))
    activate(client)
    response = client.get(reverse(name))
    assert response.status_code == 200
    content = response.content.decode()
    assert 'class="site' in content
    assert "style=" not in content
    assert all("src=" in tag or 'type="application/json"' in tag for tag in _script_tags(content))


def test_key_pages_of_someone_else_are_not_found():
    other = Authenticator.objects.create(
        user=make_user("reader"), type=Authenticator.Type.WEBAUTHN, data={"name": "Mine"}
    )
    client = signed_in(make_user("reader"))
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404
        assert client.post(reverse(name, args=[other.pk]), {"name": "Yours"}).status_code == 404
    assert Authenticator.objects.get(pk=other.pk).data == {"name": "Mine"}


def test_passkey_sign_in_is_open_to_strangers_and_refuses_nonsense(client):
    make_user("reader")
    options = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert "request_options" in options.json()
    response = client.post(reverse("mfa_login_webauthn"), {"credential": "{}"})
    assert response.headers["Location"] == reverse("account_login")


def _script_tags(content: str) -> list[str]:
    return [part.split(">")[0] for part in content.split("<script")[1:]]
