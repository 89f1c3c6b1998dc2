from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import AT, make_answer, make_revision, make_user
from wiki.domain.answers import publish_revision, verify_answer, withdraw_answer
from wiki.models import Answer

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def answer() -> Answer:
    """Two published revisions, then a draft."""
    answer = make_answer(short="Eight per cent left.")
    editor = make_user("editor")
    second = make_revision(answer, short="Nine per cent left.", by=editor, at=AT + timedelta(days=1))
    publish_revision(answer=answer, revision=second, by=editor, at=AT + timedelta(days=2))
    verify_answer(answer=answer, revision=second, by=editor, at=AT + timedelta(days=3))
    withdraw_answer(answer=answer, by=editor, at=AT + timedelta(days=4), reason="Wrong year")
    publish_revision(answer=answer, revision=second, by=editor, at=AT + timedelta(days=5))
    make_revision(answer, short="Ten per cent left.", by=editor, at=AT + timedelta(days=6))
    answer.refresh_from_db()
    return answer


def kinds(client: Client, answer: Answer) -> list[tuple[str, int]]:
    response = client.get(reverse("wiki:answer_history", args=[answer.pk]))
    return [(event.kind, event.revision.number) for event in response.context["events"]]


def test_answer_history_is_one_timeline(client_as: SignIn, answer: Answer) -> None:
    events = [
        ("saved", 3),
        ("published", 2),
        ("withdrawn", 2),
        ("verified", 2),
        ("published", 2),
        ("saved", 2),
        ("published", 1),
        ("saved", 1),
    ]
    assert kinds(client_as(make_user("editor")), answer) == events
    assert kinds(client_as(make_user("reader")), answer) == events[1:]


def test_answer_history_names_who_withdrew(client_as: SignIn, answer: Answer) -> None:
    editor = make_user("editor")
    withdraw_answer(answer=answer, by=editor, at=AT + timedelta(days=9), reason="Not true")
    response = client_as(editor).get(reverse("wiki:answer_history", args=[answer.pk]))
    latest = response.context["events"][0]
    assert (latest.kind, latest.by) == ("withdrawn", editor)


def test_answer_history_shows_one_click_as_one_step(client_as: SignIn) -> None:
    editor, answer = make_user("editor"), make_answer(published=False)
    revision = make_revision(answer, by=editor, at=AT + timedelta(days=1))
    publish_revision(answer=answer, revision=revision, by=editor, at=AT + timedelta(days=1))
    verify_answer(answer=answer, revision=revision, by=editor, at=AT + timedelta(days=1))
    response = client_as(editor).get(reverse("wiki:answer_history", args=[answer.pk]))
    step = response.context["steps"][0]
    assert [event.kind for event in step] == ["saved", "published", "verified"]
    assert "saved, published, confirmed as still true" in " ".join(response.content.decode().split())


def test_answer_history_pages_lose_and_repeat_nothing(client_as: SignIn) -> None:
    answer = make_answer(published=False)
    for number in range(2, 76):
        make_revision(answer, at=AT + timedelta(hours=number))
    client, url = client_as(make_user("editor")), reverse("wiki:answer_history", args=[answer.pk])
    seen, before = [], None
    while True:
        response = client.get(url, {"before": before} if before else {})
        seen += [event.revision.number for event in response.context["events"]]
        earlier = response.context["earlier"]
        if earlier is None:
            break
        before = earlier.isoformat()
    assert seen == list(range(75, 0, -1))


@pytest.mark.parametrize("before", ["yesterday", "2026-13-45T99:00Z", "2026-11-22T10:00", "\x00"])
def test_answer_history_takes_odd_moments_for_the_present(
    client_as: SignIn, answer: Answer, before: str
) -> None:
    url = reverse("wiki:answer_history", args=[answer.pk])
    assert len(client_as(make_user("editor")).get(url, {"before": before}).context["events"]) == 8


def test_answer_compare_marks_the_words(client_as: SignIn, answer: Answer) -> None:
    url = reverse("wiki:answer_compare", args=[answer.pk])
    page = client_as(make_user("reader")).get(url).content.decode()
    assert "<del>Eight</del> per cent left." in page
    assert "<ins>Nine</ins> per cent left." in page


@pytest.mark.parametrize("query", ["left=x", "left=9", "right=-1", "left=99999999999999", "left=0"])
def test_answer_compare_refuses_odd_numbers(client_as: SignIn, answer: Answer, query: str) -> None:
    url = reverse("wiki:answer_compare", args=[answer.pk])
    assert client_as(make_user("editor")).get(f"{url}?{query}").status_code == 404


def test_revision_of_another_answer_is_unknown(client_as: SignIn, answer: Answer) -> None:
    other = make_answer()
    client = client_as(make_user("editor"))
    assert client.get(reverse("wiki:revision", args=[other.pk, 3])).status_code == 404
    assert client.post(reverse("wiki:revision_restore", args=[other.pk, 3])).status_code == 404


def test_revision_restore_makes_a_draft(client_as: SignIn, answer: Answer) -> None:
    url = reverse("wiki:revision_restore", args=[answer.pk, 1])
    client_as(make_user("editor")).post(url, {"base": "3"})
    restored = answer.revisions.get(number=4)
    assert (restored.short_answer, restored.comment) == ("Eight per cent left.", "Restores revision 1")


@pytest.mark.parametrize("base", ["2", "", "x"])
def test_revision_restore_after_a_later_save_does_nothing(
    client_as: SignIn, answer: Answer, base: str
) -> None:
    url = reverse("wiki:revision_restore", args=[answer.pk, 1])
    response = client_as(make_user("editor")).post(url, {"base": base}, follow=True)
    assert "Not restored" in response.content.decode()
    assert answer.revisions.count() == 3
