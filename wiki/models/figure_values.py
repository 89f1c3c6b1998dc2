"""What figures came to: immutable, one scope and day each."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.local_days import start_of
from wiki.models.freshness import DUE_SOON_DAYS
from wiki.models.scopes import Scope

MOST_DECIMALS = 4


class Validity(models.TextChoices):
    """Whether a figure can be told: the least good of its scopes says it."""

    MISSING = "missing", _("No value")
    EXPIRED = "expired", _("Expired")
    ENDS_SOON = "ends_soon", _("Ends soon")
    VALID = "valid", _("Valid")


class FigureValueQuerySet(models.QuerySet["FigureValue"]):
    def standing(self, *, on: date | None = None) -> Self:
        """Without those that a correction replaces; as it was known at the end of the day `on`, else now."""
        rows, corrections = self, FigureValue.objects.filter(replaces=OuterRef("pk"))
        if on is not None:
            end = start_of(on + timedelta(days=1))
            rows, corrections = rows.filter(recorded_at__lt=end), corrections.filter(recorded_at__lt=end)
        return rows.filter(~Exists(corrections))

    def current(self, *, on: date | None = None) -> Self:
        """The latest as-of of each figure in each scope."""
        same = FigureValue.objects.standing(on=on).filter(figure=OuterRef("figure"), scope=OuterRef("scope"))
        later = same.filter(as_of__gt=OuterRef("as_of"))
        return self.standing(on=on).filter(~Exists(later))


class FigureValue(models.Model):
    """What a figure came to, in one scope, on one day. Immutable: a correction is a row that replaces it."""

    figure = models.ForeignKey("wiki.Figure", on_delete=models.PROTECT, related_name="values")
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=15, decimal_places=MOST_DECIMALS)
    as_of = models.DateField()
    valid_until = models.DateField(null=True)  # the last day; null: until a later value
    group_size = models.PositiveIntegerField(null=True)  # how many people were counted
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")

    objects = FigureValueQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("as_of")), name="figure_value_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(group_size=None) | Q(group_size__gte=1), name="figure_value_counts_someone"
            ),
        ]
        indexes = [
            models.Index(fields=["figure", "scope", "-as_of"], name="figure_value_latest"),
            models.Index(fields=["valid_until"], name="figure_value_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id} in {self.scope_id} on {self.as_of}"

    def validity_on(self, on: date) -> Validity:
        """A value is good on its last day, and expired from the next; `with_validity` for one value."""
        if self.valid_until is None or self.valid_until > on + timedelta(days=DUE_SOON_DAYS):
            return Validity.VALID
        return Validity.EXPIRED if self.valid_until < on else Validity.ENDS_SOON

    @property
    def decimals(self) -> int:
        """Those of the figure, or more where this value was recorded with more: it is never rounded."""
        own = -int(self.value.normalize().as_tuple().exponent)
        return max(self.figure.decimals, own)

    @property
    def plain(self) -> str:
        """The number for machines, with the figure's decimals at least."""
        return f"{self.value.quantize(Decimal(1).scaleb(-self.decimals))}"


def nearest_value(values: Iterable[FigureValue], *, lineage: Sequence[int]) -> FigureValue | None:
    """The one in the nearest scope, of current values of one figure; `lineage` as Scope gives it."""
    by_scope = {value.scope_id: value for value in values}
    return next((by_scope[scope] for scope in lineage if scope in by_scope), None)
