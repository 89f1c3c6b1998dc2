from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def positions(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def position_new(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def position(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def position_edit(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404
