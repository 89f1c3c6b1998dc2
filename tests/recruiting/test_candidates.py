"""Correcting a candidate’s name, address, language and source."""

import pytest
import time_machine
from django.urls import reverse

from ledger.models import Activity
from recruiting.models import Candidate
from tests.factories import AT, make_user
from tests.recruiting.factories import make_application

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def client(client_as):
    return client_as(make_user("recruiter"))


def address_of(application):
    return reverse("recruiting:candidate_edit", args=[application.pk])


def edit(client, application, **data):
    seen = client.get(address_of(application)).context["form"]["seen"].value()
    told = {"name": "Ada Lovelace", "email": "", "language": "en", "source": "", "seen": seen}
    return client.post(address_of(application), told | data)


def test_candidate_edit_corrects_a_mistyped_address(client):
    application = make_application(email="ada@wrong.example.org")
    Candidate.objects.update(reference="GH-7")
    answer = edit(
        client, application, name="Ada King", email="ada@example.org", language="fr", source="A fair"
    )
    assert answer.url == reverse("recruiting:application", args=[application.pk])
    kept = Candidate.objects.get()
    assert (kept.name, kept.email, kept.language) == ("Ada King", "ada@example.org", "fr")
    assert (kept.source, kept.reference) == ("A fair", "GH-7")
    assert Activity.objects.filter(verb="edit", subject_id=kept.pk).exists()
    page = client.get(answer.url).text
    assert "tell them of a session to come from its own page." in page
    assert address_of(application) in page


def test_candidate_edit_refuses_the_address_of_another(client):
    application = make_application(email="ada@example.org")
    make_application(name="Bob", email="bob@example.org")
    refused = edit(client, application, name="Ada", email="BOB@example.org")
    assert "Another candidate has this address." in refused.text
    assert 'value="Ada"' in refused.text
    assert edit(client, application, email="ADA@example.org").status_code == 302


def test_candidate_edit_tells_the_second_of_two(client):
    application = make_application()
    first = client.get(address_of(application)).context["form"]["seen"].value()
    edit(client, application, name="Ada King")
    typed = {"name": "Ada Byron", "email": "", "language": "en", "seen": first}
    refused = client.post(address_of(application), typed)
    assert "It now reads: Ada King, No e-mail address." in refused.text
    again = typed | {"seen": refused.context["form"]["seen"].value()}
    assert client.post(address_of(application), again).status_code == 302
    assert Candidate.objects.get().name == "Ada Byron"


def test_candidate_edit_writes_nothing_of_someone_anonymised(client):
    application = make_application()
    Candidate.objects.update(name="", anonymised_at=AT)
    assert client.get(address_of(application)).status_code == 404
    assert (
        address_of(application)
        not in client.get(reverse("recruiting:application", args=[application.pk])).text
    )
