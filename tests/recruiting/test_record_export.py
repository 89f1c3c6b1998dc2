import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse

from recruiting.domain.answers_given import correct_answer
from recruiting.models import Delivery
from tests.factories import AT, make_answer, make_figure, make_question, make_user, make_value
from tests.recruiting.factories import how, make_given, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return make_user("reader", name="Grace Hopper")


@pytest.fixture
def session(host):
    make_value(make_figure("turnover"))
    session = make_session(None, host)
    answer = make_answer(make_question("leaving", en="Who leaves?"), short="It was [[figure:turnover]].")
    given = make_given(session, answer.question, host, words="Do many go?")
    later = AT + timedelta(days=8)
    correct_answer(given=given, how=how(host, Delivery.ADAPTED, said="=Eleven"), by=host, at=later)
    return session


def test_record_csv_holds_a_row_for_each_line_and_correction(client_as, host, session):
    page = client_as(host).get(reverse("recruiting:record_csv", args=[session.pk]))
    assert f"contrechamp-session-{session.pk}.csv" in page["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(page.content.decode("utf-8-sig"))))
    assert [row["How it was answered"] for row in rows] == ["As written", "Adapted"]
    assert [row["Corrects line"] for row in rows] == ["", rows[0]["Line"]]
    assert [row["What was said"] for row in rows] == ["", "'=Eleven"]
    assert {row["The published answer that day"] for row in rows} == {"It was 11.4% (as of 30 June 2026)."}
    assert {row["In the candidate’s words"] for row in rows} == {"Do many go?"}


def test_record_json_tells_the_first_name_only_to_a_host(client_as, host, session):
    page = client_as(host).get(reverse("recruiting:record_json", args=[session.pk]))
    data = page.json()
    assert (data["candidate"], data["hosts"], data["follow_ups"]) == ("Ada", ["Grace Hopper"], [])
    [line] = data["lines"]
    assert (line["question"], line["words"]) == ("leaving", "Do many go?")
    assert line["answer"]["figures"] == {"turnover": "11.4% (as of 30 June 2026)"}
    assert [row["delivery"] for row in line["given"]] == ["as_written", "adapted"]
    assert "Lovelace" not in page.content.decode()
