from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import (
    AT,
    make_answer,
    make_category,
    make_company,
    make_figure,
    make_question,
    make_revision,
    make_user,
    make_value,
)
from wiki.domain.answers import publish_revision, verify_answer, withdraw_answer
from wiki.domain.categories import edit_category
from wiki.domain.citations import citations_in
from wiki.domain.figures import (
    FigureText,
    Measured,
    archive_figure,
    correct_value,
    create_figure,
    reopen_figure,
)
from wiki.domain.freshness import (
    refresh_category_dates,
    refresh_citing_dates,
    refresh_published_dates,
    review_due,
)
from wiki.domain.ownership import set_keeping
from wiki.domain.scopes import create_scope, edit_scope
from wiki.models import Answer, Figure, Freshness, Scope, Validity, freshness_of

ON = date(2026, 11, 22)
near = st.dates(min_value=ON - timedelta(days=40), max_value=ON + timedelta(days=40))


@pytest.mark.parametrize(
    ("next_review_on", "freshness"),
    [
        (date(2026, 11, 21), Freshness.STALE),
        (date(2026, 11, 22), Freshness.DUE_SOON),
        (date(2026, 12, 6), Freshness.DUE_SOON),
        (date(2026, 12, 7), Freshness.FRESH),
    ],
)
def test_freshness_turns_on_its_day(next_review_on: date, freshness: Freshness) -> None:
    assert freshness_of(verified_on=date(2026, 9, 1), next_review_on=next_review_on, on=ON) == freshness


def test_never_verified_outranks_stale() -> None:
    assert freshness_of(verified_on=None, next_review_on=date(2020, 1, 1), on=ON) == Freshness.NEVER_VERIFIED


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verified_on=st.none() | near, next_review_on=st.none() | near, on=near)
def test_annotation_and_pure_function_agree(
    one_answer: Answer, verified_on: date | None, next_review_on: date | None, on: date
) -> None:
    rows = Answer.objects.filter(pk=one_answer.pk)
    rows.update(verified_on=verified_on, next_review_on=next_review_on)
    expected = freshness_of(verified_on=verified_on, next_review_on=next_review_on, on=on)
    assert rows.with_freshness(on=on).get().freshness == expected
    assert [state for state in Freshness.values if rows.in_state(state, on=on).exists()] == [expected]
    assert rows.to_review(on=on).exists() == (expected != Freshness.FRESH)


@pytest.fixture
def one_answer(db: None) -> Answer:
    return make_answer(owner=make_user("reader"))


@given(near, st.integers(1, 1095), st.none() | near)
def test_review_due_never_passes_the_interval(on: date, days: int, holds_until: date | None) -> None:
    due = review_due(verified_on=on, interval_days=days, holds_until=holds_until)
    assert due == min(day for day in (on + timedelta(days=days), holds_until) if day)


@pytest.mark.django_db
def test_category_interval_moves_those_that_inherit_it() -> None:
    category = make_category(interval_days=90)
    inheriting = [
        make_answer(make_question(category=category), verified_on=date(2026, 10, day)) for day in (1, 2, 3)
    ]
    own = make_answer(make_question(category=category), verified_on=date(2026, 10, 1), interval_days=10)
    never = make_answer(make_question(category=category))
    elsewhere = make_answer(verified_on=date(2026, 10, 1))
    edit_category(
        category=category,
        name_en="Pay",
        name_fr="Paie",
        interval_days=30,
        default_owner=None,
        sensitive=True,
        by=make_user("lead"),
        at=AT,
    )
    for answer, due in zip(
        inheriting, (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)), strict=True
    ):
        answer.refresh_from_db()
        assert answer.next_review_on == due
    own.refresh_from_db()
    assert own.next_review_on == date(2026, 10, 11)
    never.refresh_from_db()
    assert never.next_review_on == date(2026, 11, 2)
    elsewhere.refresh_from_db()
    assert elsewhere.next_review_on == date(2026, 12, 30)


