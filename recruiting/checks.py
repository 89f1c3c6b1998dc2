"""What `manage.py check` asks of this project beyond what Django asks."""

from typing import Any

from django.core.checks import CheckMessage, Error

from recruiting.domain.personal_data import gone_fields, missing_rules, unreached

HINT = "Say in a part of recruiting/domain/personal_data.py why it is kept, who reads it and how long."
REACH = (
    "Say in its Kept how erasure reaches it (`reach`), or in its Rule that it says nothing of a candidate."
)


def check_personal_data(**_options: Any) -> list[CheckMessage]:
    """Every field that can hold words about a person has a retention rule, and erasure reaches it."""
    missing = [
        Error(f"{name} has no retention rule.", hint=HINT, id="recruiting.E001") for name in missing_rules()
    ]
    gone = [
        Error(f"{name} has a retention rule and is no field.", id="recruiting.E002") for name in gone_fields()
    ]
    kept = [
        Error(f"{name} would outlive an erased candidate.", hint=REACH, id="recruiting.E003")
        for name in unreached()
    ]
    return [*missing, *gone, *kept]
