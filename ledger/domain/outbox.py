"""Queue a mail in the transaction of what causes it, and put one back in the queue."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, NotRequired, TypedDict, Unpack
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation

from ledger.domain.activity import record_activity
from ledger.domain.messages import Attachment, Draft, freeze, one_line
from ledger.models import MailState, OutboxHold, OutgoingMail

LIFETIME = timedelta(days=5)


class MailBeingSent(Exception):
    """A worker holds the mail at this moment."""


class MailExpired(Exception):
    """What the mail says is no longer worth sending: whoever still needs it wants a new one."""


class MailErased(Exception):
    """The mail carried a private link and its text was erased once delivered."""


def sender_address() -> str:
    """The address that all our mails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def waiting_in_words(number: int) -> str:
    """As the commands print it."""
    return "1 mail waits" if number == 1 else f"{number} mails wait"


class Content(TypedDict):
    """What a mail says and to whom, from templates/emails/<template>.{subject.txt,txt,html}.

    `unsubscribe_url` is the page where the recipient stops mails of this kind.
    """

    to_address: str
    language: str
    template: str
    context: dict[str, Any]
    attachments: NotRequired[Sequence[Attachment]]
    reply_to: NotRequired[str]
    unsubscribe_url: NotRequired[str]


def queue_mail(
    *,
    kind: str,
    recipient: AbstractBaseUser | None,
    at: datetime,
    expires_at: datetime | None = None,
    period: str = "",
    scheduled: bool = False,
    secret: bool = False,
    **content: Unpack[Content],
) -> OutgoingMail | None:
    """Freeze a mail and let it wait to be sent.

    With a `period`, the recipient gets one mail of this kind for it: None if it is already there. Someone
    without account is known by their address: of one that was mended, the new one has had none yet.
    `scheduled` mails are a job's, not a person's act: after a restore the job writes again what the lost
    database may have sent, so they are held while sending is. `secret` mails carry a private link and are
    blanked once delivered. After `expires_at`, or five days if that is sooner, the mail is no longer worth
    sending. Raises ValueError when `unsubscribe_url` is no whole web address.
    """
    key: dict[str, Any] = {"kind": kind, "period": period, "recipient": recipient}
    if recipient is None:
        key["to_address"] = content["to_address"]
    if _is_queued(key):
        return None
    mail = OutgoingMail(
        **key,
        secret=secret,
        created_at=at,
        expires_at=min(expires_at or at + LIFETIME, at + LIFETIME),
        next_attempt_at=at,
        held=scheduled and OutboxHold.objects.open().exists(),
    )
    _fill(mail, content)
    return _insert(mail, key)


@transaction.atomic
def send_again(*, mail: OutgoingMail, by: AbstractBaseUser, at: datetime) -> None:
    """Let a mail wait to be sent once more, the same bytes with the same Message-ID, until its own expiry.

    It goes also while sending is held: a person decided. Raises MailErased when a secret text was blanked,
    MailExpired, and MailBeingSent while a worker holds the mail.
    """
    mail.refresh_from_db()
    if not mail.message:
        raise MailErased
    if mail.expires_at <= at:
        raise MailExpired
    before = mail.state
    renewed = OutgoingMail.objects.not_leased(now=at).filter(pk=mail.pk).exclude(message=b"")
    if not renewed.update(
        state=MailState.PENDING,
        reason="",
        last_error="",
        held=False,
        attempts=0,
        next_attempt_at=at,
        lease_until=None,
        lease_token="",
    ):
        raise MailBeingSent
    record_activity(actor=by, verb="send-again", subject=mail, at=at, before=before)
    mail.refresh_from_db()


def _is_queued(key: dict[str, Any]) -> bool:
    return bool(key["period"]) and OutgoingMail.objects.filter(**key).exists()


def _insert(mail: OutgoingMail, key: dict[str, Any]) -> OutgoingMail | None:
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        # Another process queued it since the check above; any other broken constraint is a fault.
        if _is_queued(key):
            return None
        raise
    return mail


def _fill(mail: OutgoingMail, content: Content) -> None:
    """Write the mail's text, and freeze it."""
    mail.to_address, mail.language = content["to_address"], content["language"]
    mail.message_id = _message_id(settings.SITE_URL)
    subject, text, html = _rendered(mail, content)
    mail.subject = subject[:300]
    draft = Draft(
        sender=settings.DEFAULT_FROM_EMAIL,
        to_name=str(getattr(mail.recipient, "name", "")),
        to_address=mail.to_address,
        reply_to=content.get("reply_to", ""),
        unsubscribe_url=content.get("unsubscribe_url", ""),
        language=mail.language,
        subject=subject,
        text=text.strip() + "\n",
        html=html.strip() + "\n",
        attachments=content.get("attachments", ()),
        message_id=mail.message_id,
        at=mail.created_at,
    )
    mail.message = freeze(draft)


def _rendered(mail: OutgoingMail, content: Content) -> tuple[str, str, str]:
    """The subject, the text and the HTML, in the mail's language."""
    about = {"recipient": mail.recipient, "language": mail.language, "site_url": settings.SITE_URL}
    given = {**content["context"], **about}
    name = f"emails/{content['template']}"
    with translation.override(mail.language):
        given["subject"] = one_line(render_to_string(f"{name}.subject.txt", given))
        return (
            given["subject"],
            render_to_string(f"{name}.txt", given),
            render_to_string(f"{name}.html", given),
        )


def _message_id(site_url: str) -> str:
    host = (urlsplit(site_url).hostname or "localhost").replace(":", ".")
    return f"<{secrets.token_hex(16)}@{host}>"
