"""Years of sessions fast: people, positions, candidates, and sessions in every state. Written in bulk like
the answers beside them: no verb runs, nobody is mailed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import Role, User
from recruiting.domain.demo.bulk_records import RecordWriter
from recruiting.models import (
    Application,
    Candidate,
    Host,
    HostProfile,
    Outcome,
    Position,
    RoleSheet,
    Session,
    SessionFormat,
    SessionStatus,
    Stage,
)
from recruiting.models.positions import SCOPE_FIELDS
from wiki.models import Scope

ASKED = 40  # in each session
PERSON_EVERY = 20  # answers
POSITION_EVERY = 25  # sessions
TO_COME = 25  # one session more in so many is planned for the coming weeks
CHUNK = 500
ENDS: Sequence[dict[str, Any]] = (
    {"stage": Stage.FINAL},
    {"stage": Stage.OFFER_MADE},
    {"stage": Stage.HIRED, "outcome": Outcome.ACCEPTED},
    {"stage": Stage.CLOSED, "outcome": Outcome.DECLINED},
    *({"stage": Stage.CLOSED, "outcome": Outcome.REFUSED},) * 4,
)
STATUSES = (SessionStatus.HELD, SessionStatus.DEBRIEFED, *(SessionStatus.CLOSED,) * 6)


def add_people(*, answers: int, at: datetime, language: str) -> None:
    """Readers without a password, one for every twenty answers; each has a host profile."""
    people = User.objects.bulk_create(
        User(
            email=f"bulk-{number}@verrebrume.example",
            name=f"Person {number}",
            language=language,
            password="!",  # noqa: S106 - none fits it
        )
        for number in range(answers // PERSON_EVERY)
    )
    reader = Group.objects.get(name=Role.READER)
    membership = User.groups.through
    membership.objects.bulk_create(membership(user=person, group=reader) for person in people)
    HostProfile.objects.bulk_create(
        HostProfile(user=person, speaks_english=True, speaks_french=True, updated_at=at) for person in people
    )


def add_sessions(*, given: int, first: int, at: datetime, language: str) -> None:
    """Sessions in which so many of the answers from number `first` on were given, over two years, and some
    that are planned."""
    count = -(-given // ASKED)
    writer = _SessionWriter(at=at, language=language, positions=count // POSITION_EVERY + 1)
    records = RecordWriter(first=first, people=writer.people, at=at)
    for start in range(0, count, CHUNK):
        past = writer.add_past(min(CHUNK, count - start))
        records.write(past, given=min(CHUNK * ASKED, given - start * ASKED))
    records.write_sent(writer.add_coming(count // TO_COME + 1))


class _SessionWriter:
    def __init__(self, *, at: datetime, language: str, positions: int) -> None:
        self.at = at
        self.language = language
        self.random = Random(1)  # noqa: S311 - a demo
        self.people = list(User.objects.who_read_the_wiki().order_by("pk"))
        self.organisers = list(User.objects.who_recruit().order_by("pk"))
        self.positions = self._positions(positions)

    def _positions(self, count: int) -> list[Position]:
        scopes = {
            name: list(Scope.objects.filter(kind=kind).order_by("pk")) for name, kind in SCOPE_FIELDS.items()
        }
        positions = Position.objects.bulk_create(
            Position(
                title=f"Position {number}",
                language=self.language,
                hiring_manager=self.random.choice(self.people),
                created_at=self.at - timedelta(days=730),
                **{name: self.random.choice([None, *known]) for name, known in scopes.items()},
            )
            for number in range(count)
        )
        RoleSheet.objects.bulk_create(
            RoleSheet(position=row, pay_range="40–50", updated_at=self.at, updated_by=self.organisers[0])
            for row in positions[::2]
        )
        return positions

    def add_past(self, count: int) -> list[Session]:
        ages = [timedelta(hours=self.random.randint(24, 24 * 730)) for _ in range(count)]
        applications = self._applications([self._end(age) for age in ages])
        return self._sessions(
            Session(
                application=application,
                starts_at=self.at - age,
                status=self.random.choice(STATUSES),
                **self._agreed(self.at - age),
            )
            for application, age in zip(applications, ages, strict=True)
        )

    def add_coming(self, count: int) -> list[Session]:
        applications = self._applications([ENDS[0]] * count)
        return self._sessions(
            Session(
                application=application,
                starts_at=self.at + timedelta(hours=self.random.randint(2, 24 * 20)),
                status=self.random.choice((SessionStatus.PLANNED, SessionStatus.CONFIRMED)),
                **self._agreed(self.at - timedelta(days=3)),
            )
            for application in applications
        )

    def _end(self, age: timedelta) -> dict[str, Any]:
        """How an application stands whose session was so long ago; an old one is decided."""
        days = age.days
        end = dict(ENDS[self.random.randrange(len(ENDS)) if days < 90 else -1])  # noqa: PLR2004 - a share
        if "outcome" in end:
            end["decided_on"] = (self.at - age / 2).date()
        if end.get("outcome") == Outcome.ACCEPTED:
            end["starts_on"] = (self.at + timedelta(days=30)).date()
        return end

    def _applications(self, ends: Sequence[dict[str, Any]]) -> list[Application]:
        candidates = Candidate.objects.bulk_create(
            Candidate(name=f"Candidate {number}", language=self.language, created_at=self.at)
            for number in range(len(ends))
        )
        return Application.objects.bulk_create(
            Application(
                candidate=candidate,
                position=self.random.choice(self.positions),
                created_at=self.at - timedelta(days=730),
                **end,
            )
            for candidate, end in zip(candidates, ends, strict=True)
        )

    def _agreed(self, planned_at: datetime) -> dict[str, Any]:
        return {
            "stage": Stage.FINAL,
            "format": self.random.choice(SessionFormat.values),
            "language": self.language,
            "organiser": self.random.choice(self.organisers),
            "created_at": planned_at,
            "updated_at": planned_at,
        }

    def _sessions(self, rows: Any) -> list[Session]:
        sessions = Session.objects.bulk_create(rows)
        Host.objects.bulk_create(
            Host(session=session, user=user)
            for session in sessions
            for user in self.random.sample(self.people, 2)
        )
        return sessions
