from datetime import timedelta

import pytest

from accounts.models import User
from ledger.models import Activity
from tests.factories import AT, make_answer, make_category, make_figure, make_question, make_user
from wiki.domain.figures import archive_figure
from wiki.domain.handing_over import NOT_ASKED, Choice, NotChosen, ReceivedInWiki, hand_over_in_wiki
from wiki.domain.ownership import assign_owner
from wiki.models import Answer, Category, Figure, Verification

pytestmark = pytest.mark.django_db


def hand_over(
    person: User, owners: dict, deputy: Choice = NOT_ASKED, figures: Choice = NOT_ASKED
) -> dict[User, ReceivedInWiki]:
    return hand_over_in_wiki(
        person=person, owners=owners, deputy=deputy, figure_owner=figures, by=make_user("lead"), at=AT
    )


def test_hand_over_gives_each_category_to_its_new_owner():
    person, ines, marc = make_user("reader"), make_user("reader"), make_user("editor")
    first, second = make_category(), make_category(default_owner=person)
    published = make_answer(make_question(category=first), owner=person, verified_on=AT.date())
    draft = make_answer(make_question(category=second), owner=person, published=False)
    other = make_answer(make_question(category=second), owner=ines)

    received = hand_over(person, {first.pk: ines, second.pk: marc})

    assert received == {
        ines: ReceivedInWiki(owned=[published]),
        marc: ReceivedInWiki(owned=[draft], categories=[second]),
    }
    owners = dict(Answer.objects.values_list("pk", "owner"))
    assert owners == {published.pk: ines.pk, draft.pk: marc.pk, other.pk: ines.pk}
    assert Category.objects.get(pk=second.pk).default_owner == marc
    entry = Activity.objects.about(published).get(verb="assign-owner")
    assert entry.detail == {"before": person.pk, "after": ines.pk}
    entry = Activity.objects.about(second).get()
    assert (entry.verb, entry.detail) == ("assign-default-owner", {"before": person.pk, "after": marc.pk})


def test_hand_over_never_verifies():
    person, ines = make_user("reader"), make_user("reader")
    answer = make_answer(owner=person, verified_on=AT.date() - timedelta(days=100))
    hand_over(person, {answer.question.category_id: ines})
    stored = Answer.objects.get()
    assert (stored.verified_on, stored.next_review_on) == (answer.verified_on, answer.next_review_on)
    assert Verification.objects.count() == 1


def test_new_owner_is_the_deputy_no_longer():
    person, ines = make_user("reader"), make_user("reader")
    answer = make_answer(owner=person, deputy=ines)
    hand_over(person, {answer.question.category_id: ines})
    stored = Answer.objects.get()
    assert (stored.owner, stored.deputy) == (ines, None)


def test_without_an_owner_they_stay_in_the_name_of_who_leaves_and_are_orphans():
    person, deputy = make_user("reader"), make_user("reader")
    category = make_category(default_owner=person)
    answer = make_answer(make_question(category=category), owner=person, deputy=deputy)
    assert hand_over(person, {category.pk: None}) == {}
    User.objects.filter(pk=person.pk).update(is_active=False)
    stored = Answer.objects.orphaned().get()
    assert (stored, stored.owner, stored.deputy) == (answer, person, deputy)
    assert Category.objects.get(pk=category.pk).default_owner is None


def test_deputies_are_replaced_but_no_owner_is_their_own():
    person, ines, marc = make_user("reader"), make_user("reader"), make_user("editor")
    of_ines = make_answer(owner=ines, deputy=person)
    of_marc = make_answer(owner=marc, deputy=person)
    assert hand_over(person, {}, ines) == {ines: ReceivedInWiki(deputy_of=[of_marc])}
    deputies = dict(Answer.objects.values_list("pk", "deputy"))
    assert deputies == {of_ines.pk: None, of_marc.pk: ines.pk}
    entry = Activity.objects.about(of_marc).get(verb="assign-deputy")
    assert entry.detail == {"before": person.pk, "after": ines.pk}


def test_deputies_without_a_successor_are_none():
    person = make_user("reader")
    answer = make_answer(owner=make_user("editor"), deputy=person)
    assert hand_over(person, {}, None) == {}
    assert Answer.objects.get(pk=answer.pk).deputy is None


def test_what_was_given_to_them_a_moment_ago_goes_the_way_of_its_category():
    person, ines, marc = make_user("reader"), make_user("reader"), make_user("editor")
    category = make_category()
    seen = make_answer(make_question(category=category), owner=person)
    late = make_answer(make_question(category=category), owner=marc)
    assign_owner(answers=[late], owner=person, by=marc, at=AT)
    assert hand_over(person, {category.pk: ines}) == {ines: ReceivedInWiki(owned=[seen, late])}


def test_nothing_is_handed_over_while_a_category_is_not_chosen():
    person, ines = make_user("reader"), make_user("reader")
    first, late = make_answer(owner=person), make_answer(owner=person)
    with pytest.raises(NotChosen):
        hand_over(person, {first.question.category_id: ines})
    assert set(Answer.objects.owned_by(person)) == {first, late}
    assert not Activity.objects.filter(verb="assign-owner").exists()


def test_figures_go_to_their_new_owner():
    person, ines = make_user("reader"), make_user("reader")
    first, second, other = make_figure(owner=person), make_figure(owner=person), make_figure(owner=ines)
    archived = make_figure(owner=person)
    archive_figure(figure=archived, by=ines, at=AT)
    assert hand_over(person, {}, figures=ines) == {ines: ReceivedInWiki(figures=[first, second])}
    assert set(Figure.objects.owned_by(ines)) == {first, second, other}
    entry = Activity.objects.about(first).get(verb="assign-owner")
    assert entry.detail == {"before": person.pk, "after": ines.pk}


def test_figures_without_an_owner_stay_in_the_name_of_who_leaves():
    person = make_user("reader")
    figure = make_figure(owner=person)
    assert hand_over(person, {}, figures=None) == {}
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert Figure.objects.orphaned().get() == figure


def test_figure_given_to_them_a_moment_ago_is_not_left_behind_unasked():
    person = make_user("reader")
    figure = make_figure(owner=person)
    with pytest.raises(NotChosen):
        hand_over(person, {}, None)
    assert Figure.objects.get() == figure
    assert not Activity.objects.filter(verb="assign-owner").exists()


def test_answer_seconded_to_them_a_moment_ago_keeps_its_deputy_until_asked():
    person = make_user("reader")
    answer = make_answer(owner=make_user("editor"), deputy=person)
    with pytest.raises(NotChosen):
        hand_over(person, {}, figures=None)
    answer.refresh_from_db()
    assert answer.deputy == person
