"""The demonstration's figures: defined at the start, valued as the year goes, one of them expired."""

import tomllib
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from recruiting.domain.demo.company import DEMO_FOLDER, FOUNDED_DAYS_AGO, DemoCompany
from wiki.domain.figures import FigureText, Measured, correct_value, create_figure, record_value
from wiki.models import Figure, FigureValue

LABELS = ("label_en", "label_fr", "unit_en", "unit_fr", "decimals", "source_en", "source_fr")


def plan_figures(company: DemoCompany) -> None:
    """Plan every figure and its values on the company's timeline."""
    file = DEMO_FOLDER / "figures.toml"
    for entry in tomllib.loads(file.read_text(encoding="utf-8"))["figure"]:
        FigureStory(company, entry).plan()


class FigureStory:
    """One figure from its definition to its value of today."""

    def __init__(self, company: DemoCompany, entry: dict[str, Any]) -> None:
        self.company = company
        self.entry = entry
        self.owner = company.people[entry["owner"]]
        self.figure: Figure

    def plan(self) -> None:
        timeline = self.company.timeline
        timeline.plan(timeline.at(FOUNDED_DAYS_AGO - 1), self._define)
        for entry in self.entry["value"]:
            self._plan_value(entry)

    def _define(self, at: datetime) -> None:
        text = FigureText(owner=self.owner, **{name: self.entry[name] for name in LABELS})
        by = self.company.people["marc"]
        self.figure = create_figure(slug=self.entry["slug"], text=text, by=by, at=at)

    def _plan_value(self, entry: dict[str, Any]) -> None:
        timeline, recorded = self.company.timeline, list[FigureValue]()
        scope = self.company.scopes[entry["scope"]]

        def record(at: datetime) -> None:
            measured = self._measured(entry, "value", "note")
            value = record_value(figure=self.figure, scope=scope, measured=measured, by=self.owner, at=at)
            recorded.append(value)

        def correct(at: datetime) -> None:
            measured = self._measured(entry, "corrected_value", "corrected_note")
            correct_value(value=recorded[0], measured=measured, by=self.owner, at=at)

        days_ago = entry["recorded_days_ago"]
        timeline.plan(timeline.at(days_ago, time(9, 15)), record)
        if "corrected_value" in entry:
            timeline.plan(timeline.at(days_ago - 1, time(9, 40)), correct)

    def _measured(self, entry: dict[str, Any], value: str, note: str) -> Measured:
        valid_days = entry.get("valid_days")
        return Measured(
            value=Decimal(entry[value]),
            as_of=entry["as_of"],
            valid_until=None if valid_days is None else self.company.timeline.on + timedelta(days=valid_days),
            group_size=entry.get("group_size"),
            note=entry.get(self.company.language, {}).get(note, ""),
        )
