from urllib.parse import urljoin

from django.conf import settings


def absolute(path: str) -> str:
    """The whole address of a path of this site, from SITE_URL and never from a request's Host header."""
    return urljoin(f"{settings.SITE_URL}/", path)
