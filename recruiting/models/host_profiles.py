from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wiki.models import Category


class HostProfile(models.Model):
    """What a user who answers candidates says of themselves; the candidate chooses by it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(_("Role"), max_length=120, blank=True)
    team = models.CharField(_("Team"), max_length=120, blank=True)
    since = models.PositiveIntegerField(_("In the company since"), null=True, blank=True)  # a year
    sentence = models.CharField(_("A sentence for candidates"), max_length=300, blank=True)
    speaks_french = models.BooleanField(_("French"), default=False)
    speaks_english = models.BooleanField(_("English"), default=False)
    topics = models.ManyToManyField(Category, blank=True, related_name="+", verbose_name=_("Topics"))
    # Those of SessionFormat; none means any.
    formats = models.JSONField(_("Formats"), default=list, blank=True)
    may_be_proposed = models.BooleanField(_("May be proposed as a host"), default=True)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"host profile of {self.user_id}"
