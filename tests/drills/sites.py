"""A site of a drill's own: a fresh database, on SQLite or on the PostgreSQL server of DATABASE_URL."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
# Names a migrated database, which the drills of one run copy: migrating takes longer than most of them.
TEMPLATE = "DRILL_TEMPLATE"
_processes = get_context("fork")


@contextmanager
def fresh_site() -> Iterator[str]:
    """Django set up on an empty, migrated database; gives the name of the database's kind."""
    server = os.environ.get("DATABASE_URL", "")
    template = os.environ.get(TEMPLATE, "")
    on_postgresql = server.startswith("postgres")
    with tempfile.TemporaryDirectory() as folder:
        name = f"drill_{secrets.token_hex(4)}"
        if on_postgresql:
            _execute(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
            os.environ["DATABASE_URL"] = _beside(server, name)
        else:
            file = Path(folder) / "drill.sqlite3"
            if template:
                shutil.copyfile(template, file)
            os.environ["DATABASE_URL"] = f"sqlite:///{file}"
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        try:
            _set_up(migrated=bool(template))
            yield "PostgreSQL" if on_postgresql else "SQLite"
        finally:
            from django.db import connections

            connections.close_all()
            if on_postgresql:
                _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def migrated_template(server: str, folder: Path) -> Iterator[str]:
    """A migrated database for drills to copy: on that PostgreSQL server, else a file in the folder."""
    on_postgresql = server.startswith("postgres")
    name = f"drill_template_{secrets.token_hex(4)}" if on_postgresql else str(folder / "template.sqlite3")
    if on_postgresql:
        _execute(server, f"CREATE DATABASE {name}")
    url = _beside(server, name) if on_postgresql else f"sqlite:///{name}"
    environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(folder)}
    try:
        for command in ("migrate", "createcachetable"):
            arguments = [sys.executable, "manage.py", command, "-v0"]
            subprocess.run(arguments, cwd=ROOT, env=environment, check=True)
        yield name
    finally:
        if on_postgresql:
            _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def forked(work: Callable[..., None], *arguments: object) -> BaseProcess:
    """A process that does the work with everything loaded, and its own connection to the database."""
    from django.db import connections

    connections.close_all()  # a connection shared with a child is of no use to either
    process = _processes.Process(target=_in_child, args=(work, arguments))
    process.start()
    return process


def results_of(processes: list[BaseProcess], queue: object) -> list:
    """What each process put into the queue; fails when one of them died instead."""
    results: list = []
    while len(results) < len(processes):
        if not queue.empty():
            results.append(queue.get())
        elif any(process.exitcode for process in processes):
            raise RuntimeError("a process of the drill died")
        else:
            time.sleep(0.01)
    for process in processes:
        process.join()
    return results


def make_queue() -> object:
    return _processes.SimpleQueue()


def make_pipe() -> tuple[object, object]:
    return _processes.Pipe(duplex=False)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return int(unused.getsockname()[1])


def make_barrier(parties: int) -> object:
    return _processes.Barrier(parties)


def _in_child(work: Callable[..., None], arguments: tuple[object, ...]) -> None:
    work(*arguments)
    from django.db import connections

    connections.close_all()


def _set_up(*, migrated: bool) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.LOGGING_CONFIG = None
    settings.ALLOWED_HOSTS.append("testserver")
    settings.TEMPLATES[0]["DIRS"].append(ROOT / "tests/ledger/templates")  # of mails that no app sends
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if not migrated:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
    _quiet()


def _quiet() -> None:
    """A refused save and a mail not sent are logged as warnings; a drill expects thousands."""
    import logging

    logging.getLogger("ledger").setLevel(logging.ERROR)
    logging.getLogger("django.request").setLevel(logging.ERROR)


def _beside(server: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _execute(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def finish(figures: object) -> None:
    """Print the figures; the exit status says whether the promise was kept."""
    print(figures)
    sys.exit(not figures.hold)
