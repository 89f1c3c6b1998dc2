"""`python -m tests.check_messages`: fail when the French catalogue lacks a string or keeps a dead one."""

import ast
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
APPS = ("accounts", "config", "ledger", "recruiting", "wiki")
SOURCES = (*APPS, "templates", "static/js", "locale", "manage.py")


def main() -> int:
    if shutil.which("xgettext") is None:
        print("GNU gettext is needed. On Debian or Ubuntu: apt install gettext")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        collected = _collect(Path(folder))
    faults = [f"not translated: {entry.msgid!r}" for entry in collected.untranslated_entries()]
    faults += [f"fuzzy: {entry.msgid!r}" for entry in collected.fuzzy_entries()]
    faults += [f"no longer used: {entry.msgid!r}" for entry in collected.obsolete_entries()]
    faults += _overlooked()
    print("\n".join(faults) or f"French catalogue complete: {len(collected)} strings.")
    return 1 if faults else 0


def _overlooked() -> list[str]:
    """Calls of gettext inside f-strings, where xgettext does not look."""
    return [
        f"inside an f-string, so never collected: {path.relative_to(ROOT)}:{call.lineno}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id == "_" or "gettext" in call.func.id
    ]


def _collect(folder: Path) -> polib.POFile:
    """Collect the strings in a copy of the sources, so that checking changes no file."""
    for source in SOURCES:
        if (ROOT / source).is_dir():
            made = shutil.ignore_patterns("*.mo", "__pycache__")
            shutil.copytree(ROOT / source, folder / source, ignore=made)
        else:
            shutil.copy(ROOT / source, folder / source)
    (folder / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "manage.py", "makemessages", "-l", "fr", "--no-location", "--no-wrap"]
    subprocess.run([*command, "-v", "0"], cwd=folder, check=True)
    return polib.pofile(str(folder / CATALOGUE))


if __name__ == "__main__":
    sys.exit(main())
