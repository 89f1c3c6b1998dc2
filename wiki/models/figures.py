"""Named numbers that answers cite, so that one update reaches every answer."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User
from wiki.models.answers import Answer
from wiki.models.figure_values import MOST_DECIMALS, FigureValue, Validity
from wiki.models.freshness import DUE_SOON_DAYS
from wiki.models.keeping import orphan
from wiki.models.revisions import AnswerRevision
from wiki.models.scopes import ScopeKind


class FigureQuerySet(models.QuerySet["Figure"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)

    def owned_by(self, *users: int | User) -> Self:
        return self.filter(owner__in=users)

    def orphaned(self) -> Self:
        """Those nobody keeps: no owner, or one who has left or may not read the wiki any more."""
        return self.filter(orphan())

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
                When(orphan(), then=Value(True)), default=Value(False), output_field=models.BooleanField()
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


class RevisionFigure(models.Model):
    """That a revision cites a figure, so that what goes stale with it is a query."""

    revision = models.ForeignKey(AnswerRevision, on_delete=models.CASCADE, related_name="figures")
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="citations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "figure"], name="revision_figure_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} cites {self.figure_id}"


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
