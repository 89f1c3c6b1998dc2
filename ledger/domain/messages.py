"""A mail as bytes: written once when it is queued, read back for the page that shows it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.charset import QP, Charset
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import cast
from urllib.parse import urlsplit

from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart
from django.utils.timezone import localtime

# Quoted-printable, so that no relay has a reason to encode again what was frozen.
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP

_ADDRESS = re.compile(r"[!-;=?-~]{1,900}")  # printable ASCII but for spaces and angle brackets, in one line
_NO_BREAK = "\u00a0\u202f"  # before French punctuation: a subject is also the heading inside the mail
_SHOWN = {"from", "to", "reply-to", "subject", "date", "message-id", "list-unsubscribe"}


@dataclass(frozen=True, kw_only=True)
class Attachment:
    name: str
    content: bytes
    mimetype: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """All that a message is made of; the same draft always makes the same bytes."""

    sender: str
    to_name: str
    to_address: str
    reply_to: str
    language: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment]
    message_id: str
    at: datetime
    unsubscribe_url: str = ""


def one_line(text: str) -> str:
    """The text without line breaks and control characters, fit for a header."""
    printable = "".join(c if c.isprintable() or c in _NO_BREAK else " " for c in text)
    line = re.sub(" +", " ", printable).strip()
    # What begins an encoded word (RFC 2047) would be decoded, and line breaks come back out of it.
    return line.replace("=?", "= ?")


def freeze(draft: Draft) -> bytes:
    """The whole RFC 5322 message, with CRLF line ends and nothing left to chance or to the clock."""
    mail = EmailMultiAlternatives(
        subject=one_line(draft.subject),
        body=draft.text,
        from_email=one_line(draft.sender),
        to=[_address(draft.to_name, draft.to_address)],
        reply_to=[one_line(draft.reply_to)] if draft.reply_to else None,
        headers={
            "Message-ID": draft.message_id,
            "Date": format_datetime(localtime(draft.at)),
            "Content-Language": draft.language,
            "Auto-Submitted": "auto-generated",  # no out-of-office replies (RFC 3834)
            **_unsubscribe(draft.unsubscribe_url),
        },
    )
    mail.encoding = _UTF8
    mail.attach_alternative(draft.html, "text/html")
    for attachment in draft.attachments:
        mail.attach(one_line(attachment.name), attachment.content, attachment.mimetype)
    message = cast("SafeMIMEMultipart", mail.message())  # multipart: it has a text and an HTML side
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(_boundary(draft.message_id, number))
    frozen = message.as_bytes(linesep="\r\n")
    # The library folds a long address away from its name, and leaves a line that ends in a space.
    return frozen.replace(b"\r\nList-Unsubscribe: \r\n <", b"\r\nList-Unsubscribe: <", 1)


def parse(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=policy.default)


def _address(name: str, address: str) -> str:
    """`"Name" <address>`; Django encodes the name and turns an international domain to ASCII."""
    quoted = one_line(name).replace("\\", "").replace('"', "'")
    return f'"{quoted}" <{address}>' if quoted else address


def _unsubscribe(url: str) -> dict[str, str]:
    """The header by which mail programs offer to stop mails of this kind (RFC 2369), if they may be."""
    if not url:
        return {}
    parts = urlsplit(url)
    # The header holds one address in angle brackets, so it may contain none, and no space.
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _ADDRESS.fullmatch(url):
        raise ValueError(f"no whole web address: {url!r}")
    return {"List-Unsubscribe": f"<{url}>"}


def _boundary(message_id: str, number: int) -> str:
    # "=_" cannot occur in quoted-printable or base64, so no body can contain the boundary.
    return f"=_{sha256(f'{number} {message_id}'.encode()).hexdigest()[:40]}"


@dataclass(frozen=True, kw_only=True)
class ReadableMessage:
    """A frozen message taken apart for the page that shows it."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Attachment]


def read(message: bytes) -> ReadableMessage:
    mail = parse(message)
    return ReadableMessage(
        headers=[(name, str(value)) for name, value in mail.items() if name.lower() in _SHOWN],
        text=_content(mail, "plain"),
        html=_content(mail, "html"),
        attachments=[
            Attachment(
                name=part.get_filename() or "",
                content=cast("bytes", part.get_payload(decode=True)),
                mimetype=part.get_content_type(),
            )
            for part in mail.iter_attachments()
        ],
    )


def _content(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()) if body else ""
