"""Refuse what no browser sends and what Django would fail over deep inside a view."""

import codecs
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class PlainRequestsMiddleware:
    """One character set, and no NUL in a cookie: 400 for anything else.

    A multipart body may name any codec of Python's: some let lone surrogates through, which no database
    stores, and some are not text at all. A quoted cookie may spell a NUL, which PostgreSQL refuses to
    look up. Both would be errors of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest("the request's text is not in UTF-8")
        if any("\0" in value for value in request.COOKIES.values()):
            raise BadRequest("a cookie holds a NUL")
        return self.get_response(request)
