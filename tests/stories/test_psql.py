"""A shop that has psql and nothing else protects a column, while sessions use the table.

The scripts are those of examples/psql_protect, and docs/use/psql.md explains them.
"""

import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Database
from tests.stories.load import Client, Load

SCRIPTS = Path(__file__).parents[2] / "examples" / "psql_protect"
STATEMENTS = 400
"""At least so many in each part."""


class Sessions:
    """What each session does in turn, by statements that are prepared and stay so."""

    def __init__(self, db: Database, app: str) -> None:
        self._db, self._app = db, app
        self._sessions: dict[int, psycopg.Connection[Any]] = {}
        self.known: dict[int, tuple[str, str | None]] = {}
        """Names and e-mails by key, as they were committed."""
        self.by_token = False

    def __call__(self, client: Client, done: int) -> None:
        """Run one statement, and compare what it gives."""
        number = client.number
        if number not in self._sessions:
            self._sessions[number] = self._db.connect(self._app)
        session = self._sessions[number]
        known = self.known.copy()  # at once: other sessions change it
        own = sorted(key for key, (name, _) in known.items() if name == f"n{number}")
        if not own or done % 6 == 0:
            self._insert(session, number, done)
            return
        key = random.Random(done).choice(own)
        name, email = self.known[key]
        match done % 6:
            case 1:
                query = "select name, email from people where id = %s"
                assert _rows(session, query, key) == [(name, email)]
            case 2:
                query = "select id from people where email = %s"
                if self.by_token:
                    query = (
                        "select id from people where"
                        " email_token = kw.blind_index('people', 'email', %s)"
                    )
                assert _rows(session, query, email) == [(key,)]
            case 3:
                changed = f"{number}.{done}.changed@example.org"
                query = (
                    "update people set email = %s, changed_at = now() where id = %s returning email"
                )
                assert _rows(session, query, changed, key) == [(changed,)]
                self.known[key] = name, changed
            case 4:
                assert _rows(session, "select name_of(%s)", email) == [(name,)]
            case _:
                query = "delete from people where id = %s returning name"
                assert _rows(session, query, key) == [(name,)]
                del self.known[key]

    def _insert(self, session: psycopg.Connection[Any], number: int, done: int) -> None:
        name, email = f"n{number}", f"{number}.{done}@example.org"
        query = "insert into people (name, email) values (%s, %s) returning id, email"
        ((key, found),) = _rows(session, query, name, email)
        assert found == email
        self.known[key] = name, email

    def close(self) -> None:
        """Close the sessions."""
        for session in self._sessions.values():
            session.close()


def _rows(session: psycopg.Connection[Any], query: str, *given: Any) -> list[tuple[Any, ...]]:
    return session.execute(query.encode(), given, prepare=True).fetchall()


@pytest.fixture
def run(db: Database, make_role: Callable[..., str]) -> tuple[Callable[[str], None], str]:
    """``run('cut_over')`` runs a script as the owner of the schema; and the application's role."""
    owner, app = make_role("kw_client"), make_role()
    db.sql(f"alter schema public owner to {owner}; grant kw_client to {owner} with admin option")
    environment = {**os.environ, "PGUSER": owner, "PGDATABASE": db.name, "SHOP_APP": app}

    def run(script: str) -> None:
        dsn = db.place.dsn(db.name, owner)
        options = ["-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-d", dsn]
        done = subprocess.run(
            ["psql", *options, "-f", SCRIPTS / f"{script}.sql"],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    return run, app


def test_no_statement_fails_while_a_column_is_protected(
    db: Database, run: tuple[Callable[[str], None], str], capsys: pytest.CaptureFixture[str]
) -> None:
    script, app = run
    script("before")
    script("plan")
    sessions = Sessions(db, app)
    load = Load("http://unused", sessions, clients=3)
    with load.running("before"):
        load.part("before", STATEMENTS)
        for name in (
            "encrypt",
            "cut_over",
            "undo",
            "encrypt",
            "find_by_token",
            "cut_over",
            "contract",
        ):
            load.part(f"during {name}")
            script(name)
            sessions.by_token = sessions.by_token or name == "find_by_token"
            load.part(f"after {name}", STATEMENTS)
    sessions.close()
    with capsys.disabled():
        print(f"\n{load.report()}")
    assert load.failures == []
    found = db.sql("select id, name, email from people where name like 'n%'")
    assert {key: (name, email) for key, name, email in found} == sessions.known
    assert db.sql("select count(*) from people where name like 'Person%'") == [(3000,)]
    columns = db.sql(
        "select attname::text, format_type(atttypid, null) from pg_attribute"
        " where attrelid = 'people_protected'::regclass and attnum > 0 and not attisdropped"
    )
    assert ("email", "bytea") in columns
    assert not {name for name, _ in columns} & {"email_plaintext", "email_encrypted"}
