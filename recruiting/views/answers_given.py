from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def session_answer(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def answer_record(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def answer_correct(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404


def given_for_question(request: HttpRequest, **ids: Any) -> HttpResponse:
    raise Http404