@pytest.mark.django_db
def test_category_dates_walk_in_chunks_and_keep_holds_until() -> None:
    category = make_category(interval_days=90)
    answers = [make_answer(make_question(category=category), verified_on=date(2026, 10, 1)) for _ in range(5)]
    answers[2].verifications.update(holds_until=date(2026, 10, 6))
    category.interval_days = 20
    category.save()
    assert refresh_category_dates(category=category, chunk=2) == 5
    dates = list(Answer.objects.order_by("pk").values_list("next_review_on", flat=True))
    expected = [date(2026, 10, 21)] * 5
    expected[2] = date(2026, 10, 6)
    assert dates == expected


@pytest.mark.django_db
def test_keeping_changes_the_interval_without_verifying() -> None:
    answer = make_answer(verified_on=date(2026, 10, 1))
    owner = make_user("reader")
    set_keeping(answer=answer, owner=owner, deputy=None, interval_days=7, by=make_user("lead"), at=AT)
    answer.refresh_from_db()
    assert (answer.owner, answer.verified_on, answer.next_review_on) == (
        owner,
        date(2026, 10, 1),
        date(2026, 10, 8),
    )


@pytest.mark.django_db
def test_flags_stand_beside_freshness() -> None:
    kept = make_answer(owner=make_user("reader"), verified_on=date(2026, 11, 20))
    left = make_answer(owner=make_user("reader", is_active=False), verified_on=date(2026, 11, 20))
    reads_no_more = make_answer(owner=make_user("administrator"), verified_on=date(2026, 11, 20))
    nobody = make_answer(verified_on=date(2026, 11, 20))
    orphans = [left, reads_no_more, nobody]
    flags = Answer.objects.with_freshness(on=ON).in_bulk()
    assert [flags[answer.pk].orphan for answer in (kept, *orphans)] == [False, True, True, True]
    assert list(Answer.objects.orphaned().order_by("pk")) == orphans
    assert list(Answer.objects.to_review(on=ON).order_by("pk")) == orphans
    assert {answer.freshness for answer in flags.values()} == {Freshness.FRESH}


@pytest.mark.django_db
def test_verifier_is_who_gave_the_word_in_force() -> None:
    verifier = make_user("editor", name="Ada")
    make_answer(by=verifier, verified_on=date(2026, 11, 20))
    make_answer()
    assert list(Answer.objects.with_verifier().order_by("pk").values_list("verified_by_name", flat=True)) == [
        "Ada",
        None,
    ]


CITES = "[[figure:turnover]] in 2026."
VERIFIED = date(2026, 11, 1)


def due(answer: Answer) -> date | None:
    answer.refresh_from_db()
    return answer.next_review_on


@pytest.mark.django_db
def test_figures_bound_the_next_review_and_follow_every_act() -> None:
    """Each act derives again what cites it: recorded, corrected, archived, brought back."""
    figure, editor = make_figure("turnover"), make_user("editor")
    answer = make_answer(short=CITES, verified_on=VERIFIED)
    assert due(answer) == date(2026, 10, 31)  # without a value it is stale at once
    first = make_value(figure, valid_until=date(2026, 12, 31))
    assert due(answer) == date(2026, 12, 31)
    measured = Measured(value=first.value, as_of=first.as_of, valid_until=date(2026, 11, 30))
    correct_value(value=first, measured=measured, by=editor, at=AT)
    assert due(answer) == date(2026, 11, 30)
    make_value(figure, as_of=date(2026, 7, 31))
    assert due(answer) == date(2027, 1, 30)  # a value without end leaves the interval alone
    archive_figure(figure=figure, by=editor, at=AT)
    assert due(answer) == date(2026, 11, 1)  # the day before
    reopen_figure(figure=figure, by=editor, at=AT)
    assert due(answer) == date(2027, 1, 30)


@pytest.mark.django_db
def test_figures_bound_by_the_published_text_only() -> None:
    make_figure("turnover")
    answer = make_answer(verified_on=VERIFIED)
    draft = make_revision(answer, short=CITES, major=False)
    assert due(answer) == date(2027, 1, 30)
    publish_revision(answer=answer, revision=draft, by=make_user("editor"), at=AT)
    assert due(answer) == date(2026, 11, 1)  # told, without a value, from the day it was published
    withdraw_answer(answer=answer, by=make_user("editor"), at=AT, reason="Wrong")
    assert due(answer) == date(2026, 11, 1)


