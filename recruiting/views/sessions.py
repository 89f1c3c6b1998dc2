from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def session_new(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def sessions(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def session(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def session_edit(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def session_status(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def candidate_question_new(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404
