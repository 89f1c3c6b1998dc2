from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from ledger.models import Activity


def record_activity(
    *, actor: AbstractBaseUser | None, verb: str, subject: models.Model, at: datetime, **detail: Any
) -> Activity:
    """Write down one act, in the transaction of the act. `detail` takes ids and plain values only."""
    return Activity.objects.create(
        actor=actor,  # type: ignore[misc]  # accounts.User, which this app may not import
        verb=verb,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        at=at,
        detail=detail,
    )
