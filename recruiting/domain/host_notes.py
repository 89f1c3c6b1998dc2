"""Notes from one host to the next about how our answers work, never about the candidate."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.candidates import hold_candidate
from recruiting.models import HostNote, Session


@transaction.atomic
def leave_note(*, session: Session, text: str, by: User, at: datetime) -> HostNote:
    """Tell those who host after one for the same position. Raises CandidateErased."""
    hold_candidate(session.application.candidate_id)
    note = HostNote.objects.create(session=session, author=by, text=text, created_at=at)
    record_activity(actor=by, verb="leave-note", subject=session, at=at, note=note.pk)
    return note


@transaction.atomic
def delete_note(*, note: HostNote, by: User, at: datetime) -> None:
    """Take one's note back; that there was one stays in the activity, not what it said."""
    record_activity(actor=by, verb="delete-note", subject=note.session, at=at, note=note.pk)
    note.delete()
