from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import AT, make_answer, make_revision, make_user
from wiki.domain.answers import publish_revision
from wiki.domain.challenges import challenge_answer
from wiki.models import Answer, Challenge

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def challenge_url(answer: Answer) -> str:
    return reverse("wiki:answer_challenge", args=[answer.pk])


def make_challenge(answer: Answer) -> Challenge:
    assert answer.published
    return challenge_answer(
        answer=answer, revision=answer.published, text="Not <i>here</i>", by=make_user("reader"), at=AT
    )


def test_answer_challenge_reaches_the_owner(client_as: SignIn) -> None:
    owner, reader = make_user("reader"), make_user("reader", name="Ada")
    answer = make_answer(owner=owner)
    client_as(reader).post(
        challenge_url(answer), {"revision": answer.published_id, "text": "We have no budget"}
    )
    challenge = Challenge.objects.get()
    assert (challenge.by, challenge.revision) == (reader, answer.published)
    page = client_as(owner).get(reverse("wiki:answer", args=[answer.pk])).content.decode()
    assert "We have no budget" in page
    assert "Resolve this challenge" in page


def test_answer_challenge_keeps_words_about_a_text_that_changed(client_as: SignIn) -> None:
    answer = make_answer()
    later = make_revision(answer, short="The new text")
    publish_revision(answer=answer, revision=later, by=make_user("editor"), at=AT)
    client = client_as(make_user("reader"))
    response = client.post(
        challenge_url(answer), {"revision": answer.published_id, "text": "We have no budget"}
    )
    page = response.content.decode()
    assert not Challenge.objects.exists()
    assert "We have no budget" in page
    assert "The new text" in page
    client.post(
        challenge_url(answer),
        {"revision": response.context["form"]["revision"].value(), "text": "Still no budget"},
    )
    assert Challenge.objects.get().revision == later


@pytest.mark.parametrize("text", ["", "x" * 2001])
def test_answer_challenge_needs_words(client_as: SignIn, text: str) -> None:
    answer = make_answer()
    data = {"revision": answer.published_id, "text": text}
    response = client_as(make_user("reader")).post(challenge_url(answer), data)
    assert list(response.context["form"].errors) == ["text"]
    assert response.context["form"]["text"].value() == text


def test_challenge_resolve_closes_it(client_as: SignIn) -> None:
    owner = make_user("reader")
    challenge = make_challenge(make_answer(owner=owner))
    prefix, url = f"challenge-{challenge.pk}", reverse("wiki:challenge_resolve", args=[challenge.pk])
    data = {f"{prefix}-resolution": "corrected", f"{prefix}-note": "Figures renewed"}
    client_as(owner).post(url, data)
    challenge.refresh_from_db()
    assert (challenge.resolution, challenge.resolved_by) == ("corrected", owner)
    data[f"{prefix}-note"] = "Again"
    again = client_as(owner).post(url, data, follow=True)
    assert "Someone else has resolved" in again.content.decode()


def test_challenge_resolve_keeps_what_was_typed(client_as: SignIn) -> None:
    challenge = make_challenge(make_answer())
    url = reverse("wiki:challenge_resolve", args=[challenge.pk])
    response = client_as(make_user("editor")).post(url, {f"challenge-{challenge.pk}-note": "Half typed"})
    assert "Half typed" in response.content.decode()
    assert Challenge.objects.open().count() == 1


def test_challenge_resolve_is_not_for_readers(client_as: SignIn) -> None:
    challenge = make_challenge(make_answer())
    url = reverse("wiki:challenge_resolve", args=[challenge.pk])
    assert client_as(make_user("reader")).get(url).status_code == 403
