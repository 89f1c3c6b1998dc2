"""The questions of a briefing one by one: the answer to give, why to expect it, what its reader has read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Prefetch, Value, When

from accounts.models import User
from recruiting.domain.changes import Change, change_since
from recruiting.domain.likelihood import Expectations, Likelihood
from recruiting.domain.nearest import NearestAnswer
from recruiting.domain.reading import answers_read, last_read
from recruiting.models import ReadReceipt
from wiki.domain.citations import Citation, cite_figures
from wiki.models import Answer, AnswerRevision, Question


@dataclass(frozen=True, kw_only=True)
class BriefingItem:
    """One question, how this candidate worded it if they asked it, and the answer to give."""

    question: Question
    nearest: NearestAnswer | None
    why: Likelihood
    asked: Sequence[str] = ()
    receipt: ReadReceipt | None = None  # the reader's latest
    is_read: bool = False  # by the reader, but for minor changes since
    change: Change | None = None

    @property
    def answer(self) -> Answer | None:
        return self.nearest.answer if self.nearest else None

    @property
    def revision(self) -> AnswerRevision | None:
        return self.answer.published if self.answer else None

    @property
    def is_to_read(self) -> bool:
        """Whether the session is not ready before this host has read it."""
        return self.revision is not None and not self.is_read and (bool(self.asked) or self.why.is_needed)

    @property
    def opens(self) -> bool:
        """Whether its host should see it at once: it is theirs to read, or not what they read any more."""
        if self.is_read:
            return self.can_be_marked
        changed = self.change is not None and self.change.is_major
        return bool(self.asked) or self.is_to_read or changed

    @property
    def can_be_marked(self) -> bool:
        """Whether this very revision has not been read yet."""
        read = self.receipt.revision if self.receipt else None
        return self.revision is not None and read != self.revision

    @property
    def figures(self) -> list[Citation]:
        """Those that the short answer does not tell already."""
        revision = self.revision
        if revision is None:
            return []
        return [
            cited
            for slug, cited in sorted(revision.cited.items())
            if f"[[figure:{slug}]]" not in revision.short_answer
        ]


def questions_to_prepare(
    language: str, *, asked: Sequence[int], expected: set[int], most: int
) -> list[Question]:
    """In the wiki's order; of too many, those that matter least are left out."""
    urgency = Case(
        When(pk__in=asked, then=Value(0)),
        When(essential=True, then=Value(1)),
        When(pk__in=expected, then=Value(1)),
        When(category__sensitive=True, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    chosen = (
        Question.objects.current()
        .with_title(language)
        .select_related("category")
        .prefetch_related(
            Prefetch("next_questions", queryset=Question.objects.current().with_title(language).in_order())
        )
        .order_by(urgency, "category__rank", "category_id", "rank", "pk")[:most]
    )
    return sorted(
        chosen,
        key=lambda question: (question.category.rank, question.category_id, question.rank, question.pk),
    )


def briefing_items(
    *,
    questions: Sequence[Question],
    nearest: Mapping[int, NearestAnswer],
    words: Mapping[int, Sequence[str]],
    expected: Expectations,
    reader: User,
    on: date,
) -> list[BriefingItem]:
    """In the order of the questions, with what the reader has read of them in four queries."""
    answers = [found.answer for found in nearest.values()]
    receipts = last_read(user=reader, answers=answers)
    read = answers_read(users=[reader.pk], answers=[answer.pk for answer in answers])
    changes = _changes(answers, receipts, {answer for _reader, answer in read}, on=on)
    items = []
    for question in questions:
        found = nearest.get(question.pk)
        answer = found.answer.pk if found else 0
        items.append(
            BriefingItem(
                question=question,
                nearest=found,
                why=expected.of(
                    question.pk, essential=question.essential, sensitive=question.category.sensitive
                ),
                asked=words.get(question.pk, ()),
                receipt=receipts.get(answer),
                is_read=(reader.pk, answer) in read,
                change=changes.get(answer),
            )
        )
    return items


def _changes(
    answers: Sequence[Answer], receipts: Mapping[int, ReadReceipt], read: set[int], *, on: date
) -> dict[int, Change]:
    by_id = {answer.pk: answer for answer in answers}
    for key, receipt in receipts.items():
        receipt.revision.answer = by_id[key]
    cite_figures([receipt.revision for receipt in receipts.values()], on=on)
    changes = {}
    for key, receipt in receipts.items():
        now = by_id[key].published
        if now and (change := change_since(receipt, now, still_counts=key in read)):
            changes[key] = change
    return changes
