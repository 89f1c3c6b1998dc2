from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.views.paging import LAST_NUMBER, Page, keyset_page, numbered_page
from ledger.models import OutgoingMail
from recruiting.models import Application, Candidate, Position, Session
from recruiting.views import positions as position_views
from recruiting.views import session_lists as session_views
from tests.factories import AT, make_answer, make_category, make_question, make_scope, make_user
from tests.recruiting.factories import make_application, make_position
from wiki.models import Answer

pytestmark = pytest.mark.django_db

MADE = 7
DAYS = [None, date(1, 1, 1), date(2026, 11, 2), date(9999, 12, 31)]
MOMENTS = [AT - timedelta(days=400), AT, AT + timedelta(microseconds=1), AT + timedelta(days=1)]


@dataclass(frozen=True)
class Order:
    """An order in use: who makes rows for it, its fields, and values of the first of them."""

    make: Callable[[], list[Any]]
    fields: Sequence[str]
    values: Sequence[Any] = ()


def make_mails() -> list[OutgoingMail]:
    fields = {
        "kind": "trial",
        "state": "sent",
        "to_address": "ada@example.com",
        "language": "en",
        "message": b"Words",
        "created_at": AT,
        "expires_at": AT,
        "next_attempt_at": AT,
    }
    return [
        OutgoingMail.objects.create(message_id=f"<{number}@example.com>", **fields) for number in range(MADE)
    ]


def make_sessions() -> list[Session]:
    agreed = {"stage": "final", "format": "video", "language": "en", "created_at": AT, "updated_at": AT}
    application, organiser = make_application(), make_user("recruiter")
    return [
        Session.objects.create(application=application, organiser=organiser, starts_at=AT, **agreed)
        for _ in range(MADE)
    ]


def make_positions() -> list[Position]:
    return [make_position() for _ in range(MADE)]


def make_applications() -> list[Application]:
    position = make_position()
    candidates = [Candidate.objects.create(name="Ada", language="en", created_at=AT) for _ in range(MADE)]
    return [
        Application.objects.create(candidate=candidate, position=position, created_at=AT)
        for candidate in candidates
    ]


def make_answers() -> list[Answer]:
    question, by = make_question(), make_user("editor")
    return [make_answer(question, make_scope(), by=by) for _ in range(MADE)]


ORDERS = {
    "outbox": Order(make_mails, ("-pk",)),
    "sessions to come": Order(make_sessions, session_views.SOONEST_FIRST, MOMENTS),
    "past sessions": Order(make_sessions, session_views.LATEST_FIRST, MOMENTS),
    "positions": Order(make_positions, position_views.LATEST_FIRST, MOMENTS),
    "applications": Order(make_applications, position_views.LATEST_FIRST, MOMENTS),
    "review queue": Order(make_answers, ("-weight", "-pk"), [0, 1, 10_000, 2**31 - 1]),
    "by review date": Order(make_answers, ("next_review_on", "pk"), DAYS),
    "by review date from its end": Order(make_answers, ("-next_review_on", "-pk"), DAYS),
}


@dataclass(frozen=True)
class Listed:
    """Rows, and the order to list them in."""

    made: list[Any]
    order: Order

    @property
    def field(self) -> str:
        return self.order.fields[0].removeprefix("-")

    def give(self, values: Sequence[int]) -> "QuerySet[Model]":
        """Give the first rows these of the order's values, and list those rows."""
        rows, model = self.made[: len(values)], type(self.made[0])
        if self.order.values:
            for row, value in zip(rows, values, strict=True):
                setattr(row, self.field, self.order.values[value])
            model.objects.bulk_update(rows, [self.field])
        return model.objects.filter(pk__in=[row.pk for row in rows])

    def in_order(self, number: int) -> list[Any]:
        """The first rows as they should be listed: what has no value is least."""

        def place(row: Any) -> tuple[Any, ...]:
            value = getattr(row, self.field)
            return (0, row.pk) if value is None else (1, value, row.pk)

        return sorted(self.made[:number], key=place, reverse=self.order.fields[0].startswith("-"))


@pytest.fixture
def listed(request) -> Listed:
    order = ORDERS[request.param]
    return Listed(made=order.make(), order=order)


def every_order(test):
    return pytest.mark.parametrize("listed", ORDERS, indirect=True)(test)


def walk(page_at: Callable[[str], Page], *, start: str = "") -> tuple[list[list[Any]], list[list[Any]]]:
    """The rows of all pages: by the links forward from the start, then by those back to it."""
    pages = [page_at(start)]
    while pages[-1].next_url:
        pages.append(page_at(pages[-1].next_url))
        assert len(pages) <= 2 * MADE
    back = [pages[-1]]
    while back[-1].previous_url:
        back.append(page_at(back[-1].previous_url))
        assert len(back) <= 2 * MADE
    assert (pages[0].previous_url, back[0].next_url) == ("", "")
    return [list(page.rows) for page in pages], [list(page.rows) for page in reversed(back)]


