from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_see_sessions
from recruiting.domain.briefings import prepare_briefing
from recruiting.domain.reading import NotShown, mark_read
from recruiting.forms.briefings import HostNoteForm, ReadForm
from recruiting.models import HostNote
from recruiting.views.briefing_parts import BriefingParts
from recruiting.views.visible_sessions import hosted_session, shown_name, visible_session

NOTES_SHOWN = 10


@require_safe
@allowed_to(may_see_sessions)
def briefing(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    position = session.application.position
    hosts = list(session.hosts.select_related("user"))
    prepared = prepare_briefing(session=session, reader=request.user, at=now())
    is_host = any(host.user == request.user for host in hosts)
    full = "full" in request.GET
    role_sheet = position.sheet
    context = {
        "session": session,
        "candidate": shown_name(request.user, session),
        "hosts": hosts,
        "briefing": prepared,
        "parts": BriefingParts(
            prepared,
            role_sheet=role_sheet,
            session=session,
            host=request.user if is_host else None,
            full=full,
        ),
        "is_host": is_host,
        "role_sheet": role_sheet,
        "lacks_pay_range": not position.ready_for_sessions,
        "notes": HostNote.objects.for_position(position)[:NOTES_SHOWN],
        "note_form": HostNoteForm() if is_host and not session.is_of_erased else None,
        "today": localdate(),
        "full": full,
    }
    return render(request, "recruiting/briefing.html", context)


@require_POST
@allowed_to(may_see_sessions)
def briefing_read(request: SignedInRequest, session_id: int) -> HttpResponse:
    """The host's word for a part of the page, or for the whole; the same word again changes nothing."""
    session = hosted_session(request.user, session_id)
    form = ReadForm(request.POST, session=session, user=request.user)
    if not form.is_valid():
        return HttpResponseBadRequest()
    try:
        new = mark_read(session=session, revisions=form.cleaned_data["shown"], by=request.user, at=now())
    except NotShown:
        return HttpResponseBadRequest()
    if new:
        said = ngettext("%(count)d answer marked as read.", "%(count)d answers marked as read.", new)
        messages.success(request, said % {"count": new})
    else:
        messages.info(request, _("You had already read this."))
    part = form.cleaned_data["part"]
    return redirect(reverse("recruiting:briefing", args=[session.pk]) + (f"#{part}" if part else ""))
