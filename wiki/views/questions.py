from django.http import Http404, HttpResponse

from accounts.access import SignedInRequest


def question_new(request: SignedInRequest) -> HttpResponse:
    raise Http404


def question_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    raise Http404


def question_archive(request: SignedInRequest, slug: str) -> HttpResponse:
    raise Http404
