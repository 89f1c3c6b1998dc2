from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """The private address under which someone's calendar is read; only its token's SHA-256 is kept.

    A new address is a new row, so its key tells one from the other.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
