from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import make_answer, make_user

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "interval"), [("editor", None), ("lead", 45)])
def test_answer_keeping_leaves_the_interval_to_leads(
    client_as: SignIn, role: str, interval: int | None
) -> None:
    answer, owner, deputy = make_answer(), make_user("reader"), make_user("recruiter")
    url = reverse("wiki:answer_keeping", args=[answer.pk])
    client_as(make_user(role)).post(
        url, {"owner": owner.pk, "deputy": deputy.pk, "interval_days": "45", "head": "9"}
    )
    answer.refresh_from_db()
    assert (answer.owner, answer.deputy, answer.interval_days) == (owner, deputy, interval)
    assert answer.head == 1


def test_answer_keeping_is_not_for_the_owner(client_as: SignIn) -> None:
    owner = make_user("reader")
    url = reverse("wiki:answer_keeping", args=[make_answer(owner=owner).pk])
    assert client_as(owner).get(url).status_code == 403


@pytest.mark.parametrize("fields", [{"is_active": False}, {}])
def test_answer_keeping_refuses_those_who_cannot_keep(client_as: SignIn, fields: dict[str, bool]) -> None:
    roles = ["reader"] if fields else ["administrator"]
    stranger = make_user(*roles, **fields)
    answer = make_answer()
    url = reverse("wiki:answer_keeping", args=[answer.pk])
    response = client_as(make_user("lead")).post(url, {"owner": stranger.pk})
    assert list(response.context["form"].errors) == ["owner"]


def test_answer_keeping_refuses_one_person_twice(client_as: SignIn) -> None:
    owner, answer = make_user("reader"), make_answer()
    url = reverse("wiki:answer_keeping", args=[answer.pk])
    response = client_as(make_user("lead")).post(url, {"owner": owner.pk, "deputy": owner.pk})
    assert list(response.context["form"].errors) == ["deputy"]


def test_answer_archive_waits_for_withdrawal(client_as: SignIn) -> None:
    published, draft = make_answer(), make_answer(published=False)
    client = client_as(make_user("editor"))
    for answer in (published, draft):
        client.post(reverse("wiki:answer_archive", args=[answer.pk]))
        answer.refresh_from_db()
    assert published.archived_at is None
    assert draft.archived_at is not None
    assert client.get(reverse("wiki:answer", args=[draft.pk])).status_code == 404
