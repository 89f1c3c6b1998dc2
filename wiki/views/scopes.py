from django.http import Http404, HttpResponse

from accounts.access import SignedInRequest


def scopes(request: SignedInRequest) -> HttpResponse:
    raise Http404


def scope_new(request: SignedInRequest) -> HttpResponse:
    raise Http404


def scope_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    raise Http404
