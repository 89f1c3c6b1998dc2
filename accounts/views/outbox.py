"""The outbox: what was mailed, to whom, as it looks, and whether the worker runs."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to, may_read_mail_bodies, may_see_outbox
from accounts.forms.outbox import OutboxFilter
from accounts.models import User
from accounts.views.paging import keyset_page
from ledger.domain.holds import open_hold
from ledger.domain.mail_kinds import label_of
from ledger.domain.mail_server import is_set_up
from ledger.domain.messages import ReadableMessage, read
from ledger.domain.outbox import MailBeingSent, MailErased, MailExpired, send_again
from ledger.domain.worker import is_late, job_states, last_beat
from ledger.models import MailReason, MailState, OutgoingMail

MAILS_A_PAGE = 50
# Inline styles for this response only: mail programs know no other way to style.
MAIL_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; "
    "form-action 'none'; frame-ancestors 'self'; base-uri 'none'"
)
DOWNLOAD_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_safe
@allowed_to(may_see_outbox)
def outbox(request: SignedInRequest) -> HttpResponse:
    form = OutboxFilter(request.GET)
    wanted = OutgoingMail.objects.filter(**form.chosen()) if form.is_valid() else OutgoingMail.objects.none()
    page = keyset_page(wanted.as_listed(), request.GET, order=("-pk",), size=MAILS_A_PAGE)
    beat, now = last_beat(), timezone.now()
    context = {
        "form": form,
        "page": page,
        "rows": [(mail, label_of(mail.kind)) for mail in page.rows],
        "reads_bodies": may_read_mail_bodies(request.user),
        "server_set_up": is_set_up(),
        "server_down": OutgoingMail.objects.undecided().filter(reason=MailReason.SERVER_DOWN).first(),
        "jobs": job_states(now=now, zone=timezone.get_default_timezone()),
        "hold": open_hold(),
        "held_count": OutgoingMail.objects.held().count(),
        "last_beat": beat,
        "worker_late": is_late(beat, now=now),
    }
    return render(request, "accounts/outbox.html", context)


@require_safe
@allowed_to(may_see_outbox)
def mail(request: SignedInRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(OutgoingMail.objects.select_related("recipient"), pk=pk)
    readable = _may_read(request.user, mail)
    idle = mail.state == MailState.PENDING and not is_set_up()
    expired = mail.expires_at <= timezone.now()
    on_its_way = mail.held or idle or mail.state == MailState.SENDING
    context = {
        "mail": mail,
        "kind": label_of(mail.kind),
        "reads_bodies": may_read_mail_bodies(request.user),
        "content": read(bytes(mail.message)) if readable and not mail.is_erased else None,
        "can_send_again": not (mail.is_erased or expired or on_its_way),
        "expired": expired and not mail.is_erased,
        "server_set_up": is_set_up(),
    }
    return render(request, "accounts/mail.html", context)


@require_safe
@allowed_to(may_see_outbox)
def mail_html(request: SignedInRequest, pk: int) -> HttpResponse:
    """The mail as it looks, alone, for the frame of its page."""
    response = HttpResponse(_content_or_refuse(request.user, pk).html)
    response["Content-Security-Policy"] = MAIL_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_safe
@allowed_to(may_see_outbox)
def mail_attachment(request: SignedInRequest, pk: int, index: int) -> HttpResponse:
    attachments = _content_or_refuse(request.user, pk).attachments
    if index >= len(attachments):
        raise Http404
    attachment = attachments[index]
    response = HttpResponse(attachment.content, content_type=attachment.mimetype)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=attachment.name)
    response["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


@require_POST
@allowed_to(may_see_outbox)
def mail_send_again(request: SignedInRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(OutgoingMail, pk=pk)
    try:
        send_again(mail=mail, by=request.user, at=timezone.now())
    except MailErased:
        messages.error(request, _("This mail was erased once delivered and cannot be sent again."))
    except MailExpired:
        messages.error(request, _("This mail has expired and cannot be sent again."))
    except MailBeingSent:
        messages.error(request, _("This mail is being sent at this moment."))
    else:
        messages.success(request, _("The mail waits to be sent again."))
    return redirect("accounts:mail", mail.pk)


def _may_read(user: User, mail: OutgoingMail) -> bool:
    """A private link is for its recipient; a lead passes it on only where no mail server can."""
    return may_read_mail_bodies(user) and not (mail.secret and is_set_up())


def _content_or_refuse(user: User, pk: int) -> ReadableMessage:
    mail = get_object_or_404(OutgoingMail, pk=pk)
    if not _may_read(user, mail):
        raise PermissionDenied
    if mail.is_erased:
        raise Http404
    return read(bytes(mail.message))
