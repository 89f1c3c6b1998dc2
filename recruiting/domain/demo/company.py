"""The demonstration company: its people, its scopes, and the timeline on which its year is planned."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils.timezone import make_aware

from accounts.demo_accounts import DEMO_PASSWORD
from accounts.models import Role, User
from ledger.domain.schedule import WEEKEND
from wiki.domain.scopes import create_scope
from wiki.models import Question, Scope, ScopeKind

DEMO_FOLDER = Path(__file__).resolve().parents[2] / "demo"
COMPANY = "Verrebrume"
FOUNDED_DAYS_AGO = 420
FRIDAY, DAYS_A_WEEK = 4, 7

PEOPLE = {
    # slug: name, job title in English and French, roles
    "claire": ("Claire Fontenoy", "Recruitment lead", "Responsable du recrutement", [Role.LEAD]),
    "marc": ("Marc Delaunay-Roy", "HR development manager", "Chargé de développement RH", [Role.EDITOR]),
    "ines": ("Inès Belkacem", "Training manager", "Responsable formation", [Role.EDITOR]),
    "sophie": ("Sophie Vasseur", "Recruiter", "Chargée de recrutement", [Role.RECRUITER, Role.READER]),
    "thomas": ("Thomas Aubrac", "Manager, platform team", "Manager, équipe plateforme", [Role.READER]),
    "nadia": ("Nadia Chevrel", "Head of customer care", "Directrice du service client", [Role.READER]),
    "julien": ("Julien Morvane", "Manager, embedded team", "Manager, équipe embarqué", [Role.READER]),
    "helene": ("Hélène Quintard", "Finance director", "Directrice financière", [Role.READER]),
    "paul": ("Paul Estrade", "Workshop manager, Lyon", "Responsable d’atelier, Lyon", [Role.READER]),
    "yasmine": ("Yasmine Oriol", "Works council secretary", "Secrétaire du CSE", [Role.READER]),
    "gilles": ("Gilles Tresmont", "Former pay manager", "Ancien responsable paie", [Role.READER]),
    "omar": ("Omar Lestienne", "IT manager", "Responsable informatique", [Role.ADMINISTRATOR, Role.READER]),
}
LEFT = "gilles"  # his answers are orphans
SCOPES = {
    # slug: kind, name in English and French
    "nantes": (ScopeKind.SITE, "Nantes", "Nantes"),
    "lyon": (ScopeKind.SITE, "Lyon", "Lyon"),
    "engineering": (ScopeKind.DEPARTMENT, "Engineering", "Ingénierie"),
    "customer-care": (ScopeKind.DEPARTMENT, "Customer care", "Service client"),
    "sales": (ScopeKind.DEPARTMENT, "Sales", "Commerce"),
    "workshop": (ScopeKind.DEPARTMENT, "Workshop", "Atelier"),
    "platform": (ScopeKind.TEAM, "Platform team", "Équipe plateforme"),
    "support": (ScopeKind.TEAM, "Support team", "Équipe support"),
    "embedded": (ScopeKind.TEAM, "Embedded team", "Équipe embarqué"),
    "developers": (ScopeKind.JOB_FAMILY, "Developers", "Développement"),
    "technicians": (ScopeKind.JOB_FAMILY, "Technicians", "Techniciens"),
}


@dataclass
class Timeline:
    """Acts to replay in the order of their time, whatever the order they were planned in."""

    on: date
    acts: list[tuple[datetime, int, Callable[[datetime], object]]] = field(default_factory=list)

    def at(self, days_ago: int, clock: time = time(10, 0)) -> datetime:
        return make_aware(datetime.combine(self.on - timedelta(days=days_ago), clock))

    def day_to_come(self, offset: int) -> int:
        """The same number of days, or that of the nearest working day when it falls on a weekend to come."""
        weekday = (self.on + timedelta(days=offset)).weekday()
        if offset <= 0 or weekday not in WEEKEND:
            return offset
        back = offset - (weekday - FRIDAY)
        return back if back > 0 else offset + DAYS_A_WEEK - weekday

    def plan(self, at: datetime, act: Callable[[datetime], object]) -> None:
        self.acts.append((at, len(self.acts), act))

    def replay(self) -> None:
        for at, _, act in sorted(self.acts, key=lambda planned: planned[:2]):
            act(at)


@dataclass(frozen=True)
class DemoCompany:
    """What the chapters of the demonstration refer to by slug."""

    language: str
    people: dict[str, User]
    scopes: dict[str, Scope]
    questions: dict[str, Question]
    timeline: Timeline


def make_people(language: str) -> dict[str, User]:
    password = make_password(DEMO_PASSWORD)  # once: it is slow on purpose
    groups = {group.name: group for group in Group.objects.all()}
    people = {}
    for slug, (name, title_en, title_fr, roles) in PEOPLE.items():
        people[slug] = User.objects.create(
            email=f"{slug}@verrebrume.example",
            name=name,
            job_title=title_fr if language == "fr" else title_en,
            language=language,
            password=password,
        )
        people[slug].groups.set([groups[role] for role in roles])
    return people


def make_scopes(language: str, *, by: User, at: datetime) -> dict[str, Scope]:
    company = create_scope(name=COMPANY, kind=ScopeKind.COMPANY, parent=None, by=by, at=at)
    scopes = {"company": company}
    for slug, (kind, name_en, name_fr) in SCOPES.items():
        name = name_fr if language == "fr" else name_en
        scopes[slug] = create_scope(name=name, kind=kind, parent=company, by=by, at=at)
    return scopes
