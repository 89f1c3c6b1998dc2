"""Giving what someone keeps in the wiki to others. It never verifies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from wiki.domain.figures import assign_figures
from wiki.domain.leaving import categories_of
from wiki.domain.ownership import assign_deputy, assign_owner
from wiki.models import Answer, Category, Figure
from wiki.models.answers import AnswerQuerySet


class NotAsked(Enum):
    """In the place of a successor: nobody was asked for one, as there was nothing to take over."""

    NOT_ASKED = auto()


NOT_ASKED = NotAsked.NOT_ASKED
Choice = User | None | NotAsked


class NotChosen(Exception):
    """The person keeps something, by now, for which no successor was chosen, nor that there be none."""


@dataclass(kw_only=True)
class ReceivedInWiki:
    """What one person took over from another."""

    owned: list[Answer] = field(default_factory=list)
    deputy_of: list[Answer] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


@transaction.atomic
def hand_over_in_wiki(
    *,
    person: User,
    owners: Mapping[int, User | None],
    deputy: Choice,
    figure_owner: Choice,
    by: User,
    at: datetime,
) -> dict[User, ReceivedInWiki]:
    """Give what `person` keeps to its new owners, by category, and what each of them received.

    What they keep is read again here, so that what was given to them a moment ago is not left out.
    With None for a category its answers stay in the name of the person, as orphans once they have left, and
    so do the figures; with None for the deputy those answers have none. Raises NotChosen, also for what
    was NOT_ASKED and is there by now.
    """
    figures = _held_figures(person)
    answers = _locked(Answer.objects.current().owned_by(person))
    categories = categories_of(person, answers)
    seconded = _locked(Answer.objects.current().filter(deputy=person))
    deputy, figure_owner = _chosen(deputy, seconded), _chosen(figure_owner, figures)
    if not categories.keys() <= owners.keys():
        raise NotChosen
    received: dict[User, ReceivedInWiki] = {}
    for pk, category in categories.items():
        owner, its_answers = owners[pk], [answer for answer in answers if answer.question.category_id == pk]
        if owner is not None and its_answers:
            _give_answers(its_answers, owner=owner, by=by, at=at)
            received.setdefault(owner, ReceivedInWiki()).owned += its_answers
        if category.default_owner_id == person.pk:
            _change_default_owner(category, owner, by=by, at=at)
            if owner is not None:
                received.setdefault(owner, ReceivedInWiki()).categories.append(category)
    given = assign_deputy(answers=seconded, deputy=deputy, by=by, at=at)
    if deputy is not None and given:
        received.setdefault(deputy, ReceivedInWiki()).deputy_of += given
    if figure_owner is not None and figures:
        assign_figures(figures=figures, owner=figure_owner, by=by, at=at)
        received.setdefault(figure_owner, ReceivedInWiki()).figures += figures
    return received


def _chosen(choice: Choice, kept: Collection[Answer] | Collection[Figure]) -> User | None:
    """Who takes these over; raises NotChosen if nobody was asked and there are some."""
    if not isinstance(choice, NotAsked):
        return choice
    if kept:
        raise NotChosen
    return None


def _held_figures(person: User) -> list[Figure]:
    """Held before the answers, as whoever records a value does: each would wait for the other else."""
    figures = Figure.objects.current().owned_by(person).order_by("pk")
    return list(figures.select_for_update(no_key=True, of=("self",)))


def _locked(answers: AnswerQuerySet) -> list[Answer]:
    rows = answers.select_for_update(of=("self",)).select_related("question__category")
    return list(rows.order_by("pk"))


def _give_answers(answers: Sequence[Answer], *, owner: User, by: User, at: datetime) -> None:
    assign_owner(answers=answers, owner=owner, by=by, at=at)
    own = [answer for answer in answers if answer.deputy_id == owner.pk]
    assign_deputy(answers=own, deputy=None, by=by, at=at)  # nobody is their own deputy


def _change_default_owner(category: Category, owner: User | None, *, by: User, at: datetime) -> None:
    before, after = category.default_owner_id, owner.pk if owner else None
    category.default_owner = owner
    category.save(update_fields=["default_owner"])
    record_activity(
        actor=by, verb="assign-default-owner", subject=category, at=at, before=before, after=after
    )
