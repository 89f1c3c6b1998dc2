from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.views.paging import keyset_page
from recruiting.access import (
    candidate_name,
    follow_ups_visible_to,
    may_act_on,
    may_recruit,
    may_see_follow_ups,
    may_see_sessions,
    sessions_visible_to,
)
from recruiting.domain.follow_ups import FollowUpChanged, change_follow_up
from recruiting.domain.promises import SessionOver, promise
from recruiting.domain.writing_to_candidates import mail_of, with_letters
from recruiting.forms.follow_ups import FollowUpFilterForm, FollowUpForm, PromiseForm
from recruiting.models import FollowUp
from recruiting.views.visible_sessions import shown_name, visible_session

FOLLOW_UPS_A_PAGE = 30
SOONEST_FIRST, LATEST_FIRST = ("due_on", "pk"), ("-due_on", "-pk")


@require_safe
@allowed_to(may_see_follow_ups)
def follow_ups(request: SignedInRequest) -> HttpResponse:
    form = FollowUpFilterForm(request.GET, own_only=not may_recruit(request.user))
    form.is_valid()
    visible = follow_ups_visible_to(request.user).with_parties()
    page = keyset_page(
        form.chosen(visible, user=request.user, on=localdate()),
        request.GET,
        order=LATEST_FIRST if form.chosen_state == "done" else SOONEST_FIRST,
        size=FOLLOW_UPS_A_PAGE,
    )
    rows = [
        (row, candidate_name(request.user, row.session.application.candidate), mail)
        for row, mail in with_letters(page.rows)
    ]
    context = {"form": form, "page": page, "rows": rows, "today": localdate()}
    return render(request, "recruiting/follow_ups.html", context)


@require_safe
@allowed_to(may_see_follow_ups)
def follow_up(request: SignedInRequest, follow_up_id: int) -> HttpResponse:
    follow_up = visible_follow_up(request, follow_up_id)
    session = follow_up.session
    context = shown(request, follow_up) | {
        "may_act": may_act_on(request.user, follow_up),
        "may_write": session.application.candidate.can_be_mailed,
        "mail": mail_of(follow_up),
        "may_open_session": sessions_visible_to(request.user).filter(pk=session.pk).exists(),
        "today": localdate(),
    }
    return render(request, "recruiting/follow_up.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_follow_ups)
def follow_up_edit(request: SignedInRequest, follow_up_id: int) -> HttpResponse:
    follow_up = follow_up_to_act_on(request, follow_up_id)
    if not follow_up.is_open:
        messages.error(request, _("This is closed. Take it up again to change it."))
        return redirect("recruiting:follow_up", follow_up.pk)
    form = FollowUpForm(request.POST or None, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_follow_up(
                follow_up=follow_up,
                promised=data.get("promised", ""),
                owner=data["owner"],
                due_on=data["due_on"],
                as_of=data["seen"],
                by=request.user,
                at=now(),
            )
        except FollowUpChanged:
            standing = visible_follow_up(request, follow_up_id)
            message = _(
                "Someone else changed this meanwhile, and nothing of yours is saved yet. Save again to put "
                "yours in its place."
            )
            form.refuse(message, standing=standing.updated_at.isoformat())
        else:
            messages.success(request, _("The follow-up was changed."))
            return redirect("recruiting:follow_up", follow_up.pk)
    return render(request, "recruiting/follow_up_edit.html", shown(request, follow_up) | {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_sessions)
def promise_new(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    form = PromiseForm(request.POST or None, session=session, user=request.user, today=localdate())
    if request.method == "POST" and form.is_valid():
        try:
            promise(
                session=session,
                candidate_question=form.cleaned_data["candidate_question"],
                promised=form.facts(),
                client_id=form.cleaned_data["client_id"],
                by=request.user,
                at=now(),
            )
        except SessionOver:
            form.add_error(None, _("This session is over. Reopen it to add a promise."))
        else:
            messages.success(request, _("The promise is kept here, and its owner will be reminded."))
            return redirect("recruiting:session", session.pk)
    context = {"session": session, "candidate": shown_name(request.user, session), "form": form}
    return render(request, "recruiting/promise_new.html", context)


def visible_follow_up(request: SignedInRequest, follow_up_id: int) -> FollowUp:
    """Http404 unless the user may see it."""
    rows = follow_ups_visible_to(request.user).with_parties()
    rows = rows.select_related("candidate_question", "closed_by", "session__organiser")
    return get_object_or_404(rows, pk=follow_up_id)


def follow_up_to_act_on(request: SignedInRequest, follow_up_id: int) -> FollowUp:
    """The same, refused where the user may read it but not act on it."""
    follow_up = visible_follow_up(request, follow_up_id)
    if not may_act_on(request.user, follow_up):
        raise PermissionDenied
    return follow_up


def shown(request: SignedInRequest, follow_up: FollowUp) -> dict[str, Any]:
    return {
        "follow_up": follow_up,
        "session": follow_up.session,
        "candidate": shown_name(request.user, follow_up.session),
    }
