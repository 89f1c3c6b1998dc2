from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from recruiting.domain.retention import apply_retention, retention_to_come


class Command(BaseCommand):
    help = (
        "Remove what is no longer needed: unused images, expired sign-ins, old mails and job runs, "
        "past pauses of digests."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what would go and remove nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.stdout.write(f"Would be removed: {retention_to_come(at=timezone.now())}.")
        else:
            self.stdout.write(f"{apply_retention(at=timezone.now())}.")
