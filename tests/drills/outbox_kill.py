"""Kill `deliver_outbox` with SIGKILL at random moments and count what arrived.

    python -m tests.drills.outbox_kill --kills 1000 --mails 2000

Nothing may be lost. A mail may arrive twice only when the kill falls between the server's yes and its
being written down; the copies are then identical, with one Message-ID, at most one more for each kill.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Figures:
    mails: int
    kills: int
    lost: int
    extra_copies: int
    altered_copies: int
    unmarked_doubles: int  # arrived twice and the outbox page would not say so

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        allowed = self.extra_copies <= self.kills
        return allowed and not (self.lost or self.altered_copies or self.unmarked_doubles)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.mails} mails: {self.lost} lost, "
            f"{self.extra_copies} extra copies, {self.altered_copies} of them altered, "
            f"{self.unmarked_doubles} not marked as maybe sent twice"
        )


def run_drill(*, kills: int, mails: int, seed: int, folder: Path) -> Figures:
    """Needs Django set up on the database in `folder` that DATABASE_URL names, migrated and empty."""
    from tests.ledger.smtp import MailSink

    chance = random.Random(seed)  # noqa: S311
    sink = MailSink()
    sink.seconds_to_answer = 0.002
    sink.start()
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'drill.sqlite3'}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sink.port),
        "EMAIL_USE_TLS": "false",
    }
    try:
        messages = queue_mails(mails)
        killed = 0
        while killed < kills and not all_sent():
            killed += kill_once(environment, sink, chance)
            leases_run_out()
        while not all_sent():
            subprocess.run(
                [sys.executable, "manage.py", "deliver_outbox"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                check=True,
            )
            leases_run_out()
    finally:
        sink.stop()
    return count(sink, messages, killed)


def queue_mails(number: int) -> dict[str, bytes]:
    """Frozen messages by Message-ID, waiting to be sent."""
    from django.utils import timezone

    from ledger.domain.messages import Draft, freeze
    from ledger.models import OutgoingMail

    now = timezone.now()
    messages = {}
    for index in range(number):
        address, message_id = f"person{index}@example.com", f"<{index}@drill.example>"
        messages[message_id] = freeze(
            Draft(
                sender="Contrechamp <contrechamp@example.com>",
                to_name="",
                to_address=address,
                reply_to="",
                language="en",
                subject=f"Mail {index}",
                text="Text\n",
                html="<p>Text</p>\n",
                attachments=[],
                message_id=message_id,
                at=now,
            )
        )
        OutgoingMail.objects.create(
            kind="drill",
            to_address=address,
            language="en",
            subject=f"Mail {index}",
            message=messages[message_id],
            message_id=message_id,
            created_at=now,
            expires_at=now + timedelta(days=5),
            next_attempt_at=now,
        )
    return messages


def kill_once(environment: dict[str, str], sink, chance: random.Random) -> int:
    """Start a delivery and kill it a random while after its first mail arrived; 0 if it ended by itself."""
    before = len(sink.received)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "deliver_outbox"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    while process.poll() is None and len(sink.received) == before:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.05))
    process.kill()
    return 1 if process.wait() < 0 else 0


def all_sent() -> bool:
    from ledger.models import OutgoingMail

    return not OutgoingMail.objects.undecided().exists()


def leases_run_out() -> None:
    """As if five minutes had passed since the kill."""
    from django.utils import timezone

    from ledger.models import OutgoingMail

    OutgoingMail.objects.filter(state="sending").update(lease_until=timezone.now())


def count(sink, messages: dict[str, bytes], killed: int) -> Figures:
    from email import message_from_bytes

    from ledger.models import OutgoingMail

    arrived = sink.by_message_id
    marked = set(OutgoingMail.objects.filter(maybe_twice=True).values_list("message_id", flat=True))
    return Figures(
        mails=len(messages),
        kills=killed,
        lost=len(messages.keys() - arrived.keys()),
        extra_copies=arrived.total() - len(arrived),
        altered_copies=sum(
            content != messages[message_from_bytes(content)["Message-ID"]] for _, content in sink.received
        ),
        unmarked_doubles=sum(copies > 1 and name not in marked for name, copies in arrived.items()),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'drill.sqlite3'}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        figures = run_drill(kills=options.kills, mails=options.mails, seed=options.seed, folder=folder)
    print(figures)
    sys.exit(not figures.hold)


if __name__ == "__main__":
    main()
