from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from accounts.models import User
from ledger.domain.messages import Attachment, Draft, freeze, parse
from ledger.domain.outbox import MailBeingSent, MailErased, MailExpired, send_again
from ledger.models import Activity, OutgoingMail
from tests.ledger.conftest import AT


def a_draft(**changed) -> Draft:
    given = {
        "sender": "Contrechamp <contrechamp@example.com>",
        "to_name": "Ada",
        "to_address": "ada@example.com",
        "reply_to": "",
        "language": "fr",
        "subject": "Réponses à revoir",
        "text": "Pourquoi ?\n",
        "html": "<p>Pourquoi ?</p>\n",
        "attachments": [Attachment(name="été.csv", content=b"a;b\r\n", mimetype="text/csv")],
        "message_id": "<1@example.com>",
        "at": AT,
    }
    return Draft(**{**given, **changed})


def test_freeze_gives_the_same_bytes_twice():
    assert freeze(a_draft()) == freeze(a_draft())


def test_freeze_is_seven_bit_with_crlf_and_short_lines():
    frozen = freeze(a_draft(text="é" * 3000, subject="É" * 250))
    assert frozen.isascii()
    assert b"\n" not in frozen.replace(b"\r\n", b"")
    assert max(map(len, frozen.split(b"\r\n"))) <= 998


def test_freeze_keeps_every_part():
    mail = parse(freeze(a_draft(reply_to="lead@example.com")))
    assert mail["Subject"] == "Réponses à revoir"
    assert mail["Reply-To"] == "lead@example.com"
    assert parsedate_to_datetime(mail["Date"]) == AT
    assert mail.get_body(("plain",)).get_content() == "Pourquoi ?\r\n"
    assert mail.get_body(("html",)).get_content() == "<p>Pourquoi ?</p>\r\n"
    [attachment] = mail.iter_attachments()
    assert attachment.get_filename() == "été.csv"
    assert attachment.get_payload(decode=True) == b"a;b\r\n"


def test_freeze_keeps_the_spaces_of_french_punctuation_in_one_line():
    subject = "\u00a0Semaine\u00a049\u00a0:\n deux\x00  réponses\u202f!\u00a0"
    assert parse(freeze(a_draft(subject=subject)))["Subject"] == "Semaine\u00a049\u00a0: deux réponses\u202f!"


LONG = f"https://answers.example.com/profile/pause/?{'token=' * 60}"


@pytest.mark.parametrize("url", ["https://answers.example.com/profile/", LONG])
def test_freeze_names_the_page_that_stops_mails_once_and_in_one_line(url):
    frozen = freeze(a_draft(unsubscribe_url=url))
    assert frozen.count(f"\r\nList-Unsubscribe: <{url}>\r\n".encode()) == 1
    assert frozen.count(b"List-Unsubscribe") == 1
    assert freeze(a_draft(unsubscribe_url=url)) == frozen


def test_freeze_without_a_page_that_stops_mails_has_no_such_header():
    assert b"List-Unsubscribe" not in freeze(a_draft())


@pytest.mark.parametrize(
    "url",
    [
        "/profile/",
        "javascript:alert(1)",
        "mailto:lead@example.com",
        "https:///profile/",
        "https://answers.example.com/>,<https://evil.example/",
        "https://answers.example.com/\r\nBcc: eve@example.com",
        "https://answers.example.com/a b",
        "https://answers.example.com/é",
        f"https://answers.example.com/{'x' * 900}",
    ],
)
def test_freeze_refuses_what_is_no_page_that_stops_mails(url):
    with pytest.raises(ValueError, match="no whole web address"):
        freeze(a_draft(unsubscribe_url=url))


def test_queue_mail_freezes_the_page_that_stops_mails(queue):
    mail = queue(unsubscribe_url="https://answers.example.com/profile/")
    assert parse(bytes(mail.message))["List-Unsubscribe"] == "<https://answers.example.com/profile/>"


@pytest.mark.parametrize(("asked", "days"), [(timedelta(days=7), 5), (timedelta(days=1), 1)])
def test_queue_mail_is_worth_sending_for_five_days_at_most(queue, asked, days):
    assert queue(expires_at=AT + asked).expires_at == AT + timedelta(days=days)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\x00"])
def test_freeze_lets_no_line_break_into_a_header(end):
    evil = f"Ada{end}Bcc: eve@example.com"
    mail = parse(freeze(a_draft(to_name=evil, subject=evil)))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Ada Bcc: eve@example.com"
    assert [to.addr_spec for to in mail["To"].addresses] == ["ada@example.com"]


@pytest.mark.parametrize(
    "name", ["Dupont, Zoé", 'Ada "the" B', "a@b.example, c", "é" * 120, "Ada <x@y.example>"]
)
def test_freeze_addresses_one_person_whatever_the_name(name):
    mail = parse(freeze(a_draft(to_name=name)))
    assert [to.addr_spec for to in mail["To"].addresses] == ["ada@example.com"]


