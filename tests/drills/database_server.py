"""A PostgreSQL server of a drill's own, which it may stop and start."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DatabaseServer:
    """Listens on a unix socket in a folder that goes with it; writes safely, as it would in earnest."""

    def __init__(self) -> None:
        if programs() is None:
            raise RuntimeError("PostgreSQL is not installed. On Debian or Ubuntu: apt install postgresql")
        self.folder = Path(tempfile.mkdtemp(prefix="drill-postgresql-"))
        self.folder.chmod(0o755)
        self.url = f"postgres://postgres@/postgres?host={self.folder}"
        # initdb refuses root: Debian's own user runs the server then.
        self.as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_owner:
            shutil.chown(self.folder, "postgres")

    def start(self) -> None:
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=100"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def restart(self, *, mode: str) -> None:
        """The mode fast ends every connection; immediate is a crash, from which the server recovers."""
        self._run("pg_ctl", "-w", "-m", mode, "-l", str(self.folder / "log"), "restart")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self.as_owner, str(programs() / program), "-D", str(self.folder / "data"), *arguments]
        # The server inherits what pg_ctl writes to, so a pipe would never end.
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def database_server() -> Iterator[DatabaseServer]:
    """Started, and the one that DATABASE_URL names."""
    before = os.environ.get("DATABASE_URL")
    server = DatabaseServer()
    server.start()
    os.environ["DATABASE_URL"] = server.url
    try:
        yield server
    finally:
        server.stop()
        os.environ.pop("DATABASE_URL")
        if before:
            os.environ["DATABASE_URL"] = before


def programs() -> Path | None:
    """Where PostgreSQL's programs are, if it is installed.

    Debian keeps them in a folder of each version; elsewhere they are on the path.
    """
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if versions:
        return versions[-1]
    found = shutil.which("initdb")
    return Path(found).parent if found else None
