"""A mail server that is down for a day, slow, refuses, or breaks off, with the mails of a simulated day.

    python -m tests.drills.mail_server_faults --mails 1000
    .ci/postgres python -m tests.drills.mail_server_faults --mails 1000

The dialogues are real, on sockets; the clock of the worker is simulated, a round each minute.

Down: the mails of a day wait, at no attempt's cost, and go out in the first round when it is back.
Slow: some answers come after we hung up. Breaking off: after the message, before the answer. Both leave
us not knowing: such a mail is sent again, the same bytes, marked as maybe sent twice, and nothing else is.
Refusing: one recipient for good and one for now; all others have their mail in the same round. The one
refused for now is tried for five days, then it has failed and the outbox page says so.
"""

import argparse
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.drills.arrivals import Arrivals, count_arrivals, mail_server, queue_trial_mail
from tests.drills.sites import finish, fresh_site

START = datetime(2026, 11, 23, 7, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EVERY = 50  # one mail of so many meets the fault where it is about single mails
PATIENCE = 4.0  # seconds until we hang up, instead of the twenty of EMAIL_TIMEOUT


@dataclass(frozen=True)
class Case:
    name: str
    arrivals: Arrivals
    wrong: list[str]

    def __str__(self) -> str:
        return f"  {self.name}: {self.arrivals}" + "".join(f"\n    WRONG: {what}" for what in self.wrong)


@dataclass(frozen=True)
class Figures:
    database: str
    cases: list[Case]

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        return all(case.arrivals.hold and not case.wrong for case in self.cases)

    def __str__(self) -> str:
        return "\n".join([f"{self.database}:", *map(str, self.cases)])


def run_drill(*, mails: int, database: str) -> Figures:
    return Figures(database, [run(mails) for run in (down, slow, breaking_off, refusing)])


def down(mails: int) -> Case:
    """The mails come evenly over the day in which nothing answers."""
    from django.conf import settings

    from ledger.models import OutgoingMail

    wrong = []
    with emptied_outbox() as sink, socket.create_server(("127.0.0.1", 0)) as unused:
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, unused.getsockname()[1]
        unused.close()
        queued = 0
        for minute in range(DAY // MINUTE):
            while queued < mails * (minute + 1) * MINUTE / DAY:
                queue_trial_mail(f"person{queued}@example.com", at=START + minute * MINUTE)
                queued += 1
            if not deliver(START + minute * MINUTE).server_down:
                wrong.append(f"minute {minute}: the server was not seen to be down")
        wrong += [f"{mail} counted an attempt" for mail in OutgoingMail.objects.filter(attempts__gt=0)]
        settings.EMAIL_PORT = port
        said = str(deliver(START + DAY))
        if said != f"{mails} sent":
            wrong.append(f"the first round after it: {said}")
        arrivals = count_arrivals(sink.received, cut_short=[])
    return Case(f"down for a day, {DAY // MINUTE} rounds", arrivals, wrong)


def slow(mails: int) -> Case:
    """Some answers come long after we hung up; the next minute the server is well again."""
    with emptied_outbox() as sink:
        late = queue_all(mails)
        sink.late = dict.fromkeys(late, 1.5 * PATIENCE)
        rounds_until_done(START, after_first=sink.late.clear)
        arrivals = count_arrivals(sink.received, cut_short=message_ids(late))
    return Case(f"slow, {len(late)} answers too late", arrivals, told_twice(sink, late))


def breaking_off(mails: int) -> Case:
    with emptied_outbox() as sink:
        unlucky = queue_all(mails)
        sink.break_after_data = set(unlucky)
        rounds_until_done(START, after_first=sink.break_after_data.clear)
        arrivals = count_arrivals(sink.received, cut_short=message_ids(unlucky))
    return Case(f"breaking off after the message, {len(unlucky)} times", arrivals, told_twice(sink, unlucky))


def refusing(mails: int) -> Case:
    """The two refused stand first in the queue."""
    from ledger.models import OutgoingMail

    with emptied_outbox() as sink:
        bad, busy = "bad@example.com", "busy@example.com"
        for address in (bad, busy):
            queue_trial_mail(address, at=START - MINUTE)
        queue_all(mails)
        sink.refuse = {bad: "550 5.1.1 No such person", busy: "450 4.2.1 Mailbox busy"}
        said = str(deliver(START))
        wrong = [] if said == f"1 failed, 1 pending, {mails} sent" else [f"the first round: {said}"]
        tries = rounds_until_done(START)
        arrivals = count_arrivals(sink.received, cut_short=[])
        ends = {
            mail.to_address: (mail.state, mail.reason) for mail in OutgoingMail.objects.exclude(state="sent")
        }
        if ends != {bad: ("failed", "address-refused"), busy: ("failed", "expired")}:
            wrong.append(f"in the end: {ends}")
        wrong += [
            f"the outbox page does not show {name}" for name in (bad, busy) if name not in outbox_page()
        ]
    return Case(f"refusing one for good, and one for five days in {tries} tries", arrivals, wrong)


def deliver(at: datetime) -> Any:
    from ledger.domain.delivery import deliver_due_mail
    from ledger.domain.mail_server import smtp_connection

    return deliver_due_mail(now=lambda: at, connection_factory=smtp_connection)


def rounds_until_done(at: datetime, *, after_first: Callable[[], object] = lambda: None) -> int:
    """A round each minute until nothing waits; how many did something."""
    from ledger.models import OutgoingMail

    rounds = 0
    while waiting := OutgoingMail.objects.undecided().order_by("next_attempt_at").first():
        rounds += bool(deliver(at).counts)
        if rounds == 1:
            after_first()
        # The minutes until the next mail is due would do nothing.
        at = max(at + MINUTE, min(waiting.next_attempt_at, waiting.expires_at))
    return rounds


def queue_all(mails: int) -> list[str]:
    """All due at once; gives the recipients that are to meet the fault."""
    addresses = [f"person{number}@example.com" for number in range(mails)]
    for address in addresses:
        queue_trial_mail(address, at=START)
    return addresses[::EVERY]


def message_ids(addresses: list[str]) -> list[str]:
    from ledger.models import OutgoingMail

    found = OutgoingMail.objects.filter(to_address__in=addresses)
    return list(found.values_list("message_id", flat=True))


def told_twice(sink: Any, addresses: list[str]) -> list[str]:
    """The fault must have happened, or the drill tried nothing."""
    return [f"{address} met no fault" for address in addresses if sink.recipients.count(address) != 2]


def outbox_page() -> str:
    from django.test import Client

    from tests.factories import make_user

    client = Client()
    client.force_login(make_user("lead", password=None))
    return client.get("/outbox/", {"state": "failed"}).text


def emptied_outbox() -> Any:
    """A mail server for an outbox that holds nothing yet."""
    from django.conf import settings

    from ledger.models import OutgoingMail

    OutgoingMail.objects.all().delete()
    settings.EMAIL_TIMEOUT = PATIENCE
    return mail_server()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--mails", type=int, default=100)
    options = parser.parse_args()
    with fresh_site() as database:
        figures = run_drill(mails=options.mails, database=database)
    finish(figures)


if __name__ == "__main__":
    main()
