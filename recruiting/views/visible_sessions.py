"""Finding a session for someone: what they may not see does not exist."""

from django.shortcuts import get_object_or_404

from accounts.models import User
from recruiting.access import candidate_name, sessions_visible_to
from recruiting.models import Session

_SHOWN = (
    "application__candidate",
    "application__position__team",
    "application__position__department",
    "application__position__job_family",
    "application__position__site",
    "application__position__role_sheet",
    "application__position__hiring_manager",
)


def visible_session(user: User, session_id: int) -> Session:
    """The session with its application, position and candidate; Http404 unless the user may see it."""
    return get_object_or_404(sessions_visible_to(user).select_related(*_SHOWN), pk=session_id)


def hosted_session(user: User, session_id: int) -> Session:
    """The same for its hosts alone: what is a host's word, nobody gives in their place."""
    sessions = sessions_visible_to(user).hosted_by(user).select_related(*_SHOWN)
    return get_object_or_404(sessions, pk=session_id)


def shown_name(user: User, session: Session) -> str:
    """As much of the candidate's name as the user may read."""
    return candidate_name(user, session.application.candidate)
