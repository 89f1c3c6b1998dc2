"""What the demonstration's staff say of themselves as hosts."""

import tomllib
from datetime import datetime
from typing import Any

from recruiting.domain.demo.company import DEMO_FOLDER, DemoCompany
from recruiting.domain.host_profiles import HostFacts, save_host_profile
from wiki.models import Category

PROFILES_DAYS_AGO = 120


def plan_hosts(company: DemoCompany) -> None:
    """Before the first session, each writes their own."""
    entries = tomllib.loads((DEMO_FOLDER / "hosts.toml").read_text(encoding="utf-8"))
    for entry in entries["host"]:

        def write(at: datetime, entry: dict[str, Any] = entry) -> None:
            person = company.people[entry["person"]]
            save_host_profile(user=person, facts=_facts(company, entry), as_of="", by=person, at=at)

        company.timeline.plan(company.timeline.at(PROFILES_DAYS_AGO), write)


def _facts(company: DemoCompany, entry: dict[str, Any]) -> HostFacts:
    return HostFacts(
        role=entry["role"][company.language],
        team=company.scopes[entry["team"]].name if "team" in entry else "",
        since=entry["since"],
        sentence=entry["sentence"][company.language],
        speaks_french="fr" in entry["languages"],
        speaks_english="en" in entry["languages"],
        formats=entry["formats"],
        topics=list(Category.objects.filter(slug__in=entry["topics"])),
    )
