"""A real site for the browser: prepared as `make demo` does it, and served by gunicorn."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = "verrebrume.example"
PASSWORD = "contrechamp-demo"  # DEMO_PASSWORD, readable without setting Django up

TIME_ZONE = ZoneInfo("Europe/Paris")

SESSIONS = "sessions.json"

Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Site:
    """A running site, its folder and its language ("" for an empty one)."""

    url: str
    folder: Path
    language: str

    def manage(self, *arguments: str) -> str:
        """Run a management command on the site's own database."""
        return self._run("manage.py", *arguments)

    def prepare(self) -> str:
        """What `make demo` or `make run` does before it serves."""
        demo = ["--demo", self.language] if self.language else []
        return self._run("-m", "config.serve", "--prepare-only", *demo)

    def session_of(self, person: str) -> str | None:
        """The cookie of someone who had an account when the site was seeded."""
        sessions: dict[str, str] = json.loads((self.folder / SESSIONS).read_text(encoding="utf-8"))
        return sessions.get(person)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database holds, read beside the running site."""
        with closing(sqlite3.connect(self.folder / "contrechamp.sqlite3", timeout=20)) as database:
            return database.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """The first value of the first row; a test that needs it fails here when there is none."""
        return self.rows(query, *values)[0][0]

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(self),
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


def environment(site: Site) -> dict[str, str]:
    """The settings of an installation of its own, and none of the machine's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "EMAIL_"))}
    return kept | {
        "DATA_DIR": str(site.folder),
        "SITE_URL": site.url,
        "DEMO": "true" if site.language else "false",
        "DEBUG": "false",
        "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def seed(folder: Path, language: str) -> Path:
    """Fill a folder with the demonstration in a language, or with an empty site."""
    site = Site("http://127.0.0.1:1", folder, language)
    site.prepare()
    sessions = site.manage("shell", "-v", "0", "-c", "from tests.browser.signed_in import show; show()")
    (folder / SESSIONS).write_text(sessions, encoding="utf-8")
    return folder


def start_copy(seeded: Path, folder: Path, language: str) -> tuple[Process, Site]:
    """Serve a copy of a seeded folder, which its test may change as it likes."""
    shutil.copytree(seeded, folder)
    return start(folder, language)


def start(folder: Path, language: str) -> tuple[Process, Site]:
    port = _free_port()
    site = Site(f"http://127.0.0.1:{port}", folder, language)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}"),
            *("--workers=1", "--threads=4", "--no-control-socket", "--log-level=error"),
        ],
        cwd=ROOT,
        env=environment(site),
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{site.url}/healthz", timeout=2):
                return process, site
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    stop(process)
    raise RuntimeError("the site did not start")


def stop(process: Process) -> None:
    process.terminate()
    process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
