"""A session's record to take away: as a spreadsheet, and as data for machines."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext

from recruiting.domain.record_challenges import ChallengeMark, challenge_marks
from recruiting.domain.records import Line, asked_without_answer, follow_ups_of, read_record
from recruiting.domain.spreadsheets import Cell, csv_lines
from recruiting.models import AnswerGiven, CandidateQuestion, FollowUp, Session
from wiki.domain.citations import told

NOTHING: Sequence[Cell] = [""] * 14  # before the promises


def record_as_csv(session: Session, *, language: str) -> bytes:
    """A row for each line and each correction, in the active language."""
    return "".join(csv_lines(_rows(session), language=language)).encode()


def record_as_data(session: Session, *, candidate: str) -> dict[str, Any]:
    """Everything the page shows, with names of fields that do not change with the language."""
    lines = read_record(session)
    challenged = challenge_marks(lines)
    decided_on = session.application.decided_on
    return {
        "session": session.pk,
        "candidate": candidate,
        "position": session.application.position.title,
        "starts_at": localtime(session.starts_at).isoformat(),
        "format": session.format,
        "status": session.status,
        "stage": session.stage,
        "outcome": session.application.outcome or None,
        "decided_on": decided_on.isoformat() if decided_on else None,
        "language": session.language,
        "hosts": [str(host.user) for host in session.hosts.select_related("user")],
        "lines": [_line(line, challenged.get(line.given.pk)) for line in lines],
        "asked_without_answer": [_words(row) for row in asked_without_answer(session)],
        "follow_ups": [_follow_up(follow_up) for follow_up in follow_ups_of(session)],
    }


def _rows(session: Session) -> Iterator[Sequence[Cell]]:
    yield [
        gettext("Line"),
        gettext("Corrects line"),
        gettext("Recorded at"),
        gettext("Question"),
        gettext("In the candidate’s words"),
        gettext("Gap"),
        gettext("How it was answered"),
        gettext("What was said"),
        gettext("Host"),
        gettext("Recorded by"),
        gettext("Answer"),
        gettext("Revision"),
        gettext("Scope"),
        gettext("The published answer that day"),
        gettext("Promises"),
    ]
    promises: dict[int | None, list[str]] = {}
    for follow_up in follow_ups_of(session):
        promises.setdefault(follow_up.candidate_question_id, []).append(follow_up.title)
    for line in read_record(session):
        for given in (line.given, *line.corrections):
            yield _row(line, given, promises.get(line.asked.pk, []))
    for asked in asked_without_answer(session):
        yield _question_row(asked, promises.get(asked.pk, []))
    if None in promises:  # apart from any question
        yield [*NOTHING, "\n".join(promises[None])]


def _row(line: Line, given: AnswerGiven, promises: Sequence[str]) -> list[Cell]:
    revision = line.revision
    return [
        given.pk,
        given.corrects_id,
        localtime(given.given_at).strftime("%Y-%m-%d %H:%M"),
        line.asked.wording,
        line.asked.words,
        gettext("yes") if line.asked.gap else "",
        str(given.get_delivery_display()),
        given.said,
        str(given.host),
        str(given.recorded_by),
        revision.answer_id if revision else None,
        revision.number if revision else None,
        revision.answer.scope.name if revision else "",
        told(revision.short_answer, revision.cited) if revision else "",
        "\n".join(promises),
    ]


def _question_row(asked: CandidateQuestion, promises: Sequence[str]) -> list[Cell]:
    """A question to which nothing was recorded."""
    row = [*NOTHING, "\n".join(promises)]
    row[2] = localtime(asked.asked_at).strftime("%Y-%m-%d %H:%M")
    row[3:6] = [asked.wording, asked.words, gettext("yes") if asked.gap else ""]
    return row


def _line(line: Line, challenged: ChallengeMark | None) -> dict[str, Any]:
    return {
        "question": line.asked.question.slug if line.asked.question else None,
        "title": line.asked.wording or None,
        "words": line.asked.words,
        "gap": line.asked.gap,
        "answer": _answer(line),
        "given": [_given(row) for row in (line.given, *line.corrections)],
        "changed_since": line.has_changed,
        "withdrawn_since": line.is_withdrawn,
        "challenged_since": _day(challenged.open_since) if challenged else None,
        "proved_wrong": _day(challenged.proved_wrong_at) if challenged else None,
    }


def _answer(line: Line) -> dict[str, Any] | None:
    if (revision := line.revision) is None:
        return None
    return {
        "id": revision.answer_id,
        "revision": revision.number,
        "scope": revision.answer.scope.name,
        "language": revision.answer.language,
        "short_answer": told(revision.short_answer, revision.cited),
        "figures": {row.value.figure.slug: row.words for row in line.figures_told},
    }


def _given(given: AnswerGiven) -> dict[str, Any]:
    return {
        "id": given.pk,
        "corrects": given.corrects_id,
        "at": localtime(given.given_at).isoformat(),
        "delivery": given.delivery,
        "said": given.said,
        "host": str(given.host),
        "recorded_by": str(given.recorded_by),
    }


def _follow_up(follow_up: FollowUp) -> dict[str, Any]:
    return {
        "kind": follow_up.kind,
        "promised": follow_up.promised,
        "owner": str(follow_up.owner),
        "due_on": follow_up.due_on.isoformat(),
        "kept_at": follow_up.kept_at.isoformat() if follow_up.kept_at else None,
        "withdrawn_at": follow_up.withdrawn_at.isoformat() if follow_up.withdrawn_at else None,
        "word": follow_up.word,
        "sent_subject": follow_up.sent_subject,
        "sent_text": follow_up.sent_text,
    }


def _day(at: datetime | None) -> str | None:
    return localdate(at).isoformat() if at else None


def _words(row: CandidateQuestion) -> str:
    return row.words or row.title
