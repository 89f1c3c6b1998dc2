from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    return render(request, "recruiting/home.html")
