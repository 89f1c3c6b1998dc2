"""A session as an event: the same in the calendar that its host follows and in the invitation by mail."""

from ledger.domain.icalendar import Event, EventStatus, event_uid
from recruiting.models import Session


def session_event(
    *, session: Session, summary: str, description: str, status: EventStatus | None, url: str = ""
) -> Event:
    """Known everywhere by one id, so that no program shows the session twice."""
    cancelled = status == EventStatus.CANCELLED
    return Event(
        uid=event_uid("session", session.pk),
        changed_at=session.updated_at,
        starts=session.starts_at,
        ends=session.ends_at,
        summary=summary,
        description=description,
        location=session.place,
        url=url,
        status=status,
        sequence=session.sequence,
        busy=not cancelled,
    )
