from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wiki.domain.images import remove_unused_images, unused_files


class Command(BaseCommand):
    help = "Remove the uploaded images older than a day that no revision shows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="List them and remove nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        act = unused_files if options["dry_run"] else remove_unused_images
        names = act(at=timezone.now())
        for name in names:
            self.stdout.write(name)
        done = "would be removed" if options["dry_run"] else "removed"
        self.stdout.write(f"{len(names)} unused images {done}")
