from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from wiki.models.answers import Answer
from wiki.models.revisions import AnswerRevision


class AnswerImageQuerySet(models.QuerySet["AnswerImage"]):
    def visible_to(self, user: User, *, on: date) -> Self:
        """Those in texts they may read on the day `on`, and their own uploads; editors see all."""
        if not user.reads_wiki:
            return self.none()
        if user.is_editor:
            return self.all()
        citations = RevisionImage.objects.filter(image=OuterRef("pk"))
        said = citations.filter(
            revision__publications__isnull=False, revision__answer__in=Answer.objects.visible_to(user, on=on)
        )
        kept = citations.filter(revision__answer__in=Answer.objects.kept_by(user, on=on))
        return self.filter(Q(uploaded_by=user) | Exists(said) | Exists(kept))

    def unused(self, *, before: datetime) -> Self:
        """Those uploaded before a moment that no revision shows."""
        return self.filter(~Exists(RevisionImage.objects.filter(image=OuterRef("pk"))), created_at__lt=before)


class AnswerImage(models.Model):
    """An uploaded image, re-encoded by us; its file name is random and says nothing."""

    file = models.ImageField(upload_to="answers/", width_field="width", height_field="height")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = AnswerImageQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.file)


class RevisionImage(models.Model):
    """That a revision shows an image, so that clean-up and permission are queries."""

    revision = models.ForeignKey(AnswerRevision, on_delete=models.CASCADE, related_name="images")
    image = models.ForeignKey(AnswerImage, on_delete=models.PROTECT, related_name="revisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "image"], name="revision_image_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} shows {self.image_id}"
