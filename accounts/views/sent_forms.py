from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now

from accounts.access import SignedInRequest
from ledger.domain.fingerprints import fingerprint
from ledger.domain.sent_forms import act_once


def acts_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form sent again leads where it led first: a double press, a browser's retry, the way back.

    Its template has `{% form_key %}`. The same key with other words is another thing: who goes back
    and types something else means it. The view redirects once it has acted, and only then.
    """

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.POST.get("form_key"):
            return view(request, *args, **kwargs)
        responses: list[HttpResponse] = []

        def act() -> str:
            responses.append(view(request, *args, **kwargs))
            return responses[0].headers.get("Location", "")

        address = act_once(key=_key_of(request), act=act, at=now())
        return responses[0] if responses else redirect(address)

    return guarded


def _key_of(request: SignedInRequest) -> str:
    typed = sorted((name, words) for name, words in request.POST.lists() if name != "csrfmiddlewaretoken")
    return fingerprint(request.user.pk, request.path, typed)
