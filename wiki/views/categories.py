from django.http import Http404, HttpResponse

from accounts.access import SignedInRequest


def categories(request: SignedInRequest) -> HttpResponse:
    raise Http404


def category_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    raise Http404
