from django.http import Http404, HttpResponse

from accounts.access import SignedInRequest


def answer_keeping(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404


def answer_archive(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404
