"""Every URL of the site × every role × every method; an address that the table does not know fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.table import PUBLIC, TABLE, Row
from tests.access.world import ROLES, World, make_world

OTHER_METHODS = ("PUT", "PATCH", "DELETE", "TRACE")
LET_IN = {200, 302, 303, 400, 409, 422}


def _names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern.url_patterns, namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_table_knows_every_address() -> None:
    known = {row.name for row in TABLE} | PUBLIC
    assert set(_names(get_resolver().url_patterns)) == known


@pytest.mark.django_db
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_access(row: Row) -> None:
    world = make_world()
    url = _address(row, world)
    for role in ROLES:
        client = Client()
        if role != "anonymous":
            client.force_login(world.users[role])
        for method in ("GET", "HEAD", "POST", *OTHER_METHODS):
            response = _undone(client, method, url)
            _check(response, row, role, method)


def _address(row: Row, world: World) -> str:
    kwargs = {
        argument: key.removeprefix("=") if key.startswith("=") else world.ids[key]
        for argument, key in row.ids.items()
    }
    return reverse(row.name, kwargs=kwargs) + (f"?{row.query}" if row.query else "")


def _undone(client: Client, method: str, url: str) -> HttpResponse:
    """The response; what the request changed is taken back."""
    with transaction.atomic():
        response = client.generic(method, url)
        # Not response.close(), which would also close the test's own database connection.
        for close in response._resource_closers:
            close()
        transaction.set_rollback(True)
    return response


def _check(response: HttpResponse, row: Row, role: str, method: str) -> None:
    allowed = {"GET": row.get, "HEAD": row.get, "POST": row.post}.get(method)
    case = f"{method} {row} as {role}: {response.status_code}"
    if role == "anonymous":
        assert response.status_code in (302, 401, 405), case
        if response.status_code == 302:
            assert response.headers["Location"].startswith(reverse("account_login")), case
    elif row.own:
        assert response.status_code in LET_IN | {404, 405}, case
    elif allowed is None:
        assert response.status_code in (403, 404, 405), case
    elif role in allowed:
        assert response.status_code in LET_IN, case
    else:
        assert response.status_code in (403, 404), case