@pytest.mark.django_db
def test_a_figure_that_is_missing_dates_from_the_day_the_answer_began_to_tell_it() -> None:
    """A later verification does not begin the count anew, nor does a small change that still cites it."""
    make_figure("turnover")
    answer, editor = make_answer(short=CITES, verified_on=VERIFIED), make_user("editor")
    began = localdate(answer.publications.get().starts_at)
    verify_answer(answer=answer, revision=answer.published, by=editor, at=AT + timedelta(days=20))
    assert due(answer) == began - timedelta(days=1)
    draft = make_revision(answer, short=f"{CITES} So far.", major=False)
    publish_revision(answer=answer, revision=draft, by=editor, at=AT + timedelta(days=30))
    assert due(answer) == began - timedelta(days=1)


@pytest.mark.django_db
def test_a_figure_does_not_bound_what_was_never_verified() -> None:
    answer = make_answer(short=CITES)
    make_value(make_figure("turnover"), valid_until=date(2026, 1, 1), as_of=date(2025, 12, 31))
    answer.refresh_from_db()
    assert (answer.freshness_on(ON), answer.next_review_on) == (Freshness.NEVER_VERIFIED, date(2026, 11, 2))


@pytest.mark.django_db
def test_an_interval_that_changes_still_yields_to_figures() -> None:
    category = make_category(interval_days=90)
    make_value(make_figure("turnover"), valid_until=date(2026, 12, 1))
    answer = make_answer(make_question(category=category), short=CITES, verified_on=VERIFIED)
    category.interval_days = 365
    category.save()
    refresh_category_dates(category=category)
    assert due(answer) == date(2026, 12, 1)


@pytest.mark.django_db
def test_a_scope_that_moves_tells_the_values_of_its_new_place() -> None:
    lead, company = make_user("lead"), make_company()
    old = create_scope(name="West", kind="site", parent=company, by=lead, at=AT)
    new = create_scope(name="East", kind="site", parent=company, by=lead, at=AT)
    moving = create_scope(name="Lyon", kind="site", parent=old, by=lead, at=AT)
    below = create_scope(name="Lyon 2", kind="site", parent=moving, by=lead, at=AT)
    figure = make_figure("turnover")
    make_value(figure, scope=old, valid_until=date(2026, 12, 1))
    make_value(figure, scope=new, valid_until=date(2026, 12, 5))
    answer = make_answer(scope=below, short=CITES, verified_on=VERIFIED)
    assert due(answer) == date(2026, 12, 1)
    edit_scope(scope=moving, name="Lyon", parent=new, by=lead, at=AT)
    assert due(answer) == date(2026, 12, 5)
    edit_scope(scope=moving, name="Lyon", parent=company, by=lead, at=AT)
    assert due(answer) == date(2026, 11, 1)  # the eve of the move


@pytest.mark.django_db
def test_a_missing_figure_counts_from_the_day_on_which_it_began_to_be_missing() -> None:
    """A scope that moves away from its value, long after the text was published; and back, and away again."""
    lead, company = make_user("lead"), make_company()
    west = create_scope(name="West", kind="site", parent=company, by=lead, at=AT)
    lyon = create_scope(name="Lyon", kind="site", parent=west, by=lead, at=AT)
    make_value(make_figure("turnover"), scope=west)
    answer = make_answer(scope=lyon, short=CITES, verified_on=VERIFIED)
    for parent, days, expected in (
        (company, 20, date(2026, 11, 21)),  # AT is 2 November
        (west, 25, date(2027, 1, 30)),
        (company, 30, date(2026, 12, 1)),
    ):
        edit_scope(scope=lyon, name="Lyon", parent=parent, by=lead, at=AT + timedelta(days=days))
        assert due(answer) == expected


@pytest.mark.django_db
def test_a_figure_defined_after_the_text_counts_from_that_day() -> None:
    answer = make_answer(short=CITES, verified_on=VERIFIED)
    assert due(answer) == date(2027, 1, 30)
    text, later = FigureText(label_en="Turnover"), AT + timedelta(days=20)
    create_figure(slug="turnover", text=text, by=make_user("editor"), at=later)
    assert due(answer) == date(2026, 11, 21)


