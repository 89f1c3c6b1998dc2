"""`run_worker` with its clock set to another time.

    python -m tests.drills.shifted_worker 2026-11-23T08:00+01:00

For drills that need jobs to be due again and leases to be over. The time goes on from there as it does.
"""

import sys
from datetime import UTC, datetime

from django.core.management import execute_from_command_line
from django.utils import timezone


def main() -> None:
    shift = datetime.fromisoformat(sys.argv[1]) - datetime.now(UTC)
    timezone.now = lambda: datetime.now(UTC) + shift
    execute_from_command_line(["manage.py", "run_worker"])


if __name__ == "__main__":
    main()
