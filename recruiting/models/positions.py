from typing import Self

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
    created_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(language__in=Language.values), name="position_language_known")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scopes(self) -> list[Scope]:
        """Its scopes, nearest first: team, department, job family, site."""
        nearest_first = (self.team, self.department, self.job_family, self.site)
        return [scope for scope in nearest_first if scope is not None]


SCOPE_FIELDS = {
    "team": ScopeKind.TEAM,
    "department": ScopeKind.DEPARTMENT,
    "job_family": ScopeKind.JOB_FAMILY,
    "site": ScopeKind.SITE,
}
