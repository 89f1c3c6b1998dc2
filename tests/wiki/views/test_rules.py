"""Questions, scopes and categories, as editors and leads change them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.factories import make_answer, make_category, make_company, make_question, make_scope, make_user
from wiki.domain.questions import fingerprint_of
from wiki.models import Phrasing, Question, Scope

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "canonical_en": "Who leaves?",
        "variants_en": "Do people stay?\r\n\r\nDo people stay?\r\nIs it a revolving door?",
        "canonical_fr": "Qui part ?",
        "variants_fr": "",
        "why_en": "To know",
        "why_fr": "",
        "good_answer_en": "A figure",
        "good_answer_fr": "",
    } | changes


def test_question_new_adds_its_phrasings(client_as: SignIn) -> None:
    category = make_category()
    response = client_as(make_user("editor")).post(
        reverse("wiki:question_new"),
        typed(category=category.pk, essential="on"),
    )
    question = Question.objects.get(slug="who-leaves")
    assert response["Location"] == reverse("wiki:question", args=["who-leaves"])
    assert question.essential
    assert Phrasing.objects.filter(question=question).count() == 4


def test_question_edit_shows_and_saves(client_as: SignIn) -> None:
    question = make_question(en="Who goes?", fr="")
    url = reverse("wiki:question_edit", args=[question.slug])
    client = client_as(make_user("editor"))
    assert client.get(url).context["form"]["canonical_en"].value() == "Who goes?"
    client.post(url, typed(category=question.category_id, seen=fingerprint_of(question)))
    assert Question.objects.with_title("fr").get(pk=question.pk).title == "Qui part ?"


def test_question_edit_of_two_people_loses_neither_text(client_as: SignIn) -> None:
    """The second is refused with both texts, keeps theirs, and saves it knowingly."""
    question = make_question(en="Who goes?", fr="")
    url = reverse("wiki:question_edit", args=[question.slug])
    first, second = client_as(make_user("editor")), client_as(make_user("editor"))
    data = typed(category=question.category_id, seen=first.get(url).context["form"]["seen"].value())
    assert first.post(url, data | {"why_en": "Written by the first."}).status_code == 302
    refused = second.post(url, data | {"why_en": "Written by the second."})
    assert refused.status_code == 409
    assert "first." in refused.content.decode()
    assert "Written by the second.</textarea>" in refused.content.decode()
    question.refresh_from_db()
    assert question.why_en == "Written by the first."
    again = data | {"why_en": "Written by the second.", "seen": refused.context["form"]["seen"].value()}
    assert second.post(url, again).status_code == 302
    question.refresh_from_db()
    assert question.why_en == "Written by the second."


def test_question_edit_without_what_was_seen_saves_nothing(client_as: SignIn) -> None:
    question = make_question(en="Who goes?", fr="")
    url = reverse("wiki:question_edit", args=[question.slug])
    response = client_as(make_user("editor")).post(url, typed(category=question.category_id))
    assert response.status_code == 409
    assert Question.objects.with_title("en").get(pk=question.pk).title == "Who goes?"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"canonical_en": "", "canonical_fr": ""}, "canonical_en"),
        ({"canonical_en": "x" * 301}, "canonical_en"),
        ({"variants_fr": "x" * 301}, "variants_fr"),
        ({"variants_en": "\n".join(map(str, range(51)))}, "variants_en"),
        ({"why_en": "x" * 2001}, "why_en"),
    ],
)
def test_question_new_keeps_what_was_typed(client_as: SignIn, changes: dict[str, Any], field: str) -> None:
    data = typed(category=make_category().pk) | changes
    response = client_as(make_user("editor")).post(reverse("wiki:question_new"), data)
    assert list(response.context["form"].errors) == [field]
    assert "A figure</textarea>" in response.content.decode()
    assert not Question.objects.exists()


def test_question_archive_and_back(client_as: SignIn) -> None:
    answer = make_answer()
    url = reverse("wiki:question_archive", args=[answer.question.slug])
    client = client_as(make_user("editor"))
    client.post(url)
    assert client.get(reverse("wiki:answer", args=[answer.pk])).status_code == 404
    client.post(url)
    assert client.get(reverse("wiki:answer", args=[answer.pk])).status_code == 200


def test_scope_new_names_the_company_first(client_as: SignIn) -> None:
    client, url = client_as(make_user("lead")), reverse("wiki:scope_new")
    client.post(url, {"name": "Verrebrume", "kind": "team"})
    company = Scope.objects.company()
    client.post(url, {"name": "Nantes", "kind": "site", "parent": company.pk})
    assert list(Scope.objects.in_tree_order().values_list("name", "kind")) == [
        ("Verrebrume", "company"),
        ("Nantes", "site"),
    ]


def test_scope_edit_moves_and_refuses(client_as: SignIn) -> None:
    company = make_company()
    parent, site = make_scope(), make_scope(kind="site")
    child = make_scope(parent=parent)
    client = client_as(make_user("lead"))
    for wrong in (child, parent, site):
        response = client.post(
            reverse("wiki:scope_edit", args=[parent.pk]), {"name": "Moved", "parent": wrong.pk}
        )
        assert list(response.context["form"].errors) == ["parent"]
    client.post(reverse("wiki:scope_edit", args=[child.pk]), {"name": "Moved", "parent": company.pk})
    child.refresh_from_db()
    assert (child.name, child.path) == ("Moved", f"/{company.pk}/{child.pk}/")


def test_scope_new_refuses_a_name_twice(client_as: SignIn) -> None:
    scope = make_scope("Platform")
    data = {"name": "Platform", "kind": "team", "parent": scope.parent_id}
    response = client_as(make_user("lead")).post(reverse("wiki:scope_new"), data)
    assert list(response.context["form"].errors) == ["name"]


def test_company_is_renamed(client_as: SignIn) -> None:
    url = reverse("wiki:scope_edit", args=[make_company().pk])
    client_as(make_user("lead")).post(url, {"name": "Verrebrume", "parent": make_scope().pk})
    assert (Scope.objects.company().name, Scope.objects.company().parent) == ("Verrebrume", None)


@pytest.mark.parametrize(("role", "interval"), [("editor", 90), ("lead", 10)])
def test_category_edit_leaves_rules_to_leads(client_as: SignIn, role: str, interval: int) -> None:
    category = make_category(interval_days=90)
    answer = make_answer(make_question(category=category), verified_on=date(2026, 11, 1))
    data = {"name_en": "Pay", "name_fr": "Paie", "interval_days": "10", "sensitive": "on"}
    client_as(make_user(role)).post(reverse("wiki:category_edit", args=[category.slug]), data)
    category.refresh_from_db()
    answer.refresh_from_db()
    assert (category.name_en, category.interval_days, category.sensitive) == ("Pay", interval, role == "lead")
    assert answer.next_review_on is not None
    assert (answer.next_review_on - date(2026, 11, 1)).days == interval


@pytest.mark.parametrize("name", ["scopes", "categories"])
def test_rule_lists_count_their_queries(client_as: SignIn, name: str) -> None:
    client, url = client_as(make_user("lead")), reverse(f"wiki:{name}")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    make_answer(make_question(category=make_category(default_owner=make_user("reader"))))
    client.get(url)
    few = queries()
    for _ in range(29):
        make_answer(make_question(category=make_category(default_owner=make_user("reader"))), make_scope())
    assert queries() == few
