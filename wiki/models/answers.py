from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User
from wiki.models.challenges import Challenge
from wiki.models.freshness import DUE_SOON_DAYS, Freshness, freshness_of
from wiki.models.keeping import orphan
from wiki.models.pauses import DigestPause
from wiki.models.questions import Question
from wiki.models.scopes import Scope
from wiki.models.verifications import Verification

if TYPE_CHECKING:
    from wiki.models.revisions import AnswerRevision


def _kept_by(user: User, *, on: date) -> Q:
    away = DigestPause.objects.in_force(on=on).stood_in_by(user)
    return Q(owner=user) | Q(deputy=user) | Q(owner__in=away.values("user"))


def _never_verified() -> Q:
    return Q(verified_on=None) | Q(next_review_on=None)


def _challenged() -> Exists:
    return Exists(Challenge.objects.open().filter(answer=OuterRef("pk")))


class AnswerQuerySet(models.QuerySet["Answer"]):
    def current(self) -> Self:
        return self.filter(archived_at=None, question__archived_at=None)

    def published(self) -> Self:
        """The one door for what may be said: every page, search, print and picker reads through it."""
        return self.current().filter(published__isnull=False).select_related("published")

    def visible_to(self, user: User, *, on: date) -> Self:
        """Published answers for whoever reads the wiki; drafts too for editors and who keeps them."""
        if user.is_editor:
            return self.current()
        if not user.reads_wiki:
            return self.none()
        return self.current().filter(Q(published__isnull=False) | _kept_by(user, on=on))

    def kept_by(self, user: User, *, on: date) -> Self:
        """As owner or deputy, or on the day `on` for an owner who is away."""
        return self.filter(_kept_by(user, on=on))

    def owned_by(self, *users: int | User) -> Self:
        return self.filter(owner__in=users)

    def never_verified(self) -> Self:
        return self.filter(_never_verified())

    def verified(self) -> Self:
        return self.filter(verified_on__isnull=False, next_review_on__isnull=False)

    def stale(self, *, on: date) -> Self:
        return self.verified().filter(next_review_on__lt=on)

    def due_soon(self, *, on: date) -> Self:
        return self.verified().filter(next_review_on__range=(on, on + timedelta(days=DUE_SOON_DAYS)))

    def fresh(self, *, on: date) -> Self:
        return self.verified().filter(next_review_on__gt=on + timedelta(days=DUE_SOON_DAYS))

    def in_state(self, freshness: str, *, on: date) -> Self:
        """Those in one freshness; the union of the four is everything."""
        match freshness:
            case Freshness.NEVER_VERIFIED:
                return self.never_verified()
            case Freshness.STALE:
                return self.stale(on=on)
            case Freshness.DUE_SOON:
                return self.due_soon(on=on)
            case _:
                return self.fresh(on=on)

    def orphaned(self) -> Self:
        return self.filter(orphan())

    def challenged(self) -> Self:
        return self.filter(_challenged())

    def to_review(self, *, on: date) -> Self:
        """What asks for someone's attention: not fresh, or orphan, or challenged."""
        return self.filter(
            _never_verified()
            | Q(next_review_on__lte=on + timedelta(days=DUE_SOON_DAYS))
            | orphan()
            | _challenged()
        )

    def overdue(self, *, on: date) -> Self:
        """Past their review date, verified once or never; or never given one."""
        return self.filter(Q(next_review_on=None) | Q(next_review_on__lt=on))

    def due_between(self, first: date, last: date) -> Self:
        return self.filter(next_review_on__range=(first, last))

    def with_freshness(self, *, on: date) -> Self:
        """Annotate `freshness`, `challenged` and `orphan` as they stand on the day `on`."""
        return self.annotate(
            freshness=Case(
                When(_never_verified(), then=Value(Freshness.NEVER_VERIFIED)),
                When(next_review_on__lt=on, then=Value(Freshness.STALE)),
                When(
                    next_review_on__lte=on + timedelta(days=DUE_SOON_DAYS),
                    then=Value(Freshness.DUE_SOON),
                ),
                default=Value(Freshness.FRESH),
                output_field=models.CharField(),
            ),
            challenged=_challenged(),
            orphan=Case(
                When(orphan(), then=Value(True)),
                default=Value(False),
                output_field=models.BooleanField(),
            ),
        )

    def with_verifier(self) -> Self:
        """Annotate `verified_by_name`: who gave the word that `verified_on` dates."""
        latest = Verification.objects.filter(answer=OuterRef("pk"), on=OuterRef("verified_on"))
        return self.annotate(verified_by_name=models.Subquery(latest.values("by__name")[:1]))

    def as_shown(self, *, on: date) -> Self:
        """With all that a page says of an answer beside its text, in this one query."""
        return (
            self.select_related("question__category", "scope", "owner", "deputy", "published__author")
            .with_freshness(on=on)
            .with_verifier()
        )

    def with_question_title(self, language: str) -> Self:
        """Annotate `question_title` as QuestionQuerySet.with_title does."""
        titles = Question.objects.with_title(language).filter(pk=OuterRef("question_id"))
        return self.annotate(question_title=models.Subquery(titles.values("title")[:1]))  # type: ignore[misc]

    def most_overdue_first(self) -> Self:
        return self.order_by(F("next_review_on").asc(nulls_first=True), "pk")

    def locked(self, answer: "Answer") -> "Answer":
        """The row as it stands, held until the transaction ends (SQLite locks the whole database anyway)."""
        rows = self.select_for_update(of=("self",)).select_related("published", "question__category")
        return rows.get(pk=answer.pk)


