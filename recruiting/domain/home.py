"""What needs one person: their answers, their sessions; for the lead, the state of the wiki."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, prefetch_related_objects

from accounts.models import User
from recruiting.access import may_oversee, may_read_reports, may_recruit, sessions_visible_to
from recruiting.domain.readiness import COMING_DAYS, SessionNeeds, session_needs
from recruiting.domain.report_content import COUNTS, count_answers
from recruiting.models import Position, Session, WeeklyReport
from recruiting.models.sessions import RECORDABLE, SessionQuerySet
from wiki.domain.harm import Harm, most_harmful_first
from wiki.domain.review import count_up_to_limit
from wiki.models import Answer, Challenge
from wiki.models.answers import AnswerQuerySet

SHOWN = 5
LOOKED_AT = 30  # of the sessions to come, the soonest: as many as a page of their list
UNDER_WAY = timedelta(hours=1)  # a session that began less long ago is still to be prepared for
RECORD_WITHIN = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class NeedsMe:
    """The first few of each kind, and how many answers there are to review in all."""

    to_prepare: Sequence[Session]
    not_ready: Sequence[Session]  # of the others, for those who recruit
    not_ready_count: int | None  # None where more are to come than were looked at
    needs: Mapping[int, SessionNeeds]  # of these two, by session
    to_record: Sequence[Session]
    challenges: Sequence[Challenge]
    to_review: Sequence[tuple[Answer, str]]  # with the reason for its place in the order
    to_review_count: int
    to_write: Sequence[Answer]
    role_sheets: Sequence[Position]  # to fill

    @property
    def is_nothing(self) -> bool:
        of_sessions = self.to_prepare or self.not_ready or self.to_record or self.role_sheets
        return not (of_sessions or self.challenges or self.to_review or self.to_write)


@dataclass(frozen=True, kw_only=True)
class WikiState:
    """For leads the six counts of today; for all who may read it the latest report that counted anything."""

    is_new: bool  # nothing is published yet
    counts: Mapping[str, int] | None
    latest_report: WeeklyReport | None


def needs_me(*, user: User, on: date, now: datetime) -> NeedsMe:
    """The same number of queries however much there is. Only for those who read the wiki."""
    to_review = Answer.objects.published().kept_by(user, on=on).to_review(on=on)
    sessions = sessions_visible_to(user).concerning(user).with_parties()
    past = sessions.filter(
        status__in=RECORDABLE,
        starts_at__range=(now - RECORD_WITHIN, now - UNDER_WAY),
        answers_given=None,
    )
    to_prepare = _coming(sessions, now, most=SHOWN)
    fortnight = Session.objects.filter(starts_at__lt=now + timedelta(days=COMING_DAYS))
    others = _coming(fortnight, now, most=LOOKED_AT + 1) if may_recruit(user) else []
    is_cut = len(others) > LOOKED_AT
    others = others[:LOOKED_AT]
    # For both at once what lists show of them.
    prefetch_related_objects([*to_prepare, *others], "hosts__user")
    needs = session_needs([*to_prepare, *others])
    mine = {session.pk for session in to_prepare}
    not_ready = [row for row in others if row.pk not in mine and not needs[row.pk].is_ready]
    return NeedsMe(
        to_prepare=to_prepare,
        not_ready=not_ready[:SHOWN],
        needs=needs,
        not_ready_count=None if is_cut else len(not_ready),
        to_record=list(past.order_by("-starts_at", "-pk")[:SHOWN]),
        challenges=_challenges(user, on),
        to_review=[
            (answer, Harm.of(answer, on=on).reason(on=on, beside_due_day=True))
            for answer in most_harmful_first(_titled(to_review, user).as_shown(on=on), on=on)[:SHOWN]
        ],
        to_review_count=count_up_to_limit(to_review),
        to_write=list(_titled(_without_text(user, on), user)[:SHOWN]),
        role_sheets=list(Position.objects.waiting_for(user).order_by("created_at", "pk")[:SHOWN]),
    )


def wiki_state(*, user: User, on: date) -> WikiState:
    is_new = not Answer.objects.published().exists()
    counted = count_answers(on=on) if may_oversee(user) and not is_new else None
    latest = WeeklyReport.objects.counted().first() if may_read_reports(user) else None
    return WikiState(
        is_new=is_new,
        counts={name: counted[name] for name in COUNTS} if counted else None,
        latest_report=latest if latest and any(latest.counts.values()) else None,
    )


def _coming(sessions: SessionQuerySet, now: datetime, *, most: int) -> list[Session]:
    """The soonest, with what their needs follow from."""
    coming = sessions.coming(since=now - UNDER_WAY).order_by("starts_at", "pk")
    return list(coming.with_position_scopes().select_related("application__candidate")[:most])


def _challenges(user: User, on: date) -> Sequence[Challenge]:
    """Open challenges of the answers that the user keeps, the oldest first."""
    mine = Answer.objects.current().kept_by(user, on=on)
    titled = _titled(Answer.objects.all(), user)
    challenges = Challenge.objects.open().filter(answer__in=mine).order_by("created_at", "pk")
    return list(challenges.prefetch_related(Prefetch("answer", titled))[:SHOWN])


def _without_text(user: User, on: date) -> AnswerQuerySet:
    """Answers that the user was named to write and nobody has begun."""
    return Answer.objects.current().kept_by(user, on=on).filter(head=0).order_by("pk")


def _titled(answers: AnswerQuerySet, user: User) -> AnswerQuerySet:
    return answers.select_related("question", "scope").with_question_title(user.language)
