"""What the log must not keep."""

import logging
import re

# Whoever has such an address needs nothing else: the path's secret part, and what stands before it.
_SECRET = re.compile(r"((?<!/profile)/(?:calendar|invitation|password/reset/key)/)[^/\s]+")


class WithoutPrivateAddresses(logging.Filter):
    """Django logs the path of every request that it refuses: leave out what makes one private."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        safe = _SECRET.sub(r"\1…", said)
        if safe != said:
            record.msg, record.args = safe, ()
        return True


# Addresses of people, and the rows that PostgreSQL quotes when it refuses one.
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_ROW = re.compile(r"(DETAIL:\s+)\S.*")


class WithoutPeople(logging.Formatter):
    """Whoever is erased from the database must not stand in a file that nobody empties."""

    def format(self, record: logging.LogRecord) -> str:
        return _ROW.sub(r"\1…", _ADDRESS.sub("…", super().format(record)))
