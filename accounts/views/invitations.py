from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, allowed_to, may_grant, may_manage_people
from accounts.domain.invitations import (
    AlreadyInvited,
    InvitationOver,
    accept_invitation,
    invite,
    open_invitation,
    resend_invitation,
    revoke_invitation,
)
from accounts.forms.people import OPEN_INVITATION, AcceptanceForm, InvitationForm
from accounts.models import Invitation
from accounts.views.notices import warn_if_mail_waits


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_manage_people)
def person_invite(request: SignedInRequest) -> HttpResponse:
    initial = {"language": request.user.language, "roles": ["reader"]}
    form = InvitationForm(request.POST or None, initial=initial, granted_by=request.user)
    if request.method == "POST" and form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        try:
            invitation = invite(**given, path_of=_acceptance_path, by=request.user, at=at)
        except AlreadyInvited:
            form.add_error("email", OPEN_INVITATION)
        else:
            messages.success(
                request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email}
            )
            warn_if_mail_waits(request)
            return redirect("accounts:people")
    return render(request, "accounts/person_invite.html", {"form": form})


@require_POST
@allowed_to(may_manage_people)
def invitation_resend(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = _invitation_to_change(request, pk)
    try:
        resend_invitation(invitation=invitation, path_of=_acceptance_path, by=request.user, at=timezone.now())
    except InvitationOver:
        messages.error(request, _("This invitation has ended in the meantime."))
    else:
        messages.success(request, _("A new link is on its way to %(email)s.") % {"email": invitation.email})
        warn_if_mail_waits(request)
    return redirect("accounts:people")


@require_POST
@allowed_to(may_manage_people)
def invitation_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = _invitation_to_change(request, pk)
    try:
        revoke_invitation(invitation=invitation, by=request.user, at=timezone.now())
    except InvitationOver:
        messages.error(request, _("This invitation has ended in the meantime."))
    else:
        messages.success(
            request, _("The link sent to %(email)s no longer works.") % {"email": invitation.email}
        )
    return redirect("accounts:people")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the mailed link. All links that do not work get one and the same answer."""
    invitation = open_invitation(token=token, now=timezone.now())
    if invitation is None:
        return render(request, "accounts/invitation_over.html", status=404)
    with override(invitation.language):
        form = AcceptanceForm(
            request.POST or None, initial={"language": invitation.language}, email=invitation.email
        )
        if request.method == "POST" and form.is_valid():
            return _accept(request, invitation, form)
        return render(request, "accounts/invitation_accept.html", {"form": form, "invitation": invitation})


def _accept(request: HttpRequest, invitation: Invitation, form: AcceptanceForm) -> HttpResponse:
    try:
        user = accept_invitation(invitation=invitation, at=timezone.now(), **form.cleaned_data)
    except InvitationOver:
        return render(request, "accounts/invitation_over.html", status=404)
    login(request, user)
    return redirect("home")


def _acceptance_path(token: str) -> str:
    return reverse("accounts:invitation_accept", args=[token])


def _invitation_to_change(request: SignedInRequest, pk: int) -> Invitation:
    invitation = get_object_or_404(Invitation, pk=pk)
    if not all(may_grant(request.user, role) for role in invitation.roles):
        raise PermissionDenied
    return invitation
