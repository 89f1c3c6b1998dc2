from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_answer, make_category, make_question, make_scope, make_user
from wiki.domain.categories import edit_category
from wiki.domain.harm import BY_HARM, MOST_GIVEN, Harm, most_harmful_first, parts_by_harm, refresh_weights
from wiki.domain.questions import QuestionText, Wording, edit_question, fingerprint_of
from wiki.models import Answer, AnswerDemand

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def due_in(days: int, **fields) -> Answer:
    return make_answer(verified_on=TODAY + timedelta(days=days - 90), interval_days=90, **fields)


def need(answer: Answer, *, sessions: int = 0, first: int = 1, last: int = 1, given: int = 0) -> None:
    """Sessions in so many days from today."""
    AnswerDemand.objects.create(
        answer=answer,
        sessions=sessions,
        needed_on=TODAY + timedelta(days=first) if sessions else None,
        needed_until=TODAY + timedelta(days=last) if sessions else None,
        given_90_days=given,
    )
    refresh_weights(Answer.objects.all())


def ordered(on: date = TODAY) -> list[Answer]:
    return list(most_harmful_first(Answer.objects.published(), on=on))


def reason(answer: Answer, on: date = TODAY) -> str:
    [row] = most_harmful_first(Answer.objects.filter(pk=answer.pk), on=on)
    return Harm.of(row, on=on).reason(on=on)


def test_most_harmful_first_orders_by_sessions_then_given_then_sensitive_then_days_stale():
    plain, sensitive = make_category(), make_category(sensitive=True)

    def stale(days: int, category=plain) -> Answer:
        return due_in(-days, question=make_question(category=category))

    longest, delicate, once, often, needed, twice = (
        stale(200),
        stale(2, sensitive),
        stale(3),
        stale(4),
        stale(5),
        stale(6),
    )
    need(once, given=1)
    need(often, given=12)
    need(needed, sessions=1)
    need(twice, sessions=2)
    assert ordered() == [twice, needed, often, once, delicate, longest]


def test_most_harmful_first_puts_before_all_what_nobody_vouches_for_when_it_is_needed():
    fresh, soon = due_in(60), due_in(10)
    stale_by_then, holds, never = due_in(9), due_in(8), make_answer()
    need(fresh, sessions=5, given=40)
    need(stale_by_then, sessions=1, first=2, last=10)
    need(holds, sessions=1, last=8)
    assert ordered() == [stale_by_then, never, fresh, holds, soon]


def test_parts_by_harm_are_the_same_order_in_two():
    answers = [due_in(-3), due_in(5), due_in(80), make_answer(), due_in(6)]
    need(answers[4], sessions=1, last=9)
    need(answers[2], sessions=3)
    parts = [list(part.order_by(*BY_HARM)) for part in parts_by_harm(Answer.objects.published(), on=TODAY)]
    assert parts[0] + parts[1] == ordered()
    assert len(parts[0]) == 3


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(-20, 20), st.booleans(), st.integers(0, 2), st.integers(0, 14)), max_size=6
    )
)
def test_parts_by_harm_hold_every_answer_once(drawn):
    AnswerDemand.objects.all().delete()
    Answer.objects.update(published=None)
    question = make_question()
    for days, verified, sessions, last in drawn:
        answer = make_answer(question=question, scope=make_scope(), verified_on=TODAY if verified else None)
        Answer.objects.filter(pk=answer.pk).update(next_review_on=TODAY + timedelta(days=days))
        need(answer, sessions=sessions, first=0, last=last)
    parts = [list(part.order_by(*BY_HARM)) for part in parts_by_harm(Answer.objects.published(), on=TODAY)]
    assert parts[0] + parts[1] == ordered()
    assert len(ordered()) == len(drawn)


def test_reason_says_in_one_line_why():
    answer = due_in(-40, question=make_question(category=make_category(sensitive=True)))
    need(answer, sessions=2, first=8, last=9, given=3)
    assert reason(answer) == (
        "Needed by 2 sessions from 1 December, given 3 times in 90 days, sensitive subject, stale for 40 days"
    )


def test_reason_of_each_state():
    assert reason(due_in(-1)) == "Stale for 1 day"
    assert reason(due_in(3)) == "Holds until 26 November"
    assert reason(make_answer()) == "Never verified"
    assert reason(due_in(60)) == ""


def test_reason_beside_the_due_day_does_not_say_it_again():
    for days, said in ((3, ""), (-1, "Stale for 1 day")):
        [row] = most_harmful_first(Answer.objects.filter(pk=due_in(days).pk), on=TODAY)
        assert Harm.of(row, on=TODAY).reason(on=TODAY, beside_due_day=True) == said


def test_reason_of_one_session_names_its_day_in_french():
    answer = due_in(3)
    need(answer, sessions=1, first=8, last=8)
    with translation.override("fr"):
        assert "1er\u00a0décembre" in reason(answer)


def test_refresh_weights_never_lets_what_was_given_outweigh_a_session():
    often, needed = due_in(-1), due_in(-1)
    need(often, given=MOST_GIVEN * 3)
    need(needed, sessions=1)
    assert ordered() == [needed, often]


def test_weight_follows_the_category():
    category, other = make_category(sensitive=True), make_category()
    question = make_question(category=category)
    answer = due_in(-1, question=question)
    assert answer.weight == 1
    text = QuestionText(category=other, english=Wording(canonical="Why?"), french=Wording(), essential=False)
    editor = make_user("editor")
    edit_question(question=question, text=text, as_of=fingerprint_of(question), by=editor, at=AT)
    answer.refresh_from_db()
    assert answer.weight == 0
    edit_category(
        category=other,
        name_en="A",
        name_fr="B",
        interval_days=None,
        default_owner=None,
        sensitive=True,
        by=editor,
        at=AT,
    )
    answer.refresh_from_db()
    assert answer.weight == 1
