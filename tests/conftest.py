import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.models import User
from config.catalogues import compile_catalogues
from tests.no_skips import pytest_sessionfinish  # noqa: F401 - a hook


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # once, before the workers start
        compile_catalogues(Path(settings.BASE_DIR) / "locale")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # What the outbox notes beside the database belongs to no installation either.
    settings.DATA_DIR = Path(tempfile.mkdtemp(prefix="contrechamp-data-"))
    settings.ERASURE_JOURNAL = settings.DATA_DIR / "erasures"
    # The live server knows no hashed names, and uploads of tests belong to no installation.
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tempfile.mkdtemp(prefix="contrechamp-media-")},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # WhiteNoise warns when it is missing, and every warning is an error here.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Start in English, and undo what a signed-in request activated."""
    with translation.override("en"):
        yield


@pytest.fixture
def client_as(db: None) -> Callable[[User], Client]:
    """A browser in which the given user has signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
