"""Pausing one's own digests while one is away."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, allowed_to
from accounts.dates import in_words
from wiki.access import may_have_digests
from wiki.domain.pauses import day_of_return, pause_digests, resume_digests
from wiki.forms.pauses import DigestPauseForm
from wiki.models import DigestPause


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_have_digests)
def digest_pause(request: SignedInRequest) -> HttpResponse:
    today, user = localdate(), request.user
    pause = DigestPause.objects.in_force(on=today).filter(user=user).select_related("stand_in").first()
    form = DigestPauseForm(request.POST or None, user=user, pause=pause, today=today)
    if form.is_valid():
        pause_digests(user=user, at=now(), **form.cleaned_data)
        day = _return_in_words(form.cleaned_data["until"])
        messages.success(request, _("Your digests are paused. They resume on %(day)s.") % {"day": day})
        return redirect("wiki:digest_pause")
    stands_in_for = DigestPause.objects.in_force(on=today).stood_in_by(user).select_related("user")
    context = {
        "form": form,
        "pause": pause,
        "day_of_return": _return_in_words(pause.until) if pause else "",
        "stands_in_for": stands_in_for.order_by("until", "pk"),
    }
    return render(request, "wiki/digest_pause.html", context)


@require_POST
@allowed_to(may_have_digests)
def digest_resume(request: SignedInRequest) -> HttpResponse:
    resume_digests(user=request.user, at=now())
    messages.success(request, _("Your digests have resumed."))
    return redirect("wiki:digest_pause")


def _return_in_words(until: date) -> str:
    """Such as "Tuesday 1 December"; the year is not said, for a pause lasts one at most."""
    day = day_of_return(until)
    return f"{in_words(day, 'l')} {in_words(day, 'MONTH_DAY_FORMAT')}"
