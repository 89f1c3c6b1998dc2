"""Take a Content-Type that cannot be read for none, before Django reads it."""

import codecs
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils.http import parse_header_parameters


class ReadableContentTypes:
    """Django reads the type where it makes the request, outside of everything that answers errors.

    One whose parameter names no known encoding would be an answer without our page and headers, and a
    traceback in the log, for anyone who asks.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_readable(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = ""
        return self.application(environ, start_response)


def _is_readable(content_type: str) -> bool:
    try:
        _kind, parameters = parse_header_parameters(content_type)
    except (LookupError, ValueError):
        return False
    try:
        codecs.lookup(parameters.get("charset", "utf-8"))
    except LookupError:
        return True  # Django passes over a name that it does not know
    except ValueError:
        return False
    return True
