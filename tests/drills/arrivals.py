"""What arrived at the mail server, held against the outbox."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes

from tests.ledger.smtp import MailSink


@dataclass(frozen=True)
class Arrivals:
    mails: int  # that the outbox holds as sent
    lost: int  # of them, those that never arrived
    waiting: int  # neither sent nor failed nor dropped
    extra_copies: int
    altered: int  # what arrived, with other bytes than the outbox holds
    unexplained: int  # arrived twice, and nothing had cut its dialogue short
    unmarked: int  # arrived twice, and the outbox page would not say so

    @property
    def hold(self) -> bool:
        return not (self.lost or self.waiting or self.altered or self.unexplained or self.unmarked)

    def __str__(self) -> str:
        return (
            f"{self.mails} mails sent: {self.lost} lost, {self.waiting} still waiting; "
            f"{self.extra_copies} extra copies, {self.altered} of them altered, "
            f"{self.unexplained} outside an SMTP dialogue cut short, "
            f"{self.unmarked} not marked as maybe sent twice"
        )


def count_arrivals(sink: MailSink, *, cut_short: Collection[str]) -> Arrivals:
    """`cut_short`: the Message-IDs of mails that may have arrived without our knowing, once each."""
    from ledger.models import OutgoingMail

    frozen = dict(OutgoingMail.objects.values_list("message_id", "message"))
    sent = set(OutgoingMail.objects.filter(state="sent").values_list("message_id", flat=True))
    marked = set(OutgoingMail.objects.filter(maybe_twice=True).values_list("message_id", flat=True))
    arrived, allowed = sink.by_message_id, Counter(cut_short)
    return Arrivals(
        mails=len(sent),
        lost=len(sent - arrived.keys()),
        waiting=OutgoingMail.objects.undecided().count(),
        extra_copies=arrived.total() - len(arrived),
        altered=sum(
            content != bytes(frozen.get(message_from_bytes(content)["Message-ID"], b""))
            for _address, content in sink.received
        ),
        unexplained=sum(copies > 1 + allowed[name] for name, copies in arrived.items()),
        unmarked=sum(copies > 1 and name not in marked for name, copies in arrived.items()),
    )


@contextmanager
def mail_server() -> Iterator[MailSink]:
    """A mail server on loopback to which the settings point."""
    from django.conf import settings

    sink = MailSink()
    sink.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    try:
        yield sink
    finally:
        sink.stop()


def being_sent() -> list[str]:
    """The Message-IDs of mails that someone holds: after a kill, those it caught."""
    from ledger.models import OutgoingMail

    return list(OutgoingMail.objects.filter(state="sending").values_list("message_id", flat=True))


def all_decided() -> bool:
    from ledger.models import OutgoingMail

    return not OutgoingMail.objects.undecided().exists()


def queue_trial_mail(address: str, *, at: datetime, period: str = "", recipient: object = None) -> None:
    """A small mail of no app's, waiting to be sent."""
    from ledger.domain.messages import Draft, freeze
    from ledger.domain.outbox import LIFETIME
    from ledger.models import OutgoingMail

    number = OutgoingMail.objects.count()
    message_id = f"<{number}.{address}>"
    draft = Draft(
        sender="Contrechamp <contrechamp@example.com>",
        to_name="",
        to_address=address,
        reply_to="",
        language="en",
        subject=f"Mail to {address}",
        text="Text\n",
        html="<p>Text</p>\n",
        attachments=[],
        message_id=message_id,
        at=at,
    )
    OutgoingMail.objects.create(
        kind="drill",
        period=period,
        recipient=recipient,
        to_address=address,
        language="en",
        subject=draft.subject,
        message=freeze(draft),
        message_id=message_id,
        created_at=at,
        expires_at=at + LIFETIME,
        next_attempt_at=at,
    )


def leases_run_out(*, at: datetime) -> None:
    """As if five minutes had passed."""
    from ledger.models import OutgoingMail

    OutgoingMail.objects.filter(state="sending").update(lease_until=at - timedelta(seconds=1))
