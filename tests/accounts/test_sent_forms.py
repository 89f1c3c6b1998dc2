"""Creation forms carry a key, so that one sent again is known; other words are another thing."""

import re

import pytest
from django.urls import reverse

from ledger.models import SentForm
from recruiting.models import Position
from tests.factories import make_answer, make_user
from tests.recruiting.factories import make_session

pytestmark = pytest.mark.django_db
KEY = re.compile(r'name="form_key" value="([^"]+)"')


def test_every_form_that_creates_has_a_key_of_its_own(client_as):
    client = client_as(make_user("lead"))
    session, answer = make_session(), make_answer()
    for url in (
        reverse("wiki:question_new"),
        reverse("wiki:answer_challenge", args=[answer.pk]),
        reverse("recruiting:position_new"),
        reverse("recruiting:application_new", args=[session.application.position_id]),
        reverse("recruiting:session_new", args=[session.application_id]),
        reverse("recruiting:session", args=[session.pk]),
    ):
        first, second = (KEY.findall(client.get(url).text) for _visit in range(2))
        assert len(first) == len(second) == 1, url
        assert first != second


def test_what_was_refused_may_be_sent_again(client_as):
    client = client_as(make_user("recruiter"))
    url = reverse("recruiting:position_new")
    for _press in range(2):
        response = client.post(url, {"title": "", "language": "en", "form_key": "k"})
        assert list(response.context["form"].errors) == ["title"]
    assert not SentForm.objects.exists()


def test_going_back_and_typing_something_else_is_another_position(client_as):
    client = client_as(make_user("recruiter"))
    url, typed = reverse("recruiting:position_new"), {"title": "Potter", "language": "en", "form_key": "k"}
    first, again = client.post(url, typed), client.post(url, typed)
    other = client.post(url, typed | {"title": "Glazier"})
    assert first["Location"] == again["Location"] != other["Location"]
    assert sorted(Position.objects.values_list("title", flat=True)) == ["Glazier", "Potter"]
