"""The demonstration's verification requests: one closed a while ago, one that owners answer these days."""

import tomllib
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from recruiting.domain.demo.company import DEMO_FOLDER, DemoCompany
from wiki.domain.answers import NotPublished, verify_answer
from wiki.domain.verification_requests import ask_to_verify, close_request
from wiki.models import Answer, VerificationRequest


class RequestStory:
    """One request from the day it was made to its end, planned on the company's timeline."""

    def __init__(self, company: DemoCompany, entry: dict[str, Any]) -> None:
        self.company = company
        self.entry = entry
        self.request: VerificationRequest

    def plan(self) -> None:
        timeline = self.company.timeline
        timeline.plan(timeline.at(self.entry["days_ago"], time(9, 15)), self._ask)
        for line in self.entry["answer"]:
            if "confirmed" in line:
                at = timeline.at(line["confirmed"], time(14, 20))
                timeline.plan(at, partial(self._confirm, line))
        if "closed_days_ago" in self.entry:
            timeline.plan(timeline.at(self.entry["closed_days_ago"], time(17, 40)), self._close)

    def _ask(self, at: datetime) -> None:
        words = self.entry[self.company.language]
        self.request = ask_to_verify(
            answers=[self._answer(line).pk for line in self.entry["answer"]],
            event=words["event"],
            reason=words["reason"],
            due_on=self.company.timeline.on + timedelta(days=self.entry["due_in"]),
            by=self.company.people["claire"],
            at=at,
        )

    def _confirm(self, line: dict[str, Any], at: datetime) -> None:
        answer = self._answer(line)
        if answer.published is None or answer.owner is None:
            raise NotPublished
        before = answer.verifications.first()
        verify_answer(
            answer=answer,
            revision=answer.published,
            by=answer.owner,
            at=at,
            note=line.get(self.company.language, ""),
            # As long as they had said before, so that it keeps the freshness that its own story names.
            holds_until=before.holds_until if before else None,
        )

    def _close(self, at: datetime) -> None:
        close_request(request=self.request, by=self.company.people["claire"], at=at)

    def _answer(self, line: dict[str, Any]) -> Answer:
        return (
            Answer.objects.published()
            .select_related("question__category", "owner")
            .get(
                question__slug=line["question"],
                scope=self.company.scopes[line["scope"]],
                language=self.company.language,
            )
        )


def plan_verification_requests(company: DemoCompany) -> None:
    """Plan the whole of verification_requests.toml."""
    path = DEMO_FOLDER / "verification_requests.toml"
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["request"]:
        RequestStory(company, entry).plan()
