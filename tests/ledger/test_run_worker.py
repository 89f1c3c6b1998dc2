import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    return {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'worker.sqlite3'}",
        "EMAIL_HOST": "",
        "PYTHONUNBUFFERED": "1",
    }


def until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def beats(database: Path) -> int:
    with sqlite3.connect(database, timeout=20) as connection:
        try:
            return connection.execute("select count(*) from ledger_jobrun where job='worker'").fetchone()[0]
        except sqlite3.OperationalError:
            return 0
        finally:
            connection.rollback()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_worker_waits_for_the_database_and_stops_when_told(environment, tmp_path, number):
    log = tmp_path / "log"
    with log.open("w") as output:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "run_worker"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            until(lambda: "the database does not answer, trying again" in log.read_text())
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True
            )
            until(lambda: beats(tmp_path / "worker.sqlite3") == 1)
            worker.send_signal(number)
            assert worker.wait(30) == 0
        finally:
            worker.kill()
            worker.wait()
    assert log.read_text().endswith("Worker stopped.\n")
