from typing import Any

from django.core.management.base import BaseCommand

from recruiting.domain.personal_data_page import personal_data_page


class Command(BaseCommand):
    help = "Print where personal data is kept, why, who reads it and how long: docs/personal-data.md."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(personal_data_page(), ending="")
