"""What a weekly report freezes beside its list of answers, and how its page reads it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils.timezone import make_aware

from recruiting.domain.reading import mark_read
from recruiting.domain.report_page import read_page
from recruiting.models import Delivery, RoleSheet, WeeklyReport
from tests.factories import make_answer, make_question, make_revision, make_user
from tests.recruiting.reporting import AT, MONDAY, ask, give, make_report, make_session
from wiki.domain.answers import publish_revision, verify_answer, withdraw_answer
from wiki.domain.challenges import challenge_answer, resolve_challenge
from wiki.models import Resolution

pytestmark = pytest.mark.django_db

MIDWEEK = AT - timedelta(days=5)  # Wednesday of the week reported
LONG_AGO = AT - timedelta(days=400)


def figures(report: WeeklyReport, *names: str) -> dict[str, int]:
    return {name: report.content["figures"][name] for name in names}


def rows(report: WeeklyReport, kind: str) -> list[list[object]]:
    return report.content["rows"][kind]


def verify(answer, *, by, at=MIDWEEK, in_bulk=False) -> None:
    verify_answer(answer=answer, revision=answer.published, by=by, at=at, in_bulk=in_bulk)


def publish(answer, *, at=MIDWEEK, by, major=True) -> None:
    answer.refresh_from_db()
    revision = make_revision(answer, by=by, at=at, major=major)
    publish_revision(answer=answer, revision=revision, by=by, at=at)


def test_owners_stand_in_the_order_of_what_they_have_to_confirm():
    calm, late, latest, gone = (make_user("reader") for _ in range(4))
    for days in (10, 40):  # 90 days after the verification they are stale for so long
        make_answer(owner=late, verified_on=MONDAY - timedelta(days=90 + days))
        make_answer(owner=latest, verified_on=MONDAY - timedelta(days=91 + days))
    make_answer(owner=latest, verified_on=MONDAY - timedelta(days=80))
    make_answer(owner=calm)
    make_answer(owner=calm, verified_on=MONDAY)
    make_answer(owner=gone, verified_on=MONDAY)
    make_answer(owner=calm, published=False)
    gone.is_active = False
    gone.save()
    report = make_report()
    assert rows(report, "owners") == [
        # kept, stale, never verified, due soon, days overdue
        [latest.pk, 3, 2, 0, 1, 41],
        [late.pk, 2, 2, 0, 0, 40],
        [calm.pk, 2, 0, 1, 0, None],
    ]
    assert figures(report, "owners") == {"owners": 3}
    shown = read_page(report, reader=make_user("lead")).rows["owners"]
    assert [(row.person, row.facts.confirmed_percent) for row in shown] == [
        (latest, 33),
        (late, 0),
        (calm, 50),
    ]


def test_page_shows_twenty_owners_and_counts_the_rest():
    for _ in range(22):
        make_answer(owner=make_user("reader"))
    report = make_report()
    reader = make_user("lead")
    page = read_page(report, reader=reader)
    assert (len(page.rows["owners"]), page.left["owners"]) == (20, 2)
    assert len(read_page(report, reader=reader, whole=True).rows["owners"]) == 22


def test_verified_in_the_week_is_counted_by_who_did_it():
    one, other = make_user("editor"), make_user("editor")
    answers = [make_answer() for _ in range(3)]
    for answer in answers:
        verify(answer, by=one, in_bulk=True)
    verify(answers[0], by=other)
    verify(answers[0], by=other, at=datetime(2026, 11, 15, 22, 59, tzinfo=UTC))  # Sunday before
    verify(answers[0], by=other, at=datetime(2026, 11, 22, 23, 0, tzinfo=UTC))  # Monday after
    report = make_report()
    assert figures(report, "verified", "in_bulk", "verifiers", "unchanged") == {
        "verified": 4,
        "in_bulk": 3,
        "verifiers": 2,
        "unchanged": 0,
    }
    assert rows(report, "verifiers") == [[one.pk, 3, 3], [other.pk, 1, 0]]


def test_old_texts_verified_in_bulk_are_named_with_who_did_it():
    hasty, careful = make_user("editor", name="Hasty"), make_user("editor")
    older = make_answer(make_question(en="Older?"), at=LONG_AGO)
    old = make_answer(make_question(en="Old?"), at=AT - timedelta(days=190))
    recent = make_answer(at=AT - timedelta(days=170))
    for answer in (old, recent, older):
        verify(answer, by=hasty, in_bulk=True)
    verify(older, by=careful)  # one by one
    report = make_report()
    assert figures(report, "unchanged") == {"unchanged": 2}
    assert rows(report, "unchanged") == [
        [older.pk, hasty.pk, "2025-10-19"],
        [old.pk, hasty.pk, "2026-05-17"],
    ]
    named = read_page(report, reader=make_user("lead")).unchanged_by
    assert {who.name: [row.answer.question_title for row in each] for who, each in named.items()} == {
        "Hasty": ["Older?", "Old?"]
    }


def test_edits_are_texts_that_took_the_place_of_another():
    editor = make_user("editor")
    major, minor, again, fresh = (make_answer(at=LONG_AGO, by=editor) for _ in range(4))
    publish(major, by=editor)
    publish(minor, by=editor, major=False)
    make_answer(at=MIDWEEK)  # a first text is no edit
    first = again.published
    withdraw_answer(answer=again, by=editor, at=MIDWEEK, reason="")
    publish_revision(answer=again, revision=first, by=editor, at=MIDWEEK)  # back as it was
    publish(fresh, by=editor, at=AT)  # the week after
    report = make_report()
    assert figures(report, "edited", "major") == {"edited": 2, "major": 1}
    assert rows(report, "major") == [[major.pk, editor.pk, 2]]


def test_challenges_are_counted_opened_resolved_and_waiting():
    reader, owner = make_user("reader"), make_user("reader")
    answers = [make_answer(owner=owner, at=LONG_AGO) for _ in range(3)]

    def challenge(answer, at):
        return challenge_answer(answer=answer, revision=answer.published, text="No", by=reader, at=at)

    def resolve(challenge, at):
        resolve_challenge(challenge=challenge, resolution=Resolution.CONFIRMED, note="", by=owner, at=at)

    old = challenge(answers[0], AT - timedelta(days=60))
    new = challenge(answers[1], MIDWEEK)
    resolve(challenge(answers[1], MIDWEEK), MIDWEEK + timedelta(days=1))
    resolve(challenge(answers[2], AT - timedelta(days=30)), MIDWEEK)
    resolve(challenge(answers[2], AT - timedelta(days=30)), AT - timedelta(days=20))
    report = make_report()
    assert figures(report, "challenged", "resolved", "waiting") == {
        "challenged": 2,
        "resolved": 2,
        "waiting": 2,
    }
    assert rows(report, "waiting") == [
        [old.answer_id, owner.pk, "2026-09-24"],
        [new.answer_id, owner.pk, "2026-11-18"],
    ]
    assert reader.pk not in [row[1] for row in rows(report, "waiting")]


def test_answers_without_use_were_published_a_year_ago_and_given_in_no_session_since():
    owner, session = make_user("reader"), make_session()
    never = make_answer(owner=owner, at=LONG_AGO)
    once = make_answer(at=LONG_AGO - timedelta(days=9))
    used, refused = (make_answer(at=LONG_AGO) for _ in range(2))
    young = make_answer(at=AT - timedelta(days=364))
    publish(never, by=owner)  # a new text is no use
    give(once, session, at=AT - timedelta(days=370))
    give(used, session, at=AT - timedelta(days=360))
    give(refused, session, delivery=Delivery.NOT_ANSWERED)
    give(young, session)
    report = make_report()
    assert rows(report, "unused") == [
        [once.pk, None, "2025-10-10", "2025-11-18"],
        [never.pk, owner.pk, "2025-10-19", None],
        [refused.pk, None, "2025-10-19", None],
    ]
    assert figures(report, "unused") == {"unused": 3}


def test_page_shows_fifty_answers_without_use_and_counts_the_rest():
    for _ in range(51):
        make_answer(at=LONG_AGO)
    page = read_page(make_report(), reader=make_user("lead"))
    assert (len(page.rows["unused"]), page.left["unused"]) == (50, 1)


def test_figures_are_compared_with_the_report_before():
    editor, session = make_user("editor"), make_session()
    answer = make_answer(at=LONG_AGO)
    for days in (1, 8, 9):
        verify(answer, by=editor, at=MIDWEEK - timedelta(days=days))
    ask(session, None, gap=True, words="A choir?", at=MIDWEEK)
    make_report(MONDAY - timedelta(weeks=1))
    page = read_page(make_report(), reader=editor)
    compared = {name: page.figures[name].comparison for name in ("verified", "edited", "gaps", "owners")}
    assert compared == {
        "verified": "1 fewer",
        "edited": "no change",
        "gaps": "1 more",
        "owners": "no change",
    }


def test_report_made_before_these_were_kept_has_none_and_compares_with_none():
    old = WeeklyReport.objects.create(
        iso_year=2026,
        iso_week=46,
        made_at=AT,
        counts=dict.fromkeys(("fresh", "due_soon", "stale", "never_verified", "orphan", "challenged"), 0),
        content={"answers": [], "left_out": 0, "owners": [], "gaps": []},
    )
    reader = make_user("lead")
    page = read_page(old, reader=reader)
    assert (page.figures, set(map(len, page.rows.values()))) == ({}, {0})
    assert read_page(make_report(), reader=reader).figures["verified"].comparison == ""


def test_report_stays_as_it_was_made():
    editor = make_user("editor")
    answer = make_answer(at=LONG_AGO, owner=make_user("reader"))
    verify(answer, by=editor, in_bulk=True)
    report = make_report()
    before = report.content
    verify(answer, by=editor, in_bulk=True)
    publish(answer, by=editor)
    assert make_report(at=AT + timedelta(days=8)).content == before


def session_on(day: date, *hosts, **facts):
    return make_session(*hosts, starts_at=make_aware(datetime.combine(day, time(10))), **facts)


def test_sessions_not_ready_are_those_of_the_fourteen_days_from_the_day_of_the_report():
    answered, missing = make_question(essential=True), make_question(essential=True)
    holds = make_answer(answered, verified_on=MONDAY - timedelta(days=83))  # until the 30th
    soon = session_on(MONDAY)
    host = make_user("reader")
    last = session_on(MONDAY + timedelta(days=13), host)
    session_on(MONDAY + timedelta(days=14))
    session_on(MONDAY - timedelta(days=1))
    session_on(MONDAY, status="cancelled")
    report = make_report()
    assert rows(report, "sessions") == [
        # missing, stale, never verified, challenged, unmatched; who has not read, no host, no pay range
        [soon.pk, "2026-11-23", [missing.pk], [], [], [], [], [], True, True],
        [last.pk, "2026-12-06", [missing.pk], [holds.pk], [], [], [], [[host.pk, 1]], False, True],
    ]
    assert figures(report, "coming", "sessions") == {"coming": 2, "sessions": 2}


def test_sessions_with_what_they_need_are_ready():
    host, answer = make_user("reader"), make_answer(make_question(essential=True), verified_on=MONDAY)
    session = session_on(MONDAY, host)
    RoleSheet.objects.create(
        position=session.application.position, pay_range="€40,000", updated_at=AT, updated_by=host
    )
    mark_read(session=session, revisions=[answer.published_id], by=host, at=AT)
    assert figures(make_report(), "coming", "sessions") == {"coming": 1, "sessions": 0}


def test_session_with_an_unmatched_question_is_not_ready_and_says_who_matches_it():
    session, editor = session_on(MONDAY), make_user("editor")
    asked = ask(session, None, words="Do you sing?")
    report = make_report()
    assert rows(report, "sessions") == [
        [session.pk, "2026-11-23", [], [], [], [], [asked.pk], [], True, True]
    ]
    [line] = read_page(report, reader=editor).sessions
    lack = next(lack for lack in line.lacks if lack.note)
    assert (lack.label, lack.count, lack.left, lack.titles) == ("Questions not matched yet", 1, 0, [])
    assert lack.note == "A recruiter or a lead matches them on the page of the session."


def test_sessions_of_a_report_made_before_unmatched_questions_were_kept_are_read():
    session = session_on(MONDAY)
    ask(session, None, words="Do you sing?")
    report = make_report()
    report.content["rows"]["sessions"] = [[session.pk, "2026-11-23", [], [], [], []]]
    [line] = read_page(report, reader=make_user("lead")).sessions
    assert line.lacks == []


def test_sessions_not_ready_name_hosts_to_those_who_may_open_them_and_nobody_s_candidate():
    host = make_user("editor", name="Grace Hopper")
    for _ in range(7):
        make_question(essential=True)
    make_answer(make_question(essential=True), verified_on=MONDAY)
    session_on(MONDAY, host)
    session_on(MONDAY + timedelta(days=1), make_user("reader"))
    report = make_report()
    lines = {
        who: read_page(report, reader=reader).sessions
        for who, reader in (("host", host), ("editor", make_user("editor")), ("lead", make_user("lead")))
    }
    assert {who: [line.may_open for line in each] for who, each in lines.items()} == {
        "host": [True, False],
        "editor": [False, False],
        "lead": [True, True],
    }
    shown = [(lack.label, lack.count, len(lack.titles), lack.left) for lack in lines["editor"][0].lacks]
    assert shown == [
        ("No answer", 7, 5, 2),
        ("Hosts who have answers to read", 1, 0, 0),
        ("No pay range on the role sheet", 1, 0, 0),
    ]
    assert lines["lead"][0].lacks[1].titles == ["Grace Hopper"]


def test_report_made_before_reading_was_counted_still_shows():
    make_question(essential=True)
    session_on(MONDAY)
    report = make_report()
    report.content["rows"]["sessions"] = [row[:6] for row in report.content["rows"]["sessions"]]
    [line] = read_page(report, reader=make_user("lead")).sessions
    assert [lack.label for lack in line.lacks] == ["No answer"]


def test_report_whose_session_is_no_longer_kept_leaves_it_out():
    make_question(essential=True)
    session = session_on(MONDAY)
    report = make_report()
    session.delete()
    assert read_page(report, reader=make_user("lead")).sessions == []
