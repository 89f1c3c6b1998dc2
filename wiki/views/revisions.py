from django.http import Http404, HttpResponse

from accounts.access import SignedInRequest


def answer_history(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404


def answer_compare(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404


def revision(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    raise Http404


def revision_restore(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    raise Http404
