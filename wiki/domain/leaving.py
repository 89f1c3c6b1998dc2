"""What someone keeps in the wiki, and who could take it over."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from accounts.models import User
from wiki.models import Answer, AnswerRevision, Category, Freshness, Verification
from wiki.models.answers import AnswerQuerySet

MOST_SUGGESTED = 5


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Someone who knows the answers: of how many they are deputy, how many they last edited or confirmed."""

    person: User
    deputy_of: int = 0
    worked_on: int = 0
    is_default_owner: bool = False


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
    by_id = {successor.pk: successor for successor in successors}
    owned = list(_with_who_knows(Answer.objects.current().owned_by(person), by_id, on=on, language=language))
    deputy_of = Answer.objects.current().filter(deputy=person)
    seconded = list(_with_who_knows(deputy_of, by_id, on=on, language=language))
    return KeptInWiki(
        categories=[
            _kept_category(category, owned, person=person, by_id=by_id)
            for category in categories_of(person, owned).values()
        ],
        deputy_of=seconded,
        deputies=_suggestions(seconded, by_id, deputies=False),
    )


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


def _kept_category(
    category: Category, owned: Sequence[Answer], *, person: User, by_id: Mapping[int, User]
) -> KeptCategory:
    answers = [answer for answer in owned if answer.question.category_id == category.pk]
    return KeptCategory(
        category=category,
        answers=answers,
        is_default_owner=category.default_owner_id == person.pk,
        suggestions=_suggestions(answers, by_id, default_owner=category.default_owner_id),
    )


def _suggestions(
    answers: Iterable[Answer],
    by_id: Mapping[int, User],
    *,
    deputies: bool = True,
    default_owner: int | None = None,
) -> list[Suggestion]:
    """Deputies first, then those who worked on most of the answers, then the category's default owner."""
    deputy_of, worked_on = Counter[int | None](), Counter[int | None]()
    for answer in answers:
        if deputies:
            deputy_of[answer.deputy_id] += 1
        # Nobody is their own deputy.
        worked_on.update(
            {answer.last_editor, answer.last_verifier} - (set() if deputies else {answer.owner_id})
        )
    known = [pk for pk in {*deputy_of, *worked_on, default_owner} if pk is not None and pk in by_id]
    found = [
        Suggestion(
            person=by_id[pk],
            deputy_of=deputy_of[pk],
            worked_on=worked_on[pk],
            is_default_owner=pk == default_owner,
        )
        for pk in known
    ]
    found.sort(key=lambda one: (-one.deputy_of, -one.worked_on, one.person.name, one.person.pk))
    return found[:MOST_SUGGESTED]


def categories_of(person: User, owned: Iterable[Answer]) -> dict[int, Category]:
    """Those of the answers, and those whose default owner the person is, in their order."""
    found = {answer.question.category_id: answer.question.category for answer in owned}
    found |= {category.pk: category for category in Category.objects.filter(default_owner=person)}
    return {category.pk: category for category in sorted(found.values(), key=lambda one: (one.rank, one.pk))}