def cut(rows: Sequence[Any], size: int) -> list[list[Any]]:
    """Pages of that size; one empty page of nothing."""
    return [list(rows[start : start + size]) for start in range(0, len(rows), size)] or [[]]


@every_order
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.integers(0, 3), max_size=MADE), size=st.integers(1, MADE))
def test_keyset_page_shows_each_row_once_forward_and_back(listed, values, size):
    rows, expected = listed.give(values), cut(listed.in_order(len(values)), size)

    def page_at(address: str) -> Page:
        return keyset_page(rows, QueryDict(address.removeprefix("?")), order=listed.order.fields, size=size)

    assert walk(page_at) == (expected, expected)


@every_order
def test_keyset_page_makes_one_query_in_any_place(listed):
    rows = listed.give([0, 1, 2, 3, 0, 1, 2])
    address, counts = "", []
    for direction in ("next_url", "next_url", "previous_url"):
        with CaptureQueriesContext(connection) as queries:
            page = keyset_page(rows, QueryDict(address), order=listed.order.fields, size=2)
        counts.append(len(queries))
        assert not any("OFFSET" in query["sql"] for query in queries)
        address = getattr(page, direction).removeprefix("?")
    assert counts == [1, 1, 1]


ODD_PLACES = [
    "",
    "_",
    "x",
    "-1",
    "²",
    "٣",
    "1e3",
    "\0",
    "9" * 19,
    "9" * 5000,
    "1_1_1",
    "x_1",
    "2026-99-99_1",
    "2026-01-01_-1",
    "2026-01-01_" + "9" * 19,
    "2026-01-01T09:00:00_1",  # without a time zone
    "2026-01-01T09:00:00+00:00_",
    "2026-01-01T09:00:00+00:00_9223372036854775808",
    "0001-01-01T00:00:00+14:00_1",  # before the first moment, in UTC
    "9999-12-31T23:59:59.999999-14:00_1",
]


@every_order
@pytest.mark.parametrize("direction", ["after", "before"])
def test_keyset_page_at_no_place_shows_the_first(listed, direction):
    rows, first = listed.give([3, 2, 1, 0]), listed.in_order(4)[:3]
    for place in ODD_PLACES:
        query = QueryDict(mutable=True)
        query[direction] = place
        page = keyset_page(rows, query, order=listed.order.fields, size=3)
        assert (page.rows, page.previous_url) == (first, ""), place


@every_order
def test_keyset_page_beyond_the_end_shows_the_first(listed):
    rows, in_order = listed.give([0, 1, 2]), listed.in_order(3)

    def page_of(rows: QuerySet[Any], address: str) -> Page:
        return keyset_page(rows, QueryDict(address.removeprefix("?")), order=listed.order.fields, size=2)

    last = page_of(rows, "").next_url
    without_it = rows.exclude(pk=in_order[-1].pk)
    assert page_of(without_it, last) == Page(rows=in_order[:2], previous_url="", next_url="")
    assert page_of(rows.none(), last) == Page(rows=[], previous_url="", next_url="")
    first = page_of(rows, last).previous_url
    without_them = rows.filter(pk=in_order[-1].pk)
    assert page_of(without_them, first) == Page(rows=in_order[2:], previous_url="", next_url="")


def test_keyset_page_keeps_its_place_where_rows_come_and_go():
    mails = make_mails()[::-1]
    rows = OutgoingMail.objects.all()
    address = keyset_page(rows, QueryDict(), order=("-pk",), size=2).next_url.removeprefix("?")
    OutgoingMail.objects.filter(pk__in=[mails[1].pk, mails[2].pk]).delete()
    page = keyset_page(rows, QueryDict(address), order=("-pk",), size=2)
    assert page.rows == mails[3:5]


def test_keyset_page_writes_places_that_can_be_read():
    answer, session, mail = make_answers()[0], make_sessions()[0], make_mails()[0]
    Answer.objects.filter(pk=answer.pk).update(next_review_on=None)

    def next_url(row: Model, order: Sequence[str]) -> str:
        rows = type(row).objects.filter(pk__gte=row.pk)
        return keyset_page(rows, QueryDict("a=1&after=x&a=é&page=3"), order=order, size=1).next_url

    assert next_url(answer, ("next_review_on", "pk")) == f"?a=1&a=%C3%A9&after=_{answer.pk}"
    assert next_url(mail, ("pk",)) == f"?a=1&a=%C3%A9&after={mail.pk}"
    assert next_url(session, ("starts_at", "pk")) == (
        f"?a=1&a=%C3%A9&after=2026-11-02T09%3A00%3A00%2B00%3A00_{session.pk}"
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, MADE), size=st.integers(1, MADE))
def test_numbered_page_shows_each_row_once_forward_and_back(people, number, size):
    rows = User.objects.filter(pk__in=[person.pk for person in people[:number]])

    def page_at(address: str) -> Page:
        return numbered_page(rows, QueryDict(address.removeprefix("?")), size=size)

    expected = cut(people[:number], size)
    assert walk(page_at) == (expected, expected)


