"""Candidates who were told otherwise than what holds now: found by comparison, closed one by one.

A recall is open for a line of a record when the candidate is still in process, or hired and not yet started,
and either a major revision came into force after the one they were told, or a challenge proved it wrong.
Nothing is stored until it is closed; then a Recall names what had made the words untrue, so that a later
change opens it again and the same one does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from recruiting.models import AnswerGiven, Application, Recall, Session
from recruiting.models.answers_given import AnswerGivenQuerySet
from wiki.models import Answer, AnswerRevision, Challenge, Publication, Question, Resolution


def open_recalls(*, on: date) -> AnswerGivenQuerySet:
    """The lines whose candidate was told otherwise, with `cause_revision` and `cause_challenge`."""
    concerned = Application.objects.in_process(on=on).values("candidate")
    told = AnswerGiven.objects.standing().told().filter(session__application__candidate__in=concerned)
    return told.filter(Exists(_major_since()) | Exists(_proved_wrong())).annotate(
        cause_revision=Subquery(_major_since().order_by("-number").values("pk")[:1]),
        cause_challenge=Subquery(_proved_wrong().order_by("-resolved_at", "-pk").values("pk")[:1]),
    )


def _major_since() -> QuerySet[AnswerRevision]:
    """Of a line: the major revisions after the one told that came into force, themselves or by a later one.

    None if the text told is in force again, and none that a closed recall has settled.
    """
    in_force = Publication.objects.filter(answer=OuterRef("answer"), revision__number__gte=OuterRef("number"))
    told_again = Answer.objects.filter(
        pk=OuterRef("answer"),
        published__short_answer=OuterRef(OuterRef("revision__short_answer")),
        published__details=OuterRef(OuterRef("revision__details")),
        published__example=OuterRef(OuterRef("revision__example")),
    )
    settled = Recall.objects.filter(
        answer_given=OuterRef(OuterRef("pk")), revision__number__gte=OuterRef("number")
    )
    later = AnswerRevision.objects.filter(
        answer=OuterRef("revision__answer"), number__gt=OuterRef("revision__number"), major=True
    )
    return later.filter(Exists(in_force), ~Exists(told_again), ~Exists(settled))


def _proved_wrong() -> QuerySet[Challenge]:
    """Of a line: the challenges of what was told, or of a later text, after which the answer was corrected.

    Settled by a recall closed for it or for a later one, or by one closed for a later text than the one
    that was challenged: the candidate was told that text.
    """
    settled = Recall.objects.filter(
        Q(challenge__resolved_at__gte=OuterRef("resolved_at"))
        | Q(revision__number__gt=OuterRef("revision__number")),
        answer_given=OuterRef(OuterRef("pk")),
    )
    corrected = Challenge.objects.filter(
        answer=OuterRef("revision__answer"),
        revision__number__gte=OuterRef("revision__number"),
        resolution=Resolution.CORRECTED,
    )
    return corrected.filter(~Exists(settled))


def newest_change_first(recalls: AnswerGivenQuerySet) -> AnswerGivenQuerySet:
    """The lines of one answer together, those of the answer that changed last first."""
    latest = Publication.objects.filter(answer=OuterRef("revision__answer")).order_by("-starts_at", "-pk")
    changed = recalls.annotate(changed_at=Subquery(latest.values("starts_at")[:1]))
    return changed.order_by("-changed_at", "revision__answer", "-given_at", "-pk")


def count_told_otherwise(*, on: date, answer: Answer | None = None) -> int:
    """How many candidates were, about this answer or about any."""
    lines = open_recalls(on=on)
    if answer is not None:
        lines = lines.filter(revision__answer=answer)
    return lines.order_by().values("session__application__candidate").distinct().count()


def with_what_pages_show(lines: AnswerGivenQuerySet, *, language: str) -> AnswerGivenQuerySet:
    """With the candidate, the position, both revisions and the question's title."""
    titles = Question.objects.with_title(language)
    return lines.select_related(
        "candidate_question",
        "host",
        "revision__answer__scope",
        "revision__answer__published__author",
        "session__application__candidate",
        "session__application__position",
    ).prefetch_related(Prefetch("revision__answer__question", queryset=titles))


@dataclass(frozen=True, kw_only=True)
class RecallMark:
    """What a line of a record says of recalls: `open`, or how the latest was closed."""

    given: int
    is_open: bool
    closed: Recall | None


def recall_marks(session: Session, *, on: date) -> Mapping[int, RecallMark]:
    """By the id of the line, for those of a session that have one; two queries."""
    lines = session.answers_given.all()
    still_open = set(open_recalls(on=on).filter(session=session).values_list("pk", flat=True))
    closed = {
        recall.answer_given_id: recall
        for recall in Recall.objects.filter(answer_given__in=lines)
        .select_related("closed_by")
        .order_by("closed_at", "pk")
    }
    return {
        pk: RecallMark(given=pk, is_open=pk in still_open, closed=closed.get(pk))
        for pk in still_open | closed.keys()
    }
