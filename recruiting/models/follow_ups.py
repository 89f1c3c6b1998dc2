from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from recruiting.models.answers_given import CandidateQuestion
from recruiting.models.applications import ERASED
from recruiting.models.sessions import Host, Session


class FollowUpKind(models.TextChoices):
    PROMISE = "promise", _("Promise")
    THANKS = "thanks", _("Thanks")
    NEWS = "news", _("News")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def open(self) -> Self:
        return self.filter(kept_at=None, withdrawn_at=None)

    def overdue(self, *, on: date) -> Self:
        return self.open().filter(due_on__lt=on)

    def done(self) -> Self:
        """Kept or withdrawn."""
        return self.exclude(kept_at=None, withdrawn_at=None)

    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def visible_to(self, user: User) -> Self:
        """All for recruiters and leads. For others those they own, whether or not they still host, and
        those of the sessions they host."""
        if user.is_recruiter:
            return self.all()
        hosted = Host.objects.filter(session=OuterRef("session"), user=user)
        return self.filter(Q(owner=user) | Exists(hosted))

    def with_parties(self) -> Self:
        """With the candidate, the position and the owner, as lists show them."""
        return self.select_related(
            "owner", "session__application__candidate", "session__application__position"
        )


class FollowUp(models.Model):
    """Something promised to the candidate, with an owner and a due date; kept or withdrawn with a word."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="follow_ups")
    candidate_question = models.ForeignKey(
        CandidateQuestion, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    kind = models.CharField(max_length=10, choices=FollowUpKind, default=FollowUpKind.PROMISE)
    # Empty where the kind says it all.
    promised = models.CharField(_("What was promised"), max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Owner")
    )
    due_on = models.DateField(_("Due on"))
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Made once by the form: the same promise sent twice is there once.
    client_id = models.UUIDField()
    kept_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    word = models.CharField(_("A word on it"), max_length=1000, blank=True)
    # The text as it was sent to the candidate, if the product sent it.
    sent_subject = models.CharField(max_length=300, blank=True)
    sent_text = models.TextField(max_length=10000, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "client_id"], name="follow_up_once"),
            # What is proposed by default is proposed once.
            models.UniqueConstraint(
                fields=["session", "kind"], condition=~Q(kind="promise"), name="follow_up_kind_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=FollowUpKind.values), name="follow_up_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="promise") | ~Q(promised=""), name="follow_up_promise_says_what"
            ),
            models.CheckConstraint(
                condition=Q(kept_at=None) | Q(withdrawn_at=None), name="follow_up_kept_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(sent_text="") | Q(kept_at__isnull=False), name="follow_up_sent_is_kept"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(kept_at=None, withdrawn_at=None),
                name="follow_up_open",
            ),
            models.Index(
                fields=["owner", "due_on", "id"],
                condition=Q(kept_at=None, withdrawn_at=None),
                name="follow_up_owner_open",
            ),
            models.Index(fields=["owner", "-due_on", "-id"], name="follow_up_owner"),
            models.Index(fields=["-due_on", "-id"], name="follow_up_latest"),
        ]

    def __str__(self) -> str:
        return f"follow-up {self.pk}"

    @property
    def title(self) -> str:
        """What is to be done, in a few words."""
        if self.kind == FollowUpKind.THANKS:
            return gettext("Thank the candidate")
        if self.kind == FollowUpKind.NEWS:
            return gettext("Give news of the application")
        return gettext("Erased promise") if self.promised == ERASED else self.promised

    @property
    def is_open(self) -> bool:
        return self.kept_at is None and self.withdrawn_at is None

    @property
    def was_sent(self) -> bool:
        """Whether the product wrote to the candidate: that cannot be taken back."""
        return bool(self.sent_text)
