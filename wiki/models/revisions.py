from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wiki.models.answers import Answer

SHORT_ANSWER_LENGTH = 800  # characters: about a minute said aloud
MARKDOWN_LENGTH = 20_000


class AnswerKind(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    NOT_MEASURED = "not_measured", _("Not measured")
    CANNOT_BE_SAID = "cannot_be_said", _("Cannot be said")


class Disclosure(models.TextChoices):
    INTERNAL = "internal", _("Internal")
    SAY = "say", _("May be said")
    SHARE = "share", _("May be given in writing")


class AnswerRevisionQuerySet(models.QuerySet["AnswerRevision"]):
    def ever_published(self) -> Self:
        """Those that could once be said; the others are drafts, for editors and keepers only."""
        return self.filter(publications__isnull=False).distinct()

    def beginnings_of_text(self, *, answer: Any, number: Any) -> Self:
        """Major revisions up to `number`; from the first of these on, only minor ones lead to it.

        The arguments may be references to an outer query.
        """
        return self.filter(answer=answer, number__lte=number, major=True).order_by("-number")


class AnswerRevision(models.Model):
    """One immutable saved state of an answer's text, numbered without gaps from 1.

    `details_html` and `example_html` are the rendered Markdown, with the renderer's version, so that
    a change of renderer makes them again.
    """

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=15, choices=AnswerKind, default=AnswerKind.ANSWERED)
    short_answer = models.CharField(max_length=SHORT_ANSWER_LENGTH)
    details = models.TextField(blank=True, max_length=MARKDOWN_LENGTH)
    example = models.TextField(blank=True, max_length=MARKDOWN_LENGTH)
    not_to_say = models.TextField(blank=True, max_length=2000)
    disclosure = models.CharField(max_length=8, choices=Disclosure, default=Disclosure.SAY)
    evidence = models.TextField(blank=True, max_length=2000)  # one address (http, https) a line
    major = models.BooleanField(default=True)
    comment = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    details_html = models.TextField(blank=True)
    example_html = models.TextField(blank=True)
    renderer_version = models.CharField(max_length=20)
    redacted_at = models.DateTimeField(null=True)

    objects = AnswerRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="revision_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_from_one"),
            models.CheckConstraint(
                condition=Q(disclosure__in=Disclosure.values), name="revision_disclosure_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=AnswerKind.values), name="revision_kind_known"),
        ]

    if TYPE_CHECKING:  # given by `domain.citations.cite_figures`: its Citation of each short name
        cited: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.answer_id} r{self.number}"

    @property
    def evidence_links(self) -> list[str]:
        """Its addresses; a line that is not one (from an import, say) must not become a link."""
        return [line for line in self.evidence.split() if line.lower().startswith(("http://", "https://"))]
