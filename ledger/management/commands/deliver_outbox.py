from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from ledger.domain.mail_server import is_set_up, smtp_connection
from ledger.domain.outbox import waiting_in_words
from ledger.domain.restores import deliver_and_count, hold_if_restored
from ledger.models import OutgoingMail


class Command(BaseCommand):
    help = "Send the mails of the outbox that are due, once. Safe to run any number of times at once."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.DATA_DIR)
        hold_if_restored(folder=folder, at=timezone.now())
        if not is_set_up():
            waiting = OutgoingMail.objects.undecided().count()
            self.stdout.write(f"No mail server is set up (EMAIL_HOST): {waiting_in_words(waiting)}.")
            return
        done = deliver_and_count(folder=folder, now=timezone.now, connection_factory=smtp_connection)
        self.stdout.write(f"Mails: {done}")
        if held := OutgoingMail.objects.held().count():
            self.stdout.write(f"Sending is held: {waiting_in_words(held)} for a decision on the outbox page.")
