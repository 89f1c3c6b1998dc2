from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _


class HoldCause(models.TextChoices):
    ASKED = "asked", _("Someone asked for it with a command, for example after a restore.")
    RESTORED = "restored", _("The database is older than what this server has sent: it was restored.")


class OutboxHoldQuerySet(models.QuerySet["OutboxHold"]):
    def open(self) -> Self:
        return self.filter(released_at=None)


class OutboxHold(models.Model):
    """That sending is held: what waited then, and what jobs wrote since, waits for a person's word."""

    since = models.DateTimeField()
    cause = models.CharField(max_length=10, choices=HoldCause)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = OutboxHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            # Of several workers that see the same restore, one begins the hold.
            models.UniqueConstraint(
                IsNull(F("released_at"), True),
                condition=Q(released_at=None),
                name="hold_one_open",
            ),
            models.CheckConstraint(condition=Q(cause__in=HoldCause.values), name="hold_cause_known"),
        ]

    def __str__(self) -> str:
        return f"hold since {self.since:%Y-%m-%d %H:%M}"


class OutboxMark(models.Model):
    """How far this database has come, counted up whenever mails are sent; one row.

    Each machine notes it in a file beside the database. A database whose number lies below the noted one
    is an older copy, in which mails that left may still seem to wait. `history` names the line of
    databases that the number belongs to; it changes when a hold begins, because a new line begins there.
    """

    history = models.CharField(max_length=32)
    number = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="mark_one_row")]

    def __str__(self) -> str:
        return f"{self.number} of {self.history}"
