"""Send the mails that are due, one at a time under a lease, so that none is lost and any worker may die.

A worker takes a mail by one conditional update, renews its lease just before the SMTP dialogue, and
writes the outcome only while it still holds the lease. A crash leaves the lease to run out; the next
worker sends the same bytes with the same Message-ID. Only a crash between the server's yes and ours
being written down can send twice.
"""

import logging
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.mail.backends.smtp import EmailBackend
from django.db import DatabaseError
from django.db.models import F

from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.domain.mail_server import MailServer, Outcome, ServerDown, outcome_of
from ledger.models import MailReason, MailState, OutgoingMail

logger = logging.getLogger(__name__)

# Longer than a whole SMTP dialogue in which every step takes up EMAIL_TIMEOUT.
LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


@dataclass
class DeliveryRound:
    """What a round did: mails by the state they are left in, and why it stopped early, if it did."""

    counts: Counter[str] = field(default_factory=Counter)
    server_down: str = ""

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(self.counts.items())) or "none due"
        return f"{counts}; mail server down: {self.server_down}" if self.server_down else counts


def deliver_due_mail(
    *,
    now: Callable[[], datetime],
    connection_factory: Callable[[], EmailBackend],
    stop: Callable[[], bool] = lambda: False,
    before_first: Callable[[], None] = lambda: None,
) -> DeliveryRound:
    """Attempt every due mail once. A server that cannot be reached ends the round at no mail's cost.

    `before_first` is called once, if there is a mail to attempt at all.
    """
    done = DeliveryRound()
    done.counts[MailState.FAILED] += _give_up_outlived(at=now())
    server = MailServer(connection_factory)
    begun = False
    try:
        while not stop() and (mail := _take(at=now())):
            if not begun:
                before_first()
                begun = True
            try:
                outcome = _attempt(mail, server=server, now=now)
            except ServerDown as error:
                _release(mail, words=str(error))
                done.server_down = str(error)
                break
            if outcome and _record(mail, outcome, at=now()):
                done.counts[outcome.state] += 1
    finally:
        server.close()
    done.counts = +done.counts
    return done


def wait_after(*, attempts: int, mail_id: int) -> timedelta:
    """1 minute doubling to 6 hours, a tenth more or less by the id, so that retries spread out."""
    doubled: int = 2 ** min(attempts - 1, 16)
    spread = mail_id * 2654435761 % 1000 / 1000  # Knuth's multiplicative hash
    return min(FIRST_WAIT * doubled, LONGEST_WAIT) * (0.9 + 0.2 * spread)


def _give_up_outlived(*, at: datetime) -> int:
    outlived = OutgoingMail.objects.outlived(now=at)
    if not outlived.exists():  # rounds are many: no write lock for nothing
        return 0
    return outlived.update(
        state=MailState.FAILED, reason=MailReason.EXPIRED, held=False, lease_until=None, lease_token=""
    )


def _take(*, at: datetime) -> OutgoingMail | None:
    """Lease the first due mail to us; the condition in the update lets one worker win."""
    while found := OutgoingMail.objects.deliverable(now=at).values("pk", "state").first():
        token = secrets.token_hex(16)
        left_behind = found["state"] == MailState.SENDING
        taken = OutgoingMail.objects.deliverable(now=at).filter(**found).order_by()
        if taken.update(
            state=MailState.SENDING,
            lease_until=at + LEASE,
            lease_token=token,
            attempts=F("attempts") + 1,
            **({"maybe_twice": True} if left_behind else {}),
        ):
            return (
                OutgoingMail.objects.filter(pk=found["pk"], lease_token=token)
                .select_related("recipient")
                .first()
            )
    return None


def _attempt(mail: OutgoingMail, *, server: MailServer, now: Callable[[], datetime]) -> Outcome | None:
    """Try to send the mail: how it ended, or None when the lease was lost. Raises ServerDown."""
    try:
        if reason := _reason_to_drop(mail):
            return Outcome(state=MailState.DROPPED, reason=reason)
        server.connect()
        if not _renew(mail, at=now()):
            return None
        server.send(mail)
    except (ServerDown, DatabaseError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever is wrong with this mail must not delay the others
        outcome = outcome_of(error)
        # Without the server's words, which name the recipient: the outbox page shows them.
        logger.warning("mail %s not sent: %s", mail.pk, outcome.reason)
        server.hang_up()
        return outcome
    return Outcome(state=MailState.SENT)


def _reason_to_drop(mail: OutgoingMail) -> str:
    """Why the mail must not be sent any more, or ""."""
    if mail.recipient is not None and not mail.recipient.is_active:
        return MailReason.INACTIVE
    return "" if still_concerns_recipient(mail) else MailReason.NOT_ENTITLED


def _ours(mail: OutgoingMail) -> Any:
    """The row, while our lease is the one that counts."""
    return OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, lease_token=mail.lease_token)


def _renew(mail: OutgoingMail, *, at: datetime) -> bool:
    """Keep the mail for a whole dialogue more, unless we slept through the lease or sending is held since."""
    return bool(_ours(mail).filter(lease_until__gt=at, held=False).update(lease_until=at + LEASE))


def _release(mail: OutgoingMail, *, words: str) -> None:
    """Give the mail back as if it had not been tried."""
    _ours(mail).update(
        state=MailState.PENDING,
        reason=MailReason.SERVER_DOWN,
        last_error=words,
        attempts=F("attempts") - 1,
        lease_until=None,
        lease_token="",
    )


def _record(mail: OutgoingMail, outcome: Outcome, *, at: datetime) -> bool:
    """Write down how it ended, if the mail is still ours."""
    fields: dict[str, Any] = {
        "state": outcome.state,
        "reason": outcome.reason,
        "last_error": outcome.words,
        "lease_until": None,
        "lease_token": "",
    }
    if outcome.maybe_twice:
        fields["maybe_twice"] = True
    if outcome.state == MailState.PENDING:
        fields["next_attempt_at"] = at + wait_after(attempts=mail.attempts, mail_id=mail.pk)
    else:
        fields["held"] = False  # it is decided, whatever began meanwhile
    if outcome.state == MailState.SENT:
        fields["sent_at"] = at
        if mail.secret:
            fields["message"] = b""
    return bool(_ours(mail).update(**fields))
