"""How far the verification requests are; computed from what was said since, at every reading."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from accounts.models import User
from wiki.models import Category, Progress, RequestedVerification, Scope, VerificationRequest
from wiki.models.answers import Answer, AnswerQuerySet
from wiki.models.verification_progress import SETTLED
from wiki.search import found_questions


@dataclass(frozen=True)
class Count:
    """The answers of a request, or of one owner in it, by what became of them."""

    states: Counter[str]

    @property
    def confirmed(self) -> int:
        return sum(self.states[state] for state in SETTLED)

    @property
    def waiting(self) -> int:
        return self.states[Progress.WAITING]

    @property
    def asked(self) -> int:
        """Those that somebody could confirm: neither taken out of the request nor out of the wiki."""
        return self.confirmed + self.waiting

    @property
    def is_done(self) -> bool:
        return self.confirmed > 0 and not self.waiting


@dataclass(frozen=True, kw_only=True)
class OwnerCount:
    owner: User | None
    count: Count


def counts_of(requests: Iterable[VerificationRequest]) -> dict[int, Count]:
    """The count of each request by its id, in one query."""
    rows = RequestedVerification.objects.filter(request__in=[request.pk for request in requests])
    states: dict[int, Counter[str]] = defaultdict(Counter)
    for request_id, progress in rows.with_progress().values_list("request_id", "progress"):  # type: ignore[misc]
        states[request_id][progress] += 1
    return {request.pk: Count(states[request.pk]) for request in requests}


def owners_of(request: VerificationRequest) -> list[OwnerCount]:
    """Those who keep its answers today, who has most to confirm first."""
    rows = RequestedVerification.objects.filter(request=request).with_progress()
    states: dict[int | None, Counter[str]] = defaultdict(Counter)
    for owner_id, progress in rows.values_list("answer__owner", "progress"):  # type: ignore[misc]
        states[owner_id][progress] += 1
    people = User.objects.in_bulk([key for key in states if key])
    counts = [OwnerCount(owner=people.get(key or 0), count=Count(found)) for key, found in states.items()]
    counts = [one for one in counts if one.count.asked]
    return sorted(counts, key=lambda one: (-one.count.waiting, one.owner.name if one.owner else ""))


def requests_waiting_for(answers: Collection[int]) -> dict[int, list[VerificationRequest]]:
    """The open requests that wait for each of these answers, the most urgent first; in one query."""
    rows = RequestedVerification.objects.waiting().filter(answer__in=answers)
    asked: dict[int, list[VerificationRequest]] = defaultdict(list)
    for row in rows.select_related("request__asked_by").order_by("request__due_on", "request_id"):
        asked[row.answer_id].append(row.request)
    return dict(asked)


def answers_to_choose_from(
    *,
    category: Category | None = None,
    scope: Scope | None = None,
    words: str = "",
    language: str,
    request: VerificationRequest | None = None,
) -> AnswerQuerySet:
    """Published answers that a request could ask for; with `request`, those that it does not ask for yet.

    `scope` stands for all below it too, `words` for the questions that search finds.
    """
    answers = Answer.objects.published()
    if category is not None:
        answers = answers.filter(question__category=category)
    if scope is not None:
        answers = answers.filter(scope__path__startswith=scope.path)
    if words:
        answers = answers.filter(question__in=found_questions(query=words, language=language))
    if request is not None:
        answers = answers.exclude(pk__in=request.requested.filter(withdrawn_at=None).values("answer"))
    return answers


def orphans_of(request: VerificationRequest) -> list[int]:
    """The answers of an open request that wait for someone and have no owner who could confirm them."""
    waiting = request.requested.waiting().values("answer")
    return list(Answer.objects.orphaned().filter(pk__in=waiting).order_by("pk").values_list("pk", flat=True))
