"""What a host reads before a session: for every question the answer to give, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Q
from django.utils.timezone import localdate

from accounts.models import User
from recruiting.domain.briefing_items import BriefingItem, briefing_items, questions_to_prepare
from recruiting.domain.likelihood import expectations
from recruiting.domain.mending import Mending, mending
from recruiting.domain.nearest import nearest_answers, position_scopes
from recruiting.domain.records import questions_in_order
from recruiting.models import CandidateQuestion, ReadReceipt, Session
from wiki.models import Answer, Category, Question

# A page read on a phone: beyond this, the search of the live recording finds the rest.
LONGEST_BRIEFING = 250
MOST_LIKELY = 30  # questions that may come; those that count for readiness are never left out
MOST_WITHDRAWN = 20


@dataclass(frozen=True, kw_only=True)
class Section:
    category: Category
    items: Sequence[BriefingItem]


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """Each question stands in one place: `asked` by this candidate, `likely`, or in the `rest`.

    `unmatched` are the candidate's questions that the wiki does not know, or has archived. `withdrawn` may
    not be said any more, though the reader has read it. `left_out` counts the questions beyond
    LONGEST_BRIEFING; those asked and essential never are.
    """

    asked: Sequence[BriefingItem]
    likely: Sequence[BriefingItem]
    rest: Sequence[Section]
    unmatched: Sequence[CandidateQuestion]
    withdrawn: Sequence[Answer]
    mending: Mending
    left_out: int

    @property
    def items(self) -> list[BriefingItem]:
        rest = [item for section in self.rest for item in section.items]
        return [*self.asked, *self.likely, *rest]

    @property
    def to_read(self) -> list[BriefingItem]:
        """What the reader, as a host, has left before the session is ready."""
        return [item for item in self.items if item.is_to_read]


def prepare_briefing(*, session: Session, reader: User, at: datetime) -> Briefing:
    """The briefing as it stands at the moment; the number of queries does not depend on the wiki's size."""
    on = localdate(at)
    rows = questions_in_order(session)
    words = _words_by_question(rows)
    expected = expectations(session=session, at=at)
    questions = questions_to_prepare(
        session.language, asked=list(words), expected=expected.questions, most=LONGEST_BRIEFING
    )
    nearest = nearest_answers(
        position=session.application.position,
        language=session.language,
        questions=[question.pk for question in questions],
        on=on,
    )
    items = briefing_items(
        questions=questions, nearest=nearest, words=words, expected=expected, reader=reader, on=on
    )
    by_question = {item.question.pk: item for item in items}
    asked = [by_question[key] for key in words if key in by_question]
    likely = _likely([item for item in items if not item.asked])
    first = {item.question.pk for item in (*asked, *likely)}
    return Briefing(
        asked=asked,
        likely=likely,
        rest=_by_category([item for item in items if item.question.pk not in first]),
        unmatched=[row for row in rows if row.question_id not in by_question],
        withdrawn=_withdrawn(session, reader),
        mending=mending(
            pairs=[(item.question, item.answer) for item in (*asked, *likely)],
            day=localdate(session.starts_at),
            on=on,
        ),
        left_out=max(0, Question.objects.current().count() - LONGEST_BRIEFING),
    )


def _words_by_question(rows: Sequence[CandidateQuestion]) -> Mapping[int, list[str]]:
    """In the order in which the candidate asked."""
    words: dict[int, list[str]] = {}
    for row in rows:
        if row.question_id is not None:
            words.setdefault(row.question_id, []).append(row.words)
    return words


def _likely(items: Sequence[BriefingItem]) -> list[BriefingItem]:
    """What is expected most comes first. That a subject is sensitive helps only where there is an answer."""
    expected = [item for item in items if item.why.is_likely and (item.answer or item.why.is_expected)]
    room = MOST_LIKELY - sum(item.why.is_needed for item in expected)
    kept = []
    for item in sorted(expected, key=lambda item: item.why.weight, reverse=True):
        if item.why.is_needed:
            kept.append(item)
        elif room > 0:
            room -= 1
            kept.append(item)
    return kept


def _withdrawn(session: Session, reader: User) -> list[Answer]:
    """Answers that the reader has read and that, since the session was planned, may not be said any more."""
    receipts = ReadReceipt.objects.filter(user=reader).values("revision__answer")
    gone = Q(published=None, publications__ends_at__gte=session.created_at)
    gone |= Q(question__archived_at__gte=session.created_at)
    answers = Answer.objects.filter(
        gone, pk__in=receipts, scope__in=position_scopes(session.application.position)
    )
    titled = answers.select_related("question", "scope").with_question_title(session.language)
    return list(titled.distinct().order_by("pk")[:MOST_WITHDRAWN])


def _by_category(items: Sequence[BriefingItem]) -> list[Section]:
    return [
        Section(category=category, items=list(group))
        for category, group in groupby(items, key=lambda item: item.question.category)
    ]
