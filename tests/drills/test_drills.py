"""The short forms; docs/reliability.md has the figures of the long ones."""

import os
import subprocess
import sys

from django.conf import settings

from tests.drills.sites import ROOT


def run(name: str, **sizes: int) -> str:
    arguments = [part for size, number in sizes.items() for part in (f"--{size}", str(number))]
    done = subprocess.run(
        [sys.executable, "-m", f"tests.drills.{name}", *arguments],
        cwd=ROOT,
        env=os.environ | ({"DATABASE_URL": settings.DATABASE_URL} if is_postgresql() else {}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def is_postgresql() -> bool:
    return settings.DATABASE_URL.startswith("postgres")


def test_edits_by_eight_writers_are_all_kept():
    said = run("edits", edits=240, writers=8)
    assert "240 edits by 8 writers" in said
    assert "0 lost, 0 unknown, 0 gaps, 0 errors" in said


def test_saves_killed_twenty_times_are_whole_or_absent():
    said = run("save_kill", kills=20)
    assert "20 kills" in said
    assert "0 lost, 0 half, 0 damaged" in said


def test_mail_jobs_killed_and_run_at_once_reach_each_recipient_once():
    said = run("mail_jobs_kill", rounds=3)
    assert "90 mails, 0 missing, 0 doubled; 3 reports, 0 runs unfinished" in said
