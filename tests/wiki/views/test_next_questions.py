"""What usually follows a question, as editors change it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.factories import make_question, make_user
from wiki.domain.questions import fingerprint_of
from wiki.domain.search_index import index_question
from wiki.models import Question

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client_as: SignIn) -> Client:
    return client_as(make_user("editor"))


def address(question: Question) -> str:
    return reverse("wiki:question_next", args=[question.slug])


def make_indexed(text: str) -> Question:
    question = make_question(en=text)
    index_question(question=question)
    return question


def test_question_next_adds_once_and_keeps_the_words(editor: Client) -> None:
    question, following = make_question(), make_question()
    url = address(question) + "?q=training"
    for _ in range(2):
        response = editor.post(url, {"following": following.pk, "act": "add"})
        assert response["Location"] == url
    assert list(question.next_questions.all()) == [following]


def test_question_next_removes(editor: Client) -> None:
    question, following = make_question(), make_question()
    question.next_questions.add(following)
    editor.post(address(question), {"following": following.pk, "act": "remove"})
    assert list(question.next_questions.all()) == []


@pytest.mark.parametrize("following", ["", "999999", "9" * 30, "x"])
def test_question_next_refuses_what_is_no_question(editor: Client, following: str) -> None:
    question = make_question()
    response = editor.post(address(question), {"following": following, "act": "add"}, follow=True)
    assert "no longer in the wiki" in response.content.decode()
    assert not question.next_questions.exists()


def test_question_next_never_follows_itself(editor: Client) -> None:
    question = make_question()
    editor.post(address(question), {"following": question.pk, "act": "add"})
    assert not question.next_questions.exists()


def test_question_next_offers_neither_itself_nor_those_chosen(editor: Client) -> None:
    question = make_indexed("Who gets training?")
    chosen, other = make_indexed("Is training paid?"), make_indexed("Training abroad?")
    question.next_questions.add(chosen)
    response = editor.get(address(question), {"q": "training"})
    assert response.context["following"] == [chosen]
    assert response.context["found"] == [other]


def test_question_edit_keeps_what_follows(editor: Client) -> None:
    question, following = make_question(en="Who goes?"), make_question()
    question.next_questions.add(following)
    editor.post(
        reverse("wiki:question_edit", args=[question.slug]),
        {"category": question.category_id, "canonical_en": "Who leaves?", "seen": fingerprint_of(question)},
    )
    assert question.phrasings.filter(text="Who leaves?").exists()
    assert list(question.next_questions.all()) == [following]


def test_question_next_makes_as_many_queries_with_thirty(editor: Client) -> None:
    question = make_question()
    counts = []
    for more in (1, 29):
        question.next_questions.add(*[make_question() for _ in range(more)])
        with CaptureQueriesContext(connection) as queries:
            editor.get(address(question))
        counts.append(len(queries))
    assert counts[0] == counts[1]
