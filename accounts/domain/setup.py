"""The one-time code that makes an empty site's first lead."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts.domain.invitations import hash_token
from accounts.models import SetupCode, User

CODE_LIFETIME = timedelta(days=1)
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs that cannot be taken for each other
_GROUPS, _GROUP_LENGTH = 5, 4  # 100 random bits


class WrongCode(Exception):
    """The code is not the last one printed, or is older than a day."""


def is_set_up() -> bool:
    """Whether there is an active lead; a site that has lost its leads is set up anew."""
    return bool(User.objects.leads().exists())


@transaction.atomic
def make_setup_code(*, at: datetime) -> str:
    """A new code, in place of any other; only its hash is kept."""
    SetupCode.objects.all().delete()
    sign = secrets.SystemRandom().choice
    code = "-".join("".join(sign(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    SetupCode.objects.create(code_hash=_hash(code), created_at=at)
    return code


def spend_setup_code(*, code: str, at: datetime) -> None:
    """Take the code, once. Raises WrongCode. To be called in the transaction of what it allows."""
    kept = SetupCode.objects.filter(created_at__gt=at - CODE_LIFETIME).first()
    if kept is None or not secrets.compare_digest(kept.code_hash, _hash(code)):
        raise WrongCode
    # Whoever deletes the row has it: of two posts at once, the second deletes nothing.
    deleted, _rows = SetupCode.objects.filter(pk=kept.pk).delete()
    if not deleted:
        raise WrongCode


def _hash(code: str) -> str:
    return hash_token("".join(code.upper().split()).replace("-", ""))
