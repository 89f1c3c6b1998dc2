"""The same form sent twice, one after the other or in the same moment; and clocks that are set back."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import Invitation, User
from ledger.models import Activity
from recruiting.models import AnswerGiven, Application, Position
from tests.factories import (
    AT,
    make_answer,
    make_company,
    make_figure,
    make_question,
    make_revision,
    make_user,
    make_value,
)
from tests.recruiting.factories import make_position, make_session
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.challenges import challenge_answer
from wiki.models import (
    AnswerRevision,
    Challenge,
    Figure,
    FigureValue,
    Publication,
    Question,
    Resolution,
    Scope,
    VerificationRequest,
)

TEXT = {"short_answer": "Mine.", "kind": "answered", "disclosure": "say", "major": "on"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_publishing_twice_is_one_publication():
    owner = make_user("reader")
    answer = make_answer(owner=owner)
    make_revision(answer)
    for _press in range(2):
        client = signed_in(owner)
        response = client.post(reverse("wiki:answer_publish", args=[answer.pk]), {"revision": 2})
        assert response.status_code == 302
    assert Publication.objects.filter(answer=answer, revision__number=2).count() == 1
    assert Activity.objects.about(answer).filter(verb="publish").count() == 2  # the first revision's too


@pytest.mark.django_db
def test_publishing_and_withdrawing_after_the_clock_went_back():
    """A publication never ends before it began, whatever the clock says meanwhile."""
    lead = make_user("lead")
    answer = make_answer(by=lead)
    second = make_revision(answer)
    publish_revision(answer=answer, revision=second, by=lead, at=AT - timedelta(hours=2))
    withdraw_answer(answer=answer, by=lead, at=AT - timedelta(hours=4), reason="wrong")
    periods = Publication.objects.filter(answer=answer).order_by("pk").values_list("starts_at", "ends_at")
    assert list(periods) == [(AT, AT), (AT - timedelta(hours=2), AT - timedelta(hours=2))]


@pytest.mark.django_db
def test_resolving_twice_keeps_the_first_word():
    owner = make_user("reader")
    answer = make_answer(owner=owner)
    challenge = challenge_answer(
        answer=answer, revision=answer.published, text="No.", by=make_user("reader"), at=AT
    )
    url, prefix = reverse("wiki:challenge_resolve", args=[challenge.pk]), f"challenge-{challenge.pk}"
    for note in ("first", "second"):
        data = {f"{prefix}-resolution": Resolution.values[0], f"{prefix}-note": note}
        assert signed_in(owner).post(url, data).status_code == 302
    assert Challenge.objects.get().resolution_note == "first"
    assert Activity.objects.about(answer).filter(verb="resolve").count() == 1


@pytest.mark.django_db
def test_recording_twice_is_one_line():
    host = make_user("reader")
    session = make_session(None, host)
    client, key = signed_in(host), str(uuid4())
    for _press in range(2):
        line = {"delivery": "not_answered", "words": "Why?", "client_id": key, "host": host.pk}
        url = reverse("recruiting:answer_record", args=[session.pk])
        assert client.post(url, line).status_code == 302
    assert AnswerGiven.objects.count() == 1


def at_once(posts: list[tuple[Client, str, dict]]) -> list[int]:
    """The statuses of requests sent in the same moment, each by a thread of its own."""
    barrier, statuses = Barrier(len(posts)), []

    def send(client: Client, url: str, data: dict) -> None:
        client.raise_request_exception = False
        barrier.wait()
        statuses.append(client.post(url, data).status_code)
        connections.close_all()

    threads = [Thread(target=send, args=post) for post in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


@pytest.mark.django_db(transaction=True)
def test_forms_sent_twice_in_the_same_moment_are_no_error():
    lead = make_user("lead")
    company, position = make_company(), make_position()
    answer = make_answer(owner=lead)
    session = make_session(None, lead)
    category = make_question().category
    question = {"category": category.pk, "canonical_en": "Who decides?", "variants_en": "", "form_key": "q"}
    place = {"title": "Potter", "language": "en", "form_key": "p"}
    meeting = {
        "starts_at": "2027-01-11T10:00",
        "length_minutes": 45,
        "format": "video",
        "language": "en",
        "stage": "final",
        "form_key": "s",
    }
    asked = {"words": "Why do people stay?", "form_key": "a"}
    wrong = {"revision": answer.published_id, "text": "Not in our team.", "form_key": "c"}
    scope = {"name": "Crew", "kind": "team", "parent": company.pk}
    invitation = {"email": "new@example.com", "roles": ["reader"], "language": "en"}
    candidate = {"name": "Ada", "email": "ada@example.com", "language": "en", "stage": "interviews"}
    nameless = {"name": "Bob", "email": "", "language": "en", "stage": "interviews", "form_key": "n"}
    line = {"delivery": "not_answered", "words": "Why?", "client_id": str(uuid4()), "host": lead.pk}
    again = {"event": "The team moves", "reason": "Rooms.", "due_on": localdate(), "answer": answer.pk}
    draft = make_revision(answer)
    turnover = make_value(make_figure("turnover"))
    figure = {"label_en": "Hours", "slug": "hours", "decimals": 0}
    value = {"scope": company.pk, "value": "12", "as_of": "2026-07-31", "form_key": "v"}
    correction = {"value": "13", "as_of": "2026-06-30"}
    forms = [
        (reverse("wiki:question_new"), question),
        (reverse("recruiting:position_new"), place),
        (reverse("recruiting:session_new", args=[session.application_id]), meeting),
        (reverse("recruiting:candidate_question_new", args=[session.pk]), asked),
        (reverse("wiki:answer_challenge", args=[answer.pk]), wrong),
        (reverse("wiki:verification_request_new"), again | {"form_key": "v"}),
        (reverse("wiki:scope_new"), scope),
        (reverse("accounts:person_invite"), invitation),
        (reverse("recruiting:application_new", args=[position.pk]), candidate),
        (reverse("recruiting:application_new", args=[position.pk]), nameless),
        (reverse("recruiting:answer_record", args=[session.pk]), line),
        (reverse("recruiting:calendar_make"), {"seen": ""}),
        (reverse("wiki:answer_publish", args=[answer.pk]), {"revision": draft.number}),
        (reverse("wiki:answer_edit", args=[answer.pk]), TEXT | {"base": draft.number}),
        (reverse("wiki:figure_new"), figure),
        (reverse("wiki:figure_value_new", args=["turnover"]), value),
        (reverse("wiki:figure_value_correct", args=["turnover", turnover.pk]), correction),
    ]
    for url, data in forms:
        statuses = at_once([(signed_in(lead), url, data) for _press in range(3)])
        assert set(statuses) <= {200, 302, 409, 422}, (url, statuses)
    assert Question.objects.filter(phrasings__text="Who decides?").count() == 1
    assert Position.objects.filter(title="Potter").count() == 1
    assert session.application.sessions.count() == 2
    assert session.questions.filter(words="Why do people stay?").count() == 1
    assert Challenge.objects.filter(answer=answer).count() == 1
    assert VerificationRequest.objects.count() == 1
    assert Scope.objects.filter(name="Crew").count() == 1
    assert AnswerGiven.objects.count() == 1
    assert AnswerRevision.objects.filter(answer=answer).count() == 3
    assert Publication.objects.filter(answer=answer).count() == 2
    assert Invitation.objects.unanswered().count() == 1
    assert Activity.objects.filter(verb="make-calendar-address").count() == 1
    assert Application.objects.filter(position=position).count() == 2
    assert Figure.objects.filter(slug="hours").count() == 1
    assert FigureValue.objects.filter(figure=turnover.figure).count() == 3
