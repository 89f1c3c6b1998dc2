from collections.abc import Iterable
from datetime import datetime

from recruiting.domain.tracking.standing import Standing
from recruiting.models import Application, Host, Session


class KnownSessions:
    """Those that a file may be about."""

    def __init__(self, references: set[str], applications: Iterable[Application], standing: Standing) -> None:
        people = {application.pk for application in applications}
        rows = Session.objects.order_by("pk").values_list(
            "pk", "application", "reference", "status", "starts_at", "updated_at"
        )
        standing.read(Host.objects.order_by("pk").values_list("pk", "session", "user"))
        found = [
            pk
            for pk, application, reference, *_rest in standing.read(rows)
            if application in people or (reference and reference in references)
        ]
        sessions = Session.objects.select_related("application__position", "organiser")
        sessions = sessions.prefetch_related("hosts__user")
        self._by_reference: dict[str, Session] = {}
        self._by_moment: dict[tuple[int, datetime], Session] = {}
        for session in sessions.in_bulk(found).values():
            if session.reference:
                self._by_reference[session.reference] = session
            self._by_moment[session.application_id, session.starts_at] = session

    def of(self, application: Application, reference: str, starts_at: datetime | None) -> Session | None:
        """By its reference, else the one of that moment unless it has another reference."""
        if reference in self._by_reference:
            return self._by_reference[reference]
        session = self._by_moment.get((application.pk, starts_at)) if starts_at else None
        return None if session and reference and session.reference else session
