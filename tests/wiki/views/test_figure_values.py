from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from tests.factories import AT, make_company, make_figure, make_scope, make_user, make_value
from wiki.forms.figure_values import NumberField
from wiki.models import Figure, FigureValue

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user("reader")


@pytest.fixture
def figure(owner: User) -> Figure:
    return make_figure("turnover", owner=owner)


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "scope": make_company().pk,
        "value": "11,4",
        "as_of": "2026-06-30",
        "valid_until": "",
        "group_size": "",
        "note": "",
    } | changes


RECORD = ["turnover"]


@pytest.mark.parametrize(
    ("written", "value"),
    [("11,4", "11.4"), ("11.4", "11.4"), ("1 200", "1200"), ("1\u202f200,5", "1200.5"), ("-3", "-3")],
)
def test_figure_value_new_takes_numbers_as_people_write_them(
    client_as: SignIn, figure: Figure, owner: User, written: str, value: str
) -> None:
    url = reverse("wiki:figure_value_new", args=RECORD)
    response = client_as(owner).post(url, typed(value=written, valid_until="2026-12-31", group_size="426"))
    assert response["Location"] == reverse("wiki:figure", args=["turnover"])
    recorded = FigureValue.objects.get()
    assert (recorded.value, recorded.valid_until, recorded.group_size, recorded.recorded_by) == (
        Decimal(value),
        date(2026, 12, 31),
        426,
        owner,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": "eleven"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": ""}, "value"),
        ({"value": "11.45"}, "value"),
        ({"value": "1,2345"}, "value"),
        ({"value": "1,23,456"}, "value"),
        ({"value": "1e5"}, "value"),
        ({"value": "1_000"}, "value"),
        ({"value": "１２"}, "value"),
        ({"value": "123456789012345"}, "value"),
        ({"as_of": (TODAY + timedelta(days=1)).isoformat()}, "as_of"),
        ({"as_of": "2025-12-31"}, "as_of"),
        ({"valid_until": "2026-06-29"}, "valid_until"),
        ({"group_size": "0"}, "group_size"),
        ({"scope": "999999"}, "scope"),
    ],
)
def test_figure_value_new_says_what_is_wrong(
    client_as: SignIn, figure: Figure, owner: User, changes: dict[str, str], field: str
) -> None:
    make_value(figure, as_of=date(2025, 12, 31))
    url = reverse("wiki:figure_value_new", args=RECORD)
    response = client_as(owner).post(url, typed(**changes))
    assert list(response.context["form"].errors) == [field]
    assert FigureValue.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "12,000", 12000),
        ("en", "1,234,567.5", Decimal("1234567.5")),
        ("en", "11,4", Decimal("11.4")),
        ("fr", "12,0", 12),
        ("fr", "12 000", 12000),
        ("fr", "-3,5", Decimal("-3.5")),
    ],
)
def test_figure_value_is_read_as_its_language_writes_it(language: str, text: str, number: Decimal) -> None:
    with translation.override(language):
        assert NumberField(max_digits=15, decimal_places=4).clean(text) == number


def test_figure_value_new_starts_from_the_scope_of_the_address(
    client_as: SignIn, figure: Figure, owner: User
) -> None:
    scope = make_scope()
    url = reverse("wiki:figure_value_new", args=RECORD)
    client = client_as(owner)
    assert client.get(f"{url}?scope={scope.pk}").context["form"]["scope"].value() == scope.pk
    assert client.get(f"{url}?scope=nonsense").status_code == 200


@pytest.mark.parametrize(("role", "words"), [("lead", "Name the company first"), ("editor", "Ask a lead")])
def test_figure_value_new_before_the_company_has_a_name(client_as: SignIn, role: str, words: str) -> None:
    make_figure("turnover")
    url = reverse("wiki:figure_value_new", args=RECORD)
    assert words in client_as(make_user(role)).get(url).content.decode()


def test_figure_values_sent_twice_are_one(client_as: SignIn, figure: Figure, owner: User) -> None:
    client, url = client_as(owner), reverse("wiki:figure_value_new", args=RECORD)
    for _press in range(2):
        assert client.post(url, typed(form_key="k")).status_code == 302
    value = FigureValue.objects.get()
    url = reverse("wiki:figure_value_correct", args=["turnover", value.pk])
    for _press in range(2):
        assert client.post(url, typed(value="12", form_key="k")).status_code == 302
    assert FigureValue.objects.count() == 2


def test_figure_value_correct_puts_another_in_its_place(
    client_as: SignIn, figure: Figure, owner: User
) -> None:
    wrong = make_value(figure, "114", note="Typed on a phone")
    client, url = client_as(owner), reverse("wiki:figure_value_correct", args=["turnover", wrong.pk])
    form = client.get(url).context["form"]
    assert (form["value"].value(), form["note"].value(), "scope" in form.fields) == ("114.0", "", False)
    client.post(url, typed(note="A point was lost"))
    page = client.get(reverse("wiki:figure", args=["turnover"]))
    assert [told.words for told in page.context["current"]] == ["11.4%"]
    assert [value.words for value in page.context["page"].rows] == ["114.0%"]
    assert "Corrected" in page.content.decode()


def test_figure_value_correct_refuses_a_second_correction_and_a_taken_day(
    client_as: SignIn, figure: Figure, owner: User
) -> None:
    make_value(figure, as_of=date(2025, 12, 31))
    wrong = make_value(figure, "114")
    client, url = client_as(owner), reverse("wiki:figure_value_correct", args=["turnover", wrong.pk])
    assert list(client.post(url, typed(as_of="2025-12-31")).context["form"].errors) == ["as_of"]
    client.post(url, typed())
    assert "meanwhile" in client.post(url, typed(value="12")).content.decode()
    assert FigureValue.objects.count() == 3


def test_values_of_an_archived_figure_are_closed(client_as: SignIn, figure: Figure, owner: User) -> None:
    value = make_value(figure)
    Figure.objects.update(archived_at=AT)
    for url in (
        reverse("wiki:figure_value_new", args=RECORD),
        reverse("wiki:figure_value_correct", args=["turnover", value.pk]),
    ):
        assert client_as(owner).post(url, typed()).status_code == 404
