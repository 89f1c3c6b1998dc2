from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.models import Delivery
from tests.factories import AT, make_answer, make_category, make_question, make_revision, make_user
from tests.recruiting.factories import make_given, make_session
from wiki.domain.answers import publish_revision
from wiki.domain.challenges import challenge_answer, resolve_challenge
from wiki.models import Resolution

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SESSION_AT = AT + 7 * DAY
AFTER = SESSION_AT + DAY
OPEN = "This answer was challenged since, 10 November 2026"
WRONG = "A challenge has proved this answer wrong: it was corrected, 11 November 2026."


@pytest.fixture
def host():
    return make_user("reader")


@pytest.fixture
def session(host):
    return make_session(None, host)


@pytest.fixture
def answer():
    return make_answer()


def challenge(answer, *, at=AFTER, revision=None):
    return challenge_answer(
        answer=answer,
        revision=revision or answer.published,
        text="It is nearer twenty.",
        by=make_user("reader", name="Rosalind Franklin"),
        at=at,
    )


def resolve(challenge, resolution, *, at=AFTER + DAY):
    resolve_challenge(
        challenge=challenge, resolution=resolution, note="Counted anew.", by=make_user("editor"), at=at
    )


def read(client_as, session, user):
    return client_as(user).get(reverse("recruiting:record", args=[session.pk])).text


@pytest.mark.parametrize("role", ["host", "recruiter", "lead"])
def test_open_challenge_made_after_the_session_is_marked_without_its_words(
    client_as, session, host, answer, role
):
    make_given(session, answer.question, host)
    challenge(answer)
    text = read(client_as, session, host if role == "host" else make_user(role))
    assert OPEN in text
    assert WRONG not in text
    for word in ("nearer twenty", "Rosalind Franklin"):
        assert word not in text


def test_answer_that_a_challenge_proved_wrong_is_marked(client_as, session, host, answer):
    made = challenge(answer)
    make_given(session, answer.question, host)
    resolve(made, Resolution.CORRECTED)
    text = read(client_as, session, host)
    assert WRONG in text
    assert "challenged since" not in text
    assert "Counted anew." not in text


@pytest.mark.parametrize(
    ("at", "resolution"), [(AT + DAY, None), (AFTER, Resolution.CONFIRMED)], ids=["known then", "confirmed"]
)
def test_challenge_known_in_the_session_or_found_untrue_marks_nothing(
    client_as, session, host, answer, at, resolution
):
    make_given(session, answer.question, host)
    made = challenge(answer, at=at)
    if resolution:
        resolve(made, resolution)
    text = read(client_as, session, host)
    assert "challenged since" not in text
    assert "proved this answer wrong" not in text


def test_challenge_of_an_earlier_text_or_of_what_was_not_said_marks_nothing(client_as, session, host, answer):
    first = answer.published
    publish_revision(answer=answer, revision=make_revision(answer, short="Nine."), by=host, at=AT)
    make_given(session, answer.question, host)
    challenge(answer, revision=first)
    other = make_answer()
    make_given(session, other.question, host, delivery=Delivery.NOT_ANSWERED)
    challenge(other)
    assert "challenged since" not in read(client_as, session, host)


def test_json_of_the_record_tells_the_days_and_no_words(client_as, session, host, answer):
    make_given(session, answer.question, host)
    resolve(challenge(answer), Resolution.CORRECTED)
    challenge(answer)
    page = client_as(host).get(reverse("recruiting:record_json", args=[session.pk]))
    [line] = page.json()["lines"]
    assert (line["challenged_since"], line["proved_wrong"]) == ("2026-11-10", "2026-11-11")
    assert "twenty" not in page.text


def test_marks_cost_as_many_queries_for_thirty_lines_as_for_one(client_as, session, host):
    client, category, counts = client_as(host), make_category(), []
    for number in (1, 29):
        for _ in range(number):
            answer = make_answer(make_question(category=category))
            make_given(session, answer.question, host)
            challenge(answer)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("recruiting:record", args=[session.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]
