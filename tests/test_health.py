"""What the site says while its database does not answer."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.factories import make_user
from tests.security.pages import active_content
from tests.security.test_headers import off_the_set

pytestmark = pytest.mark.django_db


def gone(*_query: object) -> None:
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize(
    ("method", "path"), [("get", "/"), ("get", "/account/login/"), ("post", "/profile/")]
)
def test_any_page_without_the_database_says_when_to_try_again(method, path):
    client = Client(raise_request_exception=False)
    client.force_login(make_user("reader"))
    with connection.execute_wrapper(gone):
        response = getattr(client, method)(path)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "The site cannot answer right now" in response.text
    assert "server closed" not in response.text
    assert off_the_set(response) == []
    assert active_content(response.text) == []
    assert client.get("/").status_code == 200


def test_without_the_database_the_page_is_in_the_browsers_language():
    client = Client(raise_request_exception=False)
    client.force_login(make_user("reader"))
    with connection.execute_wrapper(gone):
        response = client.get("/", headers={"Accept-Language": "fr"})
    assert '<html lang="fr">' in response.text


def test_healthz_without_the_database_is_503(client):
    with connection.execute_wrapper(gone):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"database unreachable\n")
