"""`python -m config.serve`: prepare the database and the files, then run web and worker together.

Both stop cleanly at Ctrl-C or SIGTERM, and when either ends by itself the other is stopped too.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import django
from django.core.management import call_command

from config.catalogues import compile_catalogues
from config.static_files import collect_changed_static_files

BASE_DIR = Path(__file__).resolve().parent.parent
STOP_SECONDS = 20
GRACE_SECONDS = 10  # for requests under way; less than STOP_SECONDS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", metavar="LANGUAGE", help="load the demonstration company, in en or fr")
    parser.add_argument("--prepare-only", action="store_true", help="prepare, and run nothing")
    options = parser.parse_args()

    address = f"http://{options.host}:{options.port}"
    os.environ.setdefault("SITE_URL", address)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not options.prepare_only and not _is_free(options.host, options.port):
        print(
            f"Port {options.port} is taken. Choose another: make … PORT={options.port + 1}.",
            file=sys.stderr,
        )
        return 1
    _prepare(demo=options.demo)
    if options.prepare_only:
        return 0
    return _run_until_stopped(options.host, options.port)


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        # As gunicorn does: a port whose last connections are only fading away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _prepare(*, demo: str | None) -> None:
    """Bring database, catalogues and static files up to date; all of it is quick when nothing changed."""
    compile_catalogues(BASE_DIR / "locale")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_changed_static_files()
    call_command("load_starter_questions")
    if demo:
        print("Preparing the demonstration: half a minute the first time.", flush=True)
        call_command("seed_demo", language=demo, if_empty=True)
    else:
        call_command("setup_code")


def _run_until_stopped(host: str, port: int) -> int:
    children = [
        _start("-m", "gunicorn", *gunicorn_arguments(host, port)),
        _start("manage.py", "run_worker"),
    ]
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _say_hello()
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
    print("Stopped.", flush=True)
    return 0 if stopping else 1


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    """A child in a session of its own: the terminal's Ctrl-C is ours to pass on, once.

    gunicorn's threaded workers lock up for good when they are interrupted twice.
    """
    command = [sys.executable, *arguments]
    return subprocess.Popen(command, cwd=BASE_DIR, start_new_session=True)  # noqa: S603 - our own commands


def gunicorn_arguments(host: str, port: int) -> list[str]:
    """Two processes of four threads: a slow reader holds a thread, not a process."""
    # In memory where there is such a folder: a slow disk must not delay the workers' heartbeat files.
    heartbeats = "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"  # noqa: S108 - the names are gunicorn's
    return [
        "config.wsgi",
        f"--bind={host}:{port}",
        f"--workers={os.environ.get('WEB_WORKERS', '2')}",
        "--threads=4",
        f"--graceful-timeout={GRACE_SECONDS}",
        "--no-control-socket",
        "--log-level=warning",
        f"--worker-tmp-dir={heartbeats}",
    ]


def _say_hello() -> None:
    print(f"\nContrechamp is at {os.environ['SITE_URL']}  (Ctrl-C stops it)\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
