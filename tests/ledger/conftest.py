from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as project_settings

from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def mail_templates(settings):
    """The templates of a mail that no app sends, beside the real base."""
    templates = deepcopy(project_settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates", *templates[0]["DIRS"]]
    settings.TEMPLATES = templates


@pytest.fixture
def queue(db) -> Callable[..., OutgoingMail | None]:
    def queue_one(to_address: str = "ada@example.com", **changed):
        given = {
            "kind": "trial",
            "recipient": None,
            "language": "en",
            "template": "plain",
            "context": {"question": "Why do people leave?", "link": "https://answers.example.com/wiki/"},
            "at": AT,
        }
        return queue_mail(to_address=to_address, **{**given, **changed})

    return queue_one
