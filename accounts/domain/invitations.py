"""Inviting someone by mail, and what becomes of the invitation."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction

from accounts.domain.mails import queue_invitation
from accounts.domain.people import create_person
from accounts.models import Invitation, User
from ledger.domain.activity import record_activity
from ledger.models import OutgoingMail

INVITATION_LIFETIME = timedelta(days=7)


class InvitationOver(Exception):
    """The invitation was accepted, revoked or has expired, or its address has an account by now."""


class AlreadyInvited(Exception):
    """The address has an open invitation."""


@transaction.atomic
def invite(
    *,
    email: str,
    roles: Iterable[str],
    language: str,
    path_of: Callable[[str], str],
    by: User,
    at: datetime,
) -> Invitation:
    """Mail a private link to a new address. `path_of` makes the page's path from the token.

    Raises AlreadyInvited: of one form sent twice at once, the second. An expired one is replaced.
    """
    address = email.strip().lower()
    Invitation.objects.unanswered().filter(email=address, expires_at__lte=at).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=address,
                roles=sorted(roles),
                language=language,
                token_hash=hash_token(token),
                invited_by=by,
                created_at=at,
                expires_at=at + INVITATION_LIFETIME,
            )
    except IntegrityError:
        # The form looks too, but only the unique address decides between two at once.
        raise AlreadyInvited from None
    queue_invitation(invitation=invitation, path=path_of(token), at=at)
    record_activity(actor=by, verb="invite", subject=invitation, at=at, roles=invitation.roles)
    return invitation


@transaction.atomic
def resend_invitation(
    *, invitation: Invitation, path_of: Callable[[str], str], by: User, at: datetime
) -> Invitation:
    """End an invitation that nobody has accepted, and send a new one with a new link.

    Raises InvitationOver when it was accepted or revoked; an expired one may be sent again.
    """
    _end(invitation, at=at)
    return invite(
        email=invitation.email,
        roles=invitation.roles,
        language=invitation.language,
        path_of=path_of,
        by=by,
        at=at,
    )


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User, at: datetime) -> None:
    """End an invitation: its link says no more than any unknown link. Raises InvitationOver."""
    _end(invitation, at=at)
    record_activity(actor=by, verb="revoke", subject=invitation, at=at)


def open_invitation(*, token: str, now: datetime) -> Invitation | None:
    """The invitation behind a mailed link, None for every link that does not work."""
    return Invitation.objects.open(now=now).filter(token_hash=hash_token(token)).first()


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, name: str, password: str, language: str, at: datetime
) -> User:
    """Make the account that the invitation promised. Raises InvitationOver."""
    # The update's own condition decides between two who open the same link.
    if not Invitation.objects.open(now=at).filter(pk=invitation.pk).update(accepted_at=at):
        raise InvitationOver
    if User.objects.filter(email=invitation.email).exists():
        raise InvitationOver
    user = create_person(
        name=name,
        email=invitation.email,
        password=password,
        language=language,
        roles=invitation.roles,
    )
    record_activity(actor=user, verb="accept", subject=invitation, at=at)
    return user


def still_invites(mail: OutgoingMail) -> bool:
    """Whether the link in a mail that waits to be sent has not been revoked or replaced meanwhile."""
    invitations = Invitation.objects.unanswered().filter(email=mail.to_address)
    return invitations.filter(created_at=mail.created_at).exists()


def hash_token(token: str) -> str:
    # The token has 256 random bits, so a plain hash cannot be searched.
    return sha256(token.encode()).hexdigest()


def _end(invitation: Invitation, *, at: datetime) -> None:
    if not Invitation.objects.unanswered().filter(pk=invitation.pk).update(revoked_at=at):
        raise InvitationOver
