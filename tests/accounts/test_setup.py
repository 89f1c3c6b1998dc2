from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.setup import make_setup_code
from accounts.models import SetupCode, User
from tests.factories import make_user
from wiki.models import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    cache.clear()


def post(client, code, **changes):
    data = {
        "code": code,
        "company": "Verrebrume",
        "name": "Claire",
        "email": "Claire@Example.com",
        "password": "a quiet afternoon",
        "language": "fr",
    }
    return client.post(reverse("setup"), data | changes)


def test_setup_makes_the_first_lead_and_the_company(client):
    code = make_setup_code(at=timezone.now())
    assert client.get(reverse("setup")).status_code == 200
    assert post(client, f" {code.lower()} ").headers["Location"] == "/"
    lead = User.objects.get()
    assert (lead.email, lead.roles, lead.language) == ("claire@example.com", {"lead", "administrator"}, "fr")
    assert Scope.objects.company().name == "Verrebrume"
    assert client.get("/profile/").status_code == 200
    assert SetupCode.objects.count() == 0


def test_setup_is_gone_once_there_is_a_lead(client):
    code = make_setup_code(at=timezone.now())
    make_user("lead")
    assert client.get(reverse("setup")).status_code == 404
    assert post(client, code).status_code == 404
    assert User.objects.count() == 1


def test_setup_refuses_a_wrong_code_and_keeps_what_was_typed(client):
    make_setup_code(at=timezone.now())
    page = post(client, "AAAA-AAAA-AAAA-AAAA-AAAA")
    assert list(page.context["form"].errors) == ["code"]
    assert page.context["form"]["company"].value() == "Verrebrume"
    assert not User.objects.exists()


def test_setup_refuses_without_any_code_made(client):
    assert list(post(client, "").context["form"].errors) == ["code"]
    assert list(post(client, "x").context["form"].errors) == ["code"]


def test_setup_refuses_an_old_code_and_a_replaced_one(client):
    old = make_setup_code(at=timezone.now() - timedelta(days=1, seconds=1))
    assert list(post(client, old).context["form"].errors) == ["code"]
    replaced = make_setup_code(at=timezone.now())
    make_setup_code(at=timezone.now())
    assert list(post(client, replaced).context["form"].errors) == ["code"]


def test_setup_counts_its_tries(client):
    code = make_setup_code(at=timezone.now())
    for _try in range(10):
        post(client, "wrong")
    assert post(client, code).status_code == 429
    assert not User.objects.exists()


def test_setup_of_a_site_that_lost_its_leads_keeps_the_company(client):
    post(Client(), make_setup_code(at=timezone.now()))
    User.objects.update(is_active=False)
    post(client, make_setup_code(at=timezone.now()), email="new@example.com", company="Other")
    assert Scope.objects.company().name == "Verrebrume"
    assert User.objects.leads().get().email == "new@example.com"


def test_setup_code_command_prints_a_code_that_works(client):
    out = StringIO()
    call_command("setup_code", stdout=out)
    assert "http://127.0.0.1:8000/setup/" in out.getvalue()
    code = next(line.strip() for line in out.getvalue().splitlines() if line.startswith("    "))
    assert code not in str(list(SetupCode.objects.values()))
    assert post(client, code).status_code == 302
    out = StringIO()
    call_command("setup_code", stdout=out)
    assert SetupCode.objects.count() == 0
    assert "already" in out.getvalue()
