from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User
from wiki.models import Scope, ScopeKind


class PositionQuerySet(models.QuerySet["Position"]):
    def open(self) -> Self:
        return self.filter(filled_at=None)

    def filled(self) -> Self:
        return self.filter(filled_at__isnull=False)

    def with_scopes(self) -> Self:
        return self.select_related("team", "department", "job_family", "site")

    def with_role_sheet(self) -> Self:
        return self.select_related("role_sheet__updated_by", "hiring_manager")

    def role_sheet_open_to(self, user: User) -> Self:
        """Whose role sheet the user reads and fills: all for recruiters, else those they hire for."""
        if user.is_recruiter:
            return self.all()
        return self.filter(hiring_manager=user)

    def hired_for_by(self, user: User) -> Self:
        """Open, and the user is their hiring manager."""
        return self.open().filter(hiring_manager=user)

    def waiting_for(self, user: User) -> Self:
        """Open, not ready for sessions, and the user is who hires: their role sheets to fill."""
        ready = RoleSheet.objects.with_pay_range().filter(position=OuterRef("pk"))
        return self.hired_for_by(user).filter(~Exists(ready))


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

    @property
    def sheet(self) -> "RoleSheet | None":
        """The role sheet, or None until someone has filled it. Lists read it `with_role_sheet`."""
        return getattr(self, "role_sheet", None)

    @property
    def ready_for_sessions(self) -> bool:
        """Whether the pay range is there, which no session should be without: guidance, never a gate."""
        return bool(self.sheet and self.sheet.pay_range)


class RoleSheetQuerySet(models.QuerySet["RoleSheet"]):
    def with_pay_range(self) -> Self:
        """`Position.ready_for_sessions` in the database."""
        return self.exclude(pay_range="")


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

    objects = RoleSheetQuerySet.as_manager()

    def __str__(self) -> str:
        return f"role sheet of position {self.position_id}"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What it asks, in the language in use, with what was said; empty where nothing was."""
        return [
            (str(self._meta.get_field(name).verbose_name), getattr(self, name))  # type: ignore[union-attr]
            for name in ROLE_SHEET_FIELDS
        ]

    @property
    def missing(self) -> list[str]:
        """What it asks and nobody has said yet."""
        return [asked for asked, said in self.parts if not said]


# In the order in which a manager tells it.
ROLE_SHEET_FIELDS = ("pay_range", "why_open", "predecessor", "decides_alone", "first_90_days", "success")
SCOPE_FIELDS = {
    "team": ScopeKind.TEAM,
    "department": ScopeKind.DEPARTMENT,
    "job_family": ScopeKind.JOB_FAMILY,
    "site": ScopeKind.SITE,
}
