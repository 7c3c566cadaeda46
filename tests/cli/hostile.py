"""An environment in which every way of libpq leads to a production server that nobody may touch."""

import contextlib
import os
import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path


class Production:
    """Listens where a server of PostgreSQL would, answers nothing, counts who came."""

    def __init__(self) -> None:
        self.visits = 0
        self._socket = socket.socket()
        while True:  # an address of its own, since the port is the usual one
            self.address = f"127.{random.randint(2, 250)}.{random.randint(0, 250)}.9"
            with contextlib.suppress(OSError):
                self._socket.bind((self.address, 5432))
                break
        self._socket.listen()
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self._socket.accept()
                self.visits += 1
                visitor.close()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


@contextlib.contextmanager
def production() -> Iterator[Production]:
    """Yield a server that must not be visited."""
    server = Production()
    try:
        yield server
    finally:
        server.close()


def variables(server: Production, home: Path) -> dict[str, str]:
    """Return variables of libpq, psql and Debian, each of which leads to ``server`` or astray.

    ``home`` gets the files that they read by themselves.
    """
    service = f"[production]\nhost={server.address}\nhostaddr={server.address}\nport=5432\n"
    for name in (".pg_service.conf", "pg_service.conf", "services"):
        (home / name).write_text(service)
    (home / ".psqlrc").write_text("\\echo psqlrc was read\n")
    (home / "psqlrc").write_text("\\echo psqlrc was read\n")
    (home / ".pgpass").write_text("*:*:*:*:secret\n")
    (home / ".pgpass").chmod(0o600)
    return {
        "HOME": str(home),
        "PGHOST": server.address,
        "PGHOSTADDR": server.address,
        "PGPORT": "5432",
        "PGDATABASE": "production",
        "PGUSER": "admin",
        "PGPASSWORD": "secret",
        "PGPASSFILE": str(home / ".pgpass"),
        "PGSERVICE": "production",
        "PGSERVICEFILE": str(home / "services"),
        "PGSYSCONFDIR": str(home),
        "PGOPTIONS": "-c default_transaction_read_only=on -c search_path=nowhere",
        "PGAPPNAME": "application",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": str(home / "none"),
        "PGSSLCERT": str(home / "none"),
        "PGSSLKEY": str(home / "none"),
        "PGSSLNEGOTIATION": "direct",
        "PGREQUIREPEER": "nobody",
        "PGREQUIREAUTH": "scram-sha-256",
        "PGCHANNELBINDING": "require",
        "PGGSSENCMODE": "require",
        "PGKRBSRVNAME": "nobody",
        "PGTARGETSESSIONATTRS": "standby",
        "PGLOADBALANCEHOSTS": "random",
        "PGCONNECT_TIMEOUT": "1",
        "PGCLIENTENCODING": "LATIN1",
        "PGDATESTYLE": "German",
        "PGTZ": "Asia/Kathmandu",
        "PGCLUSTER": "15/main",
        "PGDATA": str(home),
        "PSQLRC": str(home / "psqlrc"),
    }


def environment(**added: str) -> dict[str, str]:
    """Return this process's environment and what is added to it."""
    return {**os.environ, **added}
