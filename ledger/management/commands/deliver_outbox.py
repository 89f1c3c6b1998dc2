from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ledger.domain.delivery import deliver_due_mail
from ledger.domain.mail_server import is_set_up, smtp_connection
from ledger.models import OutgoingMail


class Command(BaseCommand):
    help = "Send the mails of the outbox that are due, once. Safe to run any number of times at once."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_set_up():
            waiting = OutgoingMail.objects.undecided().count()
            self.stdout.write(f"No mail server is set up (EMAIL_HOST): {waiting} mails wait.")
            return
        done = deliver_due_mail(now=timezone.now, connection_factory=smtp_connection)
        self.stdout.write(f"Mails: {done}")
