"""Every page of the wiki answers as it should to those who may open it, and to those who may not."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import AT, make_answer, make_revision, make_scope, make_user
from wiki.domain.challenges import challenge_answer
from wiki.models import Answer, Challenge

SignIn = Callable[[User], Client]


@pytest.fixture
def answer(db: None) -> Answer:
    """Published, owned, with a later draft."""
    answer = make_answer(owner=make_user("reader"), details="**Bold** figures", example="It happened.")
    make_revision(answer, short="A draft that nobody may say")
    answer.refresh_from_db()
    return answer


@pytest.fixture
def challenge(answer: Answer) -> Challenge:
    assert answer.published
    return challenge_answer(
        answer=answer, revision=answer.published, text="Not here", by=make_user("reader"), at=AT
    )


def addresses(answer: Answer, challenge: Challenge) -> dict[str, str]:
    slug = answer.question.slug
    return {
        "index": reverse("wiki:index"),
        "category": reverse("wiki:category", args=[answer.question.category.slug]),
        "question": reverse("wiki:question", args=[slug]),
        "answer": reverse("wiki:answer", args=[answer.pk]),
        "answer_history": reverse("wiki:answer_history", args=[answer.pk]),
        "answer_compare": reverse("wiki:answer_compare", args=[answer.pk]),
        "revision": reverse("wiki:revision", args=[answer.pk, 1]),
        "answer_challenge": reverse("wiki:answer_challenge", args=[answer.pk]),
        "answer_edit": reverse("wiki:answer_edit", args=[answer.pk]),
        "answer_withdraw": reverse("wiki:answer_withdraw", args=[answer.pk]),
        "challenge_resolve": reverse("wiki:challenge_resolve", args=[challenge.pk]),
        "answer_new": reverse("wiki:answer_new", args=[slug]),
        "question_new": reverse("wiki:question_new"),
        "question_edit": reverse("wiki:question_edit", args=[slug]),
        "question_archive": reverse("wiki:question_archive", args=[slug]),
        "answer_keeping": reverse("wiki:answer_keeping", args=[answer.pk]),
        "answer_archive": reverse("wiki:answer_archive", args=[answer.pk]),
        "categories": reverse("wiki:categories"),
        "category_edit": reverse("wiki:category_edit", args=[answer.question.category.slug]),
        "scopes": reverse("wiki:scopes"),
        "scope_new": reverse("wiki:scope_new"),
        "scope_edit": reverse("wiki:scope_edit", args=[make_scope().pk]),
    }


READING = {
    "index",
    "category",
    "question",
    "answer",
    "answer_history",
    "answer_compare",
    "revision",
    "answer_challenge",
}
KEEPING = READING | {"answer_edit", "answer_withdraw", "challenge_resolve"}
EDITING = KEEPING | {
    "answer_new",
    "question_new",
    "question_edit",
    "question_archive",
    "answer_keeping",
    "answer_archive",
    "categories",
    "category_edit",
}
RULING = EDITING | {"scopes", "scope_new", "scope_edit"}


@pytest.mark.parametrize(
    ("role", "open_pages"),
    [
        ("reader", READING),
        ("recruiter", READING),
        ("editor", EDITING),
        ("lead", RULING),
        ("administrator", set()),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_open_by_role(
    client_as: SignIn, answer: Answer, challenge: Challenge, role: str, open_pages: set[str], language: str
) -> None:
    client = client_as(make_user(role, language=language))
    pages = addresses(answer, challenge)
    opened = {name for name, url in pages.items() if client.get(url).status_code == 200}
    assert opened == open_pages


def test_pages_open_for_owner(client_as: SignIn, answer: Answer, challenge: Challenge) -> None:
    assert answer.owner
    client = client_as(answer.owner)
    pages = addresses(answer, challenge)
    opened = {name for name, url in pages.items() if client.get(url).status_code == 200}
    assert opened == KEEPING


def test_pages_ask_to_sign_in(client: Client, answer: Answer, challenge: Challenge) -> None:
    for url in addresses(answer, challenge).values():
        response = client.get(url)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")


@pytest.mark.parametrize("act", ["answer_publish", "answer_verify"])
def test_acts_refuse_get(client_as: SignIn, answer: Answer, act: str) -> None:
    assert client_as(make_user("lead")).get(reverse(f"wiki:{act}", args=[answer.pk])).status_code == 405


@pytest.mark.parametrize(
    ("act", "numbers"),
    [
        ("answer_edit", 0),
        ("answer_publish", 0),
        ("answer_withdraw", 0),
        ("answer_verify", 0),
        ("answer_keeping", 0),
        ("answer_archive", 0),
        ("revision_restore", 1),
    ],
)
def test_acts_refuse_readers(client_as: SignIn, answer: Answer, act: str, numbers: int) -> None:
    url = reverse(f"wiki:{act}", args=[answer.pk, *[1] * numbers])
    assert client_as(make_user("reader")).post(url, {}).status_code == 403


def test_draft_is_unknown_to_readers(client_as: SignIn) -> None:
    draft = make_answer(published=False)
    client = client_as(make_user("reader"))
    names = [
        "answer",
        "answer_edit",
        "answer_history",
        "answer_compare",
        "answer_challenge",
        "answer_withdraw",
    ]
    for name in names:
        assert client.get(reverse(f"wiki:{name}", args=[draft.pk])).status_code == 404
    assert draft.question.answers.count() == 1
    page = client.get(reverse("wiki:question", args=[draft.question.slug])).content.decode()
    assert "Eight per cent" not in page


def test_later_draft_does_not_leak(client_as: SignIn, answer: Answer, challenge: Challenge) -> None:
    client = client_as(make_user("reader"))
    for name in READING:
        page = client.get(addresses(answer, challenge)[name]).content.decode()
        assert "nobody may say" not in page, name
    assert client.get(reverse("wiki:revision", args=[answer.pk, 2])).status_code == 404
    compare = reverse("wiki:answer_compare", args=[answer.pk])
    assert client.get(f"{compare}?left=1&right=2").status_code == 404
