"""A file between its preview and its confirmation; all of it is written, or nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from ledger.domain.activity import record_activity
from ledger.models import Activity
from recruiting.domain.applications import AlreadyApplied
from recruiting.domain.demand import needs_refreshed_once
from recruiting.domain.positions import ReferenceTaken
from recruiting.domain.tracking.applications import ApplicationLines
from recruiting.domain.tracking.candidates import CandidateLines
from recruiting.domain.tracking.columns import COLUMNS, MOST_ROWS, Kind
from recruiting.domain.tracking.files import Table, read_table
from recruiting.domain.tracking.lines import Outcome, Preview
from recruiting.domain.tracking.positions import PositionLines
from recruiting.domain.tracking.sessions import SessionLines
from recruiting.models import TrackingImport

KEPT = timedelta(days=1)
Lines = PositionLines | CandidateLines | ApplicationLines | SessionLines
LINES: Mapping[str, type[Lines]] = {
    Kind.POSITIONS: PositionLines,
    Kind.CANDIDATES: CandidateLines,
    Kind.APPLICATIONS: ApplicationLines,
    Kind.SESSIONS: SessionLines,
}


class ImportGone(Exception):
    """The file was confirmed, cancelled or removed since the preview."""


class PreviewChanged(Exception):
    """The file would now do something else than its preview said, because the database has moved."""


def read_import(*, kind: str, text: str) -> Table:
    """The file's lines. Raises Unreadable."""
    return read_table(text, columns=COLUMNS[kind], most_rows=MOST_ROWS[kind])


@transaction.atomic
def keep_import(*, kind: str, text: str, by: User, at: datetime) -> TrackingImport:
    """Keep the file until it is confirmed, in place of one of that kind that the person left behind."""
    TrackingImport.objects.filter(created_by=by, kind=kind).delete()
    return TrackingImport.objects.create(kind=kind, content=text, created_by=by, created_at=at)


def preview_import(*, kept: TrackingImport, by: User) -> Preview:
    """What it would do now; writes nothing."""
    table = read_import(kind=kept.kind, text=kept.content)
    return _Plan(kind=kept.kind, table=table, by=by).preview


def confirm_import(*, kept: TrackingImport, as_of: str, by: User, at: datetime) -> Preview:
    """Write all of it and remove the file.

    `as_of` is the fingerprint of the preview that the person read. Raises PreviewChanged if the database
    has moved since, ImportGone if the file is no longer there; then nothing is written.
    """
    table = read_import(kind=kept.kind, text=kept.content)
    # What each line does is found before others have to wait, and found again only if it no longer holds.
    plan = _Plan(kind=kept.kind, table=table, by=by)
    try:
        with transaction.atomic(), needs_refreshed_once(at=at):
            if not TrackingImport.objects.select_for_update().filter(pk=kept.pk).values("pk").first():
                raise ImportGone
            while not plan.stands():
                plan = _Plan(kind=kept.kind, table=table, by=by)
            if plan.fingerprint != as_of or not plan.preview.may_be_confirmed:
                raise PreviewChanged
            plan.write(at=at)
            counts = plan.preview.counts
            record_activity(actor=by, verb="import", subject=kept, at=at, kind=kept.kind, lines=counts)
            TrackingImport.objects.filter(pk=kept.pk).delete()
    except (IntegrityError, ReferenceTaken, AlreadyApplied) as error:
        raise PreviewChanged from error
    return plan.preview


@transaction.atomic
def cancel_import(*, kept: TrackingImport, by: User, at: datetime) -> None:
    """Remove the file; nothing of it is written."""
    record_activity(actor=by, verb="cancel", subject=kept, at=at, kind=kept.kind)
    kept.delete()


def was_decided(*, pk: int, by: User) -> bool:
    """Whether the person confirmed or cancelled the import of that number, whose file is gone since."""
    decided = Activity.objects.filter(subject=TrackingImport._meta.label_lower, subject_id=pk)
    return decided.filter(verb__in=["import", "cancel"], actor=by).exists()


def old_imports(*, at: datetime) -> QuerySet[TrackingImport]:
    """Those that nobody confirmed within a day."""
    return TrackingImport.objects.filter(created_at__lt=at - KEPT)


class _Plan:
    """What the file does to the database as it was read."""

    def __init__(self, *, kind: str, table: Table, by: User) -> None:
        self._lines = LINES[kind](by=by)
        self.preview = Preview(lines=list(self._lines.lines(table.rows)), not_read=table.not_read)
        self.fingerprint = self.preview.fingerprint

    def stands(self) -> bool:
        """Hold the rows that it changes; whether all that it follows from is as it was."""
        changed = [line.target.pk for line in self.preview.of(Outcome.CHANGED)]
        if changed and connection.features.has_select_for_update:  # SQLite holds everything already
            list(self._lines.model.objects.select_for_update().filter(pk__in=changed).values_list("pk"))
        return self._lines.standing.holds()

    def write(self, *, at: datetime) -> None:
        self._lines.write(self.preview.lines, at=at)
