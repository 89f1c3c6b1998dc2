"""The mails about people's own accounts, one function each."""

from datetime import datetime, timedelta

from accounts.models import Invitation, User
from ledger.domain.links import absolute
from ledger.domain.outbox import queue_mail


def queue_invitation(*, invitation: Invitation, path: str, at: datetime) -> None:
    """Mail the private link at `path`; worth nothing once the invitation has expired."""
    queue_mail(
        kind="invitation",
        recipient=None,
        to_address=invitation.email,
        language=invitation.language,
        template="invitation",
        context={
            "link": absolute(path),
            "invited_by": invitation.invited_by.name,
            "expires_at": invitation.expires_at,
        },
        at=at,
        expires_at=invitation.expires_at,
        secret=True,
        reply_to=invitation.invited_by.email,
    )


def queue_password_reset(*, user: User, path: str, lifetime: timedelta, at: datetime) -> None:
    """Mail the link at `path` by which someone sets a new password; not sent once it is worth nothing."""
    queue_mail(
        kind="password-reset",
        recipient=user,
        to_address=user.email,
        language=user.language,
        template="password_reset",
        context={"link": absolute(path), "expires_at": at + lifetime},
        at=at,
        expires_at=at + lifetime,
        secret=True,
    )


def queue_account_change(
    *, user: User, change: str, at: datetime, to_address: str = "", ip: str = "", browser: str = ""
) -> None:
    """Tell someone that their sign-in changed, so that a change they did not make is noticed.

    `change` names a sentence of templates/emails/account_change.txt.
    """
    queue_mail(
        kind="account-change",
        recipient=user,
        to_address=to_address or user.email,
        language=user.language,
        template="account_change",
        context={"change": change, "at": at, "ip": ip, "browser": browser},
        at=at,
    )
