"""What the demonstration's people do after a session: promises, debriefs, thanks and news."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.timezone import localdate

from recruiting.domain.debriefs import DebriefFacts, Felt, submit_debrief
from recruiting.domain.demo.company import DemoCompany
from recruiting.domain.follow_ups import keep_follow_up
from recruiting.domain.promises import Promised, promise
from recruiting.models import FollowUp, FollowUpKind, Session
from recruiting.models.follow_ups import FollowUpQuerySet

DEBRIEFED_AFTER = timedelta(hours=2)
USUAL_KEPT_AFTER_DAYS = {FollowUpKind.THANKS: 1, FollowUpKind.NEWS: 7}
KEPT = {
    "en": {FollowUpKind.THANKS: "By mail, the next morning.", FollowUpKind.NEWS: "By phone."},
    "fr": {FollowUpKind.THANKS: "Par mail, le lendemain matin.", FollowUpKind.NEWS: "Par téléphone."},
}


def plan_what_follows(
    company: DemoCompany, entry: dict[str, Any], number: int, made: Sequence[Session], ends_at: datetime
) -> None:
    """Plan it on the timeline; `made` holds the session once it is planned, `ends_at` when it is over."""
    timeline = company.timeline
    for place, promised in enumerate(entry.get("promise", [])):
        _plan_promise(company, promised, f"demo-promise-{number}-{place}", made, ends_at)
    for place, written in enumerate(entry.get("debrief", [])):

        def submit(at: datetime, written: dict[str, Any] = written) -> None:
            _debrief(company, entry, made[0], written, at)

        timeline.plan(ends_at + DEBRIEFED_AFTER + timedelta(minutes=9 * place), submit)
    for kind, days in USUAL_KEPT_AFTER_DAYS.items():

        def keep(at: datetime, kind: FollowUpKind = kind) -> None:
            _keep(company, made[0].follow_ups.open().filter(kind=kind), KEPT[company.language][kind], at)

        days_ago = -entry["day_offset"] - days
        # The latest news are late, so that something is.
        left_late = kind == FollowUpKind.NEWS and entry["status"] == "debriefed"
        if entry["status"] != "cancelled" and days_ago > 0 and not left_late:
            timeline.plan(timeline.at(days_ago, time(9, 30)), keep)


def _plan_promise(
    company: DemoCompany, entry: dict[str, Any], key: str, made: Sequence[Session], ends_at: datetime
) -> None:
    owner = company.people[entry["owner"]]
    rows: list[FollowUp] = []
    due_on = localdate(ends_at) + timedelta(days=entry["due_offset"])
    promised = Promised(text=entry["promised"][company.language], owner=owner, due_on=due_on)

    def make(at: datetime) -> None:
        rows.append(
            promise(
                session=made[0],
                candidate_question=None,
                promised=promised,
                client_id=uuid5(NAMESPACE_URL, key),
                by=owner,
                at=at,
            )
        )

    def keep(at: datetime) -> None:
        keep_follow_up(follow_up=rows[0], word="", by=owner, at=at)

    company.timeline.plan(ends_at, make)
    if "kept" in entry:
        company.timeline.plan(ends_at + timedelta(days=entry["kept"]), keep)


def _debrief(
    company: DemoCompany, entry: dict[str, Any], session: Session, written: dict[str, Any], at: datetime
) -> None:
    host = company.people[written["host"]]
    asked = {row.words: row.pk for row in session.questions.all()}
    felt: dict[int, Felt] = {}
    for question in entry["asked"]:
        improvised = question.get("improvised", {}).get(company.language, "")
        if question["host"] == written["host"] and (improvised or "comfort" in question):
            felt[asked[question["words"][company.language]]] = Felt(question.get("comfort"), improvised)
    facts = DebriefFacts(landed=written["landed"][company.language], questions=felt)
    submit_debrief(session=session, host=host, facts=facts, as_of=None, at=at)


def _keep(company: DemoCompany, rows: FollowUpQuerySet, word: str, at: datetime) -> None:
    for row in rows:
        keep_follow_up(follow_up=row, word=word, by=company.people["sophie"], at=at)
