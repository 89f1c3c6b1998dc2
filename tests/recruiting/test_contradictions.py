from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.domain.answers_given import correct_answer
from recruiting.domain.contradictions import contradictions
from recruiting.models import Application
from tests.factories import AT, make_answer, make_question, make_revision, make_user
from tests.recruiting.factories import how, make_application, make_given, make_position, make_session
from wiki.domain.answers import publish_revision

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = AT + 30 * DAY


@pytest.fixture
def position():
    return make_position("Baker")


@pytest.fixture
def answer():
    return make_answer(make_question(en="Why do people leave?"))


def tell(position, answer, delivery="as_written", *, application=None, at=NOW - DAY, name="Ada Lovelace"):
    host = make_user("reader")
    session = make_session(application or make_application(position, name=name), host, starts_at=at)
    said = "" if delivery == "as_written" else "Otherwise."
    return make_given(session, answer.question, host, delivery=delivery, said=said, at=at)


def republish(answer, *, major: bool):
    revision = make_revision(answer, short="Nine.", major=major)
    publish_revision(answer=answer, revision=revision, by=make_user("editor"), at=AT)


def found(**of):
    return [(set(one.lines), one.departed) for one in contradictions(at=NOW, language="en", **of)]


def test_told_as_written_to_one_and_otherwise_to_another(position, answer):
    first, second = tell(position, answer), tell(position, answer, "departed_from")
    assert found() == found(position=position) == [({first, second}, True)]
    assert found(position=make_position()) == []


def test_adapted_contradicts_nothing(position, answer):
    tell(position, answer)
    tell(position, answer, "adapted")
    assert found() == []


def test_one_candidate_alone_is_not_contradicted(position, answer):
    application = make_application(position)
    tell(position, answer, application=application)
    tell(position, answer, "departed_from", application=application)
    assert found() == []


def test_candidates_for_other_positions_do_not_compare(position, answer):
    tell(position, answer)
    tell(make_position(), answer, "departed_from")
    assert found() == []


def test_what_was_told_long_ago_or_corrected_is_left_out(position, answer):
    tell(position, answer, at=NOW - 91 * DAY)
    departed = tell(position, answer, "departed_from")
    assert found() == []
    tell(position, answer)
    assert len(found()) == 1
    correct_answer(given=departed, how=how(departed.host), by=departed.host, at=NOW)
    assert found() == []


@pytest.mark.parametrize(("major", "number"), [(True, 1), (False, 0)])
def test_told_texts_between_which_the_answer_has_changed(position, answer, major, number):
    tell(position, answer)
    republish(answer, major=major)
    tell(position, answer)
    assert len(found()) == number
    assert not any(departed for _lines, departed in found())


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"outcome": "declined", "stage": "closed"}, 0),
        ({"stage": "closed"}, 0),
        ({"outcome": "accepted", "stage": "hired"}, 1),
        ({"outcome": "accepted", "stage": "hired", "starts_on": (NOW + DAY).date()}, 1),
        ({"outcome": "accepted", "stage": "hired", "starts_on": NOW.date()}, 0),
    ],
)
def test_changed_texts_matter_until_one_of_them_has_ended_or_started(position, answer, change, number):
    line = tell(position, answer)
    republish(answer, major=True)
    tell(position, answer)
    application = line.session.application
    for name, value in change.items():
        setattr(application, name, value)
    application.save()
    assert len(found()) == number
    # The same that recalls go by.
    in_process = Application.objects.in_process(on=NOW.date()).filter(pk=application.pk)
    assert in_process.count() == number


@pytest.fixture
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.usefixtures("_now")
def test_contradictions_stand_on_the_position_and_at_the_leads_home(client_as, position, answer):
    tell(position, answer)
    line = tell(position, answer, "departed_from", name="Grace Hopper")
    lead, recruiter = client_as(make_user("lead")), client_as(make_user("recruiter"))
    record = f"{reverse('recruiting:record', args=[line.session_id])}#answer-{line.pk}"
    for client, address in (
        (recruiter, reverse("recruiting:position", args=[position.pk])),
        (lead, reverse("home")),
    ):
        page = client.get(address).text
        assert "Candidates told different things" in page
        assert "Grace Hopper" in page
        assert record in page
    assert "Candidates told different things" not in recruiter.get(reverse("home")).text


def test_contradictions_make_as_many_queries_for_thirty_as_for_one(position):
    counts = []
    for number in (1, 29):
        for _ in range(number):
            answer = make_answer(make_question())
            tell(position, answer)
            tell(position, answer, "departed_from")
        with CaptureQueriesContext(connection) as queries:
            contradictions(at=NOW, language="en")
        counts.append(len(queries))
    assert counts[0] == counts[1] == 7
