from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Language
from recruiting.models.positions import Position


class Stage(models.TextChoices):
    SCREENING = "screening", _("Screening")
    INTERVIEWS = "interviews", _("Interviews")
    FINAL = "final", _("Final interviews")
    OFFER_MADE = "offer_made", _("Offer made")
    HIRED = "hired", _("Hired")
    CLOSED = "closed", _("Closed")


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("Offer accepted")
    DECLINED = "declined", _("Offer declined")
    REFUSED = "refused", _("Not retained")
    WITHDRAWN = "withdrawn", _("Candidate withdrew")


# With these no session is to come any more; one may still follow an accepted offer.
ENDED = (Outcome.DECLINED, Outcome.REFUSED, Outcome.WITHDRAWN)
# What stands where words about an erased candidate were and the row may not be without: in every language.
ERASED = "—"
# Where an application stands only once it is decided; until then it stands at one of the others.
DECIDED_STAGES = (Stage.HIRED, Stage.CLOSED)


class Candidate(models.Model):
    """Someone who may join. The only table with a candidate's name and address."""

    name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("E-mail address"), max_length=254, blank=True)
    language = models.CharField(_("Language"), max_length=2, choices=Language)
    source = models.CharField(_("Source"), max_length=80, blank=True)
    # How the tracking system names them.
    reference = models.CharField(_("Reference"), max_length=60, blank=True)
    created_at = models.DateTimeField()
    # When they agreed to be contacted again for another position; without it their file expires sooner.
    consented_at = models.DateTimeField(null=True, blank=True)
    # Erased: the row stays for what is counted, without name, address or words.
    anonymised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="candidate_reference_once"
            )
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="candidate_latest")]

    def __str__(self) -> str:
        return self.called

    @property
    def is_erased(self) -> bool:
        return self.anonymised_at is not None

    @property
    def called(self) -> str:
        """The name, or neutral words in the reader's language once it is erased."""
        return gettext("Erased candidate") if self.is_erased else self.name

    @property
    def first_name(self) -> str:
        """All that a host sees of the candidate."""
        if self.is_erased:
            return self.called
        return next(iter(self.name.split()), "")  # at any white space: names are pasted with no-break ones

    @property
    def can_be_mailed(self) -> bool:
        """They gave an address, and have not been forgotten since."""
        return bool(self.email) and not self.is_erased


class ApplicationQuerySet(models.QuerySet["Application"]):
    def in_process(self, *, on: date) -> Self:
        """Neither ended nor begun: without outcome, or accepted and the first day is still to come.

        Who was erased is not to be told anything any more.
        """
        not_started = Q(starts_on=None) | Q(starts_on__gt=on)
        # One that came closed from elsewhere has no outcome, and is over all the same.
        return self.filter(
            not_started,
            ~Q(stage=Stage.CLOSED),
            outcome__in=("", Outcome.ACCEPTED),
            candidate__anonymised_at=None,
        )


class Application(models.Model):
    """A candidate for a position."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="applications")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="applications")
    stage = models.CharField(_("Stage"), max_length=12, choices=Stage, default=Stage.INTERVIEWS)
    outcome = models.CharField(_("Outcome"), max_length=10, choices=Outcome, blank=True)
    decided_on = models.DateField(_("Decided on"), null=True, blank=True)
    starts_on = models.DateField(_("Starts on"), null=True, blank=True)
    created_at = models.DateTimeField()

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "position"], name="application_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="application_stage_known"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values), name="application_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="")
                | Q(outcome=Outcome.ACCEPTED, stage=Stage.HIRED)
                | Q(outcome__in=ENDED, stage=Stage.CLOSED),
                name="application_outcome_closes",
            ),
        ]

    def __str__(self) -> str:
        return f"application {self.pk}"

    @property
    def has_ended(self) -> bool:
        """Whether no session is to come any more."""
        return self.outcome in ENDED
