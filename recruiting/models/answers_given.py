from typing import Any, NoReturn, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Language
from recruiting.models.applications import ERASED
from recruiting.models.sessions import Session
from wiki.models import AnswerRevision, FigureValue, Question


class Delivery(models.TextChoices):
    AS_WRITTEN = "as_written", _("As written")
    ADAPTED = "adapted", _("Adapted")
    DEPARTED_FROM = "departed_from", _("Departed from")
    NOT_ANSWERED = "not_answered", _("Not answered")
    TO_FOLLOW_UP = "to_follow_up", _("To follow up")


NEEDS_REVISION = (Delivery.AS_WRITTEN, Delivery.ADAPTED, Delivery.DEPARTED_FROM)
# The answer did not serve the host as it stands.
STUMBLES = (Delivery.DEPARTED_FROM, Delivery.NOT_ANSWERED)
# The published text does not tell what was said.
NEEDS_WORDS = (Delivery.ADAPTED, Delivery.DEPARTED_FROM)


Row = TypeVar("Row", bound=models.Model)


class RecordIsHistory(Exception):
    """What was recorded is not changed and not removed; a correction is a new row."""


class CandidateQuestionQuerySet(models.QuerySet["CandidateQuestion"]):
    def matched(self) -> Self:
        """To a question that the wiki still has."""
        return self.filter(question__isnull=False, question__archived_at=None)

    def unmatched(self) -> Self:
        """In the candidate's words alone."""
        return self.filter(question=None)


class CandidateQuestion(models.Model):
    """What a candidate asked, in their own words, and the question of the wiki it was matched to.

    `gap`: no published answer existed in the session's scopes, in either language, when it was recorded.
    `wording`: how the wiki put the question then, in the session's language; a record does not follow it.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="questions")
    words = models.CharField(_("In the candidate’s words"), max_length=500, blank=True)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    wording = models.CharField(max_length=300, blank=True)
    gap = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = CandidateQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(question__isnull=False) | ~Q(words=""), name="candidate_question_says_something"
            )
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(gap=True), name="candidate_question_gaps")]

    def __str__(self) -> str:
        return f"candidate question {self.pk}"

    @property
    def title(self) -> str:
        """What a record calls it: the wiki's wording of that day, else the candidate's words."""
        return self.wording or (gettext("Erased question") if self.words == ERASED else self.words)


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Rows of the record: added and read."""

    def update(self, **_values: Any) -> NoReturn:
        raise RecordIsHistory

    def bulk_update(self, *_args: Any, **_options: Any) -> NoReturn:
        raise RecordIsHistory

    def bulk_create(self, objs: Any, *args: Any, update_conflicts: bool = False, **options: Any) -> list[Row]:
        """Adding is allowed, not writing over what is there."""
        if update_conflicts:
            raise RecordIsHistory
        return super().bulk_create(objs, *args, **options)

    def delete(self) -> NoReturn:
        raise RecordIsHistory

    def erase(self, *names: str) -> int:
        """Empty the words that go with a candidate who is erased; nothing else of a row ever changes."""
        if not set(names) <= set(getattr(self.model, "ERASED_WITH_CANDIDATE", ())):
            raise RecordIsHistory
        return super().update(**dict.fromkeys(names, ""))


class AppendOnly(models.Model):
    ERASED_WITH_CANDIDATE: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise RecordIsHistory
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise RecordIsHistory


class AnswerGivenQuerySet(AppendOnlyQuerySet["AnswerGiven"]):
    def standing(self) -> Self:
        """Without the lines that a correction replaces."""
        return self.filter(corrected_by=None)

    def told(self) -> Self:
        """Those in which the candidate heard something of a published answer."""
        return self.filter(delivery__in=NEEDS_REVISION)

    def departed(self) -> Self:
        """Those in which something else was said than the published answer."""
        return self.filter(delivery=Delivery.DEPARTED_FROM)

    def to_question(self, question: Question) -> Self:
        return self.filter(candidate_question__question=question)


class AnswerGiven(AppendOnly):
    """The link from a session to the exact revision used. Append-only: a correction is a new row."""

    ERASED_WITH_CANDIDATE = ("said",)

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="answers_given")
    candidate_question = models.ForeignKey(
        CandidateQuestion, on_delete=models.PROTECT, related_name="answers_given"
    )
    revision = models.ForeignKey(AnswerRevision, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    delivery = models.CharField(_("How it was answered"), max_length=15, choices=Delivery)
    said = models.TextField(_("What was said"), max_length=4000, blank=True)
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Made once by the form: a double tap or a retry records nothing twice.
    client_id = models.UUIDField()
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    objects = AnswerGivenQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "client_id"], name="answer_given_once"),
            models.CheckConstraint(
                condition=Q(revision__isnull=False) | Q(delivery__in=("not_answered", "to_follow_up")),
                name="answer_given_needs_revision",
            ),
            models.CheckConstraint(
                condition=Q(delivery__in=Delivery.values), name="answer_given_delivery_known"
            ),
        ]
        indexes = [
            models.Index(fields=["revision", "given_at"], name="answer_given_revision"),
            models.Index(fields=["given_at"], name="answer_given_by_age"),
            models.Index(
                fields=["given_at"],
                condition=Q(delivery__in=("departed_from", "not_answered")),
                name="answer_given_stumbles",
            ),
            models.Index(
                fields=["given_at"], condition=Q(delivery="departed_from"), name="answer_given_departures"
            ),
        ]

    def __str__(self) -> str:
        return f"answer given {self.pk}"


class FigureToldQuerySet(AppendOnlyQuerySet["FigureTold"]):
    pass


class FigureTold(AppendOnly):
    """A figure's value as told, with its words: a later value, unit or source leaves both as they are."""

    answer_given = models.ForeignKey(AnswerGiven, on_delete=models.PROTECT, related_name="figures_told")
    value = models.ForeignKey(FigureValue, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=400)

    objects = FigureToldQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer_given", "value"], name="figure_told_once")]

    def __str__(self) -> str:
        return f"{self.value_id} told in {self.answer_given_id}"
