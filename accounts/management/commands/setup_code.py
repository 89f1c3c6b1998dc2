from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.domain.setup import is_set_up, make_setup_code
from ledger.domain.links import absolute


class Command(BaseCommand):
    help = "Print the one-time code that makes the first lead; does nothing once there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        if is_set_up():
            self.stdout.write("There is a lead already: people are invited from the People page.")
            return
        code = make_setup_code(at=timezone.now())
        self.stdout.write(f"To make the first lead, open {absolute('/setup/')} and give this code:")
        self.stdout.write(f"\n    {code}\n\nIt is good for one use, for a day.")
