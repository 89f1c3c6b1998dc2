from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from ledger.models import Activity


def record_activity(
    *, actor: AbstractBaseUser | None, verb: str, subject: models.Model, at: datetime, **detail: Any
) -> Activity:
    """Write down one act, in the transaction of the act. `detail` takes ids and plain values only."""
    activity = _activity(actor, verb, subject, at, detail)
    activity.save()
    return activity


def record_activities(
    *,
    actor: AbstractBaseUser | None,
    verb: str,
    acts: Iterable[tuple[models.Model, Mapping[str, Any]]],
    at: datetime,
) -> None:
    """Write down one act on many subjects, each with its own detail, in the transaction of the act."""
    Activity.objects.bulk_create(_activity(actor, verb, subject, at, detail) for subject, detail in acts)


def _activity(
    actor: AbstractBaseUser | None, verb: str, subject: models.Model, at: datetime, detail: Mapping[str, Any]
) -> Activity:
    return Activity(
        actor=actor,  # type: ignore[misc]  # accounts.User, which this app may not import
        verb=verb,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        at=at,
        detail=dict(detail),
    )
