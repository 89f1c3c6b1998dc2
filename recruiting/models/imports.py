from django.conf import settings
from django.db import models


class TrackingImport(models.Model):
    """A file from the tracking system between its preview and its confirmation; removed after a day."""

    kind = models.CharField(max_length=20)
    content = models.TextField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="tracking_import_age")]

    def __str__(self) -> str:
        return f"import {self.pk}"
