"""Who could host a session for a position: those whose profile fits, the least asked first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from accounts.models import Language, User
from recruiting.domain.host_load import NO_LOAD, Load, loads_of
from recruiting.models import CandidateQuestion, HostProfile, Position
from wiki.models import Category

MOST_SUGGESTED = 6


@dataclass(frozen=True, kw_only=True)
class SuggestedHost:
    """Someone who may be proposed, how much they were asked already, and what they know of it."""

    person: User
    load: Load
    near: str = ""  # the team or department they share with the position
    topics: tuple[str, ...] = ()

    @property
    def reasons(self) -> list[str]:
        topics = gettext("likes to answer on: %(topics)s") % {"topics": ", ".join(self.topics)}
        return [reason for reason in (self.near, topics if self.topics else "") if reason]


def suggest_hosts(
    *, position: Position, language: str, at: datetime, session_format: str = ""
) -> list[SuggestedHost]:
    """Those who speak the language, do this format (any, if none is given) and may be proposed.

    Those of the position's team or department, or with a topic that its candidates ask about, come before
    anybody else; among them whoever was asked least comes first. As many queries however many there are.
    """
    names = _near(position)
    matter = _topics_that_matter(position)
    loads = loads_of(at=at)
    found = [
        _suggested(profile, names=names, matter=matter, loads=loads)
        for profile in _proposable(language)
        if not (session_format and profile.formats) or session_format in profile.formats
    ]
    fitting = [one for one in found if one.near or one.topics] or found
    return sorted(fitting, key=_order)[:MOST_SUGGESTED]


def _proposable(language: str) -> Collection[HostProfile]:
    speaks = "speaks_french" if language == Language.FRENCH else "speaks_english"
    readers = User.objects.who_read_the_wiki()
    profiles = HostProfile.objects.filter(may_be_proposed=True, user__in=readers, **{speaks: True})
    return profiles.select_related("user").prefetch_related("topics")


def _suggested(
    profile: HostProfile, *, names: Mapping[str, str], matter: Collection[int], loads: Mapping[int, Load]
) -> SuggestedHost:
    topics = [topic for topic in profile.topics.all() if topic.pk in matter]
    return SuggestedHost(
        person=profile.user,
        load=loads.get(profile.user_id, NO_LOAD),
        near=names.get(profile.team.strip().casefold(), ""),
        topics=tuple(topic.name for topic in topics),
    )


def _near(position: Position) -> dict[str, str]:
    """The names of its team and department, as people may spell them."""
    return {scope.name.casefold(): scope.name for scope in (position.team, position.department) if scope}


def _topics_that_matter(position: Position) -> set[int]:
    """Of what this position's candidates asked so far; before anyone asked, everything may matter."""
    asked = CandidateQuestion.objects.matched().filter(session__application__position=position)
    found = set(asked.order_by().values_list("question__category", flat=True).distinct())
    return found or set(Category.objects.values_list("pk", flat=True))


def _order(one: SuggestedHost) -> tuple[Any, ...]:
    return (one.load.total, not one.near, -len(one.topics), one.person.name, one.person.pk)
