"""The calendar that a person's own program follows, and the page where its private address is made."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.domain.calendars import (
    CalendarChanged,
    calendar_feed_of,
    make_calendar_address,
    reader_of_calendar,
    revoke_calendar_address,
    state_of,
)
from accounts.models import User
from accounts.views.outbox import DOWNLOAD_POLICY
from ledger.domain.icalendar import write_calendar
from ledger.domain.links import absolute
from recruiting.access import may_follow_calendar
from recruiting.domain.calendars import calendar_of
from recruiting.forms.calendars import CalendarMakeForm

REFRESH_HOURS = 1
MISSES_A_MINUTE = 30  # from one address; programs that follow an address that has ended stay far below
# The address is a secret: it is kept from the pages that the file leads to, and from search engines.
SECRET_HEADERS = {
    "Content-Security-Policy": DOWNLOAD_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@require_safe
@allowed_to(may_follow_calendar)
def calendar(request: SignedInRequest) -> HttpResponse:
    return render(request, "recruiting/calendar.html", _standing(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_follow_calendar)
def calendar_make(request: SignedInRequest) -> HttpResponse:
    """The one answer that shows the address; sent again, the form makes no other."""
    if request.method != "POST":
        return render(request, "recruiting/calendar_make.html", _standing(request.user))
    form = CalendarMakeForm(request.POST)
    try:
        seen = form.cleaned_data["seen"] if form.is_valid() else ""
        token = make_calendar_address(user=request.user, as_of=seen, at=now())
    except CalendarChanged:
        messages.error(
            request, _("Your address has changed since you opened that page. This is its current state.")
        )
        return redirect("recruiting:calendar")
    address = absolute(reverse("recruiting:calendar_feed", args=[token]))
    return render(request, "recruiting/calendar.html", _standing(request.user) | {"address": address})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_follow_calendar)
def calendar_revoke(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "recruiting/calendar_revoke.html", _standing(request.user))
    revoke_calendar_address(user=request.user, at=now())
    messages.success(request, _("The address no longer works."))
    return redirect("recruiting:calendar")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a private address. All that do not work get one and the same answer."""
    user = reader_of_calendar(token=token)
    if user is None:
        # Only wrong addresses are refused: a whole company may read through one network address.
        minute = f"{now():%H%M}"  # in the key: counting a miss must not make the minute longer
        misses = f"calendar-misses:{get_adapter().get_client_ip(request)}:{minute}"
        if cache.get(misses, 0) >= MISSES_A_MINUTE:
            return _refusal(
                _("There were too many tries in a short time. Wait a minute, then try again."), 429
            )
        _count(misses)
        return _refusal(_("There is no calendar at this address."), 404)
    kind = "text/calendar; charset=utf-8"
    response = HttpResponse(_written(user), content_type=kind, headers=SECRET_HEADERS)
    response["Content-Disposition"] = 'attachment; filename="contrechamp.ics"'
    response["Content-Language"] = user.language
    return response


def _refusal(words: str, status: int) -> HttpResponse:
    """Plain, because a page would repeat the address in its own links."""
    kind = "text/plain; charset=utf-8"
    return HttpResponse(f"{words}\n", status=status, content_type=kind, headers=SECRET_HEADERS)


def _written(user: User) -> bytes:
    with override(user.language):
        events = calendar_of(user=user, at=now())
        return write_calendar(name="Contrechamp", events=events, refresh_hours=REFRESH_HOURS)


def _standing(user: User) -> dict[str, object]:
    feed = calendar_feed_of(user)
    return {"feed": feed, "form": CalendarMakeForm(initial={"seen": state_of(feed)})}


def _count(key: str) -> None:
    cache.add(key, 0, timeout=60)
    try:
        cache.incr(key)
    except ValueError:  # the minute ended between the two calls
        return
