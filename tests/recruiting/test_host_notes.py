from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from ledger.models import Activity
from recruiting.domain.host_notes import leave_note
from recruiting.models import HostNote
from recruiting.views.briefings import NOTES_SHOWN
from tests.factories import AT, make_user
from tests.recruiting.factories import make_application, make_position, make_session

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def address(name, *ids):
    return reverse(f"recruiting:{name}", args=ids)


def make_note(session, author, text="Have the figure ready.", at=AT):
    return leave_note(session=session, text=text, by=author, at=at)


def test_host_note_new_keeps_the_note_once(client_as):
    session = make_session(None, host := make_user("reader"))
    client = client_as(host)
    page = client.get(address("briefing", session.pk))
    assert "Never about a candidate." in page.content.decode()
    sent = {"text": "Have the figure ready.", "form_key": "1"}
    for _press in range(2):
        answer = client.post(address("host_note_new", session.pk), sent)
        assert answer["Location"] == address("briefing", session.pk) + "#notes"
    note = HostNote.objects.get()
    assert (note.session, note.author, note.text, note.created_at) == (session, host, sent["text"], AT)


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_host_note_new_refuses_nothing_and_too_much_and_loses_no_word(client_as, text):
    session = make_session(None, host := make_user("reader"))
    answer = client_as(host).post(address("host_note_new", session.pk), {"text": text})
    assert answer.status_code == 422
    assert text.strip() in answer.content.decode()
    assert not HostNote.objects.exists()


def test_notes_show_in_later_sessions_for_the_same_position_the_latest_first(client_as):
    position, host, author = make_position(), make_user("reader"), make_user("reader", name="Grace Hopper")
    before = make_session(make_application(position), author)
    make_note(make_session(None, author), author, "Of another position.")
    for number in range(NOTES_SHOWN + 2):
        make_note(before, author, f"Note {number}.", at=AT + number * DAY)
    page = client_as(host).get(address("briefing", make_session(make_application(position), host).pk))
    expected = [f"Note {number}." for number in range(NOTES_SHOWN + 1, 1, -1)]
    assert [note.text for note in page.context["notes"]] == expected
    text = page.content.decode()
    assert "Grace Hopper" in text
    assert "13 November 2026" in text
    assert "Delete your note" not in text


def test_host_note_delete_is_for_its_author(client_as):
    session = make_session(None, host := make_user("reader"), other := make_user("reader"))
    note = make_note(session, host)
    target = address("host_note_delete", session.pk, note.pk)
    for someone in (other, session.organiser):
        assert client_as(someone).post(target).status_code == 404
    client = client_as(host)
    assert target in client.get(address("briefing", session.pk)).content.decode()
    assert note.text in client.get(target).content.decode()
    assert client.post(target).status_code == 302
    assert not HostNote.objects.exists()
    assert Activity.objects.about(session).filter(verb="delete-note").count() == 1
    assert client.post(target).status_code == 404


def test_host_notes_are_closed_to_who_no_longer_hosts(client_as):
    session = make_session(None, host := make_user("reader"))
    note = make_note(session, host)
    session.hosts.all().delete()
    client = client_as(host)
    for target in (
        address("briefing", session.pk),
        address("host_note_new", session.pk),
        address("host_note_delete", session.pk, note.pk),
    ):
        assert client.get(target).status_code == 404
