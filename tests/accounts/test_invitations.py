from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.invitations import (
    INVITATION_LIFETIME,
    AlreadyInvited,
    InvitationOver,
    accept_invitation,
    invite,
    still_invites,
)
from accounts.models import Invitation, User
from ledger.models import OutgoingMail
from tests.accounts.pages import link_in, text_of
from tests.factories import AT, make_user

pytestmark = pytest.mark.django_db
ACCEPTANCE = {"name": "Ada Martin", "password": "a quiet afternoon", "language": "fr"}


@pytest.fixture
def lead():
    return make_user("lead", name="Claire")


def send(client, **changes):
    data = {"email": "Ada@Example.com", "roles": ["reader", "editor"], "language": "en"}
    return client.post(reverse("accounts:person_invite"), data | changes)


def invited(client) -> tuple[Invitation, str]:
    send(client)
    return Invitation.objects.get(), link_in(OutgoingMail.objects.get())


def test_person_invite_mails_a_secret_link_and_keeps_its_hash_only(client_as, lead):
    assert client_as(lead).get(reverse("accounts:person_invite")).status_code == 200
    invitation, link = invited(client_as(lead))
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to_address, mail.secret) == ("invitation", "ada@example.com", True)
    assert invitation.expires_at == invitation.created_at + timedelta(days=7)
    assert mail.expires_at == invitation.created_at + timedelta(days=5)  # no mail is tried for longer
    token = link.split("/")[2]
    assert len(token) == 43
    assert token not in str(list(Invitation.objects.values()))
    assert "Claire" in text_of(mail)


def test_invitation_accept_makes_the_account_with_its_roles(client_as, lead):
    _invitation, link = invited(client_as(lead))
    browser = Client()
    assert browser.get(link).status_code == 200
    assert not User.objects.filter(email="ada@example.com").exists()
    assert browser.post(link, ACCEPTANCE | {"roles": "lead", "email": "x@example.com"}).status_code == 302
    user = User.objects.get(email="ada@example.com")
    assert (user.name, user.language, user.roles) == ("Ada Martin", "fr", {"reader", "editor"})
    assert browser.get(reverse("accounts:profile")).context["user"] == user


def test_invitation_accept_says_the_same_of_every_dead_link(client_as, lead):
    client = client_as(lead)
    pages = [Client().get(reverse("accounts:invitation_accept", args=["unknown"]))]
    invitation, link = invited(client)
    for state in (
        {"revoked_at": AT},
        {"revoked_at": None, "accepted_at": AT},
        {"accepted_at": None, "expires_at": timezone.now() - timedelta(seconds=1)},
    ):
        Invitation.objects.filter(pk=invitation.pk).update(**state)
        pages += [Client().get(link), Client().post(link, ACCEPTANCE)]
    assert {page.status_code for page in pages} == {404}
    assert len({page.templates[0].name for page in pages}) == 1
    assert User.objects.count() == 1


def test_invitation_accept_works_once(client_as, lead):
    invitation, link = invited(client_as(lead))
    Client().post(link, ACCEPTANCE)
    assert Client().post(link, ACCEPTANCE).status_code == 404
    with pytest.raises(InvitationOver):
        accept_invitation(invitation=invitation, at=timezone.now(), **ACCEPTANCE)
    assert User.objects.count() == 2


@pytest.mark.parametrize("password", ["short", "123456789012345", "ada@example.com", "password1234"])
def test_invitation_accept_refuses_a_weak_password(client_as, lead, password):
    _invitation, link = invited(client_as(lead))
    page = Client().post(link, ACCEPTANCE | {"password": password})
    assert list(page.context["form"].errors) == ["password"]
    assert page.context["form"]["name"].value() == "Ada Martin"


