from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.factories import (
    make_answer,
    make_category,
    make_company,
    make_phrasing,
    make_question,
    make_scope,
    make_user,
)
from wiki.models import Answer, Question

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-11-22 10:00:00+00:00", tick=False):
        yield


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_index_counts_by_freshness(client_as: SignIn) -> None:
    category = make_category("pay")
    make_category("empty")
    question = make_question(category=category)
    make_question(category=category, archived_at="2026-11-01T00:00Z")
    make_answer(question, verified_on=date(2026, 11, 20))
    make_answer(question, make_scope(), verified_on=date(2026, 11, 20), interval_days=10)
    make_answer(question, make_scope(), verified_on=date(2026, 1, 1))
    make_answer(question, make_scope())
    make_answer(question, make_scope(), published=False)
    rows = client_as(make_user("reader")).get(reverse("wiki:index")).context["rows"]
    found = {category.slug: (category.question_count, counts) for category, counts in rows}
    assert found["pay"] == (
        1,
        {"total": 4, "fresh": 1, "due_soon": 1, "stale": 1, "never_verified": 1},
    )
    assert found["empty"] == (0, {})


def test_index_queries_are_constant(client_as: SignIn) -> None:
    client = client_as(make_user("reader"))
    make_answer()
    few = queries(client, reverse("wiki:index"))
    for _ in range(29):
        make_answer()
    assert queries(client, reverse("wiki:index")) == few == 5


def test_category_queries_are_constant(client_as: SignIn) -> None:
    client = client_as(make_user("reader"))
    category = make_category()
    url = reverse("wiki:category", args=[category.slug])
    make_answer(make_question(category=category))
    few = queries(client, url)
    for _ in range(29):
        make_answer(make_question(category=category), owner=make_user("reader"))
    assert queries(client, url) == few == 6


def test_category_shows_a_few_answers_of_each_question(client_as: SignIn) -> None:
    question = make_question(en="Who leaves?")
    make_company()
    for _ in range(8):
        make_answer(question, make_scope())
    url = reverse("wiki:category", args=[question.category.slug])
    shown = client_as(make_user("reader")).get(url).context["page"].rows[0]
    assert (shown.title, shown.answer_count, len(shown.glance)) == ("Who leaves?", 8, 6)


def many_answers(question: Question, number: int) -> None:
    for _ in range(number):
        make_answer(
            question, make_scope(), owner=make_user("reader"), verified_on=date(2026, 11, 1), details="*x*"
        )


# For readers one more: for whom they stand in.
@pytest.mark.parametrize(("role", "most"), [("reader", 9), ("editor", 8)])
def test_question_queries_are_constant(client_as: SignIn, role: str, most: int) -> None:
    client = client_as(make_user(role))
    question = make_question()
    question.next_questions.set([make_question(), make_question()])
    url = reverse("wiki:question", args=[question.slug])
    many_answers(question, 1)
    few = queries(client, url)
    many_answers(question, 29)
    assert queries(client, url) == few
    assert few <= most


def test_answer_queries_are_constant(client_as: SignIn) -> None:
    client = client_as(make_user("reader"))
    question = make_question()
    many_answers(question, 1)
    url = reverse("wiki:answer", args=[Answer.objects.get().pk])
    few = queries(client, url)
    many_answers(question, 29)
    assert queries(client, url) == few
    assert few <= 8


def test_question_shows_phrasing_in_the_language_of_the_user(client_as: SignIn) -> None:
    question = make_question(en="Who leaves?", fr="Qui part ?")
    make_phrasing(question, "Ça tourne ?", language="fr")
    url = reverse("wiki:question", args=[question.slug])
    assert client_as(make_user("reader", language="fr")).get(url).context["question"].title == "Qui part ?"
    response = client_as(make_user("reader")).get(url)
    assert response.context["question"].title == "Who leaves?"
    assert {
        language: [p.text for p in found] for language, found in response.context["phrasings"].items()
    } == {"French": ["Qui part ?", "Ça tourne ?"]}


def test_question_orders_company_first_then_own_language(client_as: SignIn) -> None:
    question, company = make_question(), make_company()
    team = make_scope()
    for scope in (team, company):
        for language in ("en", "fr"):
            make_answer(question, scope, language)
    url = reverse("wiki:question", args=[question.slug])

    def order(client: Client, query: str = "") -> list[tuple[int, str]]:
        page = client.get(url + query).context["page"]
        return [(answer.scope_id, answer.language) for answer in page.rows]

    french = client_as(make_user("reader", language="fr"))
    assert order(french) == [(company.pk, "fr"), (team.pk, "fr")]
    assert order(french, "?language=en") == [(company.pk, "en"), (team.pk, "en")]
    assert order(french, "?language=all") == [
        (company.pk, "fr"),
        (company.pk, "en"),
        (team.pk, "fr"),
        (team.pk, "en"),
    ]
    english = client_as(make_user("reader"))
    assert order(english) == [(company.pk, "en"), (team.pk, "en")]
    assert order(english, "?language=all")[:2] == [(company.pk, "en"), (company.pk, "fr")]


def test_question_offers_languages_where_there_is_a_choice(client_as: SignIn) -> None:
    question = make_question()
    make_answer(question, make_company(), "en")
    url = reverse("wiki:question", args=[question.slug])

    def tabs(language: str) -> list[tuple[str, bool]]:
        context = client_as(make_user("reader", language=language)).get(url).context
        return [(tab["url"], tab["current"]) for tab in context["language_tabs"]]

    assert tabs("en") == tabs("fr") == []
    response = client_as(make_user("reader", language="fr")).get(url)
    assert len(response.context["page"].rows) == 1
    assert response.context["not_in_own_language"]
    make_answer(question, make_company(), "fr")
    assert tabs("fr") == [("?language=fr", True), ("?language=en", False), ("?language=all", False)]


@pytest.mark.parametrize(("role", "shown"), [("reader", False), ("recruiter", True), ("editor", True)])
def test_question_asks_where_it_was_given_only_for_those_who_may_know(
    client_as: SignIn, role: str, shown: bool
) -> None:
    question = make_question()
    page = client_as(make_user(role)).get(reverse("wiki:question", args=[question.slug])).content.decode()
    assert ("Where it was given" in page) is shown


def test_archived_question_is_for_editors(client_as: SignIn) -> None:
    question = make_question(archived_at="2026-11-01T00:00Z")
    url = reverse("wiki:question", args=[question.slug])
    assert client_as(make_user("reader")).get(url).status_code == 404
    assert "Bring it back" in client_as(make_user("editor")).get(url).content.decode()


def test_drafts_show_to_those_who_may_edit(client_as: SignIn) -> None:
    owner = make_user("reader")
    draft = make_answer(owner=owner, published=False)
    url = reverse("wiki:question", args=[draft.question.slug])
    for user, shown in ((owner, 1), (make_user("editor"), 1), (make_user("reader"), 0)):
        assert len(client_as(user).get(url).context["page"].rows) == shown


def test_question_lets_readers_open_and_challenge_every_answer(client_as: SignIn) -> None:
    question = make_question()
    answers = [make_answer(question), make_answer(question, make_scope())]
    page = client_as(make_user("reader")).get(reverse("wiki:question", args=[question.slug])).content.decode()
    assert page.count("Open the answer") == len(answers)
    for answer in answers:
        assert reverse("wiki:answer_challenge", args=[answer.pk]) in page
