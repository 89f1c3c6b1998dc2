from django.http import Http404, HttpResponse

from accounts.access import SignedInRequest


def index(request: SignedInRequest) -> HttpResponse:
    raise Http404


def category(request: SignedInRequest, slug: str) -> HttpResponse:
    raise Http404


def question(request: SignedInRequest, slug: str) -> HttpResponse:
    raise Http404
