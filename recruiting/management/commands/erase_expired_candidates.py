from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from recruiting.domain.expired_candidates import (
    erase_again,
    erase_expired,
    expired_candidates,
    noted_and_not_erased,
)


class Command(BaseCommand):
    help = (
        "Erase the candidates whose file has expired, and again those whom a restored backup brought back. "
        "Safe to stop and to run again; it cannot be undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say who would be erased, by number, and erase nobody."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at, journal = timezone.now(), Path(settings.ERASURE_JOURNAL)
        if options["dry_run"]:
            again, expired = [*noted_and_not_erased(journal=journal)], [*expired_candidates(at=at)]
            self.stdout.write(f"Would be erased again after a restore: {_listed(again)}")
            self.stdout.write(f"Would be erased, their file has expired: {_listed(expired)}")
            return
        self.stdout.write(f"Erased again after a restore: {erase_again(journal=journal, at=at)}")
        self.stdout.write(f"Erased, their file had expired: {erase_expired(journal=journal, at=at)}")


def _listed(ids: list[int]) -> str:
    numbers = ", ".join(map(str, ids))
    return f"{len(ids)} ({numbers})" if ids else "nobody"
