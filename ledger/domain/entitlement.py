"""Whether a mail still concerns its recipient, asked again at the moment of sending."""

from collections.abc import Callable

from ledger.models import MailReason, OutgoingMail

_checks: dict[str, Callable[[OutgoingMail], bool]] = {}


def register_entitlement(*, kind: str, check: Callable[[OutgoingMail], bool]) -> None:
    """Called in AppConfig.ready: mails of this kind are dropped when `check` says no."""
    _checks[kind] = check


def reason_to_drop(mail: OutgoingMail) -> str:
    """Why the mail must not be sent any more, or "" when it may."""
    if mail.recipient is not None and not mail.recipient.is_active:
        return MailReason.INACTIVE
    check = _checks.get(mail.kind)
    return "" if check is None or check(mail) else MailReason.NOT_ENTITLED
