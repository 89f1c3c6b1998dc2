"""A small load generator: persistent connections in threads, closed loop."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Target:
    """One page to ask for, as one signed-in person."""

    url: str  # of the site
    path: str
    cookie: str

    def connect(self) -> http.client.HTTPConnection:
        site = urlsplit(self.url)
        return http.client.HTTPConnection(site.hostname or "", site.port, timeout=60)

    def ask(self, connection: http.client.HTTPConnection) -> None:
        try:
            self._ask(connection)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            connection.close()  # kept alive too long: the next request opens it again
            self._ask(connection)

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        connection.request("GET", self.path, headers={"Cookie": self.cookie})
        response = connection.getresponse()
        body = response.read()
        if response.status != http.client.OK:
            raise RuntimeError(f"{self.path}: {response.status} {body[:200]!r}")


def median_ms(target: Target, *, times: int = 60) -> float:
    """The middle time of one request at one connection, in milliseconds."""
    connection = target.connect()
    target.ask(connection)
    spent = [_timed(lambda: target.ask(connection)) for _ in range(times)]
    connection.close()
    return statistics.median(spent) * 1000


def requests_per_second(target: Target, *, connections: int = 16, seconds: float = 4.0) -> float:
    counts = [0] * connections
    failures: list[Exception] = []
    until = time.perf_counter() + seconds

    def loop(number: int) -> None:
        connection = target.connect()
        try:
            while time.perf_counter() < until:
                target.ask(connection)
                counts[number] += 1
        except Exception as error:  # noqa: BLE001 - told to the main thread below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=loop, args=(number,)) for number in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / (time.perf_counter() - start)


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
