from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.factories import AT, make_answer, make_company, make_figure, make_scope, make_user, make_value
from wiki.domain.figures import archive_figure, fingerprint_of
from wiki.models import Figure

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
TODAY = AT.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "label_en": "Turnover, 12 months",
        "label_fr": "",
        "slug": "Turnover-12",
        "unit_en": "%",
        "unit_fr": "%",
        "decimals": "1",
        "source_en": "Payroll",
        "source_fr": "Paie",
        "owner": "",
    } | changes


def listed(client: Client, query: str) -> list[Figure]:
    return [figure for figure, _values in client.get(f"{reverse('wiki:figures')}?{query}").context["rows"]]


def test_figures_lists_what_is_asked_for(client_as: SignIn) -> None:
    owner, lead = make_user("reader"), make_user("lead")
    expired, valid = make_figure("b", owner=owner), make_figure("a")
    left = make_figure("c", owner=make_user("reader", is_active=False))
    archived = make_figure("d")
    make_value(expired, valid_until=TODAY - DAY)
    for figure in (valid, left):
        make_value(figure)
    archive_figure(figure=archived, by=lead, at=AT)
    client = client_as(make_user("reader"))
    assert listed(client, "") == [valid, expired, left]
    assert listed(client, "show=renew") == [expired]
    assert listed(client, "show=archived") == [archived]
    assert listed(client, f"owner={owner.pk}") == [expired]
    assert listed(client, "owner=none") == [valid, left]
    assert listed(client, "owner=nonsense&show=nonsense") == [valid, expired, left]


@pytest.mark.parametrize(
    ("query", "words"),
    [("show=renew", "Nothing to renew"), ("show=archived", "No archived"), ("", "No figure")],
)
def test_figures_without_any_says_so(client_as: SignIn, query: str, words: str) -> None:
    for role in ("reader", "editor"):
        url = f"{reverse('wiki:figures')}?{query}"
        assert words in client_as(make_user(role)).get(url).content.decode()