@pytest.mark.parametrize("word", ["=?utf-8?q?x=0D=0ABcc:_eve=40example.com?=", "=?utf-8?b?DQpCY2M6IGU=?="])
def test_freeze_decodes_no_encoded_word_of_a_name(word):
    mail = parse(freeze(a_draft(to_name=word, subject=word)))
    assert mail["Bcc"] is None
    assert mail["Subject"] == word.replace("=?", "= ?")
    assert [(to.display_name, to.addr_spec) for to in mail["To"].addresses] == [
        (word.replace("=?", "= ?"), "ada@example.com")
    ]


def test_queue_mail_freezes_the_message_with_its_id_and_date(queue, settings):
    settings.SITE_URL = "https://answers.example.com"
    mail = queue(to_address="ada@example.com")
    message = parse(bytes(mail.message))
    assert message["Message-ID"] == mail.message_id
    assert mail.message_id.endswith("@answers.example.com>")
    assert parsedate_to_datetime(message["Date"]) == AT
    assert (mail.state, mail.expires_at) == ("pending", AT + timedelta(days=5))


def test_queue_mail_escapes_html_and_leaves_text_plain(queue):
    mail = queue(context={"question": "R&D <b>\nBcc: x@y.example", "link": "/"})
    message = parse(bytes(mail.message))
    assert message["Subject"] == "To review: R&D <b> Bcc: x@y.example"
    assert "R&D <b>" in message.get_body(("plain",)).get_content()
    assert "<h1>R&amp;D &lt;b&gt;" in message.get_body(("html",)).get_content()


def test_queue_mail_speaks_the_recipients_language(queue):
    message = parse(bytes(queue(language="fr").message))
    assert message["Content-Language"] == "fr"
    assert '<html lang="fr">' in message.get_body(("html",)).get_content()


def test_queue_mail_once_per_kind_period_and_recipient(queue, django_user_model):
    ada = django_user_model.objects.create_user("ada@example.com", name="Ada")
    assert queue(recipient=ada, period="2026-W47") is not None
    assert queue(recipient=ada, period="2026-W47") is None
    assert queue(recipient=ada, period="2026-W48") is not None
    assert queue(recipient=ada, period="2026-W47", kind="other") is not None
    assert OutgoingMail.objects.count() == 3


def test_queue_mail_without_period_is_never_held_back(queue, django_user_model):
    ada = django_user_model.objects.create_user("ada@example.com", name="Ada")
    assert queue(recipient=ada) is not None
    assert queue(recipient=ada) is not None


@pytest.fixture
def lead(db) -> User:
    return User.objects.create_user("lead@example.com", name="Lead")


@pytest.mark.parametrize("state", ["sent", "failed", "dropped", "pending"])
def test_send_again_waits_with_the_same_message(queue, lead, state):
    mail = queue()
    frozen = bytes(mail.message)
    OutgoingMail.objects.update(state=state, attempts=7, last_error="no", reason="expired", lease_token="x")
    later = AT + timedelta(days=4)
    send_again(mail=mail, by=lead, at=later)
    assert (mail.state, mail.attempts, mail.reason, mail.lease_token) == ("pending", 0, "", "")
    assert (mail.next_attempt_at, mail.expires_at) == (later, AT + timedelta(days=5))
    assert bytes(mail.message) == frozen
    activity = Activity.objects.about(mail).get()
    assert (activity.verb, activity.actor, activity.detail) == ("send-again", lead, {"before": state})


@pytest.mark.parametrize("state", ["sent", "failed", "dropped", "pending"])
def test_send_again_refused_once_expired(queue, lead, state):
    """A reminder of a session that has begun is no use to anyone, however it ended."""
    mail = queue(expires_at=AT + timedelta(hours=2))
    OutgoingMail.objects.update(state=state)
    with pytest.raises(MailExpired):
        send_again(mail=mail, by=lead, at=AT + timedelta(hours=2))
    mail.refresh_from_db()
    assert (mail.state, mail.expires_at) == (state, AT + timedelta(hours=2))
    assert not Activity.objects.about(mail).exists()


def test_send_again_refused_while_a_worker_holds_it(queue, lead):
    mail = queue()
    OutgoingMail.objects.update(state="sending", lease_until=AT + timedelta(minutes=1))
    with pytest.raises(MailBeingSent):
        send_again(mail=mail, by=lead, at=AT)
    send_again(mail=mail, by=lead, at=AT + timedelta(minutes=2))
    assert mail.state == "pending"


def test_send_again_refused_once_erased(queue, lead):
    mail = queue(secret=True)
    OutgoingMail.objects.update(state="sent", message=b"")
    with pytest.raises(MailErased):
        send_again(mail=mail, by=lead, at=AT)
