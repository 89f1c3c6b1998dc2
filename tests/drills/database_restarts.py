"""Restart PostgreSQL again and again under the real web server and the real worker, both at work.

    python -m tests.drills.database_restarts --restarts 20

It starts a PostgreSQL of its own; every second restart is a crash. Writers edit answers by requests over
HTTP and the worker sends mails. What was acknowledged is there; while the database is gone every refusal is
a 503 page, and there is no other error. Everyone writes again within 5 seconds, the worker sends again by
itself and does the jobs that are due, and no process of ours was replaced.
"""

import argparse
import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.drills.arrivals import (
    Arrivals,
    all_decided,
    being_sent,
    count_arrivals,
    leases_run_out,
    mail_server,
    queue_trial_mail,
)
from tests.drills.database_server import DatabaseServer, database_server
from tests.drills.sites import ROOT, TEMPLATE, finish, free_port, fresh_site

WRITERS, MAILS = 4, 10  # mails queued just before each restart
BASE = re.compile(r'name="base" value="(\d+)"')
TOKEN = "a" * 32  # what a browser sends back as cookie and as field


@dataclass(frozen=True)
class Figures:
    restarts: int
    acknowledged: int
    lost: int
    refused: Counter[str]  # by what was said, while the database was gone
    outside: list[str]  # errors at any other time
    longest_gap: float  # seconds from the order to stop until it answers
    recovery: float  # seconds from there until the last writer had written again
    allowed_recovery: float
    mail_recovery: float  # seconds from there until the worker had sent again
    jobs_resumed: bool
    replaced: int  # processes of ours that are no longer the same
    arrivals: Arrivals

    @property
    def hold(self) -> bool:
        """Whether the promise above was kept."""
        clean = not (self.lost or self.outside or self.replaced) and set(self.refused) <= {"503"}
        return clean and self.recovery <= self.allowed_recovery and self.jobs_resumed and self.arrivals.hold

    def __str__(self) -> str:
        said = (
            ", ".join(f"{number} times {what}" for what, number in sorted(self.refused.items())) or "nothing"
        )
        return (
            f"{self.restarts} restarts: {self.acknowledged} writes acknowledged, {self.lost} lost; "
            f"refused in the gaps: {said}; {len(self.outside)} errors at other times; "
            f"longest gap {self.longest_gap:.1f} s, all wrote again within {self.recovery:.1f} s, "
            f"the worker sent within {self.mail_recovery:.1f} s, "
            f"jobs {'resumed' if self.jobs_resumed else 'DID NOT RESUME'}, "
            f"{self.replaced} processes replaced; {self.arrivals}"
        ) + "".join(f"\n  {error}" for error in self.outside[:5])


@dataclass
class Writer:
    """Edits one answer for ever, as a browser does, and keeps what came of it."""

    port: int
    answer: int
    cookie: str
    stopped: threading.Event
    written: list[tuple[float, str]] = field(default_factory=list)
    errors: list[tuple[float, str]] = field(default_factory=list)

    def write(self) -> None:
        number = 0
        while not self.stopped.is_set():
            number += 1
            try:
                self._edit(f"answer {self.answer} edit {number}")
            except (OSError, http.client.HTTPException) as error:
                self.errors.append((time.monotonic(), repr(error)))
            time.sleep(0.05)

    def _edit(self, text: str) -> None:
        path = f"/wiki/answers/{self.answer}/edit/"
        status, page = self._ask("GET", path)
        if status == http.client.OK:
            form = {"base": BASE.search(page)[1], "short_answer": text, "kind": "answered", "major": "on"}
            form |= {"disclosure": "say", "publish": "1", "csrfmiddlewaretoken": TOKEN}
            status, _page = self._ask("POST", path, urlencode(form))
        if status == http.client.FOUND:
            self.written.append((time.monotonic(), text))
        else:
            self.errors.append((time.monotonic(), str(status)))

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": f"{self.cookie}; csrftoken={TOKEN}"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@dataclass(frozen=True)
class Gap:
    stopped: float
    ready: float
    sent: float  # when the worker had sent a mail again


def run_drill(*, server: DatabaseServer, restarts: int, seconds: float, allowed_recovery: float) -> Figures:
    stopped = threading.Event()
    with mail_server() as sink, site(sink.port) as (port, web, worker):
        sink.seconds_to_answer = 0.02
        writers = make_writers(port, stopped)
        threads = [threading.Thread(target=writer.write) for writer in writers]
        for thread in threads:
            thread.start()
        wait_for(lambda: all(writer.written for writer in writers) and worker_beats())
        before = [*children_of(web.pid), web.pid, worker.pid]
        caught: list[str] = []
        gaps = [restart(server, number, sink, writers, caught, seconds) for number in range(restarts)]
        resumed = jobs_resume()
        stopped.set()
        for thread in threads:
            thread.join()
        after = [*children_of(web.pid), web.pid, worker.pid]
        alive = web.poll() is None and worker.poll() is None
        caught += free()
        wait_for(all_decided)
        arrivals = count_arrivals(sink.received, cut_short=caught)
    replaced = 0 if alive and before == after else 1
    return count(writers, gaps, allowed_recovery, resumed, replaced, arrivals)


