"""`python -m tests.bench.queries PATH…`: how many queries each page makes, as JSON. Run by the bench."""

import json
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    lead = User.objects.get(email="claire@verrebrume.example")
    client = Client()
    client.force_login(lead, backend=settings.AUTHENTICATION_BACKENDS[0])
    counts = {}
    for path in sys.argv[1:]:
        client.get(path)  # what a process reads once and keeps is not the page's
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status_code}")
        counts[path] = len(queries)
    sys.stdout.write(json.dumps(counts))


if __name__ == "__main__":
    main()
