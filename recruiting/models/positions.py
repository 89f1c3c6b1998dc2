from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Language
from wiki.models import Scope, ScopeKind


class PositionQuerySet(models.QuerySet["Position"]):
    def open(self) -> Self:
        return self.filter(filled_at=None)

    def filled(self) -> Self:
        return self.filter(filled_at__isnull=False)

    def with_scopes(self) -> Self:
        return self.select_related("team", "department", "job_family", "site")


class Position(models.Model):
    """A job to fill, with at most one scope of each kind; the company needs no row, it always applies."""

    title = models.CharField(_("Title"), max_length=120)
    language = models.CharField(_("Language of its sessions"), max_length=2, choices=Language)
    team = models.ForeignKey(
        Scope, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Team")
    )
    department = models.ForeignKey(
        Scope, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Department")
    )
    job_family = models.ForeignKey(
        Scope, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Job family")
    )
    site = models.ForeignKey(
        Scope, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Site")
    )
    # Where candidates are plentiful a reverse interview brings little: guidance, never a gate.
    applicants_abound = models.BooleanField(_("Many people apply"), default=False)
    hiring_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Hiring manager"),
    )
    # How the tracking system names it.
    reference = models.CharField(_("Reference"), max_length=60, blank=True)
    created_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(language__in=Language.values), name="position_language_known"),
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="position_reference_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scopes(self) -> list[Scope]:
        """Its scopes, nearest first: team, department, job family, site."""
        nearest_first = (self.team, self.department, self.job_family, self.site)
        return [scope for scope in nearest_first if scope is not None]


class RoleSheet(models.Model):
    """What the hiring manager says of a position, once for all its candidates."""

    position = models.OneToOneField(Position, on_delete=models.CASCADE, related_name="role_sheet")
    why_open = models.TextField(_("Why the position is open"), max_length=2000, blank=True)
    predecessor = models.TextField(
        _("Who held it before, and where they are now"), max_length=2000, blank=True
    )
    decides_alone = models.TextField(_("What may be decided without approval"), max_length=2000, blank=True)
    first_90_days = models.TextField(_("The first 90 days"), max_length=2000, blank=True)
    success = models.TextField(_("How success is judged"), max_length=2000, blank=True)
    # Without it the position is not ready for sessions.
    pay_range = models.CharField(_("Initial pay range"), max_length=200, blank=True)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"role sheet of position {self.position_id}"


SCOPE_FIELDS = {
    "team": ScopeKind.TEAM,
    "department": ScopeKind.DEPARTMENT,
    "job_family": ScopeKind.JOB_FAMILY,
    "site": ScopeKind.SITE,
}
