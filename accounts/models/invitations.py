from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.users import Language, Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, *, now: datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)

    def unanswered(self) -> Self:
        """Neither accepted nor revoked: open, or expired and worth sending again."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """A mailed link by which someone sets a name and a password; only the token's SHA-256 is kept."""

    email = models.EmailField(max_length=254)
    roles = models.JSONField(default=list)
    language = models.CharField(max_length=2, choices=Language)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in Role if role in self.roles]


class SetupCode(models.Model):
    """The one-time code, printed in the terminal, that makes an empty site's first lead."""

    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"set-up code of {self.created_at:%Y-%m-%d %H:%M}"
