from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as project_settings

from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from tests.ledger.smtp import MailSink

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    """Each test is a machine of its own, that has noted nothing of the outbox."""
    settings.DATA_DIR = tmp_path


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


@pytest.fixture
def sink(settings) -> Iterator[MailSink]:
    """A mail server that the settings point to."""
    sink = MailSink()
    sink.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 2
    yield sink
    sink.stop()
