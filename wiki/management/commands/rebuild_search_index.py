from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wiki.domain.search_index import BATCH, reindex_all


class Command(BaseCommand):
    help = "Make the search index again from the questions and the published answers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="answers read at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        indexed = reindex_all(batch=options["batch"])
        self.stdout.write(f"{indexed.questions} questions and {indexed.answers} answers are findable.")
