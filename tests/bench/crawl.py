"""`python -m tests.bench.crawl`: the most queries that each page makes, as JSON. Run by the bench.

Follows the links from home as the lead does, a few addresses of each page.
"""

import json
import os
import re
import sys
from collections import defaultdict
from html import unescape
from urllib.parse import urljoin, urlsplit

import django

ADDRESSES_A_PAGE = 5
LINK = re.compile(r"""\b(?:href|hx-get)="([^"#]+)""")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.stdout.write(json.dumps(most_queries()))


def most_queries() -> dict[str, int]:
    from django.urls import Resolver404, resolve

    client = signed_in_lead()
    counts: dict[str, list[int]] = defaultdict(list)
    waiting, seen = ["/"], {"/"}
    while waiting:
        address = waiting.pop(0)
        parts = urlsplit(address)
        try:
            name = resolve(parts.path).view_name
        except Resolver404:
            continue
        page = f"{name}, searched or filtered" if parts.query else name
        if len(counts[page]) == ADDRESSES_A_PAGE:
            continue
        queries, body = count_queries(client, address)
        counts[page].append(queries)
        links = {urljoin(address, unescape(link)) for link in LINK.findall(body)} - seen
        seen |= links
        waiting += sorted(link for link in links if _is_page(link))
    return {page: max(numbers) for page, numbers in counts.items() if numbers}


def signed_in_lead():
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    lead = User.objects.get(email="claire@verrebrume.example")
    client.force_login(lead, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def count_queries(client, address: str) -> tuple[int, str]:
    """How many queries the page makes, and its HTML; of a page elsewhere or a file, nothing."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    if response.status_code not in (200, 302):
        raise RuntimeError(f"{address}: {response.status_code}")
    is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
    return len(queries), response.content.decode() if is_page else ""


def _is_page(link: str) -> bool:
    return link.startswith("/") and not link.startswith(("/static/", "/account/logout"))


if __name__ == "__main__":
    main()
