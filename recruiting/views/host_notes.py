from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to
from accounts.views.sent_forms import acts_once
from recruiting.access import may_see_sessions
from recruiting.domain.host_notes import delete_note, leave_note
from recruiting.forms.briefings import HostNoteForm
from recruiting.models import Session
from recruiting.views.visible_sessions import hosted_session, shown_name


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_sessions)
@acts_once
def host_note_new(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = hosted_session(request.user, session_id)
    if session.is_of_erased:
        raise Http404
    form = HostNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        leave_note(session=session, text=form.cleaned_data["text"], by=request.user, at=now())
        messages.success(request, _("Your note is kept for those who host after you."))
        return redirect(_notes_of(session))
    context = {"session": session, "candidate": shown_name(request.user, session), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "recruiting/host_note_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_sessions)
def host_note_delete(request: SignedInRequest, session_id: int, note_id: int) -> HttpResponse:
    """Only one's own, and only in the session it was left in."""
    session = hosted_session(request.user, session_id)
    note = get_object_or_404(session.notes.select_related("session"), pk=note_id, author=request.user)
    if request.method == "POST":
        delete_note(note=note, by=request.user, at=now())
        messages.success(request, _("Your note was deleted."))
        return redirect(_notes_of(session))
    context = {"session": session, "candidate": shown_name(request.user, session), "note": note}
    return render(request, "recruiting/host_note_delete.html", context)


def _notes_of(session: Session) -> str:
    return reverse("recruiting:briefing", args=[session.pk]) + "#notes"
