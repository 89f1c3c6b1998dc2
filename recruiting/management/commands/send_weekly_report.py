from argparse import ArgumentParser
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate, now

from ledger.domain.jobs import run_job
from ledger.domain.schedule import iso_week
from recruiting.domain.weekly_reports import KIND, send_report_of_period


class Command(BaseCommand):
    help = "Queue the weekly report of the ISO week that closed before the given day for every lead, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="a day, as 2026-11-23; default: today")

    def handle(self, *args: Any, **options: Any) -> None:
        period = iso_week((options["on"] or localdate()) - timedelta(weeks=1))
        work = partial(send_report_of_period, period=period, at=now())
        run = run_job(job=KIND, period=period, work=work, now=now, force=True)
        self.stdout.write(f"{period}: {run.summary if run else 'sent before, nothing to do'}")
