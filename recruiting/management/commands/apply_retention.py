from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from recruiting.domain.retention import apply_retention


class Command(BaseCommand):
    help = "Remove what is no longer needed: unused images, expired sign-ins, old mails and job runs."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{apply_retention(at=timezone.now())}.")
