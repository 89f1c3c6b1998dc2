from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import AT, make_answer, make_figure, make_revision, make_user, make_value
from wiki.domain.answers import publish_revision
from wiki.models import Answer, Publication, Verification

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def act(client: Client, name: str, answer: Answer, **data: object) -> str:
    """The page that follows the act."""
    url = reverse(f"wiki:{name}", args=[answer.pk])
    return client.post(url, data, follow=True).content.decode()  # type: ignore[arg-type]


@time_machine.travel("2026-11-22 23:30:00+00:00")
def test_answer_verify_dates_the_word_in_local_time(client_as: SignIn) -> None:
    owner = make_user("reader", name="Ada")
    answer = make_answer(owner=owner, interval_days=30)
    page = act(client_as(owner), "answer_verify", answer, revision=answer.published_id)
    verification = Verification.objects.get()
    assert (verification.by, verification.on) == (owner, date(2026, 11, 23))
    assert "Confirmed as still true. Next review on 23 December 2026." in page
    assert "Last confirmed on 23 November 2026 by Ada, due on 23 December 2026" in " ".join(page.split())


def test_answer_verify_of_another_text_shows_the_new_one(client_as: SignIn) -> None:
    answer = make_answer()
    later = make_revision(answer, short="The new text")
    publish_revision(answer=answer, revision=later, by=make_user("editor"), at=AT)
    page = act(client_as(make_user("editor")), "answer_verify", answer, revision=answer.published_id)
    assert "the text or a figure in it has changed since you read it" in page
    assert "The new text" in page
    assert not Verification.objects.exists()


def test_answer_verify_refuses_a_revision_of_another_answer(client_as: SignIn) -> None:
    answer, other = make_answer(), make_answer()
    for revision in (other.published_id, "", "x", 2**70):
        act(client_as(make_user("editor")), "answer_verify", answer, revision=revision)
    assert not Verification.objects.exists()


def test_answer_publish_makes_the_draft_the_text(client_as: SignIn) -> None:
    answer = make_answer()
    draft = make_revision(answer)
    page = act(client_as(make_user("editor")), "answer_publish", answer, revision=2, still_true="on")
    assert "Published." in page
    answer.refresh_from_db()
    assert answer.published == draft
    assert Verification.objects.get().revision == draft


def test_publishing_without_confirming_says_what_is_missing(client_as: SignIn) -> None:
    answer = make_answer()
    make_revision(answer)
    page = act(client_as(make_user("editor")), "answer_publish", answer, revision=2)
    assert "Published. Nobody has confirmed this text yet" in page


def test_answer_publish_as_true_carries_the_figures_that_were_read(client_as: SignIn) -> None:
    figure, client = make_figure("turnover"), client_as(make_user("editor"))
    make_value(figure, "11.4")
    answer = make_answer()
    draft = make_revision(answer, short="[[figure:turnover]] in 2026.")
    url = reverse("wiki:answer", args=[answer.pk])
    read = client.get(url).context["publish_form"].initial
    make_value(figure, "12.5", as_of=date(2026, 7, 31))
    page = act(client, "answer_publish", answer, still_true="on", **read)
    assert "Not published: a figure in the text has changed since you read it." in page
    answer.refresh_from_db()
    assert answer.published != draft
    read = client.get(url).context["publish_form"].initial
    act(client, "answer_publish", answer, still_true="on", **read)
    assert Verification.objects.get().revision == draft


def test_answer_publish_after_a_later_save_shows_it(client_as: SignIn) -> None:
    answer = make_answer()
    make_revision(answer)
    make_revision(answer, short="Saved meanwhile")
    page = act(client_as(make_user("editor")), "answer_publish", answer, revision=2)
    assert "Not published" in page
    assert "Saved meanwhile" in page
    answer.refresh_from_db()
    assert answer.published.number == 1  # type: ignore[union-attr]


def test_answer_withdraw_asks_for_a_reason(client_as: SignIn) -> None:
    answer = make_answer()
    client = client_as(make_user("editor"))
    assert "There is a problem" in act(client, "answer_withdraw", answer, reason=" ")
    act(client, "answer_withdraw", answer, reason="Out of date")
    answer.refresh_from_db()
    assert answer.published is None
    assert Publication.objects.get().reason == "Out of date"
    assert "not published" in act(client, "answer_withdraw", answer, reason="Again")


def test_withdrawn_answer_can_be_published_again(client_as: SignIn) -> None:
    answer = make_answer()
    client = client_as(make_user("editor"))
    act(client, "answer_withdraw", answer, reason="Out of date")
    act(client, "answer_publish", answer, revision=1)
    answer.refresh_from_db()
    assert answer.published.number == 1  # type: ignore[union-attr]
