"""What names a candidate where no key leads to: found by their name, address, reference or words."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from ledger.models import JobRun
from recruiting.models import (
    AnswerGiven,
    Candidate,
    CandidateQuestion,
    ContradictionDismissal,
    FollowUp,
    Recall,
    Session,
    TrackingImport,
)
from recruiting.models.applications import ERASED

SHORTEST = 3  # letters: less is in every text
EARLIER = timedelta(days=1)  # clocks of several machines do not agree


@dataclass(frozen=True, kw_only=True)
class Erased:
    """Who is being erased, as long as their words still stand."""

    ids: Sequence[int]
    addresses: frozenset[str]
    names: frozenset[str]  # with addresses and references: what tells who it is
    since: datetime  # before which nothing was written about them
    at: datetime

    @classmethod
    def of(cls, candidates: Collection[Candidate], *, at: datetime) -> "Erased":
        ids = [candidate.pk for candidate in candidates]
        sessions = Session.objects.filter(application__candidate__in=ids).exclude(reference="")
        names = {said for one in candidates for said in (one.name, one.email, one.reference)}
        return cls(
            ids=ids,
            addresses=frozenset(one.email for one in candidates if one.email),
            names=frozenset(filter(None, names.union(sessions.values_list("reference", flat=True)))),
            since=min(one.created_at for one in candidates) - EARLIER,
            at=at,
        )

    @property
    def sessions(self) -> "frozenset[int]":
        rows = Session.objects.filter(application__candidate__in=self.ids)
        return frozenset(rows.values_list("pk", flat=True))

    def words(self) -> set[str]:
        """All that was written about them, for what may quote any of it."""
        of_session = {"session__application__candidate__in": self.ids}
        found = set(self.names)
        for rows in (
            CandidateQuestion.objects.filter(**of_session).values_list("words"),
            AnswerGiven.objects.filter(**of_session).values_list("said"),
            FollowUp.objects.filter(**of_session).values_list("promised", "word", "sent_subject"),
            Recall.objects.filter(answer_given__session__application__candidate__in=self.ids).values_list(
                "reason", "sent_subject"
            ),
            Session.objects.filter(application__candidate__in=self.ids).values_list("place"),
        ):
            found.update(said for row in rows for said in row)
        return found


def remove_imports(erased: Erased) -> None:
    """Files that wait to be confirmed and name them: whoever sent one sends it again, without."""
    named = naming(erased.names)
    waiting = TrackingImport.objects.order_by("pk").values_list("pk", "content")
    found = [pk for pk, content in waiting.iterator(chunk_size=1) if named.search(content)]
    TrackingImport.objects.filter(pk__in=found).delete()


def empty_job_runs(erased: Erased) -> None:
    """Errors quote rows as they stood."""
    rows = JobRun.objects.filter(started_at__gte=erased.since).exclude(error="", summary="")
    named = None
    for run in rows.iterator():
        named = named or naming(erased.words())
        if named.search(run.error) or named.search(run.summary):
            JobRun.objects.filter(pk=run.pk).update(
                error=run.error and ERASED, summary=run.summary and ERASED
            )


def empty_dismissals(erased: Erased) -> None:
    """Why what was told to them among others may stay so."""
    told = AnswerGiven.objects.filter(session__application__candidate__in=erased.ids)
    places = set(
        told.order_by()
        .values_list("session__application__position", "candidate_question__question")
        .distinct()
    )
    for position, question in places:
        if question is not None:
            ContradictionDismissal.objects.filter(Q(position=position), Q(question=question)).update(word="")


def naming(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of them as a whole, however it is capitalised; nothing where there are none."""
    said = sorted({word.strip() for word in words if len(word.strip()) >= SHORTEST}, key=len, reverse=True)
    if not said:
        return re.compile(r"(?!)")
    # White space may have been folded on the way.
    alternatives = "|".join(r"\s+".join(map(re.escape, word.split())) for word in said)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)
