"""The demonstration's answer recalls: one candidate who was told otherwise, and one who was told since."""

import tomllib
from datetime import datetime, time
from functools import partial
from typing import Any

from recruiting.domain.demo.company import DEMO_FOLDER, DemoCompany
from recruiting.domain.recall_closing import Closing, close_recall
from recruiting.domain.recalls import open_recalls
from recruiting.models import RecallOutcome
from wiki.domain.answers import NotPublished
from wiki.domain.revisions import RevisionText, save_revision
from wiki.domain.writing import publish_draft
from wiki.models import Answer, ScopeKind


def plan_recalls(company: DemoCompany) -> None:
    """Plan the whole of recalls.toml on the company's timeline."""
    entries = tomllib.loads((DEMO_FOLDER / "recalls.toml").read_text(encoding="utf-8"))
    timeline = company.timeline
    for entry in entries["change"]:
        timeline.plan(timeline.at(entry["days_ago"], time(16, 10)), partial(_change, company, entry))
    for entry in entries["settled"]:
        timeline.plan(timeline.at(entry["days_ago"], time(17, 20)), partial(_settle, company, entry))


def _change(company: DemoCompany, entry: dict[str, Any], at: datetime) -> None:
    answer = Answer.objects.select_related("published", "owner", "question__category").get(
        question__slug=entry["question"], scope__kind=ScopeKind.COMPANY, language=company.language
    )
    before, words = answer.published, entry[company.language]
    if before is None or answer.owner is None:
        raise NotPublished
    text = RevisionText(
        short_answer=words["short"],
        details=_replaced(before.details, words["replaced"]),
        example=before.example,
        not_to_say=_replaced(before.not_to_say, words["replaced"]),
        kind=before.kind,
        disclosure=before.disclosure,
        evidence=before.evidence,
        comment=words["comment"],
    )
    revision = save_revision(answer=answer, base=answer.head, text=text, by=answer.owner, at=at)
    publish_draft(answer=answer, revision=revision, still_true=True, by=answer.owner, at=at)


def _replaced(text: str, pairs: list[list[str]]) -> str:
    for before, after in pairs:
        text = text.replace(before, after)
    return text


def _settle(company: DemoCompany, entry: dict[str, Any], at: datetime) -> None:
    given = open_recalls(on=at.date()).get(
        session__application__candidate__email__startswith=f"{entry['candidate']}.",
        revision__answer__question__slug=entry["question"],
    )
    closing = Closing(outcome=RecallOutcome(entry["outcome"]), reason=entry[company.language]["reason"])
    now = Answer.objects.get(pk=given.revision.answer_id).published_id if given.revision else None
    close_recall(given=given, how=closing, as_of=now, by=company.people["sophie"], at=at)
