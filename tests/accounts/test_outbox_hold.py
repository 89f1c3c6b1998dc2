from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from ledger.domain.holds import begin_hold, open_hold
from ledger.models import Activity, OutgoingMail
from tests.accounts.test_outbox import AT, OUTBOX, make_mail
from tests.factories import make_user

HOLD = reverse("accounts:outbox_hold")
RELEASE_ALL, DROP_ALL = reverse("accounts:outbox_release"), reverse("accounts:outbox_drop")


@pytest.fixture
def lead(client_as):
    return client_as(make_user(Role.LEAD))


def hold():
    return begin_hold(cause="restored", at=AT)


def decide(client, name: str, mail: OutgoingMail) -> str:
    return client.post(reverse(f"accounts:mail_{name}", args=[mail.pk]), follow=True).content.decode()


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMINISTRATOR])
def test_outbox_and_home_say_that_sending_is_held(client_as, role):
    client = client_as(make_user(role))
    for page in (OUTBOX, reverse("home")):
        assert "Sending is held" not in client.get(page).content.decode()
    make_mail(1)
    make_mail(2)
    hold()
    for page in (OUTBOX, reverse("home")):
        content = client.get(page).content.decode()
        assert "Sending has been on hold since 2 November 2026, 10:00." in content
        assert "it was restored." in content
        assert "2 mails wait for your decision." in content
        assert HOLD in content


def test_outbox_filtered_by_what_is_held(lead):
    make_mail(1)
    hold()
    make_mail(2)
    held = lead.get(OUTBOX, {"state": "held"}).content.decode()
    assert ("Subject 1" in held, "Subject 2" in held) == (True, False)
    waiting = lead.get(OUTBOX, {"state": "pending"}).content.decode()
    assert ("Subject 1" in waiting, "Subject 2" in waiting) == (False, True)


def test_outbox_hold_lists_what_is_held_with_its_period(lead):
    make_mail(1, period="2026-W47", recipient=make_user())
    make_mail(2, state="sent")
    hold()
    page = lead.get(HOLD).content.decode()
    assert "Subject 1" in page
    assert "week 47 of 2026" in page
    assert "1 mail is held" in page
    assert "Subject 2" not in page


def test_outbox_hold_shows_administrators_no_subject(client_as):
    make_mail(1)
    hold()
    page = client_as(make_user(Role.ADMINISTRATOR)).get(HOLD).content.decode()
    assert "ada1<wbr>@example.com" in page
    assert "Subject 1" not in page


def test_outbox_hold_leads_to_the_outbox_when_nothing_is_held(lead):
    for page in (HOLD, RELEASE_ALL, DROP_ALL):
        assert lead.get(page).headers["Location"] == OUTBOX
    assert "Sending is no longer held." in lead.post(RELEASE_ALL, follow=True).content.decode()
    assert "Sending is no longer held." in lead.post(DROP_ALL, follow=True).content.decode()


def test_outbox_hold_makes_as_many_queries_for_many_mails(lead):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            lead.get(HOLD)
        return len(captured)

    make_mail(0, recipient=make_user())
    hold()
    few = queries()
    for number in range(1, 30):
        make_mail(number, recipient=make_user(), held=True)
    assert queries() == few


def test_mail_that_is_held_can_be_released_or_dropped_from_its_page(lead, settings):
    settings.EMAIL_HOST = "smtp.example.com"
    mail = make_mail(1)
    hold()
    page = lead.get(reverse("accounts:mail", args=[mail.pk])).content.decode()
    assert "This mail has been on hold since the database was restored" in page
    assert reverse("accounts:mail_release", args=[mail.pk]) in page
    assert reverse("accounts:mail_drop", args=[mail.pk]) in page
    assert "Send now" not in page


def test_mail_release_and_mail_drop_decide_of_one(lead):
    first, second = make_mail(1), make_mail(2)
    hold()
    assert "The mail is released and will be sent now." in decide(lead, "release", first)
    assert "The mail is dropped: it will not be sent." in decide(lead, "drop", second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.held, first.state) == (False, "pending")
    assert (second.held, second.state, second.reason) == (False, "dropped", "decided")
    assert open_hold() is not None
    assert "This mail is no longer held." in decide(lead, "release", first)
    assert "This mail is no longer held" in decide(lead, "drop", first)


def test_outbox_release_asks_first_and_then_ends_the_hold(lead):
    mail = make_mail(1)
    hold()
    assert "1 mail will be sent, even if" in lead.get(RELEASE_ALL).content.decode()
    assert open_hold() is not None
    page = lead.post(RELEASE_ALL, follow=True).content.decode()
    assert "Sending has resumed, with 1 mail that was held." in page
    assert open_hold() is None
    mail.refresh_from_db()
    assert (mail.state, mail.held) == ("pending", False)


def test_outbox_drop_asks_first_and_then_sends_none(lead):
    for number in range(2):
        make_mail(number)
    begun = hold()
    assert "2 mails will not be sent." in lead.get(DROP_ALL).content.decode()
    assert open_hold() is not None
    page = lead.post(DROP_ALL, follow=True).content.decode()
    assert "2 held mails were dropped. Sending has resumed." in page
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"dropped"}
    assert Activity.objects.about(begun).filter(verb="drop-all", detail={"mails": 2}).exists()


def test_mail_dropped_by_a_person_can_be_sent_again(lead, settings):
    settings.EMAIL_HOST = "smtp.example.com"
    mail = make_mail(1, expires_at=timezone.now() + timedelta(days=1))
    hold()
    decide(lead, "drop", mail)
    assert "The mail waits to be sent again." in decide(lead, "send_again", mail)
