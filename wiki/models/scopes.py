from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ScopeKind(models.TextChoices):
    """In the order of nearness: a team's answer is nearer than a site's."""

    TEAM = "team", _("Team")
    DEPARTMENT = "department", _("Department")
    JOB_FAMILY = "job_family", _("Job family")
    SITE = "site", _("Site")
    COMPANY = "company", _("Company")


class ScopeQuerySet(models.QuerySet["Scope"]):
    def company(self) -> "Scope":
        """The root: the one scope every position falls back to. Raises DoesNotExist before set-up."""
        return self.get(kind=ScopeKind.COMPANY)

    def in_tree_order(self) -> Self:
        return self.order_by("path")


class Scope(models.Model):
    """Where an answer holds. The company is the root; below it each kind makes a tree of its own."""

    name = models.CharField(_("Name"), max_length=80)
    kind = models.CharField(_("Kind"), max_length=12, choices=ScopeKind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    # Ids from the root down, "/1/7/": ancestors are read off it without a query.
    path = models.CharField(max_length=200, unique=True)

    objects = ScopeQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="company"), name="scope_one_company"),
            models.CheckConstraint(
                condition=Q(kind="company", parent=None) | (~Q(kind="company") & Q(parent__isnull=False)),
                name="scope_root_is_company",
            ),
            models.UniqueConstraint(fields=["parent", "kind", "name"], name="scope_name_once"),
            models.CheckConstraint(condition=Q(kind__in=ScopeKind.values), name="scope_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lineage(self) -> list[int]:
        """Ids of this scope and its ancestors, nearest first, ending with the company."""
        return [int(part) for part in reversed(self.path.strip("/").split("/"))]

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2