def test_invitation_resend_ends_the_former_link(client_as, lead):
    client = client_as(lead)
    invitation, old = invited(client)
    client.post(reverse("accounts:invitation_resend", args=[invitation.pk]))
    new = link_in(OutgoingMail.objects.latest("pk"))
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_invitation_resend_of_an_expired_one(client_as, lead):
    client = client_as(lead)
    invitation, _link = invited(client)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert b"The link has expired" in client.get(reverse("accounts:people")).content
    client.post(reverse("accounts:invitation_resend", args=[invitation.pk]))
    assert Invitation.objects.open(now=timezone.now()).count() == 1


def test_invitation_revoke(client_as, lead):
    client = client_as(lead)
    invitation, link = invited(client)
    assert client.get(reverse("accounts:invitation_revoke", args=[invitation.pk])).status_code == 405
    client.post(reverse("accounts:invitation_revoke", args=[invitation.pk]))
    assert Client().get(link).status_code == 404
    client.post(reverse("accounts:invitation_resend", args=[invitation.pk]))
    assert Invitation.objects.count() == 1


def test_invitation_mail_is_dropped_once_its_link_is_replaced(client_as, lead):
    client = client_as(lead)
    invitation, _link = invited(client)
    first = OutgoingMail.objects.get()
    assert still_invites(first)
    client.post(reverse("accounts:invitation_resend", args=[invitation.pk]))
    assert not still_invites(first)
    assert still_invites(OutgoingMail.objects.latest("pk"))


def test_person_invite_refuses_known_and_invited_addresses(client_as, lead):
    client = client_as(lead)
    make_user("reader", email="bob@example.com")
    assert list(send(client, email="Bob@example.com").context["form"].errors) == ["email"]
    send(client)
    assert list(send(client).context["form"].errors) == ["email"]


def test_person_invite_by_administrator_makes_no_lead(client_as, lead):
    client = client_as(make_user("administrator"))
    assert list(send(client, roles=["lead"]).context["form"].errors) == ["roles"]
    invitation = invite(
        email="boss@example.com",
        roles=["lead"],
        language="en",
        path_of=lambda token: f"/{token}/",
        by=lead,
        at=AT,
    )
    assert client.post(reverse("accounts:invitation_resend", args=[invitation.pk])).status_code == 403
    assert client.post(reverse("accounts:invitation_revoke", args=[invitation.pk])).status_code == 403


def test_person_invite_refuses_no_role_and_unknown_roles(client_as, lead):
    client = client_as(lead)
    assert list(send(client, roles=[]).context["form"].errors) == ["roles"]
    assert list(send(client, roles=["root"]).context["form"].errors) == ["roles"]


def test_invitation_accept_of_an_address_that_has_an_account_by_now(client_as, lead):
    _invitation, link = invited(client_as(lead))
    make_user("reader", email="ada@example.com")
    assert Client().post(link, ACCEPTANCE).status_code == 404


@pytest.mark.parametrize(("host", "waits"), [("", True), ("smtp.example.com", False)])
def test_person_invite_says_whether_the_mail_waits(client_as, lead, settings, host, waits):
    settings.EMAIL_HOST = host
    client = client_as(lead)
    send(client)
    people = reverse("accounts:people")
    assert ("the mail waits in the outbox" in client.get(people).content.decode()) is waits
    client.post(reverse("accounts:invitation_resend", args=[Invitation.objects.get().pk]))
    assert ("the mail waits in the outbox" in client.get(people).content.decode()) is waits


def test_invite_replaces_one_that_has_expired(lead):
    def invited_at(at):
        return invite(email="Ada@example.com", roles=["reader"], language="en", path_of=str, by=lead, at=at)

    first = invited_at(AT)
    with pytest.raises(AlreadyInvited):
        invited_at(AT + INVITATION_LIFETIME - timedelta(seconds=1))
    second = invited_at(AT + INVITATION_LIFETIME)
    assert list(Invitation.objects.unanswered()) == [second]
    first.refresh_from_db()
    assert first.revoked_at == AT + INVITATION_LIFETIME
