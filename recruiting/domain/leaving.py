"""All that someone keeps, in the wiki and of sessions, and who takes it over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.timezone import localdate

from accounts.local_days import start_of
from accounts.models import User
from recruiting.models import FollowUp, Position, Session
from recruiting.models.sessions import SessionQuerySet
from wiki.domain.handing_over import NOT_ASKED, Choice, ReceivedInWiki
from wiki.domain.leaving import KeptInWiki, kept_in_wiki
from wiki.domain.open_requests import open_requests_of, who_asks_instead
from wiki.models import DigestPause, VerificationRequest


@dataclass(frozen=True, kw_only=True)
class Kept:
    """All that is in someone's hands, and those who could take it over."""

    wiki: KeptInWiki
    hosted: list[Session]  # to come
    organised: list[Session]  # not over
    hires_for: list[Position]  # open
    successors: list[User]
    organisers: list[User]
    stands_in_for: list[DigestPause]
    requests: list[VerificationRequest]  # open
    asks_instead: User | None  # who goes on with them
    follow_ups: int  # open ones, which pass on by themselves

    @property
    def anything(self) -> bool:
        """Whether there is something for which a successor can be chosen."""
        in_wiki = self.wiki.categories or self.wiki.deputy_of or self.wiki.figures
        return bool(in_wiki or self.hosted or self.organised or self.hires_for)


@dataclass(frozen=True, kw_only=True)
class Succession:
    """Who takes over what; None: nobody does. A session always has an organiser.

    What is missing, or NOT_ASKED, was not on the page.
    """

    owners: Mapping[int, User | None] = field(default_factory=dict)  # by category
    deputy: Choice = NOT_ASKED
    figure_owner: Choice = NOT_ASKED
    hosts: Mapping[int, User | None] = field(default_factory=dict)  # by session
    organiser: User | None = None
    hiring_manager: Choice = NOT_ASKED

    @property
    def people(self) -> set[User]:
        one_each = {self.deputy, self.figure_owner, self.organiser, self.hiring_manager}
        chosen = {*self.owners.values(), *self.hosts.values(), *one_each}
        return {person for person in chosen if isinstance(person, User)}


@dataclass(kw_only=True)
class Received:
    """What one person took over from another."""

    wiki: ReceivedInWiki = field(default_factory=ReceivedInWiki)
    hosts: list[Session] = field(default_factory=list)
    organises: list[Session] = field(default_factory=list)
    hires_for: list[Position] = field(default_factory=list)


def all_in_hands_of(*, person: User, by: User, language: str, at: datetime) -> Kept:
    """What `person` keeps, for `by`, who hands it over."""
    pauses = DigestPause.objects.in_force(on=localdate(at)).stood_in_by(person)
    requests = list(open_requests_of(person))
    successors = list(User.objects.who_read_the_wiki().exclude(pk=person.pk))
    return Kept(
        follow_ups=FollowUp.objects.open().owned_by(person).count(),
        wiki=kept_in_wiki(person=person, successors=successors, on=localdate(at), language=language),
        hosted=list(hosted_by(person, at).with_parties().order_by("starts_at", "pk")),
        organised=list(organised_by(person).with_parties().order_by("starts_at", "pk")),
        hires_for=list(Position.objects.hired_for_by(person).order_by("created_at", "pk")),
        successors=successors,
        organisers=list(User.objects.who_recruit().exclude(pk=person.pk)),
        stands_in_for=list(pauses.select_related("user").order_by("until", "pk")),
        requests=requests,
        asks_instead=who_asks_instead(person=person, by=by) if requests else None,
    )


def hosted_by(person: User, at: datetime) -> SessionQuerySet:
    """The sessions to come that the person hosts, those of today included."""
    return Session.objects.coming(since=start_of(localdate(at))).hosted_by(person)


def organised_by(person: User) -> SessionQuerySet:
    """Those they organise that are not over: to come, or still to be recorded."""
    return Session.objects.recordable().filter(organiser=person)
