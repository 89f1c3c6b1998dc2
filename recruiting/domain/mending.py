"""What a session lacks, and for each thing who can mend it and by when."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Min
from django.utils.timezone import localdate

from accounts.domain.settings import site_settings
from accounts.models import User
from recruiting.domain.readiness import SessionNeeds
from recruiting.models import Session
from wiki.models import Answer, DigestPause, Freshness, Question, RequestedVerification


@dataclass(frozen=True, kw_only=True)
class ToMend:
    """One question without a good answer. `who` is None where there is nobody, `by` once it is too late."""

    question: Question
    answer: Answer | None
    who: User | None
    by: date | None


@dataclass(frozen=True, kw_only=True)
class Mending:
    """An answer that is challenged and stale stands under both: each asks for something else.

    `by` is the day of the session, by which all is asked for that is not asked for sooner.
    """

    by: date | None
    gaps: Sequence[ToMend]
    stale: Sequence[ToMend]
    never_verified: Sequence[ToMend]
    challenged: Sequence[ToMend]

    @property
    def kinds(self) -> list[tuple[str, Sequence[ToMend]]]:
        """What there is of each kind, by its name, the worst first."""
        named = [
            ("gaps", self.gaps),
            ("stale", self.stale),
            ("challenged", self.challenged),
            ("never_verified", self.never_verified),
        ]
        return [(name, rows) for name, rows in named if rows]

    @property
    def is_nothing(self) -> bool:
        return not self.kinds


def mending(*, pairs: Iterable[tuple[Question, Answer | None]], day: date, on: date) -> Mending:
    """What is missing on the `day` of a session among these questions and the answers chosen for them.

    In four queries. The answers come `as_shown`.
    """
    wanting = [pair for pair in pairs if _is_wanting(pair[1], day)]
    people = _Menders(wanting, on=on)
    asked_by = _asked_by([answer.pk for _question, answer in wanting if answer])
    rows = [
        ToMend(question=question, answer=answer, who=people.of(question, answer), by=due)
        for question, answer in wanting
        for due in [_due(day, asked_by.get(answer.pk) if answer else None, on=on)]
    ]

    def having(condition: Callable[[Answer], bool]) -> list[ToMend]:
        return [row for row in rows if row.answer and condition(row.answer)]

    return Mending(
        by=_due(day, None, on=on),
        gaps=[row for row in rows if row.answer is None],
        stale=having(lambda answer: answer.freshness_on(day) == Freshness.STALE),
        never_verified=having(lambda answer: answer.freshness_on(day) == Freshness.NEVER_VERIFIED),
        challenged=having(lambda answer: answer.challenged),
    )


def what_is_missing(*, session: Session, needs: SessionNeeds, on: date) -> Mending:
    """The same for the likely questions of one session, read with their titles."""
    titled = Question.objects.with_title(session.language).select_related("category")
    ids = {likely.question: likely.answer for likely in needs.answers}
    questions = titled.in_order().filter(pk__in=[*ids, *needs.missing])
    answers = Answer.objects.published().as_shown(on=on).in_bulk(ids.values())
    return mending(
        pairs=[(question, answers.get(ids.get(question.pk, 0))) for question in questions],
        day=localdate(session.starts_at),
        on=on,
    )


def left_to_read(needs: SessionNeeds) -> list[tuple[User, int]]:
    """The hosts who have not read all, by name, and how many answers each has left."""
    people = User.objects.filter(pk__in=needs.unread).order_by("name", "pk")
    return [(person, needs.to_read(person)) for person in people]


def _is_wanting(answer: Answer | None, day: date) -> bool:
    if answer is None or answer.challenged:
        return True
    return answer.freshness_on(day) in (Freshness.STALE, Freshness.NEVER_VERIFIED)


def _due(day: date, asked_by: date | None, *, on: date) -> date | None:
    """The day of the session, or the earlier one by which a lead has asked for it."""
    if day < on:
        return None
    return min(asked_by, day) if asked_by and asked_by >= on else day


def _asked_by(answers: Collection[int]) -> Mapping[int, date]:
    asked = RequestedVerification.objects.still_asked().filter(answer__in=answers).order_by()
    return dict(asked.values("answer").annotate(due=Min("request__due_on")).values_list("answer", "due"))


class _Menders:
    """Who mends what: whoever stands in for an absent owner, the owner, the deputy, else the wiki's keeper;
    of a gap the category's default owner, else the keeper."""

    def __init__(self, pairs: Collection[tuple[Question, Answer | None]], *, on: date) -> None:
        settings = site_settings() if pairs else None
        self.keepers = [settings.keeper_id, settings.stand_in_id] if settings else []
        owners = {answer.owner_id for _question, answer in pairs if answer}
        pauses = DigestPause.objects.in_force(on=on).filter(user__in=owners)
        self.stand_ins = dict(pauses.values_list("user", "stand_in"))
        named = {person for pair in pairs for person in self._named(*pair)}
        self.able = User.objects.who_read_the_wiki().in_bulk(filter(None, named))

    def of(self, question: Question, answer: Answer | None) -> User | None:
        able = (self.able.get(person) for person in self._named(question, answer) if person)
        return next(filter(None, able), None)

    def _named(self, question: Question, answer: Answer | None) -> list[int | None]:
        if answer is None:
            return [question.category.default_owner_id, *self.keepers]
        return [self.stand_ins.get(answer.owner_id or 0), answer.owner_id, answer.deputy_id, *self.keepers]
