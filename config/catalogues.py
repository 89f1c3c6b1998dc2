"""Compile the translation catalogues without GNU gettext, which a fresh machine often lacks.

`config.serve` does it at each start; `python -m config.catalogues` does it alone, for an image whose
files cannot be written once it runs.
"""

from pathlib import Path

import polib


def compile_catalogues(folder: Path) -> None:
    """Make each .mo that is missing or older than its .po."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(compiled))


if __name__ == "__main__":
    compile_catalogues(Path(__file__).resolve().parent.parent / "locale")
