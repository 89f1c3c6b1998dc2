"""How the site says that it is well, and that it is not."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from django.views.defaults import server_error as error_page

RETRY_SECONDS = 5  # a database that is restarted is back by then


@login_not_required
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Whether this process answers and reaches its database; says nothing else to strangers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an unexpected error: 503 while the database fails us, for then to try again helps."""
    # Django calls this while it handles the error. Neither page asks the database anything.
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return error_page(request)
