"""Debian's pgbouncer as a transaction pooler before a throw-away server."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import psycopg

from kwtools.cluster import PORT, SUPERUSER, Place
from kwtools.postgres import server_user

PROGRAM = "/usr/sbin/pgbouncer"
_PORT = 6999
_SETTINGS = """\
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
unix_socket_dir = {folder}
listen_port = {listen_port}
auth_type = any
pool_mode = transaction
default_pool_size = {size}
ignore_startup_parameters = extra_float_digits
"""


class PgBouncer:
    """``with PgBouncer(place) as bouncer: psycopg.connect(bouncer.dsn(database))``.

    Whatever role a client names, the server sees ``user``.
    """

    port = str(_PORT)

    def __init__(self, place: Place, *, size: int = 3, user: str = SUPERUSER) -> None:
        self._place = place
        self._size = size
        self._user = user
        self._folder = Path(tempfile.mkdtemp(prefix="kw", dir="/tmp"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        user = server_user()
        os.chown(self._folder, user.uid, user.gid)
        settings = self._folder / "pgbouncer.ini"
        settings.write_text(
            _SETTINGS.format(
                host=self._place.socket_directory, port=PORT, user=self._user,
                folder=self._folder, listen_port=_PORT, size=self._size,
            )
        )  # fmt: skip
        become = [f"--reuid={user.name}", f"--regid={user.gid}", "--init-groups"]
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM",
             *(become if user.uid != os.geteuid() else []), PROGRAM, "-q", str(settings)],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while not self._answers():
            if self._process.poll() is not None:
                raise RuntimeError("pgbouncer ended")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        shutil.rmtree(self._folder)

    @property
    def host(self) -> str:
        """What clients give as host: the folder of its socket."""
        return str(self._folder)

    def dsn(self, database: str) -> str:
        """Return the connection string of a database through the pooler."""
        return psycopg.conninfo.make_conninfo(
            host=self.host, port=_PORT, dbname=database, user=SUPERUSER
        )

    @contextlib.contextmanager
    def other_clients(self, database: str) -> Iterator[None]:
        """Let other clients come between, so that a client is moved between server processes."""
        dsn, ended = self.dsn(database), threading.Event()

        def come_between() -> None:
            while not ended.is_set():
                with psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as connection:
                    for _ in range(5):
                        with connection.transaction():
                            connection.execute("select pg_sleep(0.01)")

        others = [threading.Thread(target=come_between) for _ in range(3)]
        for other in others:
            other.start()
        try:
            yield
        finally:
            ended.set()
            for other in others:
                other.join()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True
