from datetime import date

import pytest
from django.urls import reverse

from tests.factories import make_answer, make_scope, make_user
from wiki.models import Answer, Scope

pytestmark = pytest.mark.django_db


def test_make_answer_published_and_verified() -> None:
    answer = make_answer(owner=make_user("reader"), verified_on=date(2026, 11, 10), interval_days=30)
    assert answer.published is not None
    assert (answer.verified_on, answer.next_review_on) == (date(2026, 11, 10), date(2026, 12, 10))
    assert Answer.objects.published().get() == answer


def test_make_scope_twice_has_one_company() -> None:
    make_scope("Platform")
    make_scope("Lyon", kind="site")
    assert Scope.objects.filter(kind="company").count() == 1


def test_home_has_navigation_by_role(client_as) -> None:
    page = client_as(make_user("administrator")).get("/")
    assert page.status_code == 200
    assert "Wiki" not in [item.label for item in page.context["nav"]]


def test_healthz_is_open_to_all(client) -> None:
    response = client.get(reverse("healthz"))
    assert (response.status_code, response.content) == (200, b"ok\n")
