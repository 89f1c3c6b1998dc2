"""A candidate whose every field holds words that stand nowhere else, put there as people put them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from accounts.models import User
from ledger.domain.jobs import run_job
from recruiting.domain.answers_given import correct_answer
from recruiting.domain.applications import edit_application, open_application
from recruiting.domain.candidates import record_consent
from recruiting.domain.contradiction_dismissals import dismiss_contradiction
from recruiting.domain.debrief_mails import ask_for_debriefs, remind_of_debriefs
from recruiting.domain.debriefs import DebriefFacts, Felt, submit_debrief
from recruiting.domain.follow_up_mails import remind_of_follow_ups
from recruiting.domain.follow_ups import keep_follow_up
from recruiting.domain.host_notes import leave_note
from recruiting.domain.leaving import Received
from recruiting.domain.leaving_mails import queue_handover
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.domain.recall_closing import Closing, Correction, close_recall
from recruiting.domain.reminders import send_session_reminders
from recruiting.domain.sessions import SessionFacts, change_status, plan_session
from recruiting.domain.tracking.imports import keep_import
from recruiting.domain.writing_to_candidates import Letter, send_to_candidate
from recruiting.models import (
    AnswerGiven,
    Application,
    Candidate,
    CandidateQuestion,
    FollowUp,
    Recall,
    RecallOutcome,
    Session,
    SessionStatus,
)
from tests.factories import AT, make_answer, make_figure, make_revision, make_user, make_value
from tests.recruiting.factories import (
    how,
    make_application,
    make_follow_up,
    make_given,
    make_position,
    make_session,
)
from tests.recruiting.tracking_files import imported
from wiki.domain.answers import publish_revision
from wiki.models import Question

MARK, FIRST_NAME = "Wq7Zx", "Zenobie"
DAY = timedelta(days=1)
ERASED_AT = AT + 20 * DAY
NAME, EMAIL, REFERENCE = f"{FIRST_NAME} Name{MARK}", f"mail.{MARK}@verger.example", f"REF-{MARK}"


@dataclass
class Marked:
    candidate: Candidate
    application: Application
    past: Session
    coming: Session
    lead: User
    recruiter: User
    host: User
    other: Session  # of another candidate, at the same position


def said(what: str) -> str:
    return f"{what}{MARK} as it was said"


def make_marked() -> Marked:
    """Imported, invited, met, recorded, promised, written to, debriefed, recalled, and expected again."""
    lead, recruiter = make_user("lead"), make_user("recruiter", email="rita@example.com")
    host = make_user("reader", name="Hanna Host", email="hanna@example.com")
    position = make_position("Glazier", by=recruiter)
    line = f"{REFERENCE},{NAME},{EMAIL},en,{said('source')}"
    imported("candidates", "Reference,Name,E-mail address,Language,Source", line, by=recruiter)
    candidate = Candidate.objects.get(reference=REFERENCE)
    record_consent(candidate=candidate, consents=True, by=recruiter, at=AT)
    application = open_application(position=position, candidate=candidate, by=recruiter, at=AT)
    past = _plan(application, host, recruiter, starts_at=AT + DAY)
    other = make_session(make_application(position, name="Bo Other", email="bo@example.com"), host)
    send_session_reminders(on=AT.date(), at=AT)
    question = _told(past, other, host, recruiter)
    _after(past, host, recruiter)
    _dismiss(question, recruiter)
    _recall(past, host, recruiter)
    coming = _plan(application, host, recruiter, starts_at=AT + 40 * DAY)
    add_candidate_question(
        session=coming, words=said("beforehand"), question=None, gap=True, by=recruiter, at=AT + 18 * DAY
    )
    _quoted_elsewhere(recruiter)
    received = Received(hosts=[coming])
    queue_handover(successor=lead, received=received, person=host, by=lead, at=AT + 19 * DAY)
    return Marked(candidate, application, past, coming, lead, recruiter, host, other)


def _plan(application: Application, host: User, by: User, **when: object) -> Session:
    facts = SessionFacts(
        stage="final",
        format="on_site",
        language="en",
        length_minutes=45,
        hosts=[host],
        place=said("place"),
        **when,
    )
    at = max(AT, when["starts_at"] - 7 * DAY)
    return plan_session(
        application=application,
        facts=facts,
        by=by,
        at=at,
        tell_candidate=True,
        reference=f"SES-{MARK}-{when['starts_at']:%d%m}",
    )


def _told(past: Session, other: Session, host: User, recruiter: User) -> Question:
    """A question that another candidate was answered otherwise; one the wiki does not know; a correction."""
    figure = make_figure("hours")
    make_value(figure, "38.5")
    answer = make_answer(short="We work [[figure:hours]].", disclosure="share")
    make_given(past, answer.question, host, words=said("matched"), at=AT + DAY)
    unknown = make_given(past, None, host, delivery="not_answered", words=said("unmatched"), at=AT + DAY)
    adapted = make_given(
        past, make_answer().question, host, delivery="adapted", said=said("adapted"), at=AT + DAY
    )
    correct_answer(
        given=adapted, how=how(host, "departed_from", said=said("corrected")), by=host, at=AT + DAY
    )
    make_given(other, answer.question, host, delivery="departed_from", said="Otherwise.", at=AT + 2 * DAY)
    assert unknown.candidate_question.question is None
    return answer.question


def _after(past: Session, host: User, recruiter: User) -> None:
    change_status(session=past, status=SessionStatus.HELD, by=recruiter, at=AT + DAY)
    ask_for_debriefs(at=AT + DAY + timedelta(hours=2))
    remind_of_debriefs(on=(AT + 2 * DAY).date(), at=AT + 2 * DAY)
    asked = CandidateQuestion.objects.filter(session=past).first()
    felt = {asked.pk: Felt(comfort=2, improvised=said("improvised"))}
    facts = DebriefFacts(landed=said("landed"), questions=felt)
    submit_debrief(session=past, host=host, facts=facts, as_of=None, at=AT + 3 * DAY)
    past.refresh_from_db()
    leave_note(session=past, text=said("note"), by=host, at=AT + 3 * DAY)
    kept = make_follow_up(past, host, promised=said("promised"), at=AT + DAY)
    keep_follow_up(follow_up=kept, word=said("word"), by=host, at=AT + 4 * DAY)
    make_follow_up(past, host, promised=said("still owed"), due_on=(AT + 3 * DAY).date(), at=AT + DAY)
    remind_of_follow_ups(on=(AT + 3 * DAY).date(), at=AT + 3 * DAY)
    thanks = FollowUp.objects.get(session=past, kind="thanks")
    letter = Letter(subject=said("letter"), text=f"Hello {FIRST_NAME}, {said('letter text')}")
    send_to_candidate(follow_up=thanks, letter=letter, by=recruiter, at=AT + 4 * DAY)


def _dismiss(question: Question, recruiter: User) -> None:
    latest = AnswerGiven.objects.filter(candidate_question__question=question).latest("given_at")
    dismiss_contradiction(
        position=latest.session.application.position,
        question=question,
        word=said("dismissed"),
        as_of=latest.pk,
        by=recruiter,
        at=AT + 5 * DAY,
    )


def _recall(past: Session, host: User, recruiter: User) -> None:
    """Two lines told otherwise since: one told by mail, one left with a reason."""
    for how_closed in (
        Closing(
            outcome=RecallOutcome.CORRECTED,
            correction=Correction(subject=said("correction"), text=said("correction text")),
        ),
        Closing(outcome=RecallOutcome.LEFT, reason=said("reason")),
    ):
        answer = make_answer(disclosure="share")
        line = make_given(past, answer.question, host, at=AT + DAY)
        revision = make_revision(answer, at=AT + 6 * DAY)
        publish_revision(answer=answer, revision=revision, by=revision.author, at=AT + 6 * DAY)
        close_recall(given=line, how=how_closed, as_of=revision.pk, by=recruiter, at=AT + 7 * DAY)
    assert Recall.objects.count() == 2


def _quoted_elsewhere(recruiter: User) -> None:
    """A file that waits, and a job that broke off over a row."""
    keep_import(kind="candidates", text=f"Name,E-mail address\n{NAME},{EMAIL}\n", by=recruiter, at=ERASED_AT)

    def break_off() -> str:
        raise ValueError(f"Failing row contains (7, {NAME.upper()}, {EMAIL})")

    with suppress(ValueError):
        run_job(job="trial", period="2026-11-20", work=break_off, now=lambda: ERASED_AT)
    run_job(job="trial", period="2026-11-21", work=lambda: f"Wrote to {NAME}", now=lambda: ERASED_AT)


def decide(marked: Marked) -> None:
    edit_application(
        application=marked.application,
        stage="closed",
        outcome="refused",
        decided_on=(AT + 19 * DAY).date(),
        starts_on=None,
        by=marked.recruiter,
        at=AT + 19 * DAY,
    )
