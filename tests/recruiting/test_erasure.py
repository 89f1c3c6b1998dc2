import base64
import logging
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from ledger.domain.delivery import deliver_due_mail
from ledger.domain.mail_kinds import mail_kinds
from ledger.domain.mail_server import smtp_connection
from ledger.domain.messages import read
from ledger.models import Activity, JobRun, OutgoingMail
from recruiting.checks import check_personal_data
from recruiting.domain import personal_data
from recruiting.domain.erasure import erase_candidate
from recruiting.domain.erasure_journal import JournalUnwritable
from recruiting.domain.erasure_mails import FOUND
from recruiting.domain.personal_data import reached, unreached
from recruiting.domain.retention_rules import RECORD, Kept, Reach
from recruiting.models import (
    AnswerGiven,
    Application,
    Candidate,
    CandidateQuestion,
    ContradictionDismissal,
    DebriefedQuestion,
    FigureTold,
    FollowUp,
    HostNote,
    Recall,
    Session,
    TrackingImport,
)
from recruiting.models.answers_given import RecordIsHistory
from tests.factories import AT, make_user
from tests.ledger.smtp import MailSink
from tests.recruiting.factories import make_application, make_session
from tests.recruiting.marked import (
    DAY,
    EMAIL,
    ERASED_AT,
    FIRST_NAME,
    MARK,
    Marked,
    decide,
    make_marked,
)

# Names of kinds and periods, which hold no words.
WORDLESS = {"ledger.JobRun.job", "ledger.JobRun.period", "recruiting.TrackingImport.kind"}

# Those mails know of no candidate.
OF_WIKI_AND_ACCOUNTS = {
    "account-change",
    "assignment",
    "invitation",
    "owner-digest",
    "password-reset",
    "verification-request",
    "verification-request-done",
    "verification-requests-handed-over",
}


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "erasures"


@pytest.fixture
def sink(settings: Any) -> Any:
    sink = MailSink()
    sink.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield sink
    sink.stop()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the site's own log says."""
    [console] = [handler for handler in logging.getLogger().handlers if handler.name == "console"]
    stream = StringIO()
    monkeypatch.setattr(console, "stream", stream)
    return stream


def erase(marked: Marked, journal: Path, *, at: Any = ERASED_AT) -> bool:
    return erase_candidate(candidate=marked.candidate, by=marked.lead, at=at, journal=journal)


