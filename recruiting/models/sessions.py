from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User
from recruiting.models.applications import ENDED, Application, Stage
from recruiting.models.positions import SCOPE_FIELDS

SHORTEST, LONGEST = 5, 480  # minutes


class SessionFormat(models.TextChoices):
    VIDEO = "video", _("Video call")
    ON_SITE = "on_site", _("On site")
    PHONE = "phone", _("Phone call")
    WALKING = "walking", _("Walking")
    VISIT = "visit", _("Visit of the premises")
    INFORMAL = "informal", _("Informal meeting with the team")


class GentlerForm(models.TextChoices):
    """For juniors and people who may dislike asking face to face."""

    WRITTEN = "written", _("Questions in writing")
    TOPICS = "topics", _("A list of topics to choose from")


class SessionStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed")
    HELD = "held", _("Held")
    DEBRIEFED = "debriefed", _("Debriefed")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("Candidate did not come")


TO_COME = (SessionStatus.PLANNED, SessionStatus.CONFIRMED)
RECORDABLE = (*TO_COME, SessionStatus.HELD, SessionStatus.DEBRIEFED)


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> Self:
        """All for recruiters and leads; those they host for everyone else."""
        if user.is_recruiter:
            return self.all()
        return self.hosted_by(user)

    def hosted_by(self, user: User) -> Self:
        return self.filter(Exists(Host.objects.filter(session=OuterRef("pk"), user=user)))

    def concerning(self, user: User) -> Self:
        """Those the user hosts or organises."""
        return self.filter(Q(organiser=user) | Exists(Host.objects.filter(session=OuterRef("pk"), user=user)))

    def coming(self, *, since: datetime) -> Self:
        """Expected to take place from `since`: neither cancelled nor of an application that has ended."""
        coming = self.filter(status__in=TO_COME, starts_at__gte=since)
        return coming.exclude(application__outcome__in=ENDED)

    def with_position_scopes(self) -> Self:
        """With the position, its scopes, from which the nearest answers follow, and its role sheet."""
        scopes = (f"application__position__{name}" for name in SCOPE_FIELDS)
        return self.select_related("application__position__role_sheet", *scopes)

    def recordable(self) -> Self:
        """Not over: `Session.is_recordable` in the database."""
        return self.filter(status__in=RECORDABLE)

    def with_parties(self) -> Self:
        """With the candidate, the position and the hosts, as lists show them."""
        return self.select_related("application__candidate", "application__position").prefetch_related(
            "hosts__user"
        )

    def locked(self, session: "Session") -> "Session":
        """The row as it stands, held until the transaction ends (SQLite locks the whole database anyway)."""
        return (
            self.select_for_update(of=("self",))
            .select_related("application__position", "application__candidate")
            .get(pk=session.pk)
        )


class Session(models.Model):
    """One reverse interview within an application. Cancelled, never deleted."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="sessions")
    stage = models.CharField(_("Stage"), max_length=12, choices=Stage)
    format = models.CharField(_("Format"), max_length=10, choices=SessionFormat)
    language = models.CharField(_("Language"), max_length=2, choices=Language)
    starts_at = models.DateTimeField(_("Starts at"))
    length_minutes = models.PositiveIntegerField(_("Length in minutes"), default=45)
    place = models.CharField(_("Address or link"), max_length=300, blank=True)
    gentler_form = models.CharField(_("Gentler form"), max_length=10, choices=GentlerForm, blank=True)
    organiser = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        _("Status"), max_length=10, choices=SessionStatus, default=SessionStatus.PLANNED
    )
    # How the tracking system names it.
    reference = models.CharField(_("Reference"), max_length=60, blank=True)
    # Grows with each calendar invitation that replaces or cancels an earlier one (RFC 5545, SEQUENCE).
    sequence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # How often it was moved or reinstated: its hosts are reminded of each time anew.
    times_set_anew = models.PositiveIntegerField(default=0)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(format__in=SessionFormat.values), name="session_format_known"),
            models.CheckConstraint(condition=Q(status__in=SessionStatus.values), name="session_status_known"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="session_stage_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="session_language_known"),
            models.CheckConstraint(
                condition=Q(length_minutes__range=(SHORTEST, LONGEST)), name="session_length_sane"
            ),
            models.CheckConstraint(
                condition=Q(gentler_form="") | Q(gentler_form__in=GentlerForm.values),
                name="session_gentler_form_known",
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="session_reference_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-starts_at", "-id"], name="session_latest"),
            models.Index(fields=["status", "-starts_at", "-id"], name="session_by_status"),
            models.Index(fields=["format", "-starts_at", "-id"], name="session_by_format"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.length_minutes)

    @property
    def is_of_erased(self) -> bool:
        """Whether its candidate was erased: what took place is counted, and nothing is added."""
        return self.application.candidate.is_erased

    @property
    def is_recordable(self) -> bool:
        """Whether answers given may be added: not once it is closed, nor if it did not take place."""
        return self.status in RECORDABLE

    @property
    def is_to_come(self) -> bool:
        return self.status in TO_COME

    def awaits_word(self, *, at: datetime) -> bool:
        """Whether its time has passed and nobody has said yet if it took place."""
        return self.is_to_come and self.ends_at <= at


class Host(models.Model):
    """A user who answers in a session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="hosts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="host_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.session_id}"
