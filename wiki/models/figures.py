"""Named numbers that answers cite, so that one update reaches every answer."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.timezone import make_aware
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User
from wiki.models.answers import DUE_SOON_DAYS, Answer
from wiki.models.revisions import AnswerRevision
from wiki.models.scopes import Scope, ScopeKind

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
            end = make_aware(datetime.combine(on + timedelta(days=1), time.min))
            rows, corrections = rows.filter(recorded_at__lt=end), corrections.filter(recorded_at__lt=end)
        return rows.filter(~Exists(corrections))

    def current(self, *, on: date | None = None) -> Self:
        """The latest as-of of each figure in each scope."""
        same = FigureValue.objects.standing(on=on).filter(figure=OuterRef("figure"), scope=OuterRef("scope"))
        later = same.filter(as_of__gt=OuterRef("as_of"))
        return self.standing(on=on).filter(~Exists(later))


class FigureQuerySet(models.QuerySet["Figure"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)

    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def orphaned(self) -> Self:
        """Those nobody keeps: no owner, or one who has left or may not read the wiki any more."""
        return self.filter(_orphan())

    def to_renew(self, *, on: date) -> Self:
        """Those whose value, in any scope, has expired or ends soon, or lacks where it is cited."""
        ends = FigureValue.objects.current().filter(
            figure=OuterRef("pk"), valid_until__lte=on + timedelta(days=DUE_SOON_DAYS)
        )
        return self.current().filter(Exists(ends) | _lacks_value())

    def with_validity(self, *, on: date) -> Self:
        """Annotate `validity`, `ends_on`, the first day on which one of its values ends, and `orphan`."""
        values = FigureValue.objects.current().filter(figure=OuterRef("pk")).order_by().values("figure")
        ends = values.annotate(first=Min("valid_until")).values("first")
        none = ~Exists(FigureValue.objects.filter(figure=OuterRef("pk"))) | _lacks_value()
        return self.annotate(
            ends_on=Subquery(ends),
            validity=Case(
                When(none, then=Value(Validity.MISSING)),
                When(ends_on__lt=on, then=Value(Validity.EXPIRED)),
                When(ends_on__lte=on + timedelta(days=DUE_SOON_DAYS), then=Value(Validity.ENDS_SOON)),
                default=Value(Validity.VALID),
                output_field=models.CharField(),
            ),
            orphan=Case(
                When(_orphan(), then=Value(True)), default=Value(False), output_field=models.BooleanField()
            ),
        )

    def most_urgent_first(self) -> Self:
        """After `with_validity`: without a value, then by the day they end."""
        missing = Case(When(validity=Validity.MISSING, then=Value(0)), default=Value(1))
        return self.order_by(missing, F("ends_on").asc(nulls_last=True), "pk")

    def by_label(self, language: str) -> Self:
        first, second = ("label_fr", "label_en") if language == Language.FRENCH else ("label_en", "label_fr")
        return self.order_by(Coalesce(NullIf(first, Value("")), second), "pk")


class Figure(models.Model):
    """One definition of a number: what it counts, in which unit, where it comes from, who keeps it.

    Its short name never changes, since texts cite it; its unit and its source may be empty.
    """

    slug = models.SlugField(_("Short name"), max_length=80, unique=True)
    label_en = models.CharField(_("Name in English"), max_length=120, blank=True)
    label_fr = models.CharField(_("Name in French"), max_length=120, blank=True)
    unit_en = models.CharField(_("Unit in English"), max_length=20, blank=True)
    unit_fr = models.CharField(_("Unit in French"), max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField(_("Decimals"), default=0)
    source_en = models.CharField(_("Source in English"), max_length=120, blank=True)
    source_fr = models.CharField(_("Source in French"), max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(label_en="") | ~Q(label_fr=""), name="figure_has_a_label"),
            models.CheckConstraint(condition=Q(decimals__lte=MOST_DECIMALS), name="figure_decimals_few"),
        ]
        indexes = [models.Index(fields=["owner"], condition=Q(archived_at=None), name="figure_owned")]

    if TYPE_CHECKING:  # annotations
        validity: str
        ends_on: date | None
        orphan: bool

    def __str__(self) -> str:
        return self.label(get_language() or "")

    def label(self, language: str) -> str:
        return self._in(language, self.label_en, self.label_fr)

    def unit(self, language: str) -> str:
        return self._in(language, self.unit_en, self.unit_fr)

    def source(self, language: str) -> str:
        return self._in(language, self.source_en, self.source_fr)

    @staticmethod
    def _in(language: str, english: str, french: str) -> str:
        """The words of a language, else of the other."""
        return (french or english) if language.startswith("fr") else (english or french)


class FigureValue(models.Model):
    """What a figure came to, in one scope, on one day. Immutable: a correction is a row that replaces it."""

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="values")
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
    def plain(self) -> str:
        """The number for machines, with the figure's decimals at least."""
        return f"{self.value.quantize(Decimal(1).scaleb(-self.figure.decimals))}"


class RevisionFigure(models.Model):
    """That a revision cites a figure, so that what goes stale with it is a query."""

    revision = models.ForeignKey(AnswerRevision, on_delete=models.CASCADE, related_name="figures")
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="citations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "figure"], name="revision_figure_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} cites {self.figure_id}"


def nearest_value(values: Iterable[FigureValue], *, lineage: Sequence[int]) -> FigureValue | None:
    """The one in the nearest scope, of current values of one figure; `lineage` as Scope gives it."""
    by_scope = {value.scope_id: value for value in values}
    return next((by_scope[scope] for scope in lineage if scope in by_scope), None)


def _orphan() -> Q:
    return Q(owner=None) | ~Q(owner__in=User.objects.who_read_the_wiki())


def _lacks_value() -> Q:
    """That a published answer cites the figure where it has no value.

    One in the company holds everywhere, so that most figures need no look at what cites them.
    """
    everywhere = FigureValue.objects.filter(figure=OuterRef("pk"), scope__kind=ScopeKind.COMPANY)
    return Q(~Exists(everywhere)) & Q(Exists(_cited_without_value()))


def _cited_without_value() -> models.QuerySet[Answer]:
    """Published answers that cite the outer figure, with no value of it in their scope or above."""
    of_figure = RevisionFigure.objects.filter(figure=OuterRef(OuterRef("pk")))
    known = (
        FigureValue.objects.filter(figure=OuterRef(OuterRef("pk")))
        .annotate(place=ExpressionWrapper(OuterRef("scope__path"), output_field=models.CharField()))
        .filter(place__startswith=F("scope__path"))
    )
    return Answer.objects.published().filter(
        Exists(of_figure.filter(revision=OuterRef("published"))), ~Exists(known)
    )
