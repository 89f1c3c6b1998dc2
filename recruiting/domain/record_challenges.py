"""What a session's record says of challenges: that and when, never the words of whoever challenged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from recruiting.domain.records import Line
from wiki.models import AnswerRevision, Challenge, Resolution


@dataclass(frozen=True, kw_only=True)
class ChallengeMark:
    """The latest day of each; None where there is none."""

    open_since: datetime | None  # challenged after the session, and nobody has decided yet
    proved_wrong_at: datetime | None


def challenge_marks(lines: Sequence[Line]) -> Mapping[int, ChallengeMark]:
    """By the id of the first row, for the answers that the candidate was told; one query.

    A challenge of a later text counts too, as for recalls. One proved right by a correction counts whenever
    it was made: what was told was wrong. Open ones made before the session were known in it, so not since.
    """
    told = {line.given.pk: (line, line.revision) for line in lines if line.was_told and line.revision}
    by_answer: dict[int, list[Challenge]] = {}
    challenges = Challenge.objects.filter(
        answer__in={revision.answer_id for _line, revision in told.values()}
    )
    for challenge in challenges.select_related("revision").defer("text", "resolution_note"):
        by_answer.setdefault(challenge.answer_id, []).append(challenge)
    marks = {
        pk: _mark(by_answer.get(revision.answer_id, []), revision, since=line.given.session.starts_at)
        for pk, (line, revision) in told.items()
    }
    return {pk: mark for pk, mark in marks.items() if mark.open_since or mark.proved_wrong_at}


def _mark(challenges: Sequence[Challenge], revision: AnswerRevision, *, since: datetime) -> ChallengeMark:
    of_text = [one for one in challenges if one.revision.number >= revision.number]
    opened = (one.created_at for one in of_text if one.resolved_at is None and one.created_at > since)
    wrong = (one.resolved_at for one in of_text if one.resolution == Resolution.CORRECTED)
    return ChallengeMark(open_since=_latest(opened), proved_wrong_at=_latest(wrong))


def _latest(days: Iterable[datetime | None]) -> datetime | None:
    return max((day for day in days if day is not None), default=None)
