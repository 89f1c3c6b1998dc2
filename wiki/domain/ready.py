"""How far the company is with the essential questions, and who is to answer each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from wiki.domain.answers import create_answer
from wiki.domain.mails import queue_assignment
from wiki.domain.ownership import assign_owner, reopen_answer
from wiki.models import Answer, Freshness, Question, Scope, ScopeKind


class Step(models.TextChoices):
    """How far the answer to one essential question is; all but the last are something to do."""

    NOT_ASSIGNED = "not_assigned", _("Not assigned")
    NOT_STARTED = "not_started", _("Assigned, not started")
    DRAFT = "draft", _("Draft")
    NEVER_VERIFIED = "never_verified", _("Never verified")
    STALE = "stale", _("Stale")
    READY = "ready", _("Ready")


@dataclass(frozen=True, kw_only=True)
class EssentialQuestion:
    """One essential question and the company's answer to it in one language, if there is a place for it."""

    question: Question
    answer: Answer | None
    step: Step

    @property
    def owner(self) -> User | None:
        """Whoever is to act; nobody once the owner has left."""
        return None if self.answer is None or self.answer.orphan else self.answer.owner


@dataclass(frozen=True, kw_only=True)
class Missing:
    """How many questions stand at one step short of ready, and whose they are."""

    step: Step
    count: int
    owners: list[User]
    without_owner: int


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Whether the company may offer reverse interviews in a language, and what is missing."""

    company: Scope | None
    questions: list[EssentialQuestion]

    @property
    def total(self) -> int:
        return len(self.questions)

    @property
    def ready(self) -> int:
        return sum(entry.step == Step.READY for entry in self.questions)

    @property
    def may_offer(self) -> bool:
        """All essential answers are published, verified, and none is stale."""
        return self.total > 0 and self.ready == self.total

    @property
    def missing(self) -> list[Missing]:
        return [missing for step in Step if step != Step.READY and (missing := self._missing(step)).count]

    def _missing(self, step: Step) -> Missing:
        entries = [entry for entry in self.questions if entry.step == step]
        owners = dict.fromkeys(entry.owner for entry in entries if entry.owner)
        without_owner = sum(entry.owner is None for entry in entries)
        return Missing(step=step, count=len(entries), owners=list(owners), without_owner=without_owner)


def readiness(*, language: str, title_language: str, on: date) -> Readiness:
    """The essential questions in order, with the company's answers in `language`."""
    company = Scope.objects.filter(kind=ScopeKind.COMPANY).first()
    questions = Question.objects.essential().select_related("category").with_title(title_language).in_order()
    answers = (
        Answer.objects.current()
        .filter(question__essential=True, scope=company, language=language)
        .select_related("owner", "published")
        .with_freshness(on=on)
    )
    by_question = {answer.question_id: answer for answer in answers}
    entries = [_entry(question, by_question.get(question.pk)) for question in questions]
    return Readiness(company=company, questions=entries)


@transaction.atomic
def assign_questions(
    *, questions: Iterable[Question], scope: Scope, language: str, owner: User, by: User, at: datetime
) -> list[Answer]:
    """Ask one person to answer questions for a scope and language; the answers that are newly theirs.

    Opens the places that do not exist, and queues one mail that lists what was assigned.
    """
    places = [
        _place(question=question, scope=scope, language=language, by=by, at=at) for question in questions
    ]
    assigned = [answer for answer in places if answer.owner_id != owner.pk]
    assign_owner(answers=assigned, owner=owner, by=by, at=at)
    if assigned:
        queue_assignment(answers=assigned, owner=owner, language=language, by=by, at=at)
    return assigned


def _entry(question: Question, answer: Answer | None) -> EssentialQuestion:
    return EssentialQuestion(question=question, answer=answer, step=_step(answer))


def _step(answer: Answer | None) -> Step:
    if answer is None or (answer.head == 0 and answer.orphan):
        return Step.NOT_ASSIGNED
    if answer.head == 0:
        return Step.NOT_STARTED
    if answer.published is None:
        return Step.DRAFT
    match answer.freshness:
        case Freshness.NEVER_VERIFIED:
            return Step.NEVER_VERIFIED
        case Freshness.STALE:
            return Step.STALE
        case _:
            return Step.READY


def _place(*, question: Question, scope: Scope, language: str, by: User, at: datetime) -> Answer:
    """The answer of that place as it is kept: opened if there is none, brought back if it was archived."""
    places = Answer.objects.filter(question=question, scope=scope, language=language)
    answer = places.select_for_update().first()
    if answer is None:
        try:
            # Of two who open the same place at once, the unique constraint refuses the second.
            with transaction.atomic():
                return create_answer(question=question, scope=scope, language=language, by=by, at=at)
        except IntegrityError:
            answer = places.get()
    if answer.archived_at is not None:
        reopen_answer(answer=answer, by=by, at=at)
    return answer
