"""`python -m config.serve`: prepare the database and the files, then run web and worker together.

Both stop cleanly at Ctrl-C or SIGTERM, and when either ends by itself the other is stopped too.
"""

import argparse
import os
import signal
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
    _prepare(demo=options.demo)
    if options.prepare_only:
        return 0
    return _run_until_stopped(options.host, options.port)


def _prepare(*, demo: str | None) -> None:
    """Bring database, catalogues and static files up to date; all of it is quick when nothing changed."""
    compile_catalogues(BASE_DIR / "locale")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_changed_static_files()
    call_command("load_starter_questions")
    if demo:
        call_command("seed_demo", language=demo, if_empty=True)
    else:
        call_command("setup_code")


def _run_until_stopped(host: str, port: int) -> int:
    children = [
        subprocess.Popen([sys.executable, "-m", "gunicorn", *gunicorn_arguments(host, port)]),  # noqa: S603
        subprocess.Popen([sys.executable, "manage.py", "run_worker"], cwd=BASE_DIR),
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
            child.kill()
    print("Stopped.", flush=True)  # noqa: T201
    return 0 if stopping else 1


def gunicorn_arguments(host: str, port: int) -> list[str]:
    """Two processes of four threads: a slow reader holds a thread, not a process."""
    return [
        "config.wsgi",
        f"--bind={host}:{port}",
        f"--workers={os.environ.get('WEB_WORKERS', '2')}",
        "--threads=4",
        "--no-control-socket",
        "--log-level=warning",
        f"--worker-tmp-dir={'/dev/shm' if Path('/dev/shm').is_dir() else '/tmp'}",  # noqa: S108
    ]


def _say_hello() -> None:
    print(f"\nContrechamp is at {os.environ['SITE_URL']}  (Ctrl-C stops it)\n", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
