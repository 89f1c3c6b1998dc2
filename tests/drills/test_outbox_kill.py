import subprocess
import sys

from tests.drills.outbox_kill import ROOT


def test_outbox_killed_twenty_times_loses_nothing():
    drill = [sys.executable, "-m", "tests.drills.outbox_kill", "--kills", "20", "--mails", "200"]
    done = subprocess.run(drill, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("20 kills, 200 mails: 0 lost"), done.stdout
