from django.conf import settings
from django.db import models

from wiki.models.revisions import AnswerRevision


class AnswerImage(models.Model):
    """An uploaded image, re-encoded by us; its file name is random and says nothing."""

    file = models.ImageField(upload_to="answers/", width_field="width", height_field="height")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file.name


class RevisionImage(models.Model):
    """That a revision shows an image, so that clean-up and permission are queries."""

    revision = models.ForeignKey(AnswerRevision, on_delete=models.CASCADE, related_name="images")
    image = models.ForeignKey(AnswerImage, on_delete=models.PROTECT, related_name="revisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "image"], name="revision_image_once")]

    def __str__(self) -> str:
        return f"{self.revision_id} shows {self.image_id}"
