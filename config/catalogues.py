"""Compile the translation catalogues without GNU gettext, which a fresh machine often lacks."""

from pathlib import Path

import polib


def compile_catalogues(folder: Path) -> None:
    """Make each .mo that is missing or older than its .po."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(compiled))
