"""One open recall as it is settled: what the candidate was told, what holds now, and why they differ."""

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from recruiting.domain.figures_told import show_figures_told
from recruiting.domain.recalls import open_recalls
from recruiting.models import AnswerGiven, Candidate
from recruiting.models.answers_given import AnswerGivenQuerySet
from wiki.domain.citations import cite_figures, told
from wiki.models import AnswerRevision, Challenge, Disclosure


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a candidate was told, what holds now, and what made the difference."""

    given: AnswerGiven
    revision: AnswerRevision  # as it was told, its figures those of that day
    now: AnswerRevision | None  # None once withdrawn or archived; its figures today's
    major: AnswerRevision | None
    challenge: Challenge | None
    also: list[AnswerGiven]  # other lines in which the candidate was told otherwise of the same answer
    since: AnswerGiven | None  # the line, if any, in which they were told what holds now

    @property
    def candidate(self) -> Candidate:
        return self.given.session.application.candidate

    @property
    def can_be_mailed(self) -> bool:
        return self.candidate.can_be_mailed

    @property
    def is_internal(self) -> bool:
        return self.now is not None and self.now.disclosure == Disclosure.INTERNAL

    @property
    def may_be_written(self) -> bool:
        """Whether a mail may hold the words of the answer."""
        return self.now is not None and self.now.disclosure == Disclosure.SHARE

    @property
    def is_not_rewritten(self) -> bool:
        """Whether the wiki still says what a challenge proved wrong: nobody knows yet what holds."""
        if self.now is None or self.now != self.revision:
            return False
        words = [told(revision.short_answer, revision.cited) for revision in (self.revision, self.now)]
        return words[0] == words[1]


def told_otherwise(line: AnswerGiven, *, on: date) -> Told:
    """All that a page says of one open recall. `line` is a row of `open_recalls`, `with_what_pages_show`."""
    revision = line.revision
    if revision is None:
        raise ValueError("Only a line with a revision is recalled.")
    now = revision.answer.text_in_force
    cite_figures([revision], on=localdate(line.given_at))
    if rows := line.figures_told.select_related("value__figure"):
        show_figures_told(revision, rows)
    if now is not None:
        now.answer = revision.answer
        cite_figures([now], on=on)
    return Told(
        given=line,
        revision=revision,
        now=now,
        major=AnswerRevision.objects.filter(pk__in=_cause(line, "cause_revision")).first(),
        challenge=Challenge.objects.filter(pk__in=_cause(line, "cause_challenge")).first(),
        also=list(_of_same(open_recalls(on=on), line).exclude(pk=line.pk).order_by("given_at", "pk")),
        since=_told_since(line, now),
    )


def _cause(line: AnswerGiven, name: str) -> list[int]:
    """What `open_recalls` annotated, none or one."""
    cause = getattr(line, name, None)
    return [] if cause is None else [cause]


def _of_same(lines: AnswerGivenQuerySet, line: AnswerGiven) -> AnswerGivenQuerySet:
    """Those in which the same candidate was told something of the same answer."""
    answer = line.revision.answer_id if line.revision else None
    candidate = line.session.application.candidate_id
    return lines.filter(session__application__candidate=candidate, revision__answer=answer)


def _told_since(line: AnswerGiven, now: AnswerRevision | None) -> AnswerGiven | None:
    if now is None:
        return None
    told = _of_same(AnswerGiven.objects.standing().told(), line)
    return told.filter(given_at__gt=line.given_at, revision=now).order_by("given_at", "pk").first()
