from django.db import models


class SentForm(models.Model):
    """That a form was sent and acted upon, and where that led; kept for a day, to know it again."""

    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=300, default="")

    def __str__(self) -> str:
        return self.address
