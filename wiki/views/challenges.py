from django.http import Http404, HttpResponse

from accounts.access import SignedInRequest


def answer_challenge(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404


def challenge_resolve(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404
