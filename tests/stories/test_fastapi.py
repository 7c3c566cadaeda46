"""A FastAPI application goes from plaintext to a protected column, while clients use it.

The commands are those of docs/use/sqlalchemy.md.
"""

import contextlib
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.pages import blocks
from tests.conftest import Database
from tests.stories.load import Client, Load
from testservers.ports import free_ports

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "use" / "sqlalchemy.md"
APPLICATION = ROOT / "examples" / "fastapi"
COMMANDS = [
    line
    for block in blocks(PAGE.read_text(), "sh")
    if "tests/stories/test_fastapi.py" in block.comment
    for line in block.text.splitlines()
    if not line.startswith("cd ")
]
ROWS = 5000
REQUESTS = 400
"""At least so many in each part."""


class Shop:
    """The servers and the migrations of the application."""

    def __init__(self, environment: dict[str, str], closing: contextlib.ExitStack) -> None:
        self.environment = {**os.environ, **environment}
        self.environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._closing = closing
        self._server: subprocess.Popen[bytes] | None = None

    def run(self, command: str) -> str | None:
        """Run a command of the page. If it starts a server, return its address."""
        words = shlex.split(command)
        if "uvicorn" in words:
            return self._serve(words)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=APPLICATION,
            env={**self.environment, "PGUSER": self.environment["PEOPLE_OWNER"]},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return None

    def _serve(self, words: list[str]) -> str:
        (port,) = free_ports(1)  # the page's port may be taken here
        words[words.index("--port") + 1] = str(port)
        environment = dict(word.split("=", 1) for word in words if re.match(r"[A-Z]+=", word))
        words = [word for word in words if "=" not in word]
        server = subprocess.Popen(
            [*words, "--log-level", "warning"],
            cwd=APPLICATION,
            env={**self.environment, "PGUSER": self.environment["PEOPLE_APP"], **environment},
        )
        self._closing.callback(server.wait)
        self._closing.callback(server.terminate)
        address = f"http://127.0.0.1:{port}"
        while server.poll() is None:
            with contextlib.suppress(OSError):
                Client(address, 0).send("GET", "/people/1")
                return address
            time.sleep(0.05)
        raise AssertionError("the server did not start")


class Visitors:
    """What each client does in turn: add a person, read, find, change."""

    def __init__(self) -> None:
        self._last: dict[int, dict[str, object]] = {}

    def __call__(self, client: Client, done: int) -> None:
        """Send one request."""
        person = self._last.get(client.number, {})
        if done % 4 == 0:
            given = {"name": f"n{done}", "email": f"{client.number}.{done}@example.org"}
            answer = client.send("POST", "/people", given)
            assert answer.status == 201, answer
            assert answer.body == {**given, "id": answer.body["id"]}
            self._last[client.number] = answer.body
            return
        if done % 4 == 1:
            answer = client.send("GET", f"/people/{person['id']}")
            expected: object = person
        elif done % 4 == 2:
            answer = client.send("GET", f"/people?email={person['email']}")
            expected = [person]
        else:
            given = {"name": "changed", "email": f"new.{person['email']}"}
            answer = client.send("PUT", f"/people/{person['id']}", given)
            expected = {**given, "id": person["id"]}
        assert (answer.status, answer.body) == (200, expected), answer


@pytest.fixture
def shop(db: Database, make_role: Callable[..., str]) -> Iterator[Shop]:
    """The application before its first migration: two roles, and no table."""
    owner, app = make_role("kw_client"), make_role("kw_client")
    db.sql(f'grant create on schema public to "{owner}"')
    environment = {**db.place.environment(db.name), "PEOPLE_OWNER": owner, "PEOPLE_APP": app}
    with contextlib.ExitStack() as closing:
        yield Shop(environment, closing)


def test_an_application_with_data_is_protected_while_clients_use_it(
    shop: Shop, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    first, serve, protect, release, *rest = COMMANDS
    shop.run(first)
    db.sql(
        "insert into people (name, email)"
        f" select 'n' || n, 'old.' || n || '@example.org' from generate_series(1, {ROWS}) n"
    )
    url = shop.run(serve)
    assert url is not None
    load = Load(url, Visitors())
    with load.running("start"):
        load.part("plaintext, before", REQUESTS)
        load.part(protect)
        shop.run(protect)
        load.part(release)
        other = shop.run(release)
        assert other is not None
        load.switch(other)
        load.part("release 2", REQUESTS)
        for command in rest:
            load.part(command)
            shop.run(command)
        load.part("protected, after", REQUESTS)
        taken = Client(other, 0).send(
            "POST", "/people", {"name": "x", "email": "OLD.1@example.org"}
        )
    with capsys.disabled():
        print(f"\n{load.report()}")
    assert load.failures == []
    assert taken.status == 409, taken
    decrypted = "kw.decrypt_text('people', id, 'email', email)"
    ((rows, right),) = db.sql(
        f"""
        select count(*), count(*) filter (where kw.is_ciphertext(email)
            and email_token = kw.blind_index('people', 'email', {decrypted}))
        from people_protected
        """
    )
    assert rows == right >= ROWS + REQUESTS // 4
    columns = "select attname from pg_attribute where attrelid = %s::regclass and not attisdropped"
    left = {name for (name,) in db.sql(f"{columns} and attnum > 0", "people_protected")}
    assert left == {"id", "name", "email", "email_token"}


def test_the_way_back_leads_to_plaintext_and_release_1(shop: Shop, db: Database) -> None:
    first, serve, protect, _, show, *_ = COMMANDS
    shop.run(first)
    db.sql("insert into people (name, email) values ('Ada', 'ada@example.org')")
    shop.run(protect)
    shop.run(show)
    db.sql("update people set email = 'new@example.org'")
    shop.run(show.replace("upgrade 0003", "downgrade 0001"))
    url = shop.run(serve)
    assert url is not None
    answer = Client(url, 0).send("GET", "/people?email=new@example.org")
    assert answer.body == [{"id": 1, "name": "Ada", "email": "new@example.org"}]
    assert db.sql("select email from people") == [("new@example.org",)]


def test_the_migrations_can_be_written_as_sql(shop: Shop, db: Database) -> None:
    """What ``--sql`` writes does the same."""
    first, _, protect, *_ = COMMANDS
    shop.run(first)
    db.sql("insert into people (name, email) values ('Ada', 'ada@example.org')")
    offline = protect.replace("0002", "0001:0004 --sql")
    shop.run(f"set -o pipefail; {offline} | psql -qX -v ON_ERROR_STOP=1")
    assert db.sql("select email, email_token is null from people") == [("ada@example.org", False)]
    assert db.sql("select version_num from alembic_version") == [("0004",)]
