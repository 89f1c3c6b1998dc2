"""What the apps have a worker do when it starts, and once more when it finds its database restored."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError

logger = logging.getLogger(__name__)

Start = Callable[[datetime], None]
_starts: list[Start] = []


def register_start(start: Start) -> None:
    """Called in AppConfig.ready. `start` must be safe to do twice, and at once on several machines."""
    _starts.append(start)


def start_all(*, at: datetime) -> None:
    """Raises what the database raises, so that it is tried again; anything else keeps no worker from work."""
    for start in _starts:
        try:
            start(at)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("what a worker does when it starts failed")
