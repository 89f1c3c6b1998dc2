from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from ledger.domain.holds import begin_hold
from ledger.domain.outbox import waiting_in_words
from ledger.domain.restores import hold_if_restored
from ledger.models import HoldCause, OutgoingMail


class Command(BaseCommand):
    help = "Hold every mail that waits until a person releases it: run this once the database is restored."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        # First what the worker would notice, so that it notices nothing new once mails are released.
        noticed = hold_if_restored(folder=Path(settings.DATA_DIR), at=at)
        began = noticed or begin_hold(cause=HoldCause.ASKED, at=at)
        waiting = waiting_in_words(OutgoingMail.objects.held().count())
        held_now = "is held" if began else "was held already"
        self.stdout.write(f"Sending {held_now}: {waiting} for a decision on the outbox page.")
