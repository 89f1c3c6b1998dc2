"""What `manage.py check` asks of this project beyond what Django asks."""

from typing import Any

from django.core.checks import CheckMessage, Error

from recruiting.domain.personal_data import gone_fields, missing_rules

HINT = "Say in a part of recruiting/domain/personal_data.py why it is kept, who reads it and how long."


def check_personal_data(**_options: Any) -> list[CheckMessage]:
    """Every field that can hold words about a person has a retention rule."""
    missing = [
        Error(f"{name} has no retention rule.", hint=HINT, id="recruiting.E001") for name in missing_rules()
    ]
    gone = [
        Error(f"{name} has a retention rule and is no field.", id="recruiting.E002") for name in gone_fields()
    ]
    return [*missing, *gone]
