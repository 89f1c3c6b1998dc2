import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.models import Candidate, Position, TrackingImport
from tests.factories import AT, make_company, make_user
from tests.recruiting.factories import make_position

pytestmark = pytest.mark.django_db

TRACKING = "/positions/import/"


@pytest.fixture(autouse=True)
def _at():
    make_company()
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def recruiter():
    return make_user("recruiter")


@pytest.fixture
def client(client_as, recruiter):
    return client_as(recruiter)


def send(client, content, *, kind="candidates"):
    upload = SimpleUploadedFile("people.csv", content.encode() if isinstance(content, str) else content)
    return client.post(reverse("recruiting:tracking"), {"kind": kind, "upload": upload})


def test_tracking_shows_a_preview_then_writes_all_and_removes_the_file(client):
    sent = send(client, "Nom;Adresse e-mail;Téléphone\nAda;ada@example.com;1\n")
    address = sent.headers["Location"]
    page = client.get(address)
    assert (page.context["preview"].counts["created"], Candidate.objects.count()) == (1, 0)
    assert "Columns that are not read: Téléphone" in page.content.decode()
    seen = {"seen": page.context["preview"].fingerprint}
    done = client.post(address, seen, follow=True)
    assert "The import is done: 1 line created, 0 lines changed." in done.content.decode()
    assert (Candidate.objects.get().name, TrackingImport.objects.count()) == ("Ada", 0)
    assert "was confirmed or cancelled already" in client.post(address, seen, follow=True).content.decode()
    assert Candidate.objects.count() == 1


def test_tracking_import_shows_the_new_preview_when_the_database_has_moved(client, recruiter):
    make_position("Baker", reference="R-1", by=recruiter)
    address = send(client, "Reference,Title\nR-1,Cook\n", kind="positions").headers["Location"]
    seen = client.get(address).context["preview"].fingerprint
    Position.objects.update(title="Cook")
    refused = client.post(address, {"seen": seen})
    assert refused.status_code == 409
    assert "something has changed since you read the preview" in refused.content.decode()
    assert refused.context["preview"].counts["left"] == 1


def test_tracking_import_says_what_was_empty_until_now(client, recruiter):
    make_position("Baker", by=recruiter)
    sent = send(client, "Title,Reference,Many people apply\nBaker,R-1,yes\n", kind="positions")
    page = client.get(sent.headers["Location"]).content.decode()
    assert "Reference: R-1, empty until now" in page
    assert "Many people apply: no becomes yes" in page


def test_tracking_import_with_a_refused_line_offers_no_confirmation(client):
    address = send(client, "Name,Reference\nAda,1\nBo,\n").headers["Location"]
    page = client.get(address).content.decode()
    assert "This file cannot be imported as it is." in page
    assert 'name="seen"' not in page
    assert "Give a reference or an e-mail address" in page
    assert "Line 3" in page


def test_tracking_cancel_removes_the_file(client):
    address = send(client, "Name,Reference\nAda,1\n").headers["Location"]
    assert "Waiting for your word" in client.get(TRACKING).content.decode()
    client.post(f"{address}cancel/")
    assert not TrackingImport.objects.exists()
    assert client.get(address).status_code == 404


def test_tracking_keeps_one_file_of_each_kind_for_each_person(client, client_as):
    send(client, "Name,Reference\nAda,1\n")
    send(client, "Name,Reference\nBo,1\n")
    send(client, "Title\nBaker\n", kind="positions")
    other = client_as(make_user("recruiter"))
    address = send(other, "Name,Reference\nCy,1\n").headers["Location"]
    assert TrackingImport.objects.count() == 3
    assert client.get(address).status_code == 404
    assert client.post(f"{address}cancel/").status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "This file is empty."),
        (b"PK\x03\x04rest", "This is an Excel workbook."),
        ("Titre\nBaker\n", "These columns are missing: Name."),
        ("Name\n" + "A\n" * 20_001, "This file has more than 20,000 lines. Split it."),
        ("Name\n" + "A" * 5 * 1024 * 1024, "This file is larger than 5 MB."),
    ],
)
def test_tracking_says_why_it_cannot_read_a_file(client, content, words):
    refused = send(client, content)
    assert words in refused.context["form"].errors["upload"][0]
    assert not TrackingImport.objects.exists()


def test_tracking_needs_a_file(client):
    assert "upload" in client.post(TRACKING, {"kind": "positions"}).context["form"].errors


def test_tracking_template_is_in_the_language_of_its_reader(client_as):
    reader = make_user("recruiter", language="fr")
    file = client_as(reader).get(reverse("recruiting:tracking_template", args=["candidates"]))
    assert file.content.decode() == "\ufeffRéférence;Nom;Adresse e-mail;Langue;Origine\r\n"
    assert client_as(reader).get("/positions/import/spies.csv").status_code == 404


def test_tracking_lines_names_every_line_and_runs_nothing(client):
    address = send(client, "Name,Reference,Source\n'=1+1,1,\n,2,\n").headers["Location"]
    text = client.get(f"{address}lines.csv").content.decode()
    assert text == (
        "\ufeffLine,What it is about,What happens,Why\r\n"
        "2,'=1+1,Created,\r\n3,2,Refused,Name: This cell is empty.\r\n"
    )


def test_tracking_import_makes_as_many_queries_for_thirty_lines_as_for_one(client):
    counts = []
    for number in (1, 30):
        text = "Name,Reference\n" + "".join(f"Ada {line},{line}\n" for line in range(number))
        address = send(client, text).headers["Location"]
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        seen = page.context["preview"].fingerprint
        with CaptureQueriesContext(connection) as more:
            client.post(address, {"seen": seen})
        counts.append((len(queries), len(more)))
        Candidate.objects.all().delete()
    assert counts[0] == counts[1]
