from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def briefing(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404
