"""The sites measured: ours with so many answers, and the bare one."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]


def manage(folder: Path, *arguments: str, **extra: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(folder, "http://127.0.0.1:1") | extra,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def environment(folder: Path, url: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("EMAIL_")}
    ours = {"DATA_DIR": str(folder), "SITE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    if database := _own_database(f"ours_{folder.name}"):
        ours["DATABASE_URL"] = database
    return kept | ours


def prepare(folder: Path, *, answers: int) -> float:
    """Make our site's database with so many answers; the seconds that the answers took."""
    if _own_database(folder.name):
        _create_database(f"ours_{folder.name}")
    manage(folder, "migrate", "-v", "0")
    manage(folder, "createcachetable")
    manage(folder, "collectstatic", "--noinput", "-v", "0")
    start = time.perf_counter()
    manage(folder, "seed_demo", "--answers", str(answers))
    return time.perf_counter() - start


@contextmanager
def ours(folder: Path) -> Iterator[tuple[str, int]]:
    """Our site on gunicorn as `config.serve` runs it; its address and process id."""
    from config.serve import gunicorn_arguments

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with _served(gunicorn_arguments("127.0.0.1", port), environment(folder, url), f"{url}/healthz") as pid:
        yield url, pid


@contextmanager
def bare(folder: Path) -> Iterator[tuple[str, str]]:
    """The bare site on the same kind of server; its address and a signed-in cookie."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    surroundings = os.environ | {"BARE_DIR": str(folder)}
    if database := _own_database(f"bare_{folder.name}"):
        _create_database(f"bare_{folder.name}")
        surroundings |= {"BARE_DATABASE_URL": database}
    key = subprocess.run(
        [sys.executable, "-m", "tests.bench.bare"],
        cwd=ROOT,
        env=surroundings,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    arguments = ["tests.bench.bare:application", f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4"]
    arguments += ["--no-control-socket", "--log-level=warning"]
    with _served(arguments, surroundings, url):
        yield url, f"sessionid={key}"


def _own_database(name: str) -> str:
    """The address of a database so named on the PostgreSQL of DATABASE_URL; empty where that is not set."""
    site = urlsplit(os.environ.get("DATABASE_URL", ""))
    return urlunsplit(site._replace(path=f"/{name}")) if site.scheme.startswith("postgres") else ""


def _create_database(name: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')


@contextmanager
def _served(arguments: list[str], surroundings: dict[str, str], probe: str) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "gunicorn", *arguments], cwd=ROOT, env=surroundings)
    try:
        _wait_for(probe)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def worker_megabytes(pid: int) -> float:
    """The resident memory of the largest worker process, in MB (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sizes = [_resident_kilobytes(child) for child in children]
    return max(sizes, default=0) / 1024


def _resident_kilobytes(pid: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
