"""Every string of the list in every field of every form: refused with a message, or stored and shown dead."""

import os
import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.world import World, make_world
from tests.security.crawl import address_of, body_of, client_of, rows_once
from tests.security.pages import Form, active_content, forms_in
from tests.security.strings import ALL

# `ALL_STRINGS=1 pytest tests/security/test_strings.py` tries each string on each form.
SHARE = 1 if os.environ.get("ALL_STRINGS") else 4
LIVE = "\"' autofocus onfocus='a()'><script>a()</script><img src=x onerror=a()>[x](javascript:a())"
OPEN_PAGES = ["account_login", "account_reset_password"]
SAYS_SO = re.compile(r'class="(?:error-summary|errorlist|message|messages)|role="(?:alert|status)"')


def pages_with_forms(world: World) -> list[str]:
    rows = [row for row in rows_once() if row.get]
    # One answer's pages are enough: the draft's forms are the same.
    kept = [row for row in rows if "draft" not in row.ids.values() and "other" not in str(row)]
    return list(dict.fromkeys(address_of(row, world) for row in kept))


def forms_of(client: Client, world: World) -> Iterator[tuple[str, Form]]:
    """Each form once, with the page it is on: a menu's form is on all of them."""
    seen = set()
    for page in pages_with_forms(world):
        response = client.get(page)
        if response.status_code != 200 or "text/html" not in response.headers["Content-Type"]:
            body_of(response)
            continue
        for form in forms_in(response.text, path=page.partition("?")[0]):
            key = (form.action, tuple(sorted(form.texts)))
            if form.texts and key not in seen:
                seen.add(key)
                yield page, form


def read_again(client: Client, page: str, form: Form) -> Form:
    """The form as the page shows it now; as it was where the page has none any more."""
    response = client.get(page)
    forms = forms_in(response.text, path=page.partition("?")[0]) if response.status_code == 200 else []
    return next((one for one in forms if (one.action, one.texts) == (form.action, form.texts)), form)


def send(client: Client, form: Form, data: dict[str, list[str]]) -> HttpResponse:
    return client.post(form.action, data)


def check(response: HttpResponse, text: str, form: Form) -> None:
    case = f"{form.action} {text[:60]!r}: {response.status_code}"
    assert response.status_code < 500, case
    if "text/html" not in response.headers.get("Content-Type", ""):
        return
    assert active_content(response.text) == [], case
    if response.status_code in (200, 409, 422):
        assert SAYS_SO.search(response.text), f"{case} and not a word"


@pytest.mark.django_db
def test_every_form_takes_every_string():
    """In all its fields at once. Each form sees every SHARE-th string, each string every SHARE-th form."""
    world = make_world()
    client = client_of(world, "lead")
    forms = [form for _page, form in forms_of(client, world)]
    assert len(forms) >= 20
    for number, form in enumerate(forms):
        for text in ALL[number % SHARE :: SHARE]:
            with transaction.atomic():
                check(send(client, form, form.filled(text)), text, form)
                transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_field_refuses_nul():
    """Typed or chosen, one field at a time: PostgreSQL cannot hold it, and must not be asked to."""
    world = make_world()
    client = client_of(world, "lead")
    for _page, form in forms_of(client, world):
        for name in form.fields:
            with transaction.atomic():
                response = send(client, form, form.fields | {name: ["a\0b"]})
                check(response, "a\0b", form)
                transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_choice_takes_numbers_beyond_the_database():
    world = make_world()
    client = client_of(world, "lead")
    for _page, form in forms_of(client, world):
        for name in form.fields:
            for text in ("9" * 19, "-1"):
                with transaction.atomic():
                    check(send(client, form, form.fields | {name: [text, text]}), text, form)
                    transaction.set_rollback(True)


@pytest.mark.django_db
def test_what_was_stored_is_shown_dead_on_every_page():
    """Scripts in all the fields, field by field, then every page of the site is read."""
    world = make_world()
    client = client_of(world, "lead")
    saved = 0
    for page, form in list(forms_of(client, world)):
        if form.action.startswith(("/account/", "/language/", "/outbox/")):
            continue
        for name in form.texts:
            fresh = read_again(client, page, form)
            saved += send(client, fresh, fresh.filled(LIVE, only=name)).status_code == 302
    assert saved > 20
    for role in ("lead", "host", "reader"):
        reader = client_of(world, role)
        for page in pages_with_forms(world):
            response = reader.get(page)
            body = body_of(response)
            is_mail = page == reverse("accounts:mail_html", args=[world.ids["mail"]])
            if "text/html" in response.headers.get("Content-Type", "") and not is_mail:
                assert active_content(body.decode()) == [], page


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN_PAGES)
def test_forms_open_to_strangers_take_every_string(name):
    client = Client()
    make_world()
    [form] = [form for form in forms_in(client.get(reverse(name)).text, path=reverse(name)) if form.texts][:1]
    for text in ALL:
        with transaction.atomic():
            check(send(client, form, form.filled(text)), text, form)
            transaction.set_rollback(True)
