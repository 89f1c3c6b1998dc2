"""Handing over what someone keeps, and closing their account in the same act."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.domain.people import deactivate_person
from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.leaving import Received, Succession, hosted_by, organised_by
from recruiting.domain.leaving_mails import queue_handover
from recruiting.domain.session_changes import standing_facts
from recruiting.domain.session_invitations import Before, announce_session
from recruiting.models import Host, Position, Session
from recruiting.models.sessions import SessionQuerySet
from wiki.domain.handing_over import Choice, NotAsked, NotChosen, hand_over_in_wiki


class NoSuccessor(Exception):
    """Someone who was chosen may not take it over any more."""


@transaction.atomic
def hand_over(*, person: User, succession: Succession, by: User, at: datetime) -> dict[User, Received]:
    """Give what `person` keeps to those chosen, and tell each of them in one mail.

    What they keep is read again here: what was given to them since the choice goes the way of its category.
    Raises NotChosen or NoSuccessor, and then nothing has changed.
    """
    _hold_people(person, succession)
    received: dict[User, Received] = {}
    # Before the answers: changing a position locks it before the answers its sessions need.
    for position, manager in _give_hiring(person, succession.hiring_manager, by=by, at=at):
        received.setdefault(manager, Received()).hires_for.append(position)
    in_wiki = hand_over_in_wiki(
        person=person,
        owners=succession.owners,
        deputy=succession.deputy,
        figure_owner=succession.figure_owner,
        by=by,
        at=at,
    )
    for successor, part in in_wiki.items():
        received.setdefault(successor, Received()).wiki = part
    for session, host in _give_hosting(person, succession.hosts, by=by, at=at):
        received.setdefault(host, Received()).hosts.append(session)
    for session, organiser in _give_organising(person, succession.organiser, by=by, at=at):
        received.setdefault(organiser, Received()).organises.append(session)
    for successor, all_of_it in received.items():
        queue_handover(successor=successor, received=all_of_it, person=person, by=by, at=at)
    return received


@transaction.atomic
def hand_over_and_deactivate(
    *, person: User, succession: Succession, by: User, at: datetime
) -> dict[User, Received]:
    """Both or neither. Raises LastLead, NotChosen or NoSuccessor."""
    received = hand_over(person=person, succession=succession, by=by, at=at)
    deactivate_person(person=person, by=by, at=at)
    return received


def _hold_people(person: User, succession: Succession) -> None:
    """Hold their accounts until the end, always in the same order: two who leave at once cannot become
    each other's successors, and nobody who has just left becomes one."""
    chosen = {successor.pk for successor in succession.people}
    people = User.objects.filter(pk__in={person.pk, *chosen}).order_by("pk")
    list(people.select_for_update(no_key=True))
    able = set(User.objects.who_read_the_wiki().filter(pk__in=chosen).values_list("pk", flat=True))
    recruiting = (
        User.objects.who_recruit().filter(pk=succession.organiser.pk) if succession.organiser else None
    )
    if able - {person.pk} != chosen or (recruiting is not None and not recruiting.exists()):
        raise NoSuccessor


def _give_hosting(
    person: User, hosts: Mapping[int, User | None], *, by: User, at: datetime
) -> list[tuple[Session, User]]:
    """The sessions that have another host now, with that host."""
    given = []
    for session in _locked(hosted_by(person, at)):
        if session.pk not in hosts:
            raise NotChosen
        host = hosts[session.pk]
        before = standing_facts(session)
        Host.objects.filter(session=session, user=person).delete()
        if host is not None and Host.objects.get_or_create(session=session, user=host)[1]:
            given.append((session, host))
        session.updated_at = at  # whoever has the session's form open is told
        session.sequence += 1
        session.save(update_fields=["updated_at", "sequence"])
        record_activity(
            actor=by, verb="hand-over", subject=session, at=at, before=person.pk, after=host and host.pk
        )
        was = Before(starts_at=before.starts_at, hosts=before.hosts)
        announce_session(session=session, before=was, tell_candidate=False, at=at)
    return given


def _give_hiring(person: User, manager: Choice, *, by: User, at: datetime) -> list[tuple[Position, User]]:
    """The open positions that have another hiring manager now, with that manager.

    Whoever takes over is told in the same mail as the rest, and so not asked for each role sheet by another.
    """
    positions = list(Position.objects.hired_for_by(person).select_for_update().order_by("created_at", "pk"))
    if not positions:
        return []
    if isinstance(manager, NotAsked):
        raise NotChosen
    for position in positions:
        position.hiring_manager = manager
        position.save(update_fields=["hiring_manager"])
        after = {"before": person.pk, "after": manager and manager.pk}
        record_activity(actor=by, verb="hand-over", subject=position, at=at, **after)
    return [] if manager is None else [(position, manager) for position in positions]


def _give_organising(
    person: User, organiser: User | None, *, by: User, at: datetime
) -> list[tuple[Session, User]]:
    """The sessions that have another organiser now, with that organiser."""
    organised = _locked(organised_by(person))
    if organiser is None:
        if organised:
            raise NotChosen
        return []
    for session in organised:
        session.organiser = organiser
        session.save(update_fields=["organiser"])
        record_activity(
            actor=by, verb="assign-organiser", subject=session, at=at, before=person.pk, after=organiser.pk
        )
    return [(session, organiser) for session in organised]


def _locked(sessions: SessionQuerySet) -> list[Session]:
    rows = sessions.select_for_update(of=("self",)).select_related(
        "application__position", "application__candidate"
    )
    return list(rows.order_by("pk"))
