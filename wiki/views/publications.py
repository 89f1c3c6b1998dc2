from django.http import Http404, HttpResponse

from accounts.access import SignedInRequest


def answer_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404


def answer_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404


def answer_verify(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404
