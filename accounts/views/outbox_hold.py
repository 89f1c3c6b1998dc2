"""What a person decides of the mails that are held since a restore."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to, may_read_mail_bodies, may_see_outbox
from accounts.views.outbox import MAILS_A_PAGE
from accounts.views.paging import keyset_page
from ledger.domain.holds import (
    NotHeld,
    NothingHeld,
    drop_all,
    drop_mail,
    open_hold,
    release_all,
    release_mail,
)
from ledger.domain.mail_kinds import label_of
from ledger.models import OutgoingMail


@require_safe
@allowed_to(may_see_outbox)
def outbox_hold(request: SignedInRequest) -> HttpResponse:
    hold = open_hold()
    if hold is None:
        return redirect("accounts:outbox")
    held = OutgoingMail.objects.held()
    page = keyset_page(held.as_listed(), request.GET, order=("-pk",), size=MAILS_A_PAGE)
    context = {
        "hold": hold,
        "count": held.count(),
        "page": page,
        "rows": [(mail, label_of(mail.kind)) for mail in page.rows],
        "reads_bodies": may_read_mail_bodies(request.user),
    }
    return render(request, "accounts/outbox_hold.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_outbox)
def outbox_release(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            count = release_all(by=request.user, at=timezone.now())
        except NothingHeld:
            messages.info(request, _("Sending is no longer held."))
        else:
            done = ngettext(
                "Sending has resumed, with %(number)d mail that was held.",
                "Sending has resumed, with %(number)d mails that were held.",
                count,
            )
            messages.success(request, done % {"number": count})
        return redirect("accounts:outbox")
    return _confirmation(request, "accounts/outbox_release.html")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_outbox)
def outbox_drop(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            count = drop_all(by=request.user, at=timezone.now())
        except NothingHeld:
            messages.info(request, _("Sending is no longer held."))
        else:
            done = ngettext(
                "%(number)d held mail was dropped. Sending has resumed.",
                "%(number)d held mails were dropped. Sending has resumed.",
                count,
            )
            messages.success(request, done % {"number": count})
        return redirect("accounts:outbox")
    return _confirmation(request, "accounts/outbox_drop.html")


@require_POST
@allowed_to(may_see_outbox)
def mail_release(request: SignedInRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(OutgoingMail, pk=pk)
    try:
        release_mail(mail=mail, by=request.user, at=timezone.now())
    except NotHeld:
        messages.info(request, _("This mail is no longer held."))
    else:
        messages.success(request, _("The mail is released and will be sent now."))
    return redirect("accounts:outbox_hold")


@require_POST
@allowed_to(may_see_outbox)
def mail_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(OutgoingMail, pk=pk)
    try:
        drop_mail(mail=mail, by=request.user, at=timezone.now())
    except NotHeld:
        messages.info(request, _("This mail is no longer held."))
    else:
        messages.success(request, _("The mail is dropped: it will not be sent."))
    return redirect("accounts:outbox_hold")


def _confirmation(request: SignedInRequest, template: str) -> HttpResponse:
    if open_hold() is None:
        return redirect("accounts:outbox")
    return render(request, template, {"count": OutgoingMail.objects.held().count()})