@contextmanager
def site(mail_port: int) -> Iterator[tuple[int, subprocess.Popen, subprocess.Popen]]:
    """The web server and the worker, as `config.serve` starts them; the port and the two processes."""
    from config.serve import gunicorn_arguments

    port = free_port()
    environment = os.environ | {
        "SITE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        "EMAIL_USE_TLS": "false",
    }

    def start(*arguments: str) -> subprocess.Popen:
        with Path(os.environ["DATA_DIR"], "log").open("a") as log:  # they tell of every query that fails
            command = [sys.executable, *arguments]
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    start("manage.py", "collectstatic", "--noinput", "-v0").wait()
    processes = [
        start("-m", "gunicorn", *gunicorn_arguments("127.0.0.1", port)),
        start("manage.py", "run_worker"),
    ]
    try:
        yield port, *processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def make_writers(port: int, stopped: threading.Event) -> list[Writer]:
    from django.conf import settings
    from django.test import Client

    from tests.factories import make_answer, make_user

    writers = []
    for _number in range(WRITERS):
        lead, client = make_user("lead"), Client()
        client.force_login(lead)
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        writers.append(Writer(port, make_answer(owner=lead).pk, cookie, stopped))
    return writers


def restart(
    server: DatabaseServer, number: int, sink: Any, writers: list[Writer], caught: list[str], seconds: float
) -> Gap:
    """One restart in the midst of it, and the wait until all are at work again."""
    from django.db import connection
    from django.utils import timezone

    for place in range(MAILS):
        queue_trial_mail(f"before{number}-{place}@example.com", at=timezone.now())
    time.sleep(seconds * (0.5 + number % 5 / 10))
    connection.close()
    stopped = time.monotonic()
    server.restart(mode="immediate" if number % 2 else "fast")
    ready = time.monotonic()
    caught += being_sent()
    queue_trial_mail(f"after{number}@example.com", at=timezone.now())
    wait_for(lambda: f"after{number}@example.com" in sink.recipients)
    sent = time.monotonic()
    wait_for(lambda: all(writer.written[-1][0] > ready for writer in writers))
    return Gap(stopped, ready, sent)


def jobs_resume() -> bool:
    """Whether the worker, left to itself, does the jobs again when they are due again."""
    from ledger.models import JobRun

    jobs = JobRun.objects.exclude(job="worker")
    jobs.delete()
    return wait_for(lambda: jobs.exists() and not jobs.filter(finished_at=None).exists())


def free() -> list[str]:
    from django.utils import timezone

    caught = being_sent()
    leases_run_out(at=timezone.now())
    return caught


def worker_beats() -> bool:
    from ledger.domain.worker import last_beat

    return last_beat() is not None


def wait_for(condition: Callable[[], object], seconds: float = 120) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def count(
    writers: list[Writer],
    gaps: list[Gap],
    allowed_recovery: float,
    resumed: bool,
    replaced: int,
    arrivals: Arrivals,
) -> Figures:
    from wiki.models import AnswerRevision

    kept = set(AnswerRevision.objects.values_list("short_answer", flat=True))
    written = [text for writer in writers for _at, text in writer.written]
    refused: Counter[str] = Counter()
    outside: list[str] = []
    for at, what in (error for writer in writers for error in writer.errors):
        if any(gap.stopped <= at <= gap.ready + allowed_recovery for gap in gaps):
            refused[what] += 1
        else:
            outside.append(what)
    return Figures(
        restarts=len(gaps),
        acknowledged=len(written),
        lost=len(set(written) - kept),
        refused=refused,
        outside=outside,
        longest_gap=max(gap.ready - gap.stopped for gap in gaps),
        recovery=max(first_after(writer, gap.ready) - gap.ready for writer in writers for gap in gaps),
        allowed_recovery=allowed_recovery,
        mail_recovery=max(gap.sent - gap.ready for gap in gaps),
        jobs_resumed=resumed,
        replaced=replaced,
        arrivals=arrivals,
    )


def first_after(writer: Writer, moment: float) -> float:
    return min(at for at, _text in writer.written if at > moment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--restarts", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2, help="of work before each restart, about")
    parser.add_argument("--allowed-recovery", type=float, default=5.0, help="seconds")
    options = parser.parse_args()
    os.environ.pop(TEMPLATE, None)  # it is on another server
    with database_server() as server, fresh_site():
        figures = run_drill(
            server=server,
            restarts=options.restarts,
            seconds=options.seconds,
            allowed_recovery=options.allowed_recovery,
        )
    finish(figures)


if __name__ == "__main__":
    main()
