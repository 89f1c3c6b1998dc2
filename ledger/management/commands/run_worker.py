import logging
import signal
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from ledger.domain.mail_server import is_set_up, smtp_connection
from ledger.domain.restores import deliver_and_count, hold_if_restored
from ledger.domain.starting import start_all
from ledger.domain.worker import tick

logger = logging.getLogger(__name__)

OUTBOX_EVERY, TICK_EVERY = 5, 60  # seconds
# After the server could not be reached: often enough, without hammering it or locking our account.
SERVER_DOWN_PAUSE = 60


class Command(BaseCommand):
    help = "Run the jobs that are due and send the outbox, until stopped by SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        self.folder = Path(settings.DATA_DIR)
        self.stopping = threading.Event()
        self.next_tick = self.next_round = 0.0
        self.started = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        self.stdout.write("Worker started.")
        while not self.stopping.is_set():
            self.work()
            self.stopping.wait(OUTBOX_EVERY)
        self.stdout.write("Worker stopped.")

    def work(self) -> None:
        """One turn; whatever goes wrong, the next one starts afresh."""
        close_old_connections()
        try:
            # First of all: the jobs of a restored database would write mails that have left already.
            if hold_if_restored(folder=self.folder, at=timezone.now()) or not self.started:
                self.started = False
                start_all(at=timezone.now())
                self.started = True
            self.run_jobs()
            self.send_mails()
        except DatabaseError as error:
            logger.error("the database does not answer, trying again: %s", error)  # noqa: TRY400 - no trace
            connections.close_all()
        except Exception:
            logger.exception("the worker's turn failed, trying again")
            connections.close_all()

    def run_jobs(self) -> None:
        if time.monotonic() >= self.next_tick:
            tick(now=timezone.now, zone=timezone.get_default_timezone())
            self.next_tick = time.monotonic() + TICK_EVERY

    def send_mails(self) -> None:
        if not is_set_up() or time.monotonic() < self.next_round:
            return
        done = deliver_and_count(
            folder=self.folder,
            now=timezone.now,
            connection_factory=smtp_connection,
            stop=self.stopping.is_set,
        )
        if done.server_down:
            self.next_round = time.monotonic() + SERVER_DOWN_PAUSE
        if done.counts or done.server_down:
            logger.info("mails: %s", done)
