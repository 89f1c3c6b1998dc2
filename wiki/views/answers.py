from django.http import Http404, HttpResponse

from accounts.access import SignedInRequest


def answer_new(request: SignedInRequest, slug: str) -> HttpResponse:
    raise Http404


def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404


def answer_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404
