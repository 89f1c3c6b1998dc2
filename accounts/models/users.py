from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext


class Language(models.TextChoices):
    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")

    @property
    def in_sentence(self) -> str:
        """Its name in the middle of a sentence, where French writes no capital."""
        if self is Language.FRENCH:
            return pgettext("in a sentence", "French")
        return pgettext("in a sentence", "English")


class Role(models.TextChoices):
    """Each role is the Django group of the same name; one person may hold several."""

    READER = "reader", _("Reader")
    EDITOR = "editor", _("Editor")
    RECRUITER = "recruiter", _("Recruiter")
    LEAD = "lead", _("Lead")
    ADMINISTRATOR = "administrator", _("Administrator")


WIKI_READERS = (Role.READER, Role.EDITOR, Role.RECRUITER, Role.LEAD)


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def holding(self, *roles: Role) -> Self:
        return self.filter(groups__name__in=roles).distinct()

    def with_roles(self) -> Self:
        return self.prefetch_related("groups")

    def who_read_the_wiki(self) -> Self:
        """Active, and with a role that reads: those who may own an answer or host a session."""
        return self.active().holding(*WIKI_READERS)

    def who_recruit(self) -> Self:
        """Active, and may plan sessions: those who may be a session's organiser."""
        return self.active().holding(Role.RECRUITER, Role.LEAD)

    def who_may_keep_the_wiki(self) -> Self:
        """Active leads and editors."""
        return self.active().holding(Role.EDITOR, Role.LEAD)

    def leads(self) -> Self:
        return self.active().holding(Role.LEAD)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)["User"]):  # type: ignore[misc]  # no base class, say the stubs
    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=(username or "").strip().lower())
        return user

    def create_user(
        self,
        email: str,
        password: str | None = None,
        *,
        name: str = "",
        language: str = Language.ENGLISH,
        **extra: Any,
    ) -> "User":
        user: User = self.model(email=email.strip().lower(), name=name, language=language, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Someone of the company who signs in with an e-mail address; pseudonymised, never deleted."""

    email = models.EmailField(_("E-mail address"), max_length=254, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    job_title = models.CharField(_("Job title"), max_length=120, blank=True)
    language = models.CharField(_("Language"), max_length=2, choices=Language, default=Language.ENGLISH)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    # How often all sessions of the account were ended; one begun before the last time is over for good.
    sessions_ended = models.PositiveIntegerField(default=0)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(language__in=Language.values), name="user_language_known")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        return self._begun_now(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._begun_now, super().get_session_auth_fallback_hash())

    def _begun_now(self, session_hash: str) -> str:
        return f"{session_hash}.{self.sessions_ended}" if self.sessions_ended else session_hash

    @cached_property
    def roles(self) -> frozenset[str]:
        """The names of the groups held, read once per request, or not at all when prefetched."""
        return frozenset(group.name for group in self.groups.all())

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in Role if role in self.roles]

    def holds(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_lead(self) -> bool:
        return self.holds(Role.LEAD)

    @property
    def is_editor(self) -> bool:
        """Editors, and leads, who do all that editors do."""
        return self.holds(Role.EDITOR, Role.LEAD)

    @property
    def is_recruiter(self) -> bool:
        """Recruiters, and leads, who do all that recruiters do."""
        return self.holds(Role.RECRUITER, Role.LEAD)

    @property
    def is_administrator(self) -> bool:
        return self.holds(Role.ADMINISTRATOR)

    @property
    def reads_wiki(self) -> bool:
        return self.holds(*WIKI_READERS)

    @property
    def may_own(self) -> bool:
        """Whether answers may be in this person's hands; UserQuerySet.who_read_the_wiki in Python."""
        return self.is_active and self.reads_wiki
