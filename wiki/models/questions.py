from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Language


def other_language(language: str) -> str:
    return Language.ENGLISH if language == Language.FRENCH else Language.FRENCH


class Category(models.Model):
    """A theme of questions, with the review interval and owner its answers start from."""

    slug = models.SlugField(max_length=60, unique=True)
    name_en = models.CharField(_("Name in English"), max_length=80)
    name_fr = models.CharField(_("Name in French"), max_length=80)
    rank = models.PositiveIntegerField(default=0)
    interval_days = models.PositiveIntegerField(_("Review interval in days"), null=True, blank=True)
    default_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Default owner"),
    )
    sensitive = models.BooleanField(_("Sensitive"), default=False)

    class Meta:
        ordering = ["rank", "pk"]
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_days=None) | Q(interval_days__range=(1, 1095)),
                name="category_interval_sane",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language the page is shown in."""
        return self.name_fr if (get_language() or "").startswith("fr") else self.name_en


class QuestionQuerySet(models.QuerySet["Question"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)

    def essential(self) -> Self:
        return self.current().filter(essential=True)

    def in_order(self) -> Self:
        return self.order_by("category__rank", "category_id", "rank", "pk")

    def with_title(self, language: str) -> Self:
        """Annotate `title`: the canonical phrasing in `language`, else in the other, else the slug."""

        def canonical(wanted: str) -> Subquery:
            return Subquery(
                Phrasing.objects.filter(
                    question=OuterRef("pk"), language=wanted, kind=PhrasingKind.CANONICAL
                ).values("text")[:1]
            )

        return self.annotate(
            title=Coalesce(
                canonical(language),
                canonical(other_language(language)),
                F("slug"),
                output_field=models.CharField(),
            )
        )


class Question(models.Model):
    """One thing candidates ask, independent of language and wording. Archived, never deleted."""

    slug = models.SlugField(_("Short name"), max_length=80, unique=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="questions", verbose_name=_("Category")
    )
    why_en = models.TextField(_("Why candidates ask, in English"), max_length=2000, blank=True)
    why_fr = models.TextField(_("Why candidates ask, in French"), max_length=2000, blank=True)
    good_answer_en = models.TextField(_("What a good answer holds, in English"), max_length=2000, blank=True)
    good_answer_fr = models.TextField(_("What a good answer holds, in French"), max_length=2000, blank=True)
    next_questions = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="+")
    rank = models.PositiveIntegerField(default=0)
    essential = models.BooleanField(_("Essential"), default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    # SHA-256 of the texts as shipped; a question whose texts differ belongs to the people who changed it.
    starter_digest = models.CharField(max_length=64, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["category", "rank"], name="question_order")]

    if TYPE_CHECKING:  # annotations
        title: str

    def __str__(self) -> str:
        return self.slug

    def why(self, language: str) -> str:
        return (self.why_fr if language == Language.FRENCH else self.why_en) or self.why_en or self.why_fr

    def good_answer(self, language: str) -> str:
        text = self.good_answer_fr if language == Language.FRENCH else self.good_answer_en
        return text or self.good_answer_en or self.good_answer_fr


class PhrasingKind(models.TextChoices):
    CANONICAL = "canonical", _("Canonical")
    VARIANT = "variant", _("Variant")
    LEARNED = "learned", _("Learned")


class PhrasingQuerySet(models.QuerySet["Phrasing"]):
    def canonical_first(self) -> Self:
        """The order in which they are indexed for search."""
        return self.order_by(Case(When(kind=PhrasingKind.CANONICAL, then=Value(0)), default=Value(1)), "pk")


class Phrasing(models.Model):
    """One wording of a question in one language."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="phrasings")
    language = models.CharField(max_length=2, choices=Language)
    text = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=PhrasingKind)

    objects = PhrasingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "language"],
                condition=Q(kind="canonical"),
                name="phrasing_one_canonical",
            ),
            models.UniqueConstraint(fields=["question", "language", "text"], name="phrasing_once"),
            models.CheckConstraint(condition=Q(kind__in=PhrasingKind.values), name="phrasing_kind_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="phrasing_language_known"),
        ]

    def __str__(self) -> str:
        return self.text
