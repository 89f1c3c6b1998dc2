"""A session's record to take away: as a spreadsheet, and as data for machines."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from django.db import models
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recruiting.domain.record_challenges import ChallengeMark, challenge_marks
from recruiting.domain.records import Line, asked_without_answer, follow_ups_of, read_record
from recruiting.domain.spreadsheets import Cell, csv_lines
from recruiting.models import AnswerGiven, CandidateQuestion, FollowUp, Session
from wiki.domain.citations import told


class Column(models.TextChoices):
    """Of the spreadsheet, in their order."""

    LINE = "line", _("Line")
    CORRECTS = "corrects", _("Corrects line")
    RECORDED_AT = "recorded_at", _("Recorded at")
    QUESTION = "question", _("Question")
    WORDS = "words", _("In the candidate’s words")
    GAP = "gap", _("Gap")
    DELIVERY = "delivery", _("How it was answered")
    SAID = "said", _("What was said")
    HOST = "host", _("Host")
    RECORDED_BY = "recorded_by", _("Recorded by")
    ANSWER = "answer", _("Answer")
    REVISION = "revision", _("Revision")
    SCOPE = "scope", _("Scope")
    PUBLISHED = "published", _("The published answer that day")
    PROMISES = "promises", _("Promises")


Row: TypeAlias = dict[Column, Cell]  # a column that it lacks is empty


def record_as_csv(session: Session, *, language: str) -> bytes:
    """A row for each line and each correction, in the active language."""
    return "".join(csv_lines(_cells(session), language=language)).encode()


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


def _cells(session: Session) -> Iterator[Sequence[Cell]]:
    yield [str(column.label) for column in Column]
    for row in _rows(session):
        yield [row.get(column, "") for column in Column]


def _rows(session: Session) -> Iterator[Row]:
    promises: dict[int | None, list[str]] = {}
    for follow_up in follow_ups_of(session):
        promises.setdefault(follow_up.candidate_question_id, []).append(follow_up.title)
    for line in read_record(session):
        for given in (line.given, *line.corrections):
            yield _question(line.asked) | _told(line, given) | _promised(promises.get(line.asked.pk, []))
    for asked in asked_without_answer(session):
        yield _question(asked) | _promised(promises.get(asked.pk, []))
    if None in promises:  # apart from any question
        yield _promised(promises[None])


def _question(asked: CandidateQuestion) -> Row:
    return {
        Column.RECORDED_AT: _minute(asked.asked_at),
        Column.QUESTION: asked.wording,
        Column.WORDS: asked.words,
        Column.GAP: gettext("yes") if asked.gap else "",
    }


def _told(line: Line, given: AnswerGiven) -> Row:
    row: Row = {
        Column.LINE: given.pk,
        Column.CORRECTS: given.corrects_id,
        Column.RECORDED_AT: _minute(given.given_at),
        Column.DELIVERY: str(given.get_delivery_display()),
        Column.SAID: given.said,
        Column.HOST: str(given.host),
        Column.RECORDED_BY: str(given.recorded_by),
    }
    if (revision := line.revision) is not None:
        row |= {
            Column.ANSWER: revision.answer_id,
            Column.REVISION: revision.number,
            Column.SCOPE: revision.answer.scope.name,
            Column.PUBLISHED: told(revision.short_answer, revision.cited),
        }
    return row


def _promised(promises: Sequence[str]) -> Row:
    return {Column.PROMISES: "\n".join(promises)}


def _minute(at: datetime) -> str:
    return localtime(at).strftime("%Y-%m-%d %H:%M")


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
