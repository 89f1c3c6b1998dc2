import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.views.outbox import MAILS_A_PAGE
from ledger.domain.messages import Attachment, Draft, freeze
from ledger.domain.worker import beat
from ledger.models import Activity, JobRun, OutgoingMail
from tests.factories import make_user

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OUTBOX = reverse("accounts:outbox")


def make_mail(number: int = 1, **fields) -> OutgoingMail:
    draft = Draft(
        sender="Contrechamp <contrechamp@example.com>",
        to_name="Ada",
        to_address=f"ada{number}@example.com",
        reply_to="",
        language="en",
        subject=f"Subject {number}",
        text="The plain words\n",
        html="<p style='color:red'>The <b>rich</b> words</p><script>alert(1)</script>\n",
        attachments=[Attachment(name="état.csv", content=b"a;b\r\n", mimetype="text/csv")],
        message_id=f"<{number}@example.com>",
        at=AT,
    )
    given = {
        "kind": "trial",
        "to_address": draft.to_address,
        "language": "en",
        "subject": draft.subject,
        "message": freeze(draft),
        "message_id": draft.message_id,
        "created_at": AT,
        "expires_at": AT + timedelta(days=5),
        "next_attempt_at": AT,
    }
    return OutgoingMail.objects.create(**{**given, **fields})


def address(name: str, mail: OutgoingMail, **ids) -> str:
    return reverse(f"accounts:{name}", kwargs={"pk": mail.pk, **ids})


@pytest.fixture
def lead(client_as):
    return client_as(make_user(Role.LEAD))


@pytest.fixture
def administrator(client_as):
    return client_as(make_user(Role.ADMINISTRATOR))


def test_outbox_shows_each_mail_with_its_state(lead):
    make_mail(1, state="sent")
    make_mail(2, state="failed", reason="address-refused")
    page = lead.get(OUTBOX).content.decode()
    assert "Subject 1" in page
    assert "The mail server refused the address for good." in page


def test_outbox_filtered_by_state_and_kind(lead):
    make_mail(1, state="sent")
    make_mail(2, state="failed")
    page = lead.get(OUTBOX, {"state": "failed"}).content.decode()
    assert "Subject 2" in page
    assert "Subject 1" not in page
    assert "No mail matches" in lead.get(OUTBOX, {"state": "lost"}).content.decode()
    assert "No mail matches" in lead.get(OUTBOX, {"kind": "no-such"}).content.decode()


def test_outbox_is_opened_at_its_mails_from_home_and_while_filtering(lead):
    make_mail(1, state="failed", created_at=timezone.now())
    for number in range(2, MAILS_A_PAGE + 3):
        make_mail(number, state="failed")
    to_failed = f"{OUTBOX}?state=failed"
    assert f'<a href="{to_failed}#mails">' in lead.get(reverse("home")).text
    page = lead.get(to_failed).text
    assert '<section class="section" id="mails">' in page
    assert '<form class="filters" method="get" action="#mails">' in page
    assert re.search(r'rel="next" href="\?[^"#]+#mails"', page)


def test_outbox_makes_as_many_queries_for_many_mails(lead):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            lead.get(OUTBOX)
        return len(captured)

    recipient = make_user()
    make_mail(0, recipient=recipient)
    few = queries()
    for number in range(1, 30):
        make_mail(number, recipient=make_user())
    assert queries() == few


def test_outbox_says_that_no_mail_server_is_set_up(lead, settings):
    settings.EMAIL_HOST = ""
    assert "No mail server is set up: mails wait here." in lead.get(OUTBOX).content.decode()
    settings.EMAIL_HOST = "smtp.example.com"
    assert "No mail server is set up" not in lead.get(OUTBOX).content.decode()


def test_outbox_says_that_the_mail_server_cannot_be_reached(lead, settings):
    settings.EMAIL_HOST = "smtp.example.com"
    make_mail(reason="server-down", last_error="Connection refused")
    page = lead.get(OUTBOX).content.decode()
    assert "The mail server cannot be reached." in page
    assert "Connection refused" in page


def test_outbox_says_when_the_worker_last_ran(lead):
    assert "The worker has never run." in lead.get(OUTBOX).content.decode()
    beat(at=timezone.now() - timedelta(minutes=6))
    assert "The worker has not run since" in lead.get(OUTBOX).content.decode()
    beat(at=timezone.now())
    page = lead.get(OUTBOX).content.decode()
    assert "The worker was last active on" in page
    assert "The worker has not run since" not in page


def test_outbox_says_when_each_job_was_last_done(lead):
    JobRun.objects.create(
        job="weekly-report", period="2026-W44", started_at=AT, finished_at=AT, summary="3 mails"
    )
    JobRun.objects.create(job="weekly-report", period="2026-W45", started_at=AT + timedelta(days=7))
    page = lead.get(OUTBOX).content.decode()
    assert "3 mails" in page
    assert "Not finished: week 45 of 2026, started on 9 November 2026" in page
    assert "week 44 of 2026" in page


