from argparse import ArgumentParser
from datetime import date
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ledger.domain.jobs import run_job
from recruiting.domain.reminders import SESSION_REMINDERS, run_session_reminders


class Command(BaseCommand):
    help = "Remind the hosts of the sessions that begin soon, each once however often this is run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            metavar="DATE",
            help="the day, such as 2026-11-23; today if left out",
        )

    def handle(self, *args: Any, on: date | None, **options: Any) -> None:
        period = (on or timezone.localdate()).isoformat()
        work = partial(run_session_reminders, period=period, at=timezone.now())
        run = run_job(job=SESSION_REMINDERS, period=period, work=work, now=timezone.now, force=True)
        outcome = run.summary if run else "done before, nothing to do"
        self.stdout.write(f"Session reminders of {period}: {outcome}.")
