"""The server of a run, and its databases: one for each group, or the large one that most share."""

import contextlib
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

from psycopg import sql

from bench.measure import WARM_UP, Line, Workload, in_turn
from kwtools.cluster import Cluster, Place, set_up

BIND_BATCH = 10_000
FILLED = "bench"
SCHEMA = (Path(__file__).parent / "schema.sql").read_text()

SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "jit": "off",
    "autovacuum": "off",  # nobody gathers statistics before they are asked for
}


def new_database(place: Place, name: str) -> str:
    """Make a database of a server with the extension and the policy ``default`` (mode either)."""
    with place.connect() as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    with place.connect(name) as connection:
        set_up(connection, name)
    return name


class Server:
    """``with Server(...) as server: ...``; it starts, and is filled, when a group first asks."""

    def __init__(self, bindings: int, rounds: int, rows: int | None = None) -> None:
        self.bindings = bindings
        self.rounds = rounds
        self.rows = rows
        self._closing = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    @cached_property
    def place(self) -> Place:
        """The running server."""
        return self._closing.enter_context(Cluster(settings=SETTINGS)).place

    def described(self) -> str:
        """Return what figures of this run depend on."""
        with self.place.connect() as connection:
            version = connection.info.parameter_status("server_version")
        cores = os.cpu_count()
        return (
            f"PostgreSQL {version}, {cores} cores, with {self.bindings:,} bindings,"
            f" {self.rounds} rounds"
        )

    def new_database(self, name: str) -> str:
        """Make a database with the extension and the policy ``default`` (mode either)."""
        return new_database(self.place, name)

    @cached_property
    def filled(self) -> str:
        """The database of schema.sql, with as many bindings and rows of peers as asked for."""
        name = self.new_database(FILLED)
        with self.place.connect(name) as connection:
            connection.execute(SCHEMA)
            for start in range(0, self.bindings, BIND_BATCH):
                connection.execute(
                    "call bench.fill(%s, %s)",
                    (start, min(start + BIND_BATCH, self.bindings) - 1),
                )
            connection.execute("call bench.prepare_rows(%s)", (WARM_UP + self.rounds,))
            connection.execute("vacuum analyze")
        return name

    def in_turn(self, database: str, workloads: Sequence[Workload]) -> tuple[Line, ...]:
        """Run workloads in turn in new sessions of a database."""
        return self.beside(database, database, workloads)

    def beside(self, database: str, peers: str, workloads: Sequence[Workload]) -> tuple[Line, ...]:
        """Run workloads in turn in new sessions: those that are peers in another database."""
        with self.place.connect(database) as ours, self.place.connect(peers) as beside:
            return tuple(in_turn(ours, beside, workloads, self.rounds))
