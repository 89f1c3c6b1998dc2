"""Who may use the pages about people; the role checks that the other apps build on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.models import Role, User


class SignedInRequest(HttpRequest):
    """The request of every view that sign-in protects: its user is a User."""

    user: User
    htmx: HtmxDetails


def allowed_to(
    check: Callable[[User], bool],
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Refuse with 403 a signed-in user for whom `check` is false."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not check(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def may_manage_people(user: User) -> bool:
    return user.is_lead or user.is_administrator


def may_see_outbox(user: User) -> bool:
    return user.is_lead or user.is_administrator


def may_change_settings(user: User) -> bool:
    return user.is_lead or user.is_administrator


def may_read_mail_bodies(user: User) -> bool:
    """Administrators see that a mail went, not what it said."""
    return user.is_lead


def may_hand_over(user: User) -> bool:
    """Choose who takes over what someone keeps: owners in bulk, and hosts of sessions."""
    return user.is_lead


def may_edit_hosts(user: User) -> bool:
    """Say for others what candidates choose them by as hosts."""
    return user.is_recruiter


def may_keep_and_host(user: User) -> bool:
    """Keep answers and host sessions, and so have digests, a profile as a host and a calendar."""
    return user.reads_wiki


def may_grant(user: User, role: str) -> bool:
    """Leads grant any role; administrators, who read no candidate data, none that would let them."""
    return user.is_lead or (user.is_administrator and role not in (Role.LEAD, Role.RECRUITER))


def may_edit_person(user: User, person: User) -> bool:
    """Whoever edits an account can take it over by its e-mail address, so only leads edit a lead."""
    return may_manage_people(user) and all(may_grant(user, role) for role in person.roles)
