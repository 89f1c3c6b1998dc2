from collections.abc import Callable

from django.utils.timezone import now

from accounts.access import SignedInRequest
from ledger.domain.fingerprints import fingerprint
from ledger.domain.sent_forms import act_once


def once(request: SignedInRequest, act: Callable[[], str]) -> str:
    """The address that `act` led to; the same form with the same words leads there without acting again.

    Its template has `{% form_key %}`. Someone who goes back and types something else means it.
    """
    if not request.POST.get("form_key"):
        return act()
    typed = sorted((name, text) for name, text in request.POST.lists() if name != "csrfmiddlewaretoken")
    return act_once(key=fingerprint(request.user.pk, request.path, typed), act=act, at=now())
