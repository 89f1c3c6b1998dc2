from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.factories import (
    AT,
    make_answer,
    make_category,
    make_figure,
    make_question,
    make_revision,
    make_scope,
    make_user,
    make_value,
)
from wiki.domain.answers import verify_answer, withdraw_answer
from wiki.domain.leaving import KeptInWiki, kept_in_wiki
from wiki.domain.ownership import archive_answer
from wiki.models import Answer, Question

pytestmark = pytest.mark.django_db

TODAY = AT.date()


def kept(person: User, *, language: str = "en") -> KeptInWiki:
    successors = User.objects.who_read_the_wiki().exclude(pk=person.pk)
    return kept_in_wiki(person=person, successors=list(successors), on=TODAY, language=language)


def suggested(person: User) -> list[tuple[str, int, int, bool]]:
    [category] = kept(person).categories
    return [
        (one.person.name, one.deputy_of, one.worked_on, one.is_default_owner) for one in category.suggestions
    ]


def test_kept_in_wiki_is_what_they_own_by_category():
    person = make_user("reader")
    first, second, third = make_category(), make_category(), make_category(default_owner=person)
    make_category()
    stale = make_answer(make_question(category=second), owner=person, verified_on=TODAY - timedelta(days=200))
    draft = make_answer(make_question(category=second), owner=person, published=False)
    fresh = make_answer(make_question(category=first), owner=person, verified_on=TODAY)
    make_answer(make_question(category=first), owner=make_user("reader"))

    found = kept(person)

    assert [(one.category, one.answers, one.stale, one.drafts) for one in found.categories] == [
        (first, [fresh], 0, 0),
        (second, [stale, draft], 1, 1),
        (third, [], 0, 0),
    ]
    assert [one.is_default_owner for one in found.categories] == [False, False, True]
    assert (found.owned, found.stale, found.default_owner_of, found.deputy_of) == (3, 1, 1, [])


def test_kept_in_wiki_leaves_out_what_is_archived():
    person, editor = make_user("reader"), make_user("editor")
    archived = make_answer(owner=person)
    withdraw_answer(answer=archived, by=editor, at=AT, reason="Wrong")
    archive_answer(answer=archived, by=editor, at=AT)
    asked_no_more = make_answer(owner=person, deputy=person)
    Question.objects.filter(pk=asked_no_more.question_id).update(archived_at=AT)
    assert kept(person) == KeptInWiki(categories=[], deputy_of=[], deputies=[], figures=[], figure_owners=[])


def test_kept_in_wiki_names_what_they_are_deputy_of():
    person, marc = make_user("reader"), make_user("editor", name="Marc")
    owner = make_user("editor", name="Owner")
    of_owner = make_answer(owner=owner, deputy=person, verified_on=TODAY)
    make_revision(of_owner, by=marc)

    found = kept(person)

    assert (found.categories, found.deputy_of) == ([], [of_owner])
    # Not the owner, who wrote it first: nobody is their own deputy.
    assert [(one.person, one.deputy_of, one.worked_on) for one in found.deputies] == [(marc, 0, 1)]


def test_deputies_are_suggested_first_then_those_who_worked_on_most():
    person = make_user("reader")
    deputy, writer = make_user("reader", name="Deputy"), make_user("editor", name="Writer")
    verifier, default = make_user("editor", name="Verifier"), make_user("lead", name="Default")
    category = make_category(default_owner=default)
    for number in range(3):
        answer = make_answer(
            make_question(category=category), owner=person, deputy=deputy if number == 0 else None
        )
        make_revision(answer, by=writer)
        if number > 0:
            verify_answer(answer=answer, revision=answer.published, by=verifier, at=AT)
    assert suggested(person) == [
        ("Deputy", 1, 0, False),
        ("Writer", 0, 3, False),
        ("Verifier", 0, 2, False),
        ("Default", 0, 0, True),
    ]


def test_last_editor_is_the_last_who_may_take_over():
    """The person leaving wrote it last; before them someone who has left, and before that Marc."""
    person, gone = make_user("editor"), make_user("editor", is_active=False)
    marc = make_user("editor", name="Marc")
    answer = make_answer(owner=person, by=marc)
    for author in (gone, make_user("administrator"), person):
        make_revision(Answer.objects.get(pk=answer.pk), by=author)
    verify_answer(answer=answer, revision=answer.published, by=person, at=AT)
    assert suggested(person) == [("Marc", 0, 1, False)]


def test_one_who_wrote_and_confirmed_an_answer_knows_one_answer():
    person, marc = make_user("reader"), make_user("editor", name="Marc")
    answer = make_answer(owner=person, by=marc)
    verify_answer(answer=answer, revision=answer.published, by=marc, at=AT)
    assert suggested(person) == [("Marc", 0, 1, False)]


def test_who_owns_others_of_the_category_is_suggested_last():
    """For a category that they were only the default owner of, nobody else is known."""
    person = make_user("reader")
    ines, marc = make_user("reader"), make_user("editor")
    category = make_category(default_owner=person)
    for owner in (ines, marc, marc, make_user("reader", is_active=False)):
        make_answer(make_question(category=category), owner=owner)
    make_answer(make_question(), owner=make_user("reader"))
    [found] = kept(person).categories
    assert [(one.person, one.owns_others) for one in found.suggestions] == [(marc, 2), (ines, 1)]


def test_five_are_suggested_at_most():
    person, category = make_user("reader"), make_category()
    for _number in range(7):
        make_answer(make_question(category=category), owner=person, deputy=make_user("reader"))
    assert len(suggested(person)) == 5


def test_kept_in_wiki_counts_its_queries():
    person = make_user("reader")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert kept(person).categories
        return len(captured)

    make_answer(owner=person, deputy=make_user("reader"))
    make_value(make_figure(owner=person))
    few = queries()
    for _number in range(30):
        make_answer(scope=make_scope(), owner=person, deputy=make_user("reader"), verified_on=TODAY)
        make_answer(owner=make_user("editor"), deputy=person)
        make_value(make_figure(owner=person))
    assert queries() == few == 7


def test_figures_are_kept_and_who_measured_them_is_suggested():
    person = make_user("reader")
    figure, never = make_figure(owner=person, label_en="B"), make_figure(owner=person, label_en="A")
    make_figure()
    first = make_value(figure, as_of=TODAY - timedelta(days=30))
    latest = make_value(figure, as_of=TODAY)
    make_value(figure, scope=make_scope(), as_of=TODAY)
    found = kept(person)
    assert found.figures == [never, figure]
    assert latest.recorded_by in [one.person for one in found.figure_owners]
    assert first.recorded_by not in [one.person for one in found.figure_owners]
    assert [one.worked_on for one in found.figure_owners] == [1, 1]
