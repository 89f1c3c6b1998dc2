"""Queue a mail in the transaction of what causes it, and put one back in the queue."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
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


class MailErased(Exception):
    """The mail carried a private link and its text was erased once delivered."""


def sender_address() -> str:
    """The address that all our mails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def queue_mail(
    *,
    kind: str,
    recipient: AbstractBaseUser | None,
    to_address: str,
    language: str,
    template: str,
    context: dict[str, Any],
    at: datetime,
    expires_at: datetime | None = None,
    period: str = "",
    attachments: Sequence[Attachment] = (),
    secret: bool = False,
    reply_to: str = "",
    unsubscribe_url: str = "",
) -> OutgoingMail | None:
    """Freeze a mail from templates/emails/<template>.{subject.txt,txt,html} and let it wait to be sent.

    With a `period`, the recipient gets one mail of this kind for it: None if it is already there.
    While sending is held after a restore, such a mail is held too: the lost database may have sent it.
    `secret` mails carry a private link and are blanked once delivered. After `expires_at`, or five days if
    that is sooner, the mail is no longer worth sending. `unsubscribe_url` is the page where the recipient
    stops mails of this kind; raises ValueError when it is no whole web address.
    """
    key = {"kind": kind, "period": period, "recipient": recipient}
    if period and OutgoingMail.objects.filter(**key).exists():
        return None
    draft = _draft(
        recipient=recipient,
        to_address=to_address,
        language=language,
        template=template,
        context=context,
        at=at,
        attachments=attachments,
        reply_to=reply_to,
        unsubscribe_url=unsubscribe_url,
    )
    try:
        with transaction.atomic():
            return OutgoingMail.objects.create(
                **key,
                to_address=to_address,
                language=language,
                subject=draft.subject[:300],
                message=freeze(draft),
                message_id=draft.message_id,
                secret=secret,
                created_at=at,
                expires_at=min(expires_at or at + LIFETIME, at + LIFETIME),
                next_attempt_at=at,
                held=bool(period) and OutboxHold.objects.open().exists(),
            )
    except IntegrityError:
        # Another process queued it since the check above; any other broken constraint is a fault.
        if period and OutgoingMail.objects.filter(**key).exists():
            return None
        raise


@transaction.atomic
def send_again(*, mail: OutgoingMail, by: AbstractBaseUser, at: datetime) -> None:
    """Let a mail wait to be sent once more, the same bytes with the same Message-ID.

    It goes also while sending is held: a person decided. Raises MailErased when a secret text was blanked,
    MailBeingSent while a worker holds the mail.
    """
    mail.refresh_from_db()
    if not mail.message:
        raise MailErased
    before = mail.state
    renewed = OutgoingMail.objects.not_leased(now=at).filter(pk=mail.pk).exclude(message=b"")
    if not renewed.update(
        state=MailState.PENDING,
        reason="",
        last_error="",
        held=False,
        attempts=0,
        next_attempt_at=at,
        expires_at=at + LIFETIME,
        lease_until=None,
        lease_token="",
    ):
        raise MailBeingSent
    record_activity(actor=by, verb="send-again", subject=mail, at=at, before=before)
    mail.refresh_from_db()


def _draft(
    *,
    recipient: AbstractBaseUser | None,
    to_address: str,
    language: str,
    template: str,
    context: dict[str, Any],
    at: datetime,
    attachments: Sequence[Attachment],
    reply_to: str,
    unsubscribe_url: str,
) -> Draft:
    with translation.override(language):
        given = {**context, "recipient": recipient, "language": language, "site_url": settings.SITE_URL}
        subject = one_line(render_to_string(f"emails/{template}.subject.txt", given))
        given["subject"] = subject
        text = render_to_string(f"emails/{template}.txt", given)
        html = render_to_string(f"emails/{template}.html", given)
    return Draft(
        sender=settings.DEFAULT_FROM_EMAIL,
        to_name=str(getattr(recipient, "name", "")),
        to_address=to_address,
        reply_to=reply_to,
        unsubscribe_url=unsubscribe_url,
        language=language,
        subject=subject,
        text=text.strip() + "\n",
        html=html.strip() + "\n",
        attachments=attachments,
        message_id=_message_id(settings.SITE_URL),
        at=at,
    )


def _message_id(site_url: str) -> str:
    host = (urlsplit(site_url).hostname or "localhost").replace(":", ".")
    return f"<{secrets.token_hex(16)}@{host}>"
