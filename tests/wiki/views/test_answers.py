from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import (
    make_answer,
    make_company,
    make_figure,
    make_question,
    make_revision,
    make_scope,
    make_user,
    make_value,
)
from wiki.models import Answer, AnswerRevision, Disclosure

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def typed(**changes: Any) -> dict[str, Any]:
    """A form as the browser sends it, with CR LF line ends."""
    fields = {
        "base": "1",
        "short_answer": "Nine per cent left in 2026.",
        "details": "First line\r\nsecond",
        "example": "",
        "not_to_say": "Not this",
        "kind": "answered",
        "disclosure": "say",
        "evidence": "https://intranet.example/report\r\nhttps://intranet.example/report\r\n",
        "comment": "Figures of 2026",
        "major": "on",
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def edit_url(answer: Answer) -> str:
    return reverse("wiki:answer_edit", args=[answer.pk])


def head(answer: Answer) -> AnswerRevision:
    return answer.revisions.order_by("-number")[0]


def test_answer_edit_saves_a_draft(client_as: SignIn) -> None:
    answer = make_answer()
    editor = make_user("editor")
    response = client_as(editor).post(edit_url(answer), typed(draft="1"))
    assert response["Location"] == reverse("wiki:answer", args=[answer.pk])
    saved = head(answer)
    assert (saved.number, saved.author, saved.major) == (2, editor, True)
    assert (saved.details, saved.evidence) == ("First line\nsecond", "https://intranet.example/report")
    answer.refresh_from_db()
    assert answer.published.number == 1  # type: ignore[union-attr]


def test_answer_edit_publishes_and_verifies(client_as: SignIn) -> None:
    owner = make_user("reader")
    answer = make_answer(owner=owner)
    client_as(owner).post(edit_url(answer), typed(publish="1", still_true="on"))
    answer.refresh_from_db()
    assert answer.published == head(answer)
    assert answer.verifications.get().by == owner  # type: ignore[attr-defined]


def test_answer_edit_starts_from_the_latest_text(client_as: SignIn) -> None:
    answer = make_answer()
    make_revision(answer, short="The latest draft")
    form = client_as(make_user("editor")).get(edit_url(answer)).context["form"]
    assert (form["base"].value(), form["short_answer"].value()) == (2, "The latest draft")


def test_answer_edit_writes_an_assigned_answer(client_as: SignIn) -> None:
    owner = make_user("reader")
    answer = Answer.objects.create(question=make_question(), scope=make_company(), language="en", owner=owner)
    client_as(owner).post(edit_url(answer), typed(base="0", publish="1"))
    answer.refresh_from_db()
    assert answer.published.number == 1  # type: ignore[union-attr]


def test_answer_edit_as_true_carries_the_figures_that_were_read(client_as: SignIn) -> None:
    figure, client = make_figure("turnover"), client_as(make_user("editor"))
    make_value(figure, "11.4")
    answer = make_answer(short="[[figure:turnover]] left.")
    read = client.get(edit_url(answer)).context["form"]["figures"].value()
    make_value(figure, "12.5", as_of=date(2026, 7, 31))
    text = typed(short_answer="Only [[figure:turnover]] left.", publish="1", still_true="on", figures=read)
    response = client.post(edit_url(answer), text)
    form = response.context["form"]
    assert "The figures now read: Turnover: 12.5% (as of 31 July 2026)." in response.content.decode()
    assert form["short_answer"].value() == "Only [[figure:turnover]] left."
    assert not form["still_true"].value()
    assert answer.revisions.count() == 1
    client.post(edit_url(answer), text | {"figures": form["figures"].value()})
    assert answer.verifications.get().revision == head(answer)  # type: ignore[attr-defined]


def test_answer_edit_conflict_carries_the_figures_of_their_text(client_as: SignIn) -> None:
    make_value(make_figure("turnover"), "11.4")
    answer, client = make_answer(), client_as(make_user("editor"))
    make_revision(answer, short="[[figure:turnover]] left.")
    form = client.post(edit_url(answer), typed(publish="1", still_true="on")).context["form"]
    again = typed(base="2", figures=form["figures"].value(), publish="1", still_true="on")
    client.post(edit_url(answer), again)
    assert answer.verifications.get().revision == head(answer)  # type: ignore[attr-defined]


def test_answer_edit_of_an_empty_place_writes_and_changes_nothing_told(client_as: SignIn) -> None:
    owner = make_user("reader")
    answer = Answer.objects.create(question=make_question(), scope=make_company(), language="en", owner=owner)
    change = "This changes what candidates were told"
    page = client_as(owner).get(edit_url(answer)).content.decode()
    assert "<title>Write an answer" in page
    assert change not in page
    page = client_as(owner).get(edit_url(make_answer(owner=owner))).content.decode()
    assert "<title>Edit an answer" in page
    assert change in page


def test_answer_edit_says_who_reads_what_is_not_to_say(client_as: SignIn) -> None:
    page = client_as(make_user("editor")).get(edit_url(make_answer())).content.decode()
    assert "Never shown to candidates. Everyone who may be asked reads it." in page


@pytest.mark.parametrize(("keeps_another", "shown"), [(True, True), (False, False)])
def test_answer_leads_back_to_the_queue(client_as: SignIn, keeps_another: bool, shown: bool) -> None:
    owner = make_user("reader")
    answer = make_answer(owner=owner)
    if keeps_another:
        make_answer(deputy=owner)
    page = client_as(owner).get(reverse("wiki:answer", args=[answer.pk])).content.decode()
    assert ("Next in your review queue" in page) is shown


def test_answer_edit_conflict_shows_both_texts_and_keeps_mine(client_as: SignIn) -> None:
    answer = make_answer(short="Eight per cent left.", details="Same <b>ground</b>")
    make_revision(
        answer, short="Seven per cent left.", details="Same <b>ground</b>", by=make_user(name="Ada")
    )
    mine = typed(short_answer="Nine per cent left.", details="Same <b>ground</b>", publish="1")
    response = client_as(make_user("editor")).post(edit_url(answer), mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Ada saved revision 2" in page
    assert "<del>Eight</del><ins>Seven</ins> per cent left." in page
    assert "<del>Eight</del><ins>Nine</ins> per cent left." in page
    assert [difference.label for difference in response.context["differences"]] == [
        "Short answer",
        "Not to say",
        "Evidence",
    ]
    form = response.context["form"]
    assert (form["base"].value(), form["short_answer"].value()) == ("2", "Nine per cent left.")
    assert answer.revisions.count() == 2
    answer.refresh_from_db()
    assert answer.published.number == 1  # type: ignore[union-attr]


def test_answer_edit_after_a_conflict_saves_knowingly(client_as: SignIn) -> None:
    answer = make_answer()
    make_revision(answer)
    client = client_as(make_user("editor"))
    again = client.post(edit_url(answer), typed(still_true="on")).context["form"]
    assert again["still_true"].value() is False
    client.post(edit_url(answer), typed(base=again["base"].value()))
    assert (head(answer).number, head(answer).short_answer) == (3, "Nine per cent left in 2026.")


@pytest.mark.parametrize("base", [None, "", "one", "-1", "99999999999999999999"])
def test_answer_edit_without_base_is_refused(client_as: SignIn, base: str | None) -> None:
    answer = make_answer()
    response = client_as(make_user("editor")).post(edit_url(answer), typed(base=base))
    assert response.status_code == 409
    assert "Nine per cent left in 2026." in response.content.decode()
    assert answer.revisions.count() == 1


def test_answer_edit_compares_no_more_than_could_be_saved(client_as: SignIn) -> None:
    """Without a base nothing checks the length before the two texts are compared."""
    answer = make_answer(details="first")
    long = "word " * 50_000
    response = client_as(make_user("editor")).post(edit_url(answer), typed(base=None, details=long))
    assert response.status_code == 409
    [details] = [
        difference for difference in response.context["differences"] if difference.label == "Details"
    ]
    assert sum(len(piece.text) for piece in details.mine) <= 2 * 20_000
    assert response.context["form"]["details"].value() == long


def test_answer_edit_with_a_base_of_the_future_is_a_conflict(client_as: SignIn) -> None:
    answer = make_answer()
    assert client_as(make_user("editor")).post(edit_url(answer), typed(base="7")).status_code == 409
    assert answer.revisions.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("short_answer", ""),
        ("short_answer", "x" * 801),
        ("short_answer", "nul\x00"),
        ("details", "x" * 20_001),
        ("evidence", "javascript:alert(1)"),
        ("evidence", "intranet/report"),
        ("evidence", "https://me:secret@intranet.example/"),
        ("kind", "odd"),
        ("disclosure", "share"),
        ("comment", "x" * 201),
    ],
)
def test_answer_edit_keeps_what_was_typed(client_as: SignIn, field: str, value: str) -> None:
    answer = make_answer()
    response = client_as(make_user("editor")).post(edit_url(answer), typed(**{field: value}))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    page = response.content.decode()
    assert "There is a problem" in page
    assert (value if field == "details" else "second") + "</textarea>" in page
    assert answer.revisions.count() == 1


