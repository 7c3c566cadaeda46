"""The database of the programs in ``examples/drivers``, and what each of them has to print."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kwtools.cluster import PLAIN_ENVIRONMENT
from tests.conftest import Database
from testservers.pgbouncer import PgBouncer

EXAMPLES = Path(__file__).parents[2] / "examples" / "drivers"
POOLED = "--pooled"
_PREFIX = re.compile(r"(?m)^\d{4}-\S+ \S+ \S+ \[\d+\] \S+@\S+ ")

# The client has to repeat the first INSERT of this person.
_CONFLICT = """
create sequence conflicts;
grant usage on conflicts to public;
create function conflict() returns trigger language plpgsql as $$
begin
    if nextval('conflicts') = 1 then
        raise serialization_failure using message = 'could not serialize access';
    end if;
    return new;
end
$$;
create trigger conflict before insert on people for each row when (new.name = 'Retry')
execute function conflict();
"""

PRINTED = {
    "one": "ada@example.org",
    "many": "1 ada@example.org, 2 grace@example.org, 3 null",
    "keys": "met at noon 4711",
    "view": "Ada L. ada@example.org",
    "upserted": "turing@example.org",
    "copied": "100 109@example.org",
    "pipeline": "119@example.org",
    "prepared": "29@example.org",
    "repeated": "2 retry@example.org",
    "salary": "not permitted",
    "person 9": "erased",
    "moved": "unreadable",
}


@dataclass(frozen=True)
class People:
    """A database with the schema of the examples, and the role of its application."""

    db: Database
    role: str
    host: str
    port: str
    arguments: tuple[str, ...]

    def run(self, *command: str | Path, **environment: str) -> None:
        """Run a program, and check that it prints what every program does."""
        printed = self.output(*command, **environment)
        assert printed == {name: PRINTED[name] for name in printed}
        left_out = PRINTED.keys() - printed.keys()
        may_be_left_out = {"pipeline", "view", "upserted"}
        assert left_out <= may_be_left_out | ({"prepared"} if self.arguments else set())

    def output(self, *command: str | Path, **environment: str) -> dict[str, str]:
        """Run a program against the database, and check what it leaves; return what it prints."""
        done = subprocess.run(
            [*command, *self.arguments],
            cwd=EXAMPLES,
            env={
                **PLAIN_ENVIRONMENT,
                **self.db.place.environment(self.db.name, self.role),
                "PGHOST": self.host,
                "PGPORT": self.port,
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        self._check_what_is_stored()
        return dict(line.split(": ", 1) for line in done.stdout.splitlines())

    def _check_what_is_stored(self) -> None:
        """Every value is a ciphertext, and the statements that the server logged have no value."""
        assert self.db.sql(
            """
            select count(*) from people
            where id between 10 and 109
                and kw.decrypt_text('people', id, 'email', email) = id || '@example.org'
            """
        ) == [(100,)]
        assert self.db.sql("select from people where not kw.is_ciphertext(email)") == []
        entries = re.split(r"(?m)^(?=\d{4}-)", self.db.place.log.read_text())
        logged = "".join(entry for entry in entries if f"{self.role}@{self.db.name}" in entry)
        assert "kw.encrypt_text_many_by_bigint" in logged
        assert "kw.decrypt_text(" in logged
        statements = _PREFIX.sub("", logged)  # a process may have the number
        assert not re.search(r"@example\.org|met at noon|4711", statements)


@pytest.fixture(params=["direct", "behind pgbouncer"])
def people(
    request: pytest.FixtureRequest, db: Database, make_role: Callable[..., str]
) -> Iterator[People]:
    """The database, reached directly and through pgbouncer in transaction mode."""
    role = make_role()
    for script in ("schema.sql", "grants.sql"):
        subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", f"app={role}", "-f", script],
            cwd=EXAMPLES,
            env={**os.environ, **db.place.environment(db.name)},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    db.sql(_CONFLICT)
    for setting in ("log_statement = 'all'", "log_parameter_max_length = 0"):
        db.sql(f'alter role "{role}" set {setting}')
    if request.param == "direct":
        environment = db.place.environment(db.name)
        yield People(db, role, environment["PGHOST"], environment["PGPORT"], ())
    else:
        with PgBouncer(db.place, user=role) as bouncer, bouncer.other_clients(db.name):
            yield People(db, role, bouncer.host, bouncer.port, (POOLED,))
