"""The SMTP server of the settings: a connection that reopens, and what its refusals mean."""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils.encoding import punycode

from ledger.domain.messages import one_line, parse
from ledger.models import MailReason, MailState, OutgoingMail

_SIZE_EXCEEDED = 552
_PERMANENT = range(500, 600)


class ServerDown(Exception):
    """No mail at all can be sent now: the server does not answer, or refuses to talk to us."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an attempt ended; `words` are the server's own."""

    state: MailState
    reason: str = ""
    words: str = ""
    maybe_twice: bool = False


def is_set_up() -> bool:
    """Without EMAIL_HOST nothing is attempted and mails wait."""
    return bool(settings.EMAIL_HOST)


def smtp_connection() -> EmailBackend:
    """A connection as the EMAIL_ settings say, not opened yet."""
    backend = get_connection("django.core.mail.backends.smtp.EmailBackend", fail_silently=False)
    assert isinstance(backend, EmailBackend)  # noqa: S101  # for the type only
    return backend


class MailServer:
    """One connection for a round of mails, opened when the first needs it and again after a failure."""

    def __init__(self, connection_factory: Callable[[], EmailBackend]) -> None:
        self._factory = connection_factory
        self._backend: EmailBackend | None = None

    def connect(self) -> None:
        """Make sure that the server answers. Raises ServerDown."""
        if self._still_there():
            return
        self.hang_up()
        self._backend = self._factory()
        try:
            self._backend.open()
        except (OSError, UnicodeError) as error:  # OSError covers smtplib's and ssl's errors
            self.close()
            raise ServerDown(words_of(error)) from error

    def send(self, mail: OutgoingMail) -> None:
        """Hand over the frozen bytes. Raises what smtplib raises."""
        frozen = bytes(mail.message)
        _, sender = parseaddr(str(parse(frozen)["From"]))
        self._smtp().sendmail(_ascii(sender), [_ascii(mail.to_address)], frozen)

    def close(self) -> None:
        """Say goodbye."""
        if self._backend:
            with suppress(OSError):
                self._backend.close()
        self._backend = None

    def hang_up(self) -> None:
        """Close without a word: after an error, the server may let us wait for its goodbye."""
        if self._backend and self._backend.connection:
            self._backend.connection.close()
        self._backend = None

    def _still_there(self) -> bool:
        if self._backend is None:
            return False
        try:
            code, _ = self._smtp().noop()
        except OSError:
            return False
        return code == 250  # noqa: PLR2004 - SMTP's "OK"

    def _smtp(self) -> smtplib.SMTP:
        if self._backend is None or self._backend.connection is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._backend.connection


def outcome_of(error: Exception) -> Outcome:
    """What the error of an attempt means for the mail: failed for good, or to be tried again."""
    words = words_of(error)
    if reason := _refusal(error):
        return Outcome(state=MailState.FAILED, reason=reason, words=words)
    if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
        # A refused sender is our configuration's fault, to be mended, so its mails wait too.
        return Outcome(state=MailState.PENDING, reason=MailReason.TRY_LATER, words=words)
    if isinstance(error, OSError):
        return Outcome(state=MailState.PENDING, reason=MailReason.BROKEN_OFF, words=words, maybe_twice=True)
    return Outcome(state=MailState.PENDING, reason=MailReason.UNSENDABLE, words=words)


def _refusal(error: Exception) -> str:
    """Why the server refused for good, or ""."""
    match error:
        case smtplib.SMTPRecipientsRefused() if _answer(error)[0] in _PERMANENT:
            return MailReason.ADDRESS_REFUSED
        case smtplib.SMTPDataError() if error.smtp_code in _PERMANENT:
            return MailReason.MESSAGE_REFUSED
        case smtplib.SMTPSenderRefused() if error.smtp_code == _SIZE_EXCEEDED:
            return MailReason.MESSAGE_REFUSED
    return ""


def words_of(error: Exception) -> str:
    """The error in one line, the server's own words where it gave any."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = _answer(error)
        case smtplib.SMTPResponseException():
            code, said = error.smtp_code, error.smtp_error
        case _:
            return one_line(str(error) or type(error).__name__)[:500]
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return one_line(f"{code} {text}")[:500]


def _answer(error: smtplib.SMTPRecipientsRefused) -> tuple[int, bytes | str]:
    """The server's answer about our one recipient."""
    return next(iter(error.recipients.values()))


def _ascii(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{punycode(domain)}"
