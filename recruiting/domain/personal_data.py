"""Where the product may hold something personal: every field of free words, with how long it is kept.

`docs/personal-data.md` is made from this register, and `manage.py check` fails when a text field of our apps
is not in it. Who reads a field is enforced in each app's access.py; this page only says it.
"""

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db import models

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
