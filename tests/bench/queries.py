"""`python -m tests.bench.queries PATH…`: how many queries each page makes, as JSON. Run by the bench."""

import json
import os
import sys

import django

from tests.bench.crawl import count_queries, signed_in_lead


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    client = signed_in_lead()
    counts = {}
    for path in sys.argv[1:]:
        client.get(path)  # what a process reads once and keeps is not the page's
        counts[path], _ = count_queries(client, path)
    sys.stdout.write(json.dumps(counts))


if __name__ == "__main__":
    main()
