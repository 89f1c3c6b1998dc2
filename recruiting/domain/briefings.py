"""What a host reads before a session: for every question the answer to give, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import Case, IntegerField, Prefetch, Value, When

from accounts.models import User
from recruiting.domain.nearest import NearestAnswer, nearest_answers
from recruiting.models import CandidateQuestion, Session
from wiki.models import Answer, AnswerRevision, Category, Freshness, Question

# A page read on a phone: beyond this, the search of the live recording finds the rest.
LONGEST_BRIEFING = 250


@dataclass(frozen=True, kw_only=True)
class BriefingItem:
    """One question, how this candidate worded it if they asked it, and the answer to give."""

    question: Question
    nearest: NearestAnswer | None
    asked: Sequence[str] = ()

    @property
    def answer(self) -> Answer | None:
        return self.nearest.answer if self.nearest else None

    @property
    def revision(self) -> AnswerRevision | None:
        return self.nearest.answer.published if self.nearest else None

    @property
    def is_gap(self) -> bool:
        return self.nearest is None

    @property
    def comes_first(self) -> bool:
        """What a host with ten minutes reads: what this candidate asked, and the essential questions."""
        return bool(self.asked) or self.question.essential

    @property
    def is_stale(self) -> bool:
        return self.answer is not None and self.answer.freshness == Freshness.STALE


@dataclass(frozen=True, kw_only=True)
class Section:
    category: Category
    items: Sequence[BriefingItem]


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """`left_out` counts the questions beyond LONGEST_BRIEFING; those asked and essential never are.

    `unmatched` are the candidate's questions that the wiki does not know.
    """

    sections: Sequence[Section]
    unmatched: Sequence[CandidateQuestion]
    left_out: int
    items: Sequence[BriefingItem] = field(repr=False)

    @property
    def asked(self) -> list[BriefingItem]:
        return [item for item in self.items if item.asked]

    @property
    def gaps(self) -> list[BriefingItem]:
        """Without an answer, among what is essential and what this candidate asked."""
        return [item for item in self.items if item.is_gap and item.comes_first]

    @property
    def stale(self) -> list[BriefingItem]:
        return [item for item in self.items if item.is_stale]

    @property
    def stale_by_owner(self) -> list[tuple[User | None, list[BriefingItem]]]:
        """Whom to ask about what, in the order of the first question."""
        groups: dict[int | None, tuple[User | None, list[BriefingItem]]] = {}
        for item in self.stale:
            owner = item.answer.owner if item.answer else None
            groups.setdefault(owner.pk if owner else None, (owner, []))[1].append(item)
        return list(groups.values())

    @property
    def gap_count(self) -> int:
        return len(self.gaps) + len(self.unmatched)


def prepare_briefing(*, session: Session, on: date) -> Briefing:
    """The briefing as it stands on the day `on`; the number of queries does not depend on the wiki's size."""
    asked = list(session.questions.all())
    words: dict[int, list[str]] = {}
    for row in asked:
        if row.question_id is not None:
            words.setdefault(row.question_id, []).append(row.words)
    questions = _questions(session.language, first=list(words))
    nearest = nearest_answers(
        position=session.application.position,
        language=session.language,
        questions=[question.pk for question in questions],
        on=on,
    )
    items = [
        BriefingItem(question=question, nearest=nearest.get(question.pk), asked=words.get(question.pk, ()))
        for question in questions
    ]
    return Briefing(
        sections=_by_category(items),
        items=items,
        unmatched=[row for row in asked if row.question_id is None],
        left_out=max(0, Question.objects.current().count() - LONGEST_BRIEFING),
    )


def _questions(language: str, *, first: Sequence[int]) -> list[Question]:
    """The questions to prepare in the wiki's order; of too many, those that matter least are left out."""
    urgency = Case(
        When(pk__in=first, then=Value(0)),
        When(essential=True, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    chosen = (
        Question.objects.current()
        .with_title(language)
        .select_related("category__default_owner")
        .prefetch_related(
            Prefetch("next_questions", queryset=Question.objects.current().with_title(language).in_order())
        )
        .order_by(urgency, "category__rank", "category_id", "rank", "pk")[:LONGEST_BRIEFING]
    )
    return sorted(
        chosen,
        key=lambda question: (question.category.rank, question.category_id, question.rank, question.pk),
    )


def _by_category(items: Sequence[BriefingItem]) -> list[Section]:
    return [
        Section(category=category, items=list(group))
        for category, group in groupby(items, key=lambda item: item.question.category)
    ]
