from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User


class DigestPauseQuerySet(models.QuerySet["DigestPause"]):
    def in_force(self, *, on: date) -> Self:
        """Those that last up to and with the day `on`, or longer."""
        return self.filter(until__gte=on)

    def stood_in_by(self, user: User) -> Self:
        return self.filter(stand_in=user)


class DigestPause(models.Model):
    """That someone wants no digest up to a day, and who stands in: and may keep their answers."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateField(db_index=True)
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    updated_at = models.DateTimeField()

    objects = DigestPauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stand_in=None) | ~Q(stand_in=F("user")), name="digest_pause_by_another"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.until}"
