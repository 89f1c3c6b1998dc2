"""`python -m config.serve` as `make run` starts it: a real process with its real children."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "config.serve", "--port", str(port)],
        cwd=ROOT,
        env=kept
        | {"DATA_DIR": str(folder), "SITE_URL": f"http://127.0.0.1:{port}", "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_until_it_answers(process: subprocess.Popen[str], port: int) -> None:
    while not answers(port):
        assert process.poll() is None, "it ended before it served"
        time.sleep(0.2)


def processes_of(folder: Path) -> list[str]:
    """The processes that were given the folder, as the system lists them."""
    found = []
    for surroundings in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"DATA_DIR={folder}".encode() in surroundings.read_bytes():
                found.append(surroundings.parent.name)
        except OSError:
            continue  # it ended meanwhile, or is another user's
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux, to list processes")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_serve_stops_web_and_worker(tmp_path, how):
    port = free_port()
    process = start(tmp_path, port)
    wait_until_it_answers(process, port)
    assert len(processes_of(tmp_path)) >= 4  # itself, gunicorn with its workers, the worker
    os.killpg(process.pid, how)  # as a terminal does
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "one use" in output  # the set-up code
    assert output.endswith("Stopped.\n")
    assert processes_of(tmp_path) == []


def test_serve_says_when_the_port_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        process = start(tmp_path, port)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output == f"Port {port} is taken. Choose another: make … PORT={port + 1}.\n"
