"""Which questions will most likely come in a session, and why: the reasons that a briefing gives for each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext, ngettext

from recruiting.domain.expected_answers import usual_questions
from recruiting.models import (
    AnswerGiven,
    CandidateQuestion,
    DebriefedQuestion,
    Position,
    Session,
    SessionStatus,
)
from recruiting.models.answers_given import STUMBLES
from recruiting.models.debriefs import ILL_AT_EASE

LIKE_THIS = 30  # sessions looked back at
STUMBLED_WITHIN = timedelta(days=365)
OFTEN = 2
DID_NOT_HAPPEN = (SessionStatus.CANCELLED, SessionStatus.NO_SHOW)


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """Why one question is expected: in how many of `sessions` like this one it was asked, and the rest."""

    asked_in: int = 0
    sessions: int = 0
    usual: bool = False  # asked before for this very position
    stumbles: int = 0  # within a year
    essential: bool = False
    sensitive: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether it counts for the session's readiness."""
        return self.essential or self.usual

    @property
    def is_expected(self) -> bool:
        """Whether something was seen that makes one expect it, beyond its subject."""
        return self.is_needed or self.asked_in > 0 or self.stumbles >= OFTEN

    @property
    def is_likely(self) -> bool:
        return self.is_expected or self.sensitive

    @property
    def weight(self) -> tuple[int, int, bool, bool, bool]:
        """What is expected most has the largest."""
        often = self.stumbles if self.stumbles >= OFTEN else 0
        return self.asked_in, often, self.usual, self.essential, self.sensitive

    @property
    def reason(self) -> str:
        """In the active language: "Asked in 4 of the last 12 sessions like this one · Sensitive subject"."""
        parts = [
            self._asked(),
            self._stumbled(),
            gettext("Sensitive subject") if self.sensitive else "",
            gettext("One of the essential questions") if self.essential else "",
        ]
        return "\u00a0· ".join(part for part in parts if part)

    def _asked(self) -> str:
        if self.asked_in:
            asked = ngettext(
                "Asked in the last session like this one",
                "Asked in %(asked)d of the last %(sessions)d sessions like this one",
                self.sessions,
            )
            return asked % {"asked": self.asked_in, "sessions": self.sessions}
        return gettext("Asked before for this position") if self.usual else ""

    def _stumbled(self) -> str:
        if self.stumbles < OFTEN:
            return ""
        stumbled = ngettext(
            "Stumbled over once within a year", "Stumbled over %(count)d times within a year", self.stumbles
        )
        return stumbled % {"count": self.stumbles}


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What was asked and stumbled over before a session; the question itself knows the rest."""

    sessions: int
    asked: Mapping[int, int]
    usual: frozenset[int]
    stumbles: Mapping[int, int]

    @property
    def questions(self) -> set[int]:
        often = {question for question, times in self.stumbles.items() if times >= OFTEN}
        return {*self.asked, *self.usual, *often}

    def of(self, question: int, *, essential: bool, sensitive: bool) -> Likelihood:
        return Likelihood(
            asked_in=self.asked.get(question, 0),
            sessions=self.sessions,
            usual=question in self.usual,
            stumbles=self.stumbles.get(question, 0),
            essential=essential,
            sensitive=sensitive,
        )


def expectations(*, session: Session, at: datetime) -> Expectations:
    """In five queries, of which none reads more than the sessions like this one or a year's stumbles."""
    like_this = _sessions_like(session)
    asked = CandidateQuestion.objects.matched().filter(session__in=like_this).order_by().values("question")
    times = asked.annotate(times=Count("session", distinct=True))
    return Expectations(
        sessions=len(like_this),
        asked=dict(times.values_list("question", "times")),
        usual=frozenset(usual_questions([session])[session.application.position_id]),
        stumbles=_stumbles(at=at),
    )


def _sessions_like(session: Session) -> list[int]:
    """The latest at the same stage, for the position or one of the same team, department or job family."""
    something_asked = Exists(CandidateQuestion.objects.filter(session=OuterRef("pk")))
    like_this = (
        Session.objects.filter(something_asked, _near(session.application.position), stage=session.stage)
        .filter(starts_at__lt=session.starts_at)
        .exclude(status__in=DID_NOT_HAPPEN)
        .order_by("-starts_at", "-pk")
    )
    return list(like_this.exclude(pk=session.pk).values_list("pk", flat=True)[:LIKE_THIS])


def _near(position: Position) -> Q:
    """A shared site says little of the work, so it counts only where a position has nothing else."""
    scopes = [name for name in ("team", "department", "job_family") if getattr(position, f"{name}_id")]
    near = Q(application__position=position)
    for name in scopes or ["site"]:
        if scope := getattr(position, f"{name}_id"):
            near |= Q(**{f"application__position__{name}": scope})
    return near


def _stumbles(*, at: datetime) -> Counter[int]:
    """By question how often hosts were ill at ease, departed from the answer or gave none: never who."""
    since = at - STUMBLED_WITHIN
    questions: Counter[int] = Counter()
    otherwise = AnswerGiven.objects.standing().filter(
        delivery__in=STUMBLES, given_at__gt=since, candidate_question__question__isnull=False
    )
    ill_at_ease = DebriefedQuestion.objects.filter(
        comfort__lte=ILL_AT_EASE,
        debrief__submitted_at__gt=since,
        candidate_question__question__isnull=False,
    )
    for rows in (otherwise, ill_at_ease):
        counted = rows.order_by().values("candidate_question__question").annotate(times=Count("pk"))
        questions.update(dict(counted.values_list("candidate_question__question", "times")))
    return questions
