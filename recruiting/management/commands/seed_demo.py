from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from accounts.models import Language, User
from recruiting.domain.demo.bulk import add_bulk
from recruiting.domain.demo.seeding import seed_demo
from wiki.domain.starter import load_starter_questions


class Command(BaseCommand):
    help = "Fill an empty site with the demonstration company (fictional), the same for the same date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=Language.values, default=Language.ENGLISH)
        parser.add_argument("--on", type=date.fromisoformat, help="the day it is shown; default: today")
        parser.add_argument(
            "--answers", type=int, default=0, metavar="N", help="add so many synthetic answers, in bulk"
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are people")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            if not options["if_empty"]:
                raise CommandError("This site has people already; the demonstration needs an empty one.")
        else:
            on = options["on"] or localdate()
            load_starter_questions()
            seed_demo(language=options["language"], on=on)
            add_bulk(answers=options["answers"], language=options["language"], on=on)
        self.stdout.write("\nSign in as one of these, all with the password " + DEMO_PASSWORD)
        for account in DEMO_ACCOUNTS:
            self.stdout.write(f"  {account.email:30} {', '.join(account.role_labels)}")
