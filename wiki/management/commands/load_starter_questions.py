from typing import Any

from django.core.management.base import BaseCommand

from wiki.domain.starter import load_starter_questions


class Command(BaseCommand):
    help = "Load the starter questions; never overwrites what people changed."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_starter_questions()
        self.stdout.write(
            f"Starter questions: {loaded.created} created, {loaded.updated} renewed, {loaded.kept} as before."
        )
