"""Everything held about one candidate, for them to take away: as data, and as the page made of it.

What they said, what they were told with its figures and dates, whom they met, what was promised, and what was
written to them. The register says field by field what is not given, and why (`Kept.withheld`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from ledger.domain.messages import read
from ledger.models import OutgoingMail
from recruiting.domain.candidate_retention import file_expires_on
from recruiting.domain.erasure_mails import mails_naming
from recruiting.domain.erasure_search import Erased
from recruiting.domain.records import Line, asked_without_answer, follow_ups_of, read_record
from recruiting.models import (
    AnswerGiven,
    Application,
    Candidate,
    CandidateQuestion,
    DebriefedQuestion,
    FollowUp,
    Recall,
    Session,
)
from wiki.domain.citations import told
from wiki.models import Disclosure


def held_about(candidate: Candidate, *, at: datetime) -> dict[str, Any]:
    """With names of fields that do not change with the language; moments in the company's time."""
    applications = candidate.applications.select_related("position").order_by("created_at", "pk")
    return {
        "candidate": {
            "name": candidate.name,
            "email": candidate.email,
            "language": candidate.language,
            "source": candidate.source,
            "reference": candidate.reference,
            "known_since": _moment(candidate.created_at),
            "agreed_to_be_contacted_again": _moment(candidate.consented_at),
            "kept_until": file_expires_on(candidate).isoformat(),
        },
        "applications": [_application(application) for application in applications],
        "mails": [_mail(mail) for mail in _mails_to(candidate, at=at)],
    }


def notes_not_given(candidate: Candidate) -> int:
    """How many notes hosts left one another in the candidate's sessions: for a person to read over."""
    sessions = Session.objects.filter(application__candidate=candidate)
    return sum(session.notes.count() for session in sessions)


def _application(application: Application) -> dict[str, Any]:
    sessions = application.sessions.select_related("organiser").order_by("starts_at", "pk")
    return {
        "position": application.position.title,
        "applied_at": _moment(application.created_at),
        "stage": application.stage,
        "outcome": application.outcome or None,
        "decided_on": application.decided_on.isoformat() if application.decided_on else None,
        "starts_on": application.starts_on.isoformat() if application.starts_on else None,
        "sessions": [_session(session) for session in sessions],
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "starts_at": _moment(session.starts_at),
        "length_minutes": session.length_minutes,
        "format": session.format,
        "place": session.place,
        "language": session.language,
        "gentler_form": session.gentler_form or None,
        "stage": session.stage,
        "status": session.status,
        "reference": session.reference,
        "organiser": str(session.organiser),
        "hosts": [str(host.user) for host in session.hosts.select_related("user")],
        "answered": [_line(line) for line in read_record(session)],
        "asked_without_answer": [_asked(row) for row in asked_without_answer(session)],
        "promises": [_promise(follow_up) for follow_up in follow_ups_of(session)],
        "corrections": [_correction(recall) for recall in _recalls(session)],
        "how_answers_landed": [debrief.landed for debrief in session.debriefs.all() if debrief.landed],
        "improvised": list(
            DebriefedQuestion.objects.filter(debrief__session=session)
            .improvised_ones()
            .order_by("pk")
            .values_list("improvised", flat=True)
        ),
    }


def _asked(row: CandidateQuestion) -> dict[str, Any]:
    return {"asked_at": _moment(row.asked_at), "words": row.words, "question": row.wording}


def _line(line: Line) -> dict[str, Any]:
    return {
        **_asked(line.asked),
        "answer": _answer(line),
        "figures": [row.words for row in line.figures_told],
        "given": [_given(row) for row in (line.given, *line.corrections)],
    }


def _answer(line: Line) -> str | None:
    """The text as it was that day, where it may be given in writing; what was said and its figures always."""
    revision = line.revision
    if revision is None or revision.disclosure != Disclosure.SHARE:
        return None
    return told(revision.short_answer, revision.cited)


def _given(given: AnswerGiven) -> dict[str, Any]:
    return {
        "at": _moment(given.given_at),
        "host": str(given.host),
        "delivery": given.delivery,
        "said": given.said,
    }


def _promise(row: FollowUp) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "promised": row.promised,
        "owner": str(row.owner),
        "due_on": row.due_on.isoformat(),
        "kept_at": _moment(row.kept_at),
        "withdrawn_at": _moment(row.withdrawn_at),
        "word": row.word,
        "sent_subject": row.sent_subject,
        "sent_text": row.sent_text,
    }


def _recalls(session: Session) -> Sequence[Recall]:
    return list(Recall.objects.filter(answer_given__session=session).order_by("closed_at", "pk"))


def _correction(recall: Recall) -> dict[str, Any]:
    return {
        "closed_at": _moment(recall.closed_at),
        "outcome": recall.outcome,
        "reason": recall.reason,
        "sent_subject": recall.sent_subject,
        "sent_text": recall.sent_text,
    }


def _mails_to(candidate: Candidate, *, at: datetime) -> Sequence[OutgoingMail]:
    found = mails_naming(Erased.of([candidate], at=at))
    return list(OutgoingMail.objects.filter(pk__in=found, recipient=None).order_by("created_at", "pk"))


def _mail(mail: OutgoingMail) -> dict[str, Any]:
    return {
        "to": mail.to_address,
        "written_at": _moment(mail.created_at),
        "sent_at": _moment(mail.sent_at),
        "state": mail.state,
        "server_said": mail.last_error,
        "subject": mail.subject,
        "text": "" if mail.secret or not mail.message else read(bytes(mail.message)).text,
    }


def _moment(at: datetime | None) -> str | None:
    return localtime(at).isoformat() if at else None