def test_mail_shows_headers_text_and_frame(lead):
    mail = make_mail()
    page = lead.get(address("mail", mail)).content.decode()
    assert "The plain words" in page
    assert "&lt;1@example.com&gt;" in page
    assert f'src="{address("mail_html", mail)}" sandbox' in page
    assert "état.csv" in page


def test_mail_html_may_run_and_load_nothing(lead):
    response = lead.get(address("mail_html", make_mail()))
    assert "The <b>rich</b> words" in response.content.decode()
    assert response["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; "
        "form-action 'none'; frame-ancestors 'self'; base-uri 'none'"
    )
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_mail_attachment_is_a_download(lead):
    response = lead.get(address("mail_attachment", make_mail(), index=0))
    assert response.content == b"a;b\r\n"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A9tat.csv"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_mail_attachment_that_is_not_there(lead):
    assert lead.get(address("mail_attachment", make_mail(), index=1)).status_code == 404


def test_mail_administrators_see_that_it_went_not_what_it_says(administrator):
    mail = make_mail()
    for page in (OUTBOX, address("mail", mail)):
        content = administrator.get(page).content.decode()
        assert "ada1<wbr>@example.com" in content
        assert "Subject 1" not in content
        assert "words" not in content
    assert administrator.get(address("mail_html", mail)).status_code == 403
    assert administrator.get(address("mail_attachment", mail, index=0)).status_code == 403


def test_mail_with_a_private_link_is_read_here_only_where_no_server_can_send_it(lead, settings):
    mail = make_mail(secret=True)
    settings.EMAIL_HOST = "smtp.example.com"
    assert "so only its recipient reads it" in lead.get(address("mail", mail)).content.decode()
    assert lead.get(address("mail_html", mail)).status_code == 403
    settings.EMAIL_HOST = ""
    assert "The plain words" in lead.get(address("mail", mail)).content.decode()


def test_mail_erased_says_so(lead):
    mail = make_mail(secret=True, state="sent", message=b"")
    page = lead.get(address("mail", mail)).content.decode()
    assert "Its text was erased once it was delivered" in page
    assert "Send again" not in page
    assert lead.get(address("mail_html", mail)).status_code == 404


def test_mail_sent_perhaps_twice_says_so(lead):
    mail = make_mail(state="sent", sent_at=AT, maybe_twice=True)
    assert "It may have been sent twice" in lead.get(address("mail", mail)).content.decode()


def test_mail_send_again_waits_to_be_sent(lead):
    mail = make_mail(state="failed", attempts=9, expires_at=timezone.now() + timedelta(days=1))
    response = lead.post(address("mail_send_again", mail), follow=True)
    assert "The mail waits to be sent again." in response.content.decode()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("pending", 0)
    assert Activity.objects.about(mail).get().verb == "send-again"


def test_mail_send_again_refused_when_erased_or_being_sent(lead):
    erased = make_mail(1, secret=True, state="sent", message=b"")
    response = lead.post(address("mail_send_again", erased), follow=True)
    assert "cannot be sent again" in response.content.decode()
    soon = timezone.now() + timedelta(minutes=1)
    held = make_mail(2, state="sending", lease_until=soon, expires_at=soon)
    response = lead.post(address("mail_send_again", held), follow=True)
    assert "is being sent at this moment" in response.content.decode()


def test_mail_expired_says_why_it_is_not_sent_again(lead):
    mail = make_mail(1, state="failed", reason="expired", expires_at=AT + timedelta(hours=2))
    page = lead.get(address("mail", mail)).content.decode()
    assert "It was worth sending until 2 November 2026, 12:00, so it cannot be sent again." in page
    assert address("mail_send_again", mail) not in page
    response = lead.post(address("mail_send_again", mail), follow=True)
    assert "This mail has expired and cannot be sent again." in response.content.decode()
    mail.refresh_from_db()
    assert mail.state == "failed"


def test_mail_send_again_by_get_changes_nothing(lead):
    mail = make_mail(state="failed")
    assert lead.get(address("mail_send_again", mail)).status_code == 405


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.RECRUITER])
def test_outbox_refused_to_others(client_as, role):
    assert client_as(make_user(role)).get(OUTBOX).status_code == 403


@pytest.mark.parametrize(("role", "reads"), [("administrator", False), ("lead", True)])
def test_administrator_does_not_read_a_candidates_address(client_as, role, reads):
    mail = OutgoingMail.objects.create(
        kind="candidate-invitation",
        to_address="ada@candidate.example",
        language="en",
        subject="Your turn",
        message=b"Subject: x\r\n\r\nx",
        message_id="<1@example.com>",
        created_at=AT,
        expires_at=AT,
        next_attempt_at=AT,
    )
    client = client_as(make_user(role))
    for url in (reverse("accounts:outbox"), reverse("accounts:mail", args=[mail.pk])):
        text = client.get(url).content.decode().replace("<wbr>", "")
        assert ("ada@candidate.example" in text) == reads
        assert ("to a candidate" in text) == (not reads)
