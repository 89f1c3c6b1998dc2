"""What someone keeps in the wiki, and who could take it over."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Subquery

from accounts.models import User
from wiki.domain.successors import Suggestion, suggestions_among
from wiki.models import Answer, AnswerRevision, Category, Figure, FigureValue, Freshness, Verification
from wiki.models.answers import AnswerQuerySet


@dataclass(frozen=True, kw_only=True)
class KeptCategory:
    """A category of which the person owns answers, or whose default owner they are."""

    category: Category
    answers: list[Answer]
    is_default_owner: bool
    suggestions: list[Suggestion]

    @property
    def stale(self) -> int:
        return sum(answer.freshness == Freshness.STALE for answer in self.answers if answer.published_id)

    @property
    def drafts(self) -> int:
        return sum(answer.published_id is None for answer in self.answers)


@dataclass(frozen=True, kw_only=True)
class KeptInWiki:
    """All that is in someone's hands: published answers and drafts, not what is archived."""

    categories: list[KeptCategory]
    deputy_of: list[Answer]
    deputies: list[Suggestion]  # who could be their deputy instead
    figures: list[Figure]
    figure_owners: list[Suggestion]  # who could own them instead

    @property
    def owned(self) -> int:
        return sum(len(kept.answers) for kept in self.categories)

    @property
    def stale(self) -> int:
        return sum(kept.stale for kept in self.categories)

    @property
    def default_owner_of(self) -> int:
        return sum(kept.is_default_owner for kept in self.categories)


def kept_in_wiki(*, person: User, successors: Collection[User], on: date, language: str) -> KeptInWiki:
    """What `person` keeps, titles in `language`; those suggested are among `successors`."""
    able = {successor.pk: successor for successor in successors}
    owned = list(_with_who_knows(Answer.objects.current().owned_by(person), able, on=on, language=language))
    deputy_of = Answer.objects.current().filter(deputy=person)
    seconded = list(_with_who_knows(deputy_of, able, on=on, language=language))
    categories = categories_of(person, owned)
    others = _owners(categories)
    figures = list(Figure.objects.current().owned_by(person).with_validity(on=on).by_label(language))
    return KeptInWiki(
        categories=[
            _kept_category(category, owned, others[category.pk], person=person, able=able)
            for category in categories.values()
        ],
        deputy_of=seconded,
        # Not their owners: nobody is their own deputy.
        deputies=suggestions_among(
            able, worked_on=Counter(pk for one in seconded for pk in _who_worked_on(one) - {one.owner_id})
        ),
        figures=figures,
        figure_owners=suggestions_among(able, worked_on=_who_measured(figures)),
    )


def categories_of(person: User, owned: Iterable[Answer]) -> dict[int, Category]:
    """Those of the answers, and those whose default owner the person is, in their order."""
    found = {answer.question.category_id: answer.question.category for answer in owned}
    found |= {category.pk: category for category in Category.objects.filter(default_owner=person)}
    return {category.pk: category for category in sorted(found.values(), key=lambda one: (one.rank, one.pk))}


def _with_who_knows(
    answers: AnswerQuerySet, successors: Collection[int], *, on: date, language: str
) -> AnswerQuerySet:
    """In order, with what a list shows, and annotated with who worked on each last."""
    return (
        answers.select_related("question__category", "scope")
        .with_freshness(on=on)
        .with_question_title(language)
        .annotate(**_worked_on_last(list(successors)))
        .order_by("question__category__rank", "question__category_id", "question__rank", "pk")
    )


def _worked_on_last(successors: Sequence[int]) -> dict[str, Subquery]:
    """The ids of those who edited and confirmed an answer last, among the successors."""
    edited = AnswerRevision.objects.filter(answer=OuterRef("pk"), author__in=successors).order_by("-number")
    confirmed = Verification.objects.filter(answer=OuterRef("pk"), by__in=successors).order_by("-at", "-pk")
    return {
        "last_editor": Subquery(edited.values("author")[:1]),
        "last_verifier": Subquery(confirmed.values("by")[:1]),
    }


def _owners(categories: Collection[int]) -> defaultdict[int, Counter[int | None]]:
    """How many answers of each category each person owns."""
    counted = (
        Answer.objects.current()
        .filter(question__category__in=list(categories))
        .values_list("question__category", "owner")
        .annotate(number=Count("pk"))
        .order_by()
    )
    owners = defaultdict[int, Counter[int | None]](Counter)
    for category, owner, number in counted:
        owners[category][owner] = number
    return owners


def _kept_category(
    category: Category,
    owned: Iterable[Answer],
    others: Counter[int | None],
    *,
    person: User,
    able: Mapping[int, User],
) -> KeptCategory:
    answers = [answer for answer in owned if answer.question.category_id == category.pk]
    return KeptCategory(
        category=category,
        answers=answers,
        is_default_owner=category.default_owner_id == person.pk,
        suggestions=suggestions_among(
            able,
            deputy_of=Counter(answer.deputy_id for answer in answers),
            worked_on=Counter(pk for answer in answers for pk in _who_worked_on(answer)),
            default_owner=category.default_owner_id,
            owns_others=others,
        ),
    )


def _who_worked_on(answer: Answer) -> set[int | None]:
    return {answer.last_editor, answer.last_verifier}


def _who_measured(figures: Collection[Figure]) -> Counter[int | None]:
    """Of how many figures each person recorded a value that holds today."""
    values = FigureValue.objects.current().filter(figure__in=figures).order_by()
    return Counter(pk for _figure, pk in set(values.values_list("figure", "recorded_by")))
