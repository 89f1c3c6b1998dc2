from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def application_new(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def application(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def application_edit(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404
