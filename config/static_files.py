"""Collect the static files when they have changed: compressing them takes seconds, comparing none."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_changed_static_files() -> None:
    """Run collectstatic unless the sources are those collected last, by name, size and time of change."""
    kept = Path(settings.STATIC_ROOT) / ".collected"
    digest = _sources_digest()
    if kept.exists() and kept.read_text(encoding="ascii") == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    kept.write_text(digest, encoding="ascii")


def _sources_digest() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
