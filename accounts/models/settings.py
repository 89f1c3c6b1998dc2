from django.conf import settings
from django.db import models
from django.db.models import F, Q


class SiteSettings(models.Model):
    """What leads decide for the whole site; one row.

    The keeper is the lead or editor who keeps the wiki as a whole: replies to what it mails by itself go
    to them, or to the stand-in while they are away.
    """

    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="settings_one_row"),
            models.CheckConstraint(
                condition=Q(keeper=None) | Q(stand_in=None) | ~Q(keeper=F("stand_in")),
                name="settings_two_keepers",
            ),
        ]

    def __str__(self) -> str:
        return "settings of the site"