def needles() -> list[bytes]:
    """The marks as attachments hold them, at whichever of three offsets."""
    words = [MARK.encode(), FIRST_NAME.encode()]
    return [
        base64.b64encode(b"\0" * offset + word)[-(-offset * 8 // 6) : (offset + len(word)) * 8 // 6]
        for word in words
        for offset in range(3)
    ]


def marks_in(content: bytes) -> int:
    plain = content.lower()
    return sum(plain.count(word.lower().encode()) for word in (MARK, FIRST_NAME)) + sum(
        content.count(word) for word in needles()
    )


def dump() -> bytes:
    """Every row of every table."""
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own
            for row in cursor.fetchall():
                parts += [_bytes(value) for value in row]
    if connection.vendor == "sqlite":
        parts += [line.encode() for line in connection.connection.iterdump()]
    return b"\n".join(parts)


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()


def files_of(*folders: Path) -> dict[str, bytes]:
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in found}


def statistics() -> dict[str, list[tuple[Any, ...]]]:
    """All that is counted: nothing of it goes."""
    return {
        "given": list(
            AnswerGiven.objects.order_by("pk").values_list(
                "session",
                "candidate_question__question",
                "candidate_question__wording",
                "candidate_question__gap",
                "revision",
                "delivery",
                "language",
                "host",
                "given_at",
                "corrects",
            )
        ),
        "figures": list(FigureTold.objects.order_by("pk").values_list("answer_given", "value", "words")),
        "felt": list(DebriefedQuestion.objects.order_by("pk").values_list("candidate_question", "comfort")),
        "applications": list(
            Application.objects.order_by("pk").values_list(
                "position", "stage", "outcome", "decided_on", "starts_on", "created_at"
            )
        ),
        "sessions": list(
            Session.objects.order_by("pk").values_list(
                "stage", "format", "language", "starts_at", "length_minutes", "organiser", "hosts__user"
            )
        ),
        "recalls": list(Recall.objects.order_by("pk").values_list("answer_given", "outcome", "closed_at")),
        "kept": list(FollowUp.objects.order_by("pk").values_list("kind", "owner", "due_on", "kept_at")),
    }


@pytest.mark.django_db(transaction=True)
def test_nothing_of_an_erased_candidate_is_left_anywhere_and_all_that_is_counted_is(journal, sink, log):
    marked = make_marked()
    sink.refuse[EMAIL] = f"550 <{EMAIL}> unknown: {FIRST_NAME}"
    for days in range(20):
        deliver_due_mail(now=lambda: AT + days * DAY, connection_factory=smtp_connection)  # noqa: B023
    decide(marked)
    assert _unfilled() == []
    assert OutgoingMail.objects.filter(last_error__contains=MARK).exists()
    counted, before = statistics(), marks_in(dump())
    assert before > 50

    assert erase(marked, journal)

    assert _found_in_columns() == []
    assert marks_in(dump()) == 0
    assert statistics() == counted
    database = Path(connection.settings_dict["NAME"])
    beside = [database, *(database.with_name(database.name + end) for end in ("-wal", "-journal"))]
    kept = {str(path): path.read_bytes() for path in beside if path.is_file()}
    kept |= files_of(Path(settings.DATA_DIR), Path(default_storage.location), journal.parent)
    assert {name for name, content in kept.items() if marks_in(content)} == set()
    assert marks_in(log.getvalue().encode()) == 0
    assert "not sent" in log.getvalue()


def _columns() -> list[tuple[type, str]]:
    return [
        (apps.get_model(kept.model), name.rpartition(".")[2])
        for kept in reached()
        for name in kept.names
        if name not in WORDLESS and kept.model != "ledger.OutgoingMail"
    ]


def _unfilled() -> list[str]:
    """Fields of the register that the marked candidate has no words in: they would prove nothing."""
    return [
        f"{model.__name__}.{name}"
        for model, name in _columns()
        if not any(
            MARK.casefold() in str(value).casefold() for value in model.objects.values_list(name, flat=True)
        )
    ]


def _found_in_columns() -> list[str]:
    return [
        f"{model.__name__}.{name}"
        for model, name in _columns()
        if any(
            MARK.casefold() in str(value).casefold() for value in model.objects.values_list(name, flat=True)
        )
    ]


@pytest.mark.django_db
def test_what_was_to_come_ends_and_its_hosts_are_told_without_the_name(journal):
    marked = make_marked()
    OutgoingMail.objects.filter(recipient__isnull=False).update(state="sent")
    last = OutgoingMail.objects.latest("pk").pk
    assert erase(marked, journal)
    sessions = dict(Session.objects.values_list("pk", "status"))
    assert (sessions[marked.past.pk], sessions[marked.coming.pk]) == ("closed", "cancelled")
    assert sessions[marked.other.pk] == "planned"
    assert not FollowUp.objects.open().filter(session=marked.past).exists()
    waiting = OutgoingMail.objects.filter(state__in=("pending", "sending"), pk__lte=last)
    assert set(waiting.values_list("recipient", "to_address")) <= {(None, "bo@example.com")}
    told = OutgoingMail.objects.get(pk__gt=last)
    assert (told.kind, told.recipient) == ("session-cancellation", marked.host)
    assert "Erased candidate" in read(bytes(told.message)).text
    assert marks_in(bytes(told.message)) == 0


@pytest.mark.django_db
def test_erasing_twice_does_nothing_the_second_time(journal):
    marked = make_marked()
    assert erase(marked, journal)
    before, noted = dump(), journal.read_text()
    assert not erase(marked, journal, at=ERASED_AT + DAY)
    assert (dump(), journal.read_text()) == (before, noted)
    assert Activity.objects.about(marked.candidate).filter(verb="erase").count() == 1


@pytest.mark.django_db
def test_what_is_noted_names_nobody_and_nothing_is_erased_that_is_not_noted(journal, tmp_path):
    marked = make_marked()
    with pytest.raises(JournalUnwritable):
        erase(marked, tmp_path / "missing" / "erasures")
    marked.candidate.refresh_from_db()
    assert (marked.candidate.email, marked.candidate.is_erased) == (EMAIL, False)
    assert erase(marked, journal)
    known_since = marked.candidate.created_at.isoformat(timespec="microseconds")
    assert journal.read_text() == f"{ERASED_AT:%Y-%m-%d} {marked.candidate.pk} {known_since}\n"
    assert journal.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_others_keep_their_words(journal):
    marked = make_marked()
    erase(marked, journal)
    other = Candidate.objects.get(email="bo@example.com")
    assert (other.name, other.is_erased) == ("Bo Other", False)
    assert list(AnswerGiven.objects.filter(session=marked.other).values_list("said", flat=True)) == [
        "Otherwise."
    ]
    mails = OutgoingMail.objects.filter(period__startswith=f"session-{marked.other.pk}-")
    assert mails.exists()
    assert not mails.filter(message=b"").exists()


@pytest.mark.django_db
def test_where_a_row_may_not_be_without_words_a_dash_stands(journal):
    marked = make_marked()
    erase(marked, journal)
    asked = CandidateQuestion.objects.filter(session=marked.past).order_by("pk")
    assert [(row.words, bool(row.question)) for row in asked][:2] == [("", True), ("—", False)]
    promised = FollowUp.objects.filter(session=marked.past).values_list("kind", "promised")
    assert set(promised) == {("promise", "—"), ("thanks", ""), ("news", "")}
    assert set(Recall.objects.values_list("reason", "sent_text")) == {("—", "")}
    assert FollowUp.objects.filter(session=marked.past, promised="—").first().title == "Erased promise"
    assert asked[1].title == "Erased question"
    assert not HostNote.objects.exists()
    assert not TrackingImport.objects.exists()
    assert ContradictionDismissal.objects.get().word == ""
    assert JobRun.objects.get(period="2026-11-20").error == "—"
    dropped = OutgoingMail.objects.filter(kind="candidate-invitation", state="dropped", message=b"")
    assert set(dropped.values_list("to_address", "subject")) == {("", "")}


@pytest.mark.django_db
def test_lines_of_the_record_lose_what_was_said_with_a_candidate_and_nothing_else(journal):
    marked = make_marked()
    lines = AnswerGiven.objects.filter(session=marked.past)
    for change in (
        lambda: lines.update(said=""),
        lambda: lines.erase("delivery"),
        lambda: lines.erase("host"),
    ):
        with pytest.raises(RecordIsHistory):
            change()
    assert FigureTold.ERASED_WITH_CANDIDATE == ()
    with pytest.raises(RecordIsHistory):
        FigureTold.objects.all().erase("words")


def test_erasure_knows_how_a_mail_of_every_kind_names_a_candidate():
    kinds = {kind for kind, _label in mail_kinds()}
    assert FOUND.keys() <= kinds
    assert kinds - FOUND.keys() == OF_WIKI_AND_ACCOUNTS


def test_a_personal_field_that_erasure_does_not_reach_fails_the_check(monkeypatch):
    assert unreached() == []
    told = {"why": "", "readers": "", "rule": RECORD, "model": "recruiting.HostNote", "fields": ("text",)}
    for reach in (
        None,
        Reach(),
        Reach(path="session"),
        Reach(path="session__nobody"),
        Reach(path="author"),
        Reach(path="session__application__candidate", by="recruiting.domain.erasure_mails.erase_mails"),
    ):
        monkeypatch.setattr(personal_data, "PARTS", {"Trial": (Kept(**told, reach=reach),)})
        assert unreached() == ["recruiting.HostNote.text"]
        assert "recruiting.E003" in {error.id for error in check_personal_data()}


@pytest.mark.django_db
def test_a_candidate_with_nothing_but_a_name_is_erased(journal):
    application = make_application(name="Li")
    make_session(application, make_user("reader"), starts_at=AT + timedelta(days=7))
    assert erase_candidate(candidate=application.candidate, by=None, at=AT, journal=journal)
    assert application.candidate.called == "Erased candidate"
