"""What becomes of people's accounts, by leads, administrators and themselves."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.domain.departures import after_departure
from accounts.domain.mails import queue_account_change
from accounts.models import CalendarFeed, Role, User
from ledger.domain.activity import record_activity
from ledger.domain.fingerprints import fingerprint


class LastLead(Exception):
    """The act would leave the site without an active lead."""


class PersonChanged(Exception):
    """Someone else changed the account since the moment the person read it."""


def fingerprint_of(person: User) -> str:
    """Of all that `edit_person` replaces."""
    return fingerprint(person.name, person.email, person.job_title, person.language, sorted(person.roles))


@transaction.atomic
def create_person(*, name: str, email: str, password: str, language: str, roles: Iterable[str]) -> User:
    """Make an account. Who may have one is for the caller to know: an invitation, or the set-up code."""
    user = User.objects.create_user(email, password, name=name, language=language)
    _set_roles(user, roles)
    return user


@transaction.atomic
def edit_person(
    *,
    person: User,
    name: str,
    email: str,
    job_title: str,
    language: str,
    roles: Iterable[str],
    as_of: str,
    by: User,
    at: datetime,
) -> None:
    """Change what is known of a person and the roles held. Raises LastLead.

    `as_of` is the `fingerprint_of` what was read; raises PersonChanged if it has moved since, or a form
    left open would give back a role that was taken away meanwhile.
    """
    stored = User.objects.select_for_update().get(pk=person.pk)
    if fingerprint_of(stored) != as_of:
        raise PersonChanged
    roles = set(roles)
    if Role.LEAD in stored.roles - roles:
        _keep_a_lead(without=stored)
    owned, changed = stored.may_own, sorted(stored.roles ^ roles)
    _change_email(stored, email=email, at=at)
    stored.name, stored.job_title, stored.language = name, job_title, language
    stored.save(update_fields=["name", "email", "job_title", "language"])
    _set_roles(stored, roles)
    record_activity(actor=by, verb="edit", subject=stored, at=at, roles_changed=changed)
    if owned and not stored.may_own:
        after_departure(person=stored, by=by, at=at)


@transaction.atomic
def edit_profile(*, person: User, name: str, job_title: str, language: str, at: datetime) -> None:
    """Change what people say of themselves; the address and the roles are for others to change."""
    User.objects.filter(pk=person.pk).update(name=name, job_title=job_title, language=language)
    record_activity(actor=person, verb="edit-profile", subject=person, at=at)


def choose_language(*, person: User, language: str) -> None:
    """Show someone the site, and write to them, in this language. Nothing to keep a trace of."""
    person.language = language
    person.save(update_fields=["language"])


@transaction.atomic
def deactivate_person(*, person: User, by: User, at: datetime) -> None:
    """Close an account, once: its sessions end with the next request, for good. Raises LastLead."""
    # Not its key: who is writing something at this moment refers to it, and is not waited for.
    stored = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not stored.is_active:
        return
    if Role.LEAD in stored.roles:
        _keep_a_lead(without=stored)
    stored.is_active = False
    stored.sessions_ended += 1
    stored.save(update_fields=["is_active", "sessions_ended"])
    CalendarFeed.objects.filter(user=stored).delete()
    record_activity(actor=by, verb="deactivate", subject=stored, at=at)
    after_departure(person=stored, by=by, at=at)


@transaction.atomic
def reactivate_person(*, person: User, by: User, at: datetime) -> None:
    """Open an account again, with the password and the roles it had, and the answers nobody took over."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    record_activity(actor=by, verb="reactivate", subject=person, at=at)


def is_last_lead(person: User) -> bool:
    """Whether the site would be without an active lead if this one left."""
    return person.is_lead and not User.objects.leads().exclude(pk=person.pk).exists()


def _keep_a_lead(*, without: User) -> None:
    # The group's row is held until the end, or two leads could remove each other at once.
    Group.objects.select_for_update().get(name=Role.LEAD)
    if is_last_lead(without):
        raise LastLead


def _set_roles(user: User, roles: Iterable[str]) -> None:
    user.groups.set(Group.objects.filter(name__in=list(roles)))
    user.__dict__.pop("roles", None)


def _change_email(user: User, *, email: str, at: datetime) -> None:
    email = email.strip().lower()
    if email == user.email:
        return
    queue_account_change(user=user, change="email", at=at)
    user.email = email
    # allauth remembers addresses of its own, by which the former one would still sign in.
    EmailAddress.objects.filter(user=user).delete()
