from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import AT, make_answer, make_category, make_question, make_user
from wiki.domain.categories import edit_category
from wiki.domain.freshness import refresh_category_dates, review_due
from wiki.domain.ownership import set_keeping
from wiki.models import Answer, Freshness, freshness_of

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
