from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ledger.domain.jobs import run_job
from wiki.domain.digests import OWNER_DIGESTS, queued_in_words, send_owner_digests


class Command(BaseCommand):
    help = "Queue the owners' digests of a day, each once however often this is run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            metavar="DATE",
            help="the day, such as 2026-11-23; today if left out",
        )

    def handle(self, *args: Any, on: date | None, **options: Any) -> None:
        day = on or timezone.localdate()
        period = day.isoformat()

        def work() -> str:
            return queued_in_words(send_owner_digests(on=day, at=timezone.now()))

        run = run_job(job=OWNER_DIGESTS, period=period, work=work, now=timezone.now, force=True)
        outcome = run.summary if run else "done before, nothing to do"
        self.stdout.write(f"Owner digests of {period}: {outcome}.")
