"""Who may do what with positions, candidates and sessions.

Recruiters and leads do everything. A host who is neither sees of their own sessions the candidate's
first name, the position, the time and the questions; administrators see nothing.
"""

from accounts.models import User
from recruiting.models import Candidate, FollowUp, Position, Session
from recruiting.models.follow_ups import FollowUpQuerySet
from recruiting.models.positions import PositionQuerySet
from recruiting.models.sessions import SessionQuerySet


def may_recruit(user: User) -> bool:
    """Positions, candidates, applications; planning and changing sessions."""
    return user.is_recruiter


def may_erase(user: User) -> bool:
    """Erase a candidate for good."""
    return user.is_lead


def may_fill_role_sheets(user: User) -> bool:
    """Open role sheets: which ones, `role_sheets_open_to` says."""
    return user.reads_wiki


def role_sheets_open_to(user: User) -> PositionQuerySet:
    """Positions whose role sheet the user reads and fills: all for recruiters, else those they hire for."""
    return Position.objects.role_sheet_open_to(user) if user.reads_wiki else Position.objects.none()


def may_see_sessions(user: User) -> bool:
    """Open the list of sessions, which then holds only those that `sessions_visible_to` lets through."""
    return user.reads_wiki


def may_follow_calendar(user: User) -> bool:
    """Have a private address under which a program reads what is due and when sessions are."""
    return user.reads_wiki


def may_have_host_profile(user: User) -> bool:
    """Say of oneself what candidates choose a host by."""
    return user.reads_wiki


def may_see_said_otherwise(user: User) -> bool:
    """What hosts said instead of any answer; who keeps one finds its own at home."""
    return user.is_editor


def may_oversee(user: User) -> bool:
    """Find at home how the wiki stands, what contradicts, and which promises of others are overdue."""
    return user.is_lead


def may_read_reports(user: User) -> bool:
    """The lead's weekly reports, which editors and recruiters read too."""
    return user.is_editor or user.is_recruiter


def sessions_visible_to(user: User) -> SessionQuerySet:
    """All for recruiters and leads, for everyone else those they host."""
    return Session.objects.visible_to(user) if user.reads_wiki else Session.objects.none()


def candidate_name(user: User, candidate: Candidate) -> str:
    """As much of the candidate's name as the user may read."""
    return candidate.called if user.is_recruiter else candidate.first_name


def may_see_address(user: User) -> bool:
    """The candidate's address: others may write to the candidate without reading it."""
    return user.is_recruiter


def may_read_all_debriefs(user: User) -> bool:
    """Those of every host of a session; a host reads their own."""
    return user.is_recruiter


def may_see_follow_ups(user: User) -> bool:
    """Open the list of follow-ups, which then holds only those that `follow_ups_visible_to` lets through."""
    return user.reads_wiki


def follow_ups_visible_to(user: User) -> FollowUpQuerySet:
    """All for recruiters and leads; for others those they own and those of the sessions they host."""
    return FollowUp.objects.visible_to(user) if user.reads_wiki else FollowUp.objects.none()


def may_act_on(user: User, follow_up: FollowUp) -> bool:
    """Keep, withdraw, change, or write to the candidate: its owner, recruiters and leads."""
    return user.is_recruiter or (user.reads_wiki and user.pk == follow_up.owner_id)