class Answer(models.Model):
    """The maintained reply to a question, in one language, for one scope.

    `head` is the number of its latest revision (0: none yet), the value that saving compares and
    swaps. `published` follows the open publication. `verified_on`, `next_review_on` and
    its two bounds are derived by `domain.freshness` alone, `weight` (how much is asked of it) by
    `domain.harm.refresh_weights` alone; they are stored because lists filter and order by them.
    """

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="answers")
    language = models.CharField(_("Language"), max_length=2, choices=Language)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Owner"),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Deputy"),
    )
    interval_days = models.PositiveIntegerField(_("Review interval in days"), null=True, blank=True)
    first_review_on = models.DateField(null=True, blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    own_review_on = models.DateField(null=True, blank=True)  # the same without what its figures ask
    figures_until = models.DateField(null=True, blank=True)  # the last day for the figures it cites
    verified_on = models.DateField(null=True, blank=True)
    head = models.PositiveIntegerField(default=0)
    weight = models.PositiveIntegerField(default=0)
    published = models.ForeignKey(
        "wiki.AnswerRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "scope", "language"], name="answer_one_per_place"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="answer_language_known"),
            models.CheckConstraint(
                condition=Q(interval_days=None) | Q(interval_days__range=(1, 1095)),
                name="answer_interval_sane",
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(published=None), name="answer_archived_is_withdrawn"
            ),
        ]
        indexes = [
            # On PostgreSQL a migration puts nulls first in it, as the queue does.
            models.Index(
                fields=["next_review_on", "id"],
                condition=Q(published__isnull=False, archived_at=None),
                name="answer_review_due",
            ),
            # The queue's order; on PostgreSQL nulls first by a migration too.
            models.Index(
                fields=["-weight", "next_review_on", "id"],
                condition=Q(published__isnull=False, archived_at=None),
                name="answer_by_harm",
            ),
            models.Index(fields=["owner", "next_review_on"], name="answer_owner_due"),
        ]

    if TYPE_CHECKING:  # annotations
        freshness: str
        challenged: bool
        orphan: bool
        question_title: str
        verified_by_name: str | None
        needed_by: int  # these four by domain.harm.most_harmful_first
        needed_on: date | None
        given_90_days: int
        sensitive: bool
        last_editor: int | None
        last_verifier: int | None
        revisions: models.Manager[AnswerRevision]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.scope_id}/{self.language}"

    def freshness_on(self, on: date) -> Freshness:
        return freshness_of(verified_on=self.verified_on, next_review_on=self.next_review_on, on=on)

    @property
    def text_in_force(self) -> "AnswerRevision | None":
        """What may be said today: None once withdrawn, or archived, or its question archived."""
        in_use = self.archived_at is None and self.question.archived_at is None
        return self.published if in_use else None

    @property
    def effective_interval_days(self) -> int:
        """The answer's own interval, else its category's, else the installation's."""
        return self.interval_days or self.question.category.interval_days or settings.REVIEW_INTERVAL_DAYS
