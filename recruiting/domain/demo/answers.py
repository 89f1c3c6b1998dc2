"""The demonstration's answers: a year of revisions, verifications and challenges."""

import tomllib
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from accounts.models import User
from recruiting.domain.demo.company import DEMO_FOLDER, LEFT, DemoCompany
from wiki.domain.answers import NotPublished, create_answer, publish_revision, verify_answer
from wiki.domain.challenges import challenge_answer, resolve_challenge
from wiki.domain.revisions import RevisionText, save_revision
from wiki.models import Answer, AnswerRevision, Freshness, Resolution
from wiki.models.freshness import DUE_SOON_DAYS

LEFT_DAYS_AGO = 24
TRANSLATED = 8  # so many of the shareable answers exist in the other language as well


class AnswerStory:
    """One answer from its first text to today, planned on the company's timeline."""

    def __init__(self, company: DemoCompany, entry: dict[str, Any], language: str) -> None:
        self.company = company
        self.entry = entry
        self.language = language
        # Seeded by the place, so that each answer's dates stay the same when others are added.
        self.random = Random(f"{entry['question']}/{entry['scope']}/{language}")  # noqa: S311 - a demo
        self.answer: Answer
        self.owner = company.people[entry["owner"]]

    def plan(self) -> None:
        states = [*self.entry.get("earlier", []), {"age_days": self.entry["age_days"]}]
        for number, state in enumerate(states):
            last = number == len(states) - 1
            self._plan_at(state["age_days"], lambda at, s=state, n=number, e=last: self._write(s, n, e, at))
        self._plan_last_verification()
        for challenge in self.entry.get("challenge", []):
            self._plan_challenge(challenge)

    def _plan_at(self, days_ago: int, act: Any) -> datetime:
        clock = time(self.random.randint(8, 17), self.random.randint(0, 59))
        at = self.company.timeline.at(days_ago, clock)
        self.company.timeline.plan(at, act)
        return at

    def _write(self, state: dict[str, Any], number: int, last: bool, at: datetime) -> None:
        author = self._author()
        if number == 0:
            self.answer = create_answer(
                question=self.company.questions[self.entry["question"]],
                scope=self.company.scopes[self.entry["scope"]],
                language=self.language,
                owner=self.owner,
                deputy=self.company.people.get(self.entry.get("deputy", "")),
                by=author,
                at=at,
            )
        text = self._text(state)
        revision = save_revision(answer=self.answer, base=number, text=text, by=author, at=at)
        publish_revision(answer=self.answer, revision=revision, by=author, at=at)
        if not last:
            verify_answer(answer=self.answer, revision=revision, by=self.owner, at=at)

    def _text(self, state: dict[str, Any]) -> RevisionText:
        """The final text, with what an earlier state says otherwise."""
        words = {**self.entry[self.language], **state.get(self.language, {})}
        return RevisionText(
            short_answer=words["short"],
            details=words.get("details", "").strip(),
            example=words.get("example", "").strip(),
            not_to_say=words.get("not_to_say", ""),
            kind=self.entry.get("kind", "answered"),
            disclosure=self.entry.get("disclosure", "say"),
            evidence="\n".join(words.get("evidence", [])),
            major=state.get("major", True),
            comment=words.get("comment", ""),
        )

    def _author(self) -> User:
        """Editors write; owners who are not editors had their text entered by HR as often as not."""
        return self.owner if self.random.random() < 0.6 else self.company.people["marc"]  # noqa: PLR2004 - a share

    def _plan_last_verification(self) -> None:
        """Verify so that the freshness wanted for the seeding day comes out by the ordinary rule."""
        if self.entry["state"] == Freshness.NEVER_VERIFIED:
            return
        age, interval = self.entry["age_days"], self._interval()
        days_left = {
            Freshness.FRESH: self.random.randint(DUE_SOON_DAYS + 6, max(DUE_SOON_DAYS + 7, interval - 2)),
            Freshness.DUE_SOON: self.random.randint(1, DUE_SOON_DAYS - 1),
            Freshness.STALE: -self.random.randint(3, 45),
        }[self.entry["state"]]
        verified_days_ago = max(1, min(age, interval - days_left))
        due = self.company.timeline.on + timedelta(days=days_left)
        first_possible = self.company.timeline.on - timedelta(days=verified_days_ago)
        holds_until = max(due, first_possible)
        # Just after working hours, so that it follows the publication even on the same day.
        at = self.company.timeline.at(verified_days_ago, time(18, 30))
        self.company.timeline.plan(at, lambda at: self._verify(at, holds_until))

    def _verify(self, at: datetime, holds_until: Any) -> None:
        answer, revision = self._now()
        verify_answer(answer=answer, revision=revision, by=self.owner, at=at, holds_until=holds_until)

    def _interval(self) -> int:
        return self.company.questions[self.entry["question"]].category.interval_days or 90

    def _plan_challenge(self, entry: dict[str, Any]) -> None:
        opened: list[Any] = []
        by = self.company.people[entry["by"]]

        def challenge(at: datetime) -> None:
            answer, revision = self._now()
            opened.append(
                challenge_answer(answer=answer, revision=revision, text=entry[self.language], by=by, at=at)
            )

        def resolve(at: datetime) -> None:
            resolve_challenge(
                challenge=opened[0],
                resolution=Resolution.CORRECTED,
                note=entry[f"{self.language}_resolution"],
                by=self.owner,
                at=at,
            )

        timeline = self.company.timeline
        timeline.plan(timeline.at(entry["age_days"], time(18, 40)), challenge)
        if "resolved_age_days" in entry:
            timeline.plan(timeline.at(entry["resolved_age_days"], time(18, 50)), resolve)

    def _now(self) -> tuple[Answer, AnswerRevision]:
        """The answer and its published revision as they stand at this point of the timeline."""
        answer = Answer.objects.select_related("published", "question__category").get(pk=self.answer.pk)
        if answer.published is None:
            raise NotPublished
        return answer, answer.published


def plan_answers(company: DemoCompany) -> None:
    """Plan every answer in the demonstration's language, and a few in the other."""
    entries = [
        entry
        for path in sorted((DEMO_FOLDER / "answers").glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["answer"]
    ]
    other = "en" if company.language == "fr" else "fr"
    for entry in entries:
        AnswerStory(company, entry, company.language).plan()
    shareable = [e for e in entries if e["disclosure"] == "share" and e["scope"] == "company"]
    for entry in shareable[:TRANSLATED]:
        AnswerStory(company, entry, other).plan()
    company.timeline.plan(company.timeline.at(LEFT_DAYS_AGO), lambda _at: _leave(company.people[LEFT]))


def _leave(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
