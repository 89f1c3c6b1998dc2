from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Dropped")


class MailReason(models.TextChoices):
    """Why a mail waits longer, failed or was dropped; the server's own words are in `last_error`."""

    SERVER_DOWN = "server-down", _("The mail server cannot be reached.")
    TRY_LATER = "try-later", _("The mail server asked to try later.")
    BROKEN_OFF = "broken-off", _("The connection broke off before the mail server confirmed.")
    ADDRESS_REFUSED = "address-refused", _("The mail server refused the address for good.")
    MESSAGE_REFUSED = "message-refused", _("The mail server refused the message for good.")
    UNSENDABLE = "unsendable", _("The mail could not be prepared for sending.")
    EXPIRED = "expired", _("It could not be delivered in time and is no longer worth sending.")
    INACTIVE = "inactive", _("The recipient’s account is no longer active.")
    NOT_ENTITLED = "not-entitled", _("The mail no longer concerns the recipient.")
    DECIDED = "decided", _("A person decided not to send it.")


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def as_listed(self) -> Self:
        """With the recipient, and without the bytes."""
        return self.defer("message").select_related("recipient")

    def undecided(self) -> Self:
        """Neither sent, nor failed, nor dropped."""
        return self.filter(state__in=[MailState.PENDING, MailState.SENDING])

    def decided(self) -> Self:
        """Sent, failed or dropped."""
        return self.filter(state__in=[MailState.SENT, MailState.FAILED, MailState.DROPPED])

    def held(self) -> Self:
        """Waiting for a person to release or drop them."""
        return self.undecided().filter(held=True)

    def not_leased(self, *, now: datetime) -> Self:
        """Without a worker whose lease still runs."""
        return self.exclude(state=MailState.SENDING, lease_until__gt=now)

    def deliverable(self, *, now: datetime) -> Self:
        """Waiting and due, or left behind by a worker whose lease has run out; oldest first."""
        return (
            self.undecided()
            .filter(held=False)
            .filter(
                Q(state=MailState.PENDING, next_attempt_at__lte=now)
                | Q(state=MailState.SENDING, lease_until__lte=now)
            )
            .order_by("next_attempt_at", "pk")
        )

    def outlived(self, *, now: datetime) -> Self:
        """Undecided, leased by nobody, and no longer worth sending."""
        return self.undecided().not_leased(now=now).filter(expires_at__lte=now)


class OutgoingMail(models.Model):
    """A mail, frozen whole (bytes, Message-ID, Date) in the transaction of what caused it."""

    kind = models.CharField(max_length=40)
    period = models.CharField(max_length=40, default="")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_address = models.EmailField(max_length=254)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=300)
    message = models.BinaryField()
    message_id = models.CharField(max_length=300, unique=True)
    secret = models.BooleanField(default=False)  # carries a private link: blanked once delivered
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MailState, default=MailState.PENDING)
    # Since a restore: not sent before a person releases it.
    held = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    # Who holds the lease: a worker that wakes after losing it must not record an outcome.
    lease_token = models.CharField(max_length=32, default="")
    sent_at = models.DateTimeField(null=True)
    # An attempt ended without the server's word, so the recipient may see the mail twice.
    maybe_twice = models.BooleanField(default=False)
    reason = models.CharField(max_length=20, choices=MailReason, default="")
    last_error = models.CharField(max_length=500, default="")

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "period", "recipient"],
                condition=~Q(period=""),
                name="mail_once_a_period",
            ),
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="mail_state_known"),
            models.CheckConstraint(
                condition=Q(held=False) | Q(state__in=["pending", "sending"]), name="mail_held_undecided"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["pending", "sending"], held=False),
                name="mail_deliverable",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=["pending", "sending"]),
                name="mail_outlived",
            ),
            models.Index(fields=["-id"], condition=Q(held=True), name="mail_held"),
            models.Index(fields=["created_at"], name="mail_by_age"),
            models.Index(fields=["state", "-id"], name="mail_by_state"),
            models.Index(fields=["kind", "-id"], name="mail_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_address}"

    @property
    def is_erased(self) -> bool:
        """It carried a private link, and the text was blanked once delivered."""
        return not self.message