@pytest.fixture
def people() -> list[User]:
    return [make_user(name=f"Person {letter}") for letter in "ABCDEFG"]


@pytest.mark.parametrize(
    "number", ["", "0", "-1", "x", "²", "5", str(LAST_NUMBER), "9" * 18, "9" * 5000, "\0"]
)
def test_numbered_page_that_is_none_shows_the_first(people, number):
    query = QueryDict(mutable=True)
    query["page"] = number
    page = numbered_page(User.objects.all(), query, size=2)
    assert (page.rows, page.previous_url, page.next_url) == (people[:2], "", "?page=2")


def test_numbered_page_never_counts(people):
    with CaptureQueriesContext(connection) as queries:
        page = numbered_page(User.objects.all(), QueryDict("show=all&page=2"), size=2)
    assert (page.rows, page.previous_url, page.next_url) == (
        people[2:4],
        "?show=all&page=1",
        "?show=all&page=3",
    )
    assert ["COUNT" in query["sql"] for query in queries] == [False]


# The pages


def outbox() -> tuple[str, list[Any]]:
    return reverse("accounts:outbox") + "?state=sent", make_mails()[::-1]


def review() -> tuple[str, list[Any]]:
    answers = make_answers()
    for number, answer in enumerate(answers):
        answer.next_review_on = date(2026, 11, 2 + number // 2) if number > 1 else None
    Answer.objects.bulk_update(answers, ["next_review_on"])
    return reverse("wiki:review") + "?show=all&state=any", answers


def sessions() -> tuple[str, list[Any]]:
    return reverse("recruiting:sessions") + "?when=all", make_sessions()[::-1]


def positions() -> tuple[str, list[Any]]:
    rows = make_positions()
    Position.objects.update(filled_at=AT)
    return reverse("recruiting:positions") + "?show=filled", rows[::-1]


def applications() -> tuple[str, list[Any]]:
    rows = make_applications()
    return reverse("recruiting:position", args=[rows[0].position_id]) + "?kept=1", rows[::-1]


def inactive_people() -> tuple[str, list[Any]]:
    rows = [make_user(name=f"Person {letter}", is_active=False) for letter in "ABCDEFG"]
    return reverse("accounts:people") + "?show=inactive", rows


def category() -> tuple[str, list[Any]]:
    category = make_category()
    rows = [make_question(category=category) for _ in range(MADE)]
    return reverse("wiki:category", args=[category.slug]) + "?kept=1", rows


def question() -> tuple[str, list[Any]]:
    answers = make_answers()
    address = reverse("wiki:question", args=[answers[0].question.slug])
    return f"{address}?language=all", sorted(answers, key=lambda answer: answer.scope.path)


LISTS = [
    (outbox, "accounts.views.outbox.MAILS_A_PAGE"),
    (review, "wiki.views.review.ANSWERS_A_PAGE"),
    (sessions, "recruiting.views.session_lists.SESSIONS_A_PAGE"),
    (positions, "recruiting.views.positions.POSITIONS_A_PAGE"),
    (applications, "recruiting.views.positions.APPLICATIONS_A_PAGE"),
    (inactive_people, "accounts.views.people.PEOPLE_A_PAGE"),
    (category, "wiki.views.browse.QUESTIONS_A_PAGE"),
    (question, "wiki.views.browse.ANSWERS_A_PAGE"),
]


@pytest.mark.parametrize(("make", "size"), LISTS)
def test_list_is_paged_with_its_filters(client_as, monkeypatch, make, size):
    monkeypatch.setattr(size, 3)
    start, rows = make()
    path, _mark, filters = start.partition("?")
    client = client_as(make_user("lead"))

    def page_at(address: str) -> Page:
        response = client.get(path + address)
        page = response.context["page"]
        for url, rel in ((page.previous_url, "prev"), (page.next_url, "next")):
            assert (f'rel="{rel}"' in response.content.decode()) == bool(url)
            assert not url or url.startswith(f"?{filters}&")
        return page

    expected = [rows[:3], rows[3:6], rows[6:]]
    assert walk(page_at, start=f"?{filters}") == (expected, expected)
