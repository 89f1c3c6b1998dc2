"""`python -m tests.check_messages`: fail when the French catalogue lacks a string, keeps a dead one, or
spaces its punctuation otherwise than the rest of it.
"""

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
APPS = ("accounts", "config", "ledger", "recruiting", "wiki")
# One kind of no-break space, U+00A0: before “: ; ! ? »” and the sign of a per cent, and after “«”.
ILL_SPACED = re.compile(r"\u202f|(?<!\u00a0)(?:[;!?»]|:(?!\d))|«(?!\u00a0)|\d ?%")
# In these a punctuation mark is no punctuation. A digit stands for them: it may be a percentage.
MARKUP = re.compile(r"&\w+;|https?://|\[\[.*?\]\]|<[^>]*>|%\(\w+\)[sd]|{\w+}")
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
    faults += [f"spaces: {text!r}" for entry in collected for text in _texts(entry) if is_ill_spaced(text)]
    faults += _overlooked()
    print("\n".join(faults) or f"French catalogue complete: {len(collected)} strings.")
    return 1 if faults else 0


def is_ill_spaced(text: str) -> bool:
    """Whether a French text has a punctuation mark without its no-break space; markup is left out."""
    return bool(ILL_SPACED.search(MARKUP.sub("1", text)))


def _texts(entry: polib.POEntry) -> list[str]:
    return [entry.msgstr, *entry.msgstr_plural.values()]


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
