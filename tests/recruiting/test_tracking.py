"""Importing positions, candidates and applications: what is created, changed, left and refused."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from ledger.models import Activity, OutgoingMail
from recruiting.domain.candidates import CandidateFacts, add_candidate
from recruiting.domain.positions import PositionFacts, edit_position
from recruiting.domain.retention import apply_retention
from recruiting.domain.tracking import imports
from recruiting.domain.tracking.imports import (
    ImportGone,
    PreviewChanged,
    confirm_import,
    keep_import,
    preview_import,
)
from recruiting.models import Application, Candidate, Position, TrackingImport
from tests.factories import AT, make_company, make_question, make_scope, make_user
from tests.recruiting.factories import make_application, make_position
from tests.recruiting.tracking_files import imported, preview_of, told

pytestmark = pytest.mark.django_db

POSITIONS = ("Reference;Title;Team;Hiring manager;Many people apply;Filled",)
CANDIDATES = ("Reference,Name,E-mail address,Language,Source",)
APPLICATIONS = ("Candidate,Position,Stage,Outcome,Decided on,Starts on",)


@pytest.fixture
def recruiter():
    make_company()
    return make_user("recruiter")


def test_positions_are_opened_as_by_the_form(recruiter):
    team, manager = make_scope("Équipe fours", kind="team"), make_user("reader", email="paul@example.com")
    done = imported(
        "positions",
        *POSITIONS,
        "R-1;Baker;equipe FOURS;PAUL@example.com;oui;",
        ";Miller;;;no;yes",
        by=recruiter,
    )
    assert told(done) == [(2, "created", ""), (3, "created", "")]
    baker, miller = Position.objects.get(title="Baker"), Position.objects.get(title="Miller")
    assert (baker.reference, baker.team, baker.hiring_manager, baker.applicants_abound) == (
        "R-1",
        team,
        manager,
        True,
    )
    assert (baker.language, baker.filled_at, miller.filled_at) == ("en", None, AT)
    assert OutgoingMail.objects.get().recipient == manager
    assert Activity.objects.about(baker).get().verb == "open"


def test_positions_imported_again_change_what_differs_and_double_nothing(recruiter):
    lines = [*POSITIONS, "R-1;Baker;;;;", ";Miller;;;;"]
    imported("positions", *lines, by=recruiter)
    again = preview_of("positions", *lines, by=recruiter)
    assert told(again) == [(2, "left", ""), (3, "left", "")]
    assert not again.may_be_confirmed
    changed = imported("positions", *POSITIONS, "R-1;Head baker;;;;oui", "M-1;Miller;;;x;", by=recruiter)
    assert told(changed) == [
        (2, "changed", "Title: Baker → Head baker; Filled: no → yes"),
        (3, "changed", "Reference: nothing → M-1; Many people apply: no → yes"),
    ]
    assert sorted(Position.objects.values_list("reference", "title")) == [
        ("M-1", "Miller"),
        ("R-1", "Head baker"),
    ]


def test_an_empty_cell_changes_nothing(recruiter):
    team = make_scope("Ovens", kind="team")
    make_position("Baker", team=team, reference="R-1", by=recruiter)
    imported("positions", *POSITIONS, "R-1;Cook;;;;", by=recruiter)
    assert Position.objects.get().team == team


def test_every_bad_line_of_positions_is_named_with_its_reasons(recruiter):
    make_scope("Ovens", kind="team", parent=make_scope("One", kind="team"))
    make_scope("Ovens", kind="team")
    make_user("administrator", email="it@example.com")
    for reference in ("A", "B"):
        make_position("Twin", reference=reference, by=recruiter)
    preview = preview_of(
        "positions",
        *POSITIONS,
        "R-1;;;;;",
        ";Baker;Ovens;;;",
        ";Baker;Nowhere;it@example.com;maybe;",
        ";Twin;;;;",
        "R-9;Cook;;;;",
        "R-9;Other;;;;",
        f";{'x' * 121};;;;",
        by=recruiter,
    )
    assert told(preview) == [
        (2, "refused", "Title: This cell is empty."),
        (3, "refused", "Team: Several scopes are called “Ovens”."),
        (
            4,
            "refused",
            (
                "Team: No scope is called “Nowhere”. "
                "Hiring manager: Nobody who reads the wiki has the address “it@example.com”. "
                "Many people apply: “maybe” is neither yes nor no. Line 3 is about the same."
            ),
        ),
        (5, "refused", "Title: Several positions are called “Twin”: give the reference."),
        (6, "created", ""),
        (7, "refused", "Line 6 is about the same."),
        (8, "refused", "Title: Ensure this value has at most 120 characters (it has 121)."),
    ]
    kept = TrackingImport.objects.get()
    with pytest.raises(PreviewChanged):
        confirm_import(kept=kept, as_of=preview.fingerprint, by=recruiter, at=AT)
    assert Position.objects.count() == 2


def test_candidates_are_found_by_reference_else_by_address(recruiter):
    facts = CandidateFacts(name="Ada Lovelace", email="Ada@example.com", language="en")
    ada = add_candidate(facts=facts, by=recruiter, at=AT)
    lines = [
        *CANDIDATES,
        "C-1,Ada Byron,ada@EXAMPLE.com,français,",
        "C-2,Grace Hopper,,,Job board",
        ",Alan,alan@example.com,,",
    ]
    done = imported("candidates", *lines, by=recruiter)
    assert told(done) == [
        (
            2,
            "changed",
            (
                "Reference: nothing → C-1; Name: Ada Lovelace → Ada Byron; E-mail address: "
                "Ada@example.com → ada@EXAMPLE.com; Language: English → French"
            ),
        ),
        (3, "created", ""),
        (4, "created", ""),
    ]
    ada.refresh_from_db()
    assert (ada.reference, ada.name, ada.language) == ("C-1", "Ada Byron", "fr")
    assert {line.outcome for line in preview_of("candidates", *lines, by=recruiter).lines} == {"left"}
    assert Candidate.objects.count() == 3


def test_every_bad_line_of_candidates_is_named(recruiter):
    imported("candidates", *CANDIDATES, "C-1,Ada,ada@example.com,,", "C-2,Bo,bo@example.com,,", by=recruiter)
    Candidate.objects.filter(reference="C-2").update(anonymised_at=AT)
    preview = preview_of(
        "candidates",
        *CANDIDATES,
        ",Nobody,,,",
        "C-9,Ada,ada@example.com,,",
        "C-3,Carl,not an address,Klingon,",
        "C-2,Bo again,,,",
        "C-4,Dora,dora@example.com,,",
        "C-5,Dora,DORA@example.com,,",
        by=recruiter,
    )
    assert told(preview) == [
        (2, "refused", "Give a reference or an e-mail address: without one nobody is found again."),
        (
            3,
            "refused",
            "E-mail address: Someone with this address is already known under the reference “C-1”.",
        ),
        (
            4,
            "refused",
            (
                "E-mail address: Enter a valid email address. "
                "Language: “Klingon” is unknown. Known are: French, English."
            ),
        ),
        (5, "refused", "What was known of this candidate has been erased."),
        (6, "created", ""),
        (7, "refused", "Line 6 is about the same."),
    ]


def test_applications_open_move_and_end(recruiter):
    make_position("Baker", reference="R-1", by=recruiter)
    imported("candidates", *CANDIDATES, "C-1,Ada,ada@example.com,,", "C-2,Bo,,,", by=recruiter)
    lines = [
        *APPLICATIONS,
        "C-1,R-1,Offer made,,,",
        "C-2,Baker,,Offre déclinée,02/11/2026,",
    ]
    assert told(imported("applications", *lines, by=recruiter)) == [(2, "created", ""), (3, "created", "")]
    ada, bo = Application.objects.order_by("candidate__name")
    assert (ada.stage, ada.outcome) == ("offer_made", "")
    assert (bo.stage, bo.outcome, str(bo.decided_on)) == ("closed", "declined", "2026-11-02")
    assert {line.outcome for line in preview_of("applications", *lines, by=recruiter).lines} == {"left"}
    changed = imported(
        "applications",
        "Candidat;Poste;Issue;Décision le;Arrivée le",
        "ada@example.com;Baker;Offre acceptée;2026-11-02;04/01/2027",
        by=recruiter,
    )
    assert changed.lines[0].outcome == "changed"
    ada.refresh_from_db()
    assert (ada.stage, ada.outcome, str(ada.starts_on)) == ("hired", "accepted", "2027-01-04")


def test_every_bad_line_of_applications_is_named(recruiter):
    application = make_application(
        make_position("Baker", by=recruiter), email="ada@example.com", by=recruiter
    )
    preview = preview_of(
        "applications",
        *APPLICATIONS,
        "ada@example.com,Baker,closed,,,",
        "ada@example.com,Baker,,Gone,,",
        "bo@example.com,Milling,,,,",
        "ada@example.com,Baker,Hired,Offer declined,2026-11-02,31/11/2026",
        by=recruiter,
    )
    assert told(preview) == [
        (2, "refused", "Outcome: Choose how it ended: this stage comes with an outcome."),
        (
            3,
            "refused",
            (
                "Outcome: “Gone” is unknown. Known are: Offer accepted, Offer declined, Not retained, "
                "Candidate withdrew. Line 2 is about the same."
            ),
        ),
        (
            4,
            "refused",
            (
                "Candidate: No candidate has the reference or address “bo@example.com”: import the "
                "candidates first. Position: No position has the reference or title “Milling”."
            ),
        ),
        (
            5,
            "refused",
            "Starts on: “31/11/2026” is no day such as 2026-11-30 or 30/11/2026. Line 2 is about the same.",
        ),
    ]
    application.refresh_from_db()
    assert application.outcome == ""


def test_confirm_import_refuses_when_the_database_has_moved(recruiter):
    position = make_position("Baker", reference="R-1", by=recruiter)
    kept = keep_import(kind="positions", text="Reference,Title\nR-1,Cook\nR-2,Miller", by=recruiter, at=AT)
    seen = preview_import(kept=kept, by=recruiter)
    facts = PositionFacts(title="Pastry cook", language="en", reference="R-1")
    edit_position(position=position, facts=facts, filled=False, by=recruiter, at=AT)
    with pytest.raises(PreviewChanged):
        confirm_import(kept=kept, as_of=seen.fingerprint, by=recruiter, at=AT)
    assert [row.title for row in Position.objects.all()] == ["Pastry cook"]
    seen = preview_import(kept=kept, by=recruiter)
    confirm_import(kept=kept, as_of=seen.fingerprint, by=recruiter, at=AT)
    assert set(Position.objects.values_list("title", flat=True)) == {"Cook", "Miller"}
    with pytest.raises(ImportGone):
        confirm_import(kept=kept, as_of=seen.fingerprint, by=recruiter, at=AT)


def test_confirm_import_writes_nothing_when_the_last_step_fails(recruiter, monkeypatch):
    kept = keep_import(kind="candidates", text="Name,Reference\nAda,1\nBo,2", by=recruiter, at=AT)
    seen = preview_import(kept=kept, by=recruiter)

    def killed(**_told):
        raise KeyboardInterrupt

    monkeypatch.setattr(imports, "record_activity", killed)
    with pytest.raises(KeyboardInterrupt):
        confirm_import(kept=kept, as_of=seen.fingerprint, by=recruiter, at=AT)
    assert not Candidate.objects.exists()
    assert TrackingImport.objects.get() == kept


def test_a_bad_line_among_ten_thousand_keeps_all_of_them_out(recruiter):
    lines = [f"C-{number},Ada {number},,," for number in range(2, 10_001)]
    preview = preview_of("candidates", *CANDIDATES, *lines[:9_997], "C-0,,,,", lines[-1], by=recruiter)
    assert [(line.number, line.words) for line in preview.lines if line.reasons] == [
        (9_999, "Name: This cell is empty.")
    ]
    with pytest.raises(PreviewChanged):
        confirm_import(kept=TrackingImport.objects.get(), as_of=preview.fingerprint, by=recruiter, at=AT)
    assert not Candidate.objects.exists()


def test_a_file_sets_nothing_but_its_columns(recruiter):
    text = "Reference,Title,id,created_at,role_sheet,pay_range\nR-1,Baker,7,2001-01-01,x,1 M€"
    preview = imported("positions", *text.split("\n"), by=recruiter)
    assert preview.not_read == ["id", "created_at", "role_sheet", "pay_range"]
    position = Position.objects.get()
    assert (position.created_at, position.sheet) == (AT, None)


def test_apply_retention_removes_a_file_that_waited_a_day(recruiter):
    keep_import(kind="candidates", text="Name,Reference\nAda,1", by=recruiter, at=AT)
    assert apply_retention(at=AT + timedelta(days=1)) == "Nothing to remove"
    assert apply_retention(at=AT + timedelta(days=1, seconds=1)) == "Unfinished imports: 1"
    assert not TrackingImport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_confirm_import_at_once_by_two_presses_writes_once():
    make_company()
    recruiter = make_user("recruiter")
    text = "Name,Reference\n" + "".join(f"Ada,{number}\n" for number in range(200))
    kept = keep_import(kind="candidates", text=text, by=recruiter, at=AT)
    seen, start, ends = preview_import(kept=kept, by=recruiter).fingerprint, Barrier(2), []

    def press():
        try:
            start.wait()
            confirm_import(kept=kept, as_of=seen, by=recruiter, at=AT)
            ends.append("written")
        except ImportGone:
            ends.append("gone")
        finally:
            connections.close_all()

    presses = [Thread(target=press) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted(ends) == ["gone", "written"]
    assert Candidate.objects.count() == 200


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("positions", "Reference,Title\nR-1,Cook"),
        ("candidates", "Name,E-mail address\nAda B,ada@example.com"),
        ("applications", "Candidate,Position,Stage\nada@example.com,R-1,final"),
        ("sessions", "Candidate,Position,Starts at\nada@example.com,R-1,2026-11-30 14:30"),
    ],
)
def test_an_import_is_planned_again_only_if_what_it_follows_from_moved(recruiter, kind, text):
    position = make_position("Baker", reference="R-1", by=recruiter)
    make_application(position, email="ada@example.com", by=recruiter)
    plan = imports._Plan(kind=kind, table=imports.read_import(kind=kind, text=text), by=recruiter)
    make_question()
    with transaction.atomic():
        assert plan.stands()
    if kind == "candidates":
        Candidate.objects.update(name="Ada C")
    else:
        facts = PositionFacts(title="Pastry cook", language="en", reference="R-1")
        edit_position(position=position, facts=facts, filled=False, by=recruiter, at=AT)
    with transaction.atomic():
        assert not plan.stands()


def test_many_applications_that_end_are_settled_in_as_many_queries_as_two(recruiter):
    def queries(number: int) -> int:
        position = make_position(f"Job {number}", reference=f"J-{number}", by=recruiter)
        for one in range(number):
            make_application(position, email=f"{number}-{one}@example.com", by=recruiter)
        lines = [f"{number}-{one}@example.com,J-{number},,refused,2026-10-01," for one in range(number)]
        kept = keep_import(kind="applications", text="\n".join([*APPLICATIONS, *lines]), by=recruiter, at=AT)
        seen = preview_import(kept=kept, by=recruiter)
        with CaptureQueriesContext(connection) as captured:
            confirm_import(kept=kept, as_of=seen.fingerprint, by=recruiter, at=AT)
        return len(captured)

    assert queries(2) == queries(30)
