from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.domain.nearest import Place, choose_nearest, nearest_answers, scope_order
from tests.factories import make_answer, make_company, make_question, make_scope
from tests.recruiting.factories import make_position
from wiki.domain.answers import withdraw_answer
from wiki.models import Answer, Question

ON = date(2026, 11, 2)
COMPANY = 1


@pytest.mark.parametrize(
    ("lineages", "order"),
    [
        ([], [1]),
        ([[7, 1]], [7, 1]),
        ([[9, 7, 1], [5, 1], [3, 2, 1]], [9, 7, 5, 3, 2, 1]),
    ],
)
def test_scope_order_puts_each_lineage_whole_and_the_company_last(lineages, order):
    assert scope_order(lineages, company=COMPANY) == order


places = st.lists(
    st.builds(
        Place,
        answer=st.integers(1, 10_000),
        question=st.integers(1, 4),
        scope=st.integers(1, 8),
        language=st.sampled_from(["fr", "en"]),
    ),
    unique_by=lambda place: (place.question, place.scope, place.language),
)
orders = st.lists(st.integers(2, 8), unique=True).map(lambda scopes: [*scopes, COMPANY])


def walk_up(found: list[Place], order: list[int], language: str, question: int) -> Place | None:
    """The rule as the decision words it, one step after the other."""
    for spoken in (language, "en" if language == "fr" else "fr"):
        for scope in order:
            for place in found:
                if (place.question, place.scope, place.language) == (question, scope, spoken):
                    return place
    return None


@given(found=places, order=orders, language=st.sampled_from(["fr", "en"]))
def test_choose_nearest_is_the_walk_up_the_scopes(found, order, language):
    chosen = choose_nearest(found, order=order, language=language)
    for question in range(1, 5):
        assert chosen.get(question) == walk_up(found, order, language, question)


@given(found=places, order=orders, language=st.sampled_from(["fr", "en"]))
def test_choose_nearest_does_not_depend_on_the_order_of_the_rows(found, order, language):
    forwards = choose_nearest(found, order=order, language=language)
    assert forwards == choose_nearest(reversed(found), order=order, language=language)


@pytest.fixture
def question(db: None) -> Question:
    return make_question()


def nearest(question: Question, position, language: str = "en"):
    return nearest_answers(position=position, language=language, questions=[question.pk], on=ON).get(
        question.pk
    )


def chosen(question: Question, position, language: str = "en") -> Answer | None:
    found = nearest(question, position, language)
    return found.answer if found else None


def test_nearest_answers_takes_the_parent_team_before_the_department(question):
    parent = make_scope(kind="team")
    team, department = make_scope(kind="team", parent=parent), make_scope(kind="department")
    make_answer(question, make_company())
    make_answer(question, department)
    of_the_parent = make_answer(question, parent)
    assert chosen(question, make_position(team=team, department=department)) == of_the_parent


def test_nearest_answers_ignores_scopes_of_others_and_drafts(question):
    team = make_scope(kind="team")
    make_answer(question, make_scope(kind="team"))
    make_answer(question, team, published=False)
    company = make_answer(question, make_company())
    assert chosen(question, make_position(team=team)) == company


def test_nearest_answers_prefers_the_language_to_the_scope(question):
    team = make_scope(kind="team")
    make_answer(question, team, "fr")
    company = make_answer(question, make_company(), "en")
    assert chosen(question, make_position(team=team), "en") == company


def test_nearest_answers_flags_the_other_language(question):
    make_answer(question, make_company(), "fr")
    found = nearest(question, make_position(), "en")
    assert found.in_other_language
    assert not nearest(question, make_position(), "fr").in_other_language


def test_nearest_answers_never_falls_through_an_internal_one(question):
    team = make_scope(kind="team")
    internal = make_answer(question, team, disclosure="internal")
    make_answer(question, make_company(), disclosure="share")
    found = nearest(question, make_position(team=team))
    assert (found.answer, found.is_internal) == (internal, True)


def test_nearest_answers_forgets_a_withdrawn_one(question):
    answer = make_answer(question)
    withdraw_answer(answer=answer, by=answer.published.author, at=answer.published.created_at, reason="No")
    assert chosen(question, make_position()) is None


def test_nearest_answers_takes_two_queries_whatever_the_number(db, django_assert_num_queries):
    team = make_scope(kind="team")
    position = make_position(team=team)
    for number in (1, 30):
        questions = [make_question() for _ in range(number)]
        for question in questions:
            make_answer(question, team, verified_on=ON)
            make_answer(question, make_company())
        with django_assert_num_queries(2):
            found = nearest_answers(
                position=position, language="en", questions=[question.pk for question in questions], on=ON
            )
            shown = {(one.answer.scope, one.answer.owner, one.answer.freshness) for one in found.values()}
        assert len(found) == number
        assert shown == {(team, None, "fresh")}