def test_answer_edit_takes_the_longest_text_whatever_its_line_ends(client_as: SignIn) -> None:
    answer = make_answer()
    client_as(make_user("editor")).post(edit_url(answer), typed(details="a\r\n" * 9_999 + "b"))
    assert len(head(answer).details) == 19_999


def test_only_leads_let_an_answer_be_given_in_writing(client_as: SignIn) -> None:
    answer = make_answer(disclosure=Disclosure.SHARE)
    form = client_as(make_user("editor")).get(edit_url(answer)).context["form"]
    assert form["disclosure"].value() == "say"
    client_as(make_user("lead")).post(edit_url(answer), typed(disclosure="share"))
    assert head(answer).disclosure == "share"


def test_answer_new_publishes_for_scope_and_language(client_as: SignIn) -> None:
    question, team = make_question(), make_scope("Platform")
    url = reverse("wiki:answer_new", args=[question.slug])
    client = client_as(make_user("editor"))
    form = client.get(f"{url}?scope={team.pk}&language=fr").context["form"]
    assert (form["scope"].value(), form["language"].value()) == (str(team.pk), "fr")
    client.post(url, typed(base=None, scope=team.pk, language="fr", publish="1"))
    answer = Answer.objects.get()
    assert (answer.scope, answer.language, answer.published) == (team, "fr", head(answer))


