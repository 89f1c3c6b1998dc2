"""How a follow-up ends: kept, withdrawn, or sent to the candidate; and how it is taken up again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, allowed_to
from accounts.views.notices import warn_if_mail_waits
from recruiting.access import may_see_address, may_see_follow_ups
from recruiting.domain.follow_ups import (
    FollowUpChanged,
    WasSent,
    keep_follow_up,
    reopen_follow_up,
    withdraw_follow_up,
)
from recruiting.domain.writing_to_candidates import (
    NoAddress,
    send_to_candidate,
    usual_letter,
)
from recruiting.forms.follow_ups import LetterForm, WordForm
from recruiting.models import FollowUp
from recruiting.views.follow_ups import follow_up_to_act_on, shown


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_follow_ups)
def follow_up_keep(request: SignedInRequest, follow_up_id: int) -> HttpResponse:
    follow_up = follow_up_to_act_on(request, follow_up_id)
    form = WordForm(request.POST or None, needed=False)
    if request.method == "POST" and form.is_valid():
        try:
            keep_follow_up(follow_up=follow_up, word=form.cleaned_data["word"], by=request.user, at=now())
        except FollowUpChanged:
            return _changed(request, follow_up)
        messages.success(request, _("Kept. Take it up again if that was a mistake."))
        return redirect("recruiting:follow_up", follow_up.pk)
    return render(request, "recruiting/follow_up_keep.html", shown(request, follow_up) | {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_follow_ups)
def follow_up_withdraw(request: SignedInRequest, follow_up_id: int) -> HttpResponse:
    follow_up = follow_up_to_act_on(request, follow_up_id)
    form = WordForm(request.POST or None, needed=True)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_follow_up(follow_up=follow_up, word=form.cleaned_data["word"], by=request.user, at=now())
        except FollowUpChanged:
            return _changed(request, follow_up)
        messages.success(request, _("Withdrawn. Take it up again if that was a mistake."))
        return redirect("recruiting:follow_up", follow_up.pk)
    return render(request, "recruiting/follow_up_withdraw.html", shown(request, follow_up) | {"form": form})


@require_POST
@allowed_to(may_see_follow_ups)
def follow_up_reopen(request: SignedInRequest, follow_up_id: int) -> HttpResponse:
    follow_up = follow_up_to_act_on(request, follow_up_id)
    try:
        reopen_follow_up(follow_up=follow_up, by=request.user, at=now())
    except WasSent:
        messages.error(request, _("The candidate was written to, which cannot be taken back. Add a promise."))
    except FollowUpChanged:
        return _changed(request, follow_up)
    else:
        messages.success(request, _("It is open again."))
    return redirect("recruiting:follow_up", follow_up.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_follow_ups)
def follow_up_send(request: SignedInRequest, follow_up_id: int) -> HttpResponse:
    follow_up = follow_up_to_act_on(request, follow_up_id)
    if request.method != "POST" and not follow_up.is_open:
        return _changed(request, follow_up)
    usual = usual_letter(follow_up=follow_up, by=request.user)
    form = LetterForm(request.POST or None, initial=vars(usual))
    if request.method == "POST" and form.is_valid():
        try:
            send_to_candidate(follow_up=follow_up, letter=form.letter(), by=request.user, at=now())
        except FollowUpChanged:
            return _changed(request, follow_up)
        except NoAddress:
            form.add_error(None, _("No address of the candidate is known. Tell them another way."))
        else:
            messages.success(request, _("The mail is on its way, and its text is kept with the session."))
            warn_if_mail_waits(request)
            return redirect("recruiting:follow_up", follow_up.pk)
    context = shown(request, follow_up) | {"form": form, "may_see_address": may_see_address(request.user)}
    context["may_write"] = follow_up.session.application.candidate.can_be_mailed
    return render(request, "recruiting/follow_up_send.html", context)


def _changed(request: SignedInRequest, follow_up: FollowUp) -> HttpResponse:
    messages.warning(request, _("Someone was faster, so nothing was done. This is how it stands."))
    return redirect("recruiting:follow_up", follow_up.pk)