def test_figures_cost_the_same_for_one_and_thirty(client_as: SignIn) -> None:
    client = client_as(make_user("editor"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("wiki:figures"))
        return len(found)

    make_value(make_figure(owner=make_user("reader")))
    client.get(reverse("wiki:figures"))
    few = queries()
    for _number in range(29):
        figure = make_figure(owner=make_user("reader"))
        make_value(figure)
        make_value(figure, scope=make_scope())
    assert queries() == few


def test_figure_shows_values_and_the_answers_that_cite_it(client_as: SignIn) -> None:
    owner, site = make_user("reader"), make_scope("Lyon", kind="site")
    figure = make_figure("turnover", owner=owner, source_en="Payroll")
    make_value(figure, "10", as_of=TODAY - 300 * DAY, note="First count")
    make_value(figure, "11.4", valid_until=TODAY + DAY)
    make_value(figure, "20", scope=site, group_size=12)
    answer = make_answer(short="[[figure:turnover]] in 2026.")
    make_answer(short="[[figure:turnover]] in 2026.", published=False)
    url = reverse("wiki:figure", args=["turnover"])
    page = client_as(make_user("reader")).get(url)
    assert [told.words for told in page.context["current"]] == ["11.4%", "20.0%"]
    assert [value.words for value in page.context["page"].rows] == ["10.0%"]
    assert page.context["answers"] == [answer]
    text = page.content.decode()
    assert "[[figure:turnover]]" not in text
    assert "[[figure:turnover]]" in client_as(make_user("editor")).get(url).content.decode()
    assert "First count" in text
    record = reverse("wiki:figure_value_new", args=["turnover"])
    assert record not in text
    assert record in client_as(owner).get(url).content.decode()
    assert reverse("wiki:figure_edit", args=["turnover"]) not in client_as(owner).get(url).content.decode()


def test_figure_costs_the_same_for_one_and_thirty(client_as: SignIn) -> None:
    figure, client = make_figure("turnover"), client_as(make_user("editor"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("wiki:figure", args=["turnover"]))
        return len(found)

    def add(number: int) -> None:
        scope = make_scope()
        make_value(figure, scope=scope, as_of=TODAY - 2 * DAY)
        make_value(figure, scope=scope, as_of=TODAY - DAY)
        make_answer(scope=scope, short="[[figure:turnover]] in 2026.", owner=make_user("reader"))

    add(0)
    queries()
    few = queries()
    for number in range(29):
        add(number)
    assert queries() == few


def test_figure_new_adds_it_and_asks_for_its_first_value(client_as: SignIn) -> None:
    client = client_as(make_user("editor"))
    response = client.post(reverse("wiki:figure_new"), typed())
    assert response["Location"] == reverse("wiki:figure_value_new", args=["turnover-12"])
    figure = Figure.objects.get()
    assert (figure.slug, figure.label_fr, figure.decimals, figure.owner) == ("turnover-12", "", 1, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label_en": ""}, "label_en"),
        ({"slug": "turnover 12"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"decimals": "5"}, "decimals"),
        ({"owner": "999999"}, "owner"),
    ],
)
def test_figure_new_says_what_is_wrong(client_as: SignIn, changes: dict[str, str], field: str) -> None:
    make_figure("taken")
    response = client_as(make_user("editor")).post(reverse("wiki:figure_new"), typed(**changes))
    assert list(response.context["form"].errors) == [field]
    assert Figure.objects.count() == 1


def test_figure_new_sent_twice_adds_one(client_as: SignIn) -> None:
    client = client_as(make_user("editor"))
    for _press in range(2):
        response = client.post(reverse("wiki:figure_new"), typed(form_key="k"))
        assert response["Location"] == reverse("wiki:figure_value_new", args=["turnover-12"])
    assert Figure.objects.count() == 1


def test_figure_edit_changes_all_but_the_short_name(client_as: SignIn) -> None:
    figure = make_figure("turnover", owner=make_user("reader", is_active=False))
    url = reverse("wiki:figure_edit", args=["turnover"])
    client = client_as(make_user("editor"))
    form = client.get(url).context["form"]
    assert form["owner"].value() is None
    response = client.post(url, typed(seen=form["seen"].value()))
    assert response["Location"] == reverse("wiki:figure", args=["turnover"])
    figure.refresh_from_db()
    assert (figure.slug, figure.label_en, figure.owner) == ("turnover", "Turnover, 12 months", None)


def test_figure_edit_of_two_people_tells_the_second(client_as: SignIn) -> None:
    figure = make_figure("turnover")
    url = reverse("wiki:figure_edit", args=["turnover"])
    client, seen = client_as(make_user("editor")), fingerprint_of(figure)
    client.post(url, typed(seen=seen))
    second = client.post(url, typed(seen=seen, label_en="Mine"))
    form = second.context["form"]
    assert "Someone else changed this figure" in str(form.errors)
    assert form["label_en"].value() == "Mine"
    client.post(url, typed(seen=form["seen"].value(), label_en="Mine"))
    assert Figure.objects.get().label_en == "Mine"


def test_figure_archive_says_what_it_does_and_undoes(client_as: SignIn) -> None:
    figure = make_figure("turnover")
    make_value(figure)
    answer = make_answer(short="[[figure:turnover]] in 2026.", verified_on=TODAY)
    url, client = reverse("wiki:figure_archive", args=["turnover"]), client_as(make_user("editor"))
    assert "1 published answer cites it" in client.get(url).content.decode()
    client.post(url)
    answer.refresh_from_db()
    assert answer.freshness_on(TODAY) == "stale"
    page = client.get(reverse("wiki:figure", args=["turnover"])).content.decode()
    assert "This figure is archived" in page
    assert "which is archived" in client.get(reverse("wiki:answer", args=[answer.pk])).content.decode()
    assert client.get(reverse("wiki:figure_edit", args=["turnover"])).status_code == 404
    assert client.get(url).context["citing"] == 1
    client.post(url)
    answer.refresh_from_db()
    assert answer.freshness_on(TODAY) == "fresh"


def test_answer_says_which_figures_make_it_stale(client_as: SignIn) -> None:
    expired, soon, valid = (make_figure(slug) for slug in ("expired", "soon", "valid"))
    make_value(expired, valid_until=TODAY - DAY)
    make_value(soon, valid_until=TODAY + DAY)
    make_value(valid)
    answer = make_answer(
        short="[[figure:expired]] [[figure:soon]] [[figure:valid]] [[figure:unknown]]", verified_on=TODAY
    )
    text = client_as(make_user("reader")).get(reverse("wiki:answer", args=[answer.pk])).content.decode()
    assert "It cites “Expired”, which was valid until 1 November 2026." in text
    assert "It cites “Soon”, which is valid until 3 November 2026." in text
    assert "It cites “unknown”, which is not a figure." in text
    assert "It cites “Valid”" not in text
    assert reverse("wiki:figure", args=["expired"]) in text


def test_editor_offers_the_figures_to_cite(client_as: SignIn) -> None:
    make_figure("turnover")
    answer = make_answer()
    client = client_as(make_user("editor"))
    for url in (
        reverse("wiki:answer_edit", args=[answer.pk]),
        reverse("wiki:answer_new", args=[answer.question.slug]),
    ):
        assert "<code>[[figure:turnover]]</code>" in client.get(url).content.decode()


def test_review_queue_counts_the_figures_to_renew(client_as: SignIn) -> None:
    owner = make_user("reader")
    make_value(make_figure(owner=owner), valid_until=TODAY)
    make_value(make_figure(), valid_until=TODAY)
    client = client_as(owner)
    mine = client.get(f"{reverse('wiki:review')}?show=mine").content.decode()
    assert "1 figure to renew" in mine
    assert f"?show=renew&amp;owner={owner.pk}" in mine
    assert "2 figures to renew" in client.get(f"{reverse('wiki:review')}?show=all").content.decode()


def test_preview_tells_figures_where_the_text_will_hold(client_as: SignIn) -> None:
    figure, site = make_figure("turnover", unit_fr="%"), make_scope(kind="site")
    make_company()
    client, url = client_as(make_user("editor")), reverse("wiki:preview")

    def shown(text: str, query: str = "") -> str:
        return client.post(f"{url}{query}", {"content": text}).content.decode()

    assert shown("[[figure:turnover]] [[figure:no-such]]") == (
        "<p><strong>[figure missing: Turnover]</strong> [[figure:no-such]]</p>\n"
    )
    make_value(figure)
    make_value(figure, "20", scope=site)
    assert shown("[[figure:turnover]]") == ('<p><data value="11.4">11.4% (as of 30 June 2026)</data></p>\n')
    assert '<data value="20.0">20,0\u00a0%' in shown("[[figure:turnover]]", f"?scope={site.pk}&language=fr")
    assert '<data value="11.4">' in shown("[[figure:turnover]]", "?scope=999999999999999999999&language=xx")


def test_editor_previews_at_the_answers_scope_and_language(client_as: SignIn) -> None:
    answer = make_answer(scope=make_scope(), language="fr")
    text = client_as(make_user("editor")).get(reverse("wiki:answer_edit", args=[answer.pk])).content.decode()
    assert f"/wiki/preview/?scope={answer.scope_id}&amp;language=fr" in text


def test_figure_new_makes_the_short_name_from_the_name(client_as: SignIn) -> None:
    client = client_as(make_user("editor", language="fr"))
    form = client.get(reverse("wiki:figure_new")).context["form"]
    assert list(form.fields)[:2] == ["label_fr", "label_en"]
    client.post(reverse("wiki:figure_new"), typed(slug="", label_fr="Ancienneté moyenne", label_en="Tenure"))
    assert Figure.objects.get().slug == "anciennete-moyenne"


def test_figures_are_narrowed_to_ones_own(client_as: SignIn) -> None:
    owner = make_user("reader")
    mine = make_figure(owner=owner)
    make_figure(owner=make_user("reader"))
    page = client_as(owner).get(reverse("wiki:figures"), {"owner": "me"})
    assert [figure for figure, _values in page.context["rows"]] == [mine]


def test_a_figure_that_changed_is_read_again_before_it_is_confirmed(client_as: SignIn) -> None:
    figure, owner = make_figure("turnover"), make_user("reader")
    make_value(figure, "10", as_of=TODAY - 300 * DAY)
    answer = make_answer(short="[[figure:turnover]] in 2026.", owner=owner)
    client = client_as(owner)
    read = client.get(reverse("wiki:answer", args=[answer.pk])).context["verify_form"].initial
    texts = client.get(reverse("wiki:review_verify"), {"answer": answer.pk}).context["seen"]
    make_value(figure, "99")
    client.post(reverse("wiki:answer_verify", args=[answer.pk]), read)
    bulk = client.post(reverse("wiki:review_verify"), {"seen": texts})
    assert bulk["Location"] == f"{reverse('wiki:review_verify')}?answer={answer.pk}&back="
    assert not answer.verifications.exists()
    read = client.get(reverse("wiki:answer", args=[answer.pk])).context["verify_form"].initial
    client.post(reverse("wiki:answer_verify", args=[answer.pk]), read)
    assert answer.verifications.count() == 1
