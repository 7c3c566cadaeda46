"""``kwtools rotate-index`` beside writers, through crashes at any moment, and beside itself.

CRASH_ROUNDS in the environment makes it longer.
"""

import contextlib
import itertools
import random
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from kwtools.cluster import Place, set_up
from tests.ops.crashes import kill_sessions, reachable
from tests.ops.test_protect_crashes import KWTOOLS, moments

ROWS = 1500
FIND = "select id from members where email_token = kw.blind_index('members', 'email', %s)"
INDEXES = """
select c.relname, i.indisunique, pg_get_constraintdef(o.oid) from pg_index i
join pg_class c on c.oid = i.indexrelid left join pg_constraint o on o.conindid = c.oid
where i.indrelid = 'members_protected'::regclass and i.indisvalid order by 1
"""
COLUMNS = """
select attname from pg_attribute
where attrelid = 'members_protected'::regclass and attnum > 0 and not attisdropped order by 1
"""
AS_BEFORE = f"select (select array_agg(x) from ({INDEXES}) x), array({COLUMNS})"


@pytest.fixture
def place(own_cluster: Callable[..., Place]) -> Place:
    made = own_cluster(settings={"synchronous_commit": "on"})
    with made.connect() as connection:
        set_up(connection, "rotate")
        connection.execute(
            "create table members (id bigint primary key, grp int default 1, email bytea,"
            " email_token bytea unique)"
        )
        connection.execute("create index members_by_group on members (grp, email_token)")
        connection.execute("select kw.bind('members', '*', 'email')")
        connection.execute("select kw.create_index_key('members', 'email', 'email')")
        connection.execute(
            "select kw.set_protected_field('members', 'email', token_column => 'email_token')"
        )
        connection.execute("select kw.create_protected_view('members', 'members')")
        connection.execute(
            f"insert into members (id, email) select n, 'm' || n from generate_series(1, {ROWS}) n"
        )
        connection.execute("analyze members_protected")
    return made


def rows(place: Place, query: str, *given: object) -> list[tuple[Any, ...]]:
    with place.connect() as connection:
        return connection.execute(query.encode(), given or None).fetchall()


class Users:
    """Sessions that write rows and look others up; what went wrong for them is kept."""

    def __init__(self, place: Place, count: int = 2) -> None:
        self._place = place
        self._stop = threading.Event()
        self.written: dict[int, str] = {}
        self.unsure: set[int] = set()
        self.wrong: list[object] = []
        self._threads = [threading.Thread(target=self._use, args=(n,)) for n in range(count)]

    def __enter__(self) -> "Users":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _use(self, number: int) -> None:
        choose = random.Random(number)
        keys = itertools.count(10**6 * (number + 1))
        while not self._stop.is_set():
            with contextlib.suppress(psycopg.OperationalError), self._place.connect() as session:
                while not self._stop.is_set():
                    self._one(session, next(keys), choose)
                    time.sleep(0.01)
            time.sleep(0.05)

    def _one(self, session: psycopg.Connection, key: int, choose: random.Random) -> None:
        text = f"w{key}"
        self.unsure.add(key)
        try:
            session.execute("insert into members (id, email) values (%s, %s)", (key, text))
            self.unsure.discard(key)
            self.written[key] = text
            self._look_up(session, key, text)
            known = choose.randrange(1, ROWS + 1)
            self._look_up(session, known, f"m{known}")
            with contextlib.suppress(psycopg.errors.UniqueViolation):
                session.execute(
                    "insert into members (id, email) values (%s, %s)", (-key, f"m{known}")
                )
                self.wrong.append(("twice", known))
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            self.wrong.append(str(error))

    def _look_up(self, session: psycopg.Connection, key: int, text: str) -> None:
        found = session.execute(FIND, (text,)).fetchall()
        if found != [(key,)]:
            self.wrong.append((text, found))


def command(place: Place, *arguments: str) -> subprocess.Popen[str]:
    given = [
        "rotate-index",
        "members",
        "email",
        "--batch",
        "50",
        "--wait",
        "5",
        "--dsn",
        place.dsn(),
    ]
    return subprocess.Popen(
        [KWTOOLS, *given, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def check(place: Place, before: object, users: Users) -> None:
    """All tokens are of one key, every row is found by its own, and nothing is left behind."""
    assert users.wrong == []
    assert rows(place, AS_BEFORE) == before
    assert len(rows(place, "select distinct get_byte(email_token, 4) from members_protected")) == 1
    found = dict(rows(place, "select id, email from members"))
    known = {n: f"m{n}" for n in range(1, ROWS + 1)} | users.written
    assert {key: found.get(key) for key in known} == known
    assert found.keys() - known.keys() <= users.unsure
    differing = (
        "select id from members where email_token is distinct from"
        " kw.blind_index('members', 'email', email)"
    )
    assert rows(place, differing) == []
    assert rows(place, "select * from kw.doctor() where not ok") == []


def test_kills_at_any_moment_lose_nothing_and_the_command_goes_on(place: Place) -> None:
    before = rows(place, AS_BEFORE)
    with Users(place) as users:
        for number, moment in enumerate(moments()):
            running = command(place, "--rate", "1500")
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(0.5 + 2 * moment)
            if number % 2:
                kill_sessions(place, "kwtools rotate-index")
            else:
                running.kill()
            running.communicate()
            reachable(place)
        last = command(place)
        _, err = last.communicate()
        assert last.returncode == 0, err
    check(place, before, users)


def test_two_at_one_time_end_well_or_say_why_not(place: Place) -> None:
    before = rows(place, AS_BEFORE)
    with Users(place) as users:
        for _ in range(2):
            for one in [command(place, "--rate", "3000") for _ in range(2)]:
                _, err = one.communicate()
                assert one.returncode == 0 or "Repeat the call" in err, err
                assert "Traceback" not in err
        last = command(place)
        _, err = last.communicate()
        assert last.returncode == 0, err
    check(place, before, users)
