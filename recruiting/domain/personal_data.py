"""Where the product may hold something personal: every field of free words, with how long it is kept.

`docs/personal-data.md` is made from this register, and `manage.py check` fails when a text field of our apps
is not in it. Who reads a field is enforced in each app's access.py; this page only says it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.utils.module_loading import import_string

from recruiting.domain.personal_data_of_candidates import CANDIDATES, POSITIONS
from recruiting.domain.personal_data_of_others import MAIL_AND_HISTORY, STAFF, WIKI
from recruiting.domain.retention_rules import Kept

APPS = ("accounts", "ledger", "wiki", "recruiting")
_WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)

PARTS: Mapping[str, tuple[Kept, ...]] = {
    "Candidates, and what was said to them": CANDIDATES,
    "Positions, hosts and reports": POSITIONS,
    "People who use the product": STAFF,
    "Mail and history": MAIL_AND_HISTORY,
    "The wiki": WIKI,
}


def registered() -> list[str]:
    """Every field in the register, as "app.Model.field"."""
    return [name for part in PARTS.values() for kept in part for name in kept.names]


def reached() -> list[Kept]:
    """What erasure empties, in the register's order."""
    return [kept for part in PARTS.values() for kept in part if kept.reach is not None]


def unreached() -> list[str]:
    """Fields that must not outlive a candidate, and that erasure does not reach."""
    return [
        name
        for part in PARTS.values()
        for kept in part
        if not kept.rule.outlives and not _reaches(kept)
        for name in kept.names
    ]


def _reaches(kept: Kept) -> bool:
    """Whether there is a way: a path that ends at a candidate, or a function that exists."""
    if kept.reach is None or bool(kept.reach.path) == bool(kept.reach.by):
        return False
    if kept.reach.by:
        return callable(import_string(kept.reach.by))
    model: Any = apps.get_model(kept.model)
    for step in kept.reach.path.split(LOOKUP_SEP):
        if step == "pk":
            break
        try:
            model = model._meta.get_field(step).related_model
        except FieldDoesNotExist:
            return False
    return model is apps.get_model("recruiting.Candidate")


def fields_of_words() -> Iterator[str]:
    """Every field of our apps that can hold words or a file, but for those that choose among fixed ones."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.local_fields:
                if isinstance(field, _WORDS) and not field.choices:
                    yield f"{model._meta.label}.{field.name}"


def missing_rules() -> list[str]:
    """Fields without a retention rule."""
    known = set(registered())
    return [name for name in fields_of_words() if name not in known]


def gone_fields() -> list[str]:
    """Rules of fields that are no more."""
    standing = set(fields_of_words())
    return [name for name in registered() if name not in standing]