def test_answer_new_refuses_a_taken_place_and_keeps_the_text(client_as: SignIn) -> None:
    answer = make_answer()
    response = client_as(make_user("editor")).post(
        reverse("wiki:answer_new", args=[answer.question.slug]),
        typed(base=None, scope=answer.scope_id, language="en"),
    )
    assert list(response.context["form"].errors) == ["scope"]
    assert "Nine per cent left in 2026." in response.content.decode()
    assert Answer.objects.count() == 1


def test_answer_new_without_a_company_says_what_to_do(client_as: SignIn) -> None:
    url = reverse("wiki:answer_new", args=[make_question().slug])
    assert "Name the company first" in client_as(make_user("lead")).get(url).content.decode()
    assert "Ask a lead" in client_as(make_user("editor")).get(url).content.decode()


def test_answer_breaks_addresses_between_their_parts(client_as: SignIn) -> None:
    answer = make_answer()
    AnswerRevision.objects.update(evidence="https://intranet.example/hr/survey?year=2026")
    page = client_as(make_user("reader")).get(reverse("wiki:answer", args=[answer.pk])).content.decode()
    assert ">https://intranet.example/<wbr>hr/<wbr>survey?<wbr>year=<wbr>2026</a>" in page


def test_answer_escapes_what_people_wrote(client_as: SignIn) -> None:
    evil = "<script>alert(1)</script>"
    answer = make_answer(
        make_question(en=evil), short=evil, details=evil, example=evil, not_to_say=evil, comment=evil
    )
    AnswerRevision.objects.update(evidence=f"javascript:alert(1)\n{evil}")
    client = client_as(make_user("lead"))
    names = [
        "answer",
        "answer_edit",
        "answer_history",
        "answer_compare",
        "answer_challenge",
        "answer_keeping",
    ]
    urls = [reverse(f"wiki:{name}", args=[answer.pk]) for name in names]
    urls += [
        reverse("wiki:revision", args=[answer.pk, 1]),
        reverse("wiki:question", args=[answer.question.slug]),
        reverse("wiki:category", args=[answer.question.category.slug]),
    ]
    for url in urls:
        page = client.get(url).content.decode()
        assert "<script>alert" not in page, url
        assert 'href="javascript' not in page, url
