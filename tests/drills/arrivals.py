"""What arrived at the mail server, held against the outbox."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

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


def count_arrivals(received: list[tuple[str, bytes]], *, cut_short: Collection[str]) -> Arrivals:
    """`received` as a MailSink keeps it; `cut_short`: Message-IDs of dialogues that broke off."""
    from ledger.models import OutgoingMail

    frozen = dict(OutgoingMail.objects.values_list("message_id", "message"))
    sent = set(OutgoingMail.objects.filter(state="sent").values_list("message_id", flat=True))
    marked = set(OutgoingMail.objects.filter(maybe_twice=True).values_list("message_id", flat=True))
    names = [message_from_bytes(content)["Message-ID"] for _address, content in received]
    arrived, allowed = Counter(names), Counter(cut_short)
    return Arrivals(
        mails=len(sent),
        lost=len(sent - arrived.keys()),
        waiting=OutgoingMail.objects.undecided().count(),
        extra_copies=arrived.total() - len(arrived),
        altered=sum(
            content != bytes(frozen.get(name, b""))
            for name, (_address, content) in zip(names, received, strict=True)
        ),
        unexplained=sum(copies > 1 + allowed[name] for name, copies in arrived.items()),
        unmarked=sum(copies > 1 and name not in marked for name, copies in arrived.items()),
    )


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailSink]:
    """A mail server on loopback to which the settings point."""
    from django.conf import settings

    sink = MailSink()
    sink.start(port)
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


def queue_trial_mail(
    to_address: str, *, at: datetime, kind: str = "drill", period: str = "", recipient: Any = None
) -> None:
    """A mail of no app's, by the product's own verb."""
    from ledger.domain.outbox import queue_mail

    queue_mail(
        kind=kind,
        recipient=recipient,
        to_address=to_address,
        language="en",
        template="plain",  # beside the tests of the ledger
        context={"question": f"What does {to_address} think?", "link": "https://answers.example.com/"},
        at=at,
        period=period,
    )


def leases_run_out(*, at: datetime) -> None:
    """As if five minutes had passed."""
    from ledger.models import OutgoingMail

    OutgoingMail.objects.filter(state="sending").update(lease_until=at - timedelta(seconds=1))