@pytest.mark.django_db
def test_a_correction_to_an_earlier_end_counts_from_that_day() -> None:
    figure, editor = make_figure("turnover"), make_user("editor")
    answer = make_answer(short=CITES, verified_on=VERIFIED)
    value = make_value(figure, valid_until=date(2026, 12, 31))
    measured = Measured(value=value.value, as_of=value.as_of, valid_until=date(2026, 11, 5))
    value = correct_value(value=value, measured=measured, by=editor, at=AT + timedelta(days=20))
    assert due(answer) == date(2026, 11, 21)
    # Stale as it is, another correction neither puts the day off nor brings it forward.
    measured = Measured(value=value.value, as_of=value.as_of, valid_until=date(2026, 11, 2))
    correct_value(value=value, measured=measured, by=editor, at=AT + timedelta(days=25))
    assert due(answer) == date(2026, 11, 21)


@pytest.mark.django_db
def test_a_value_that_ended_counts_from_its_end_whatever_comes_after_but_a_valid_one() -> None:
    figure, editor = make_figure("turnover"), make_user("editor")
    answer = make_answer(short=CITES, verified_on=VERIFIED)
    make_value(figure, valid_until=date(2026, 11, 10))
    archive_figure(figure=figure, by=editor, at=AT + timedelta(days=20))
    assert due(answer) == date(2026, 11, 10)
    reopen_figure(figure=figure, by=editor, at=AT + timedelta(days=22))
    assert due(answer) == date(2026, 11, 10)
    make_value(figure, as_of=date(2026, 7, 31), at=AT + timedelta(days=23))
    assert due(answer) == date(2027, 1, 30)


@pytest.mark.django_db
def test_citing_answers_are_derived_in_as_many_queries_however_many_they_are() -> None:
    figure, other = make_figure("turnover"), make_figure("headcount")
    value = make_value(figure, valid_until=date(2026, 12, 1))
    make_value(other, valid_until=date(2026, 12, 2))
    answers, counts = [], []
    for number in (1, 29):
        answers += [
            make_answer(short=f"{CITES} [[figure:headcount]]", verified_on=VERIFIED) for _ in range(number)
        ]
        Answer.objects.update(next_review_on=date(2020, 1, 1), figures_until=None)
        with CaptureQueriesContext(connection) as queries:
            refresh_citing_dates(figure=figure, on=ON)
        counts.append(len(queries))
        assert [due(answer) for answer in answers] == [value.valid_until] * len(answers)
    assert counts == [5, 5]  # the rows, figures, values and scopes; the dates


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ends=st.lists(st.none() | st.just(date.max) | near, max_size=3), before=st.none() | near)
def test_figures_until_is_what_the_shown_values_say(
    company: Scope, ends: list[date | None], before: date | None
) -> None:
    """The statement of the database and the citations of a page, in Python, agree: one answer or many."""
    with transaction.atomic():
        slugs = [f"f{number}" for number in range(len(ends))]
        for slug, end in zip(slugs, ends, strict=True):
            figure = make_figure(slug)
            if end:
                make_value(figure, as_of=date(2026, 10, 1), valid_until=None if end == date.max else end)
        short = " ".join(["2026", *(f"[[figure:{slug}]]" for slug in slugs)])
        answer = make_answer(short=short, verified_on=VERIFIED)
        Answer.objects.update(figures_until=before)
        refresh_published_dates(answer=answer, on=ON)
        told = citations_in(short, scope=company, language="en", on=ON).values()
        broken = any(one.validity_on(ON) in (Validity.MISSING, Validity.EXPIRED) for one in told)
        first = min(
            (one.value.valid_until for one in told if one.value and one.value.valid_until), default=None
        )
        since = before if before and before < ON else ON - timedelta(days=1)
        expected = since if broken else first
        answer.refresh_from_db()
        assert answer.figures_until == expected
        assert answer.next_review_on == min(day for day in (answer.own_review_on, expected) if day)
        for figure in Figure.objects.all():
            refresh_citing_dates(figure=figure, on=ON)
            assert due(answer) == answer.next_review_on
        transaction.set_rollback(True)


@pytest.fixture
def company(db: None) -> Scope:
    return make_company()
