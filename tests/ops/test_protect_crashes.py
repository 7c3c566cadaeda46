"""The protection of a column beside writers, and through crashes of the server in every phase.

CRASH_ROUNDS and CRASH_ROWS in the environment make it longer.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kwtools.cluster import Place, set_up
from tests.ops.crashes import kill_sessions, reachable

KWTOOLS = Path(sys.executable).parent / "kwtools"
ROUNDS = int(os.environ.get("CRASH_ROUNDS", "8"))
ROWS = int(os.environ.get("CRASH_ROWS", "3000"))
_MOST_SECONDS_OF_A_STATEMENT = 1.0


@pytest.fixture
def place(own_cluster: Callable[..., Place]) -> Place:
    made = own_cluster(settings={"synchronous_commit": "on"})
    with made.connect() as connection:
        set_up(connection, "protect")
        connection.execute("create table people (id bigint primary key, email text, n int)")
        connection.execute(
            f"insert into people select g, 'm' || g, 0 from generate_series(1, {ROWS}) g"
        )
        connection.execute("analyze people")
    return made


def value(place: Place, query: str) -> Any:
    with place.connect() as connection:
        return connection.execute(query.encode()).fetchall()[0][0]


class Writers:
    """Writers of plaintext, each of its own keys; what they were told is committed is known."""

    written = "%s"
    """How a value is written, as SQL."""

    def __init__(self, place: Place, count: int = 2) -> None:
        self._place = place
        self._stop = threading.Event()
        self.known: list[dict[int, str | None]] = [{} for _ in range(count)]
        self.unsure: list[dict[int, set[str | None]]] = [{} for _ in range(count)]
        """What each lost connection wrote last to a key: it may have been committed."""
        self.longest = 0.0
        self.failed: list[str] = []
        self._threads = [
            threading.Thread(target=self._write, args=(number,)) for number in range(count)
        ]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        choose = random.Random(number)
        while not self._stop.is_set():
            with contextlib.suppress(psycopg.OperationalError), self._place.connect() as session:
                while not self._stop.is_set():
                    self._one(session, number, choose)
            time.sleep(0.05)

    def _one(self, session: psycopg.Connection, number: int, choose: random.Random) -> None:
        key = choose.randrange(1, ROWS * 2) * len(self.known) + number
        text = choose.choice([None, "", f"w{choose.random()}"])
        unsure = self.unsure[number].get(key, set())
        self.unsure[number][key] = unsure | {text}
        began = time.monotonic()
        try:
            session.execute(
                f"insert into people values (%s, {self.written}, 1)"
                " on conflict (id) do update set email = excluded.email, n = people.n + 1",
                (key, text),
            )
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            self.failed.append(str(error))
            self.unsure[number][key] = unsure
            return
        self.longest = max(self.longest, time.monotonic() - began)
        self.known[number][key] = text
        del self.unsure[number][key]

    def check(self, found: dict[int, str | None]) -> None:
        """The rows hold what was written last, as far as the writers were told."""
        known: dict[int, str | None] = {number: f"m{number}" for number in range(1, ROWS + 1)}
        for one in self.known:
            known |= one
        unsure = {key: texts for one in self.unsure for key, texts in one.items()}
        wrong = {
            key: (text, found.get(key))
            for key, text in known.items()
            if found.get(key) != text and found.get(key) not in unsure.get(key, ())
        }
        assert wrong == {}
        made = found.keys() - known.keys()
        assert [key for key in made if found[key] not in unsure.get(key, ())] == []


def check(place: Place, column: str, writers: Writers) -> None:
    """Every write is there, in plaintext, ciphertext and token; nothing else changed."""
    with place.connect() as session:
        if session.execute("select from kw.blind_indexes").fetchall():
            differing = session.execute(
                f"select id from people where email_token is distinct from"
                f" kw.blind_index('people', 'email', {column})"
            ).fetchall()
            assert differing == []
        rows = session.execute(
            f"select id, {column}, kw.decrypt_text('people', id, 'email', email_encrypted)"
            " from people"
        ).fetchall()
    assert [row for row in rows if row[1] != row[2]] == []
    writers.check({row[0]: row[1] for row in rows})


SEARCH = "--search", "equality", "--normaliser", "ascii-lower"
CHOICES = [(), SEARCH, ("--shown-by", "view", *SEARCH)]


def command(place: Place, *arguments: str) -> subprocess.Popen[bytes]:
    given = ["encrypt-column", "people", "email", "--batch", "100", "--dsn", place.dsn()]
    return subprocess.Popen(
        [KWTOOLS, *given, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.mark.parametrize("chosen", CHOICES)
def test_writers_beside_all_phases_lose_nothing_and_wait_for_nobody(
    place: Place, chosen: tuple[str, ...]
) -> None:
    with Writers(place) as writers:
        assert command(place, "--until", "verified", *chosen).wait() == 0
        time.sleep(0.2)
    check(place, "email", writers)
    assert writers.failed == []
    assert sum(len(one) for one in writers.known) > 50
    # many times what a batch takes; a writer that waited for a phase would wait for longer
    assert writers.longest < 20 * _MOST_SECONDS_OF_A_STATEMENT


def moments() -> Iterator[float]:
    choose = random.Random(18)
    for _ in range(ROUNDS):
        yield choose.uniform(0.3, 1.5)


@pytest.mark.parametrize("chosen", CHOICES[:2])
def test_crashes_in_any_phase_lose_nothing_and_the_command_goes_on(
    place: Place, chosen: tuple[str, ...]
) -> None:
    with Writers(place) as writers:
        for number, moment in enumerate(moments()):
            running = command(place, "--rate", "2000", *chosen)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(moment)
            if number % 2:
                running.kill()
            else:
                kill_sessions(place, "kwtools encrypt-column")
            running.wait()
            reachable(place)
        assert command(place, *chosen).wait() == 0
    check(place, "email", writers)
    assert value(place, "select status from kw.protection_status()") == "verified"


@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize("step", ["expand", "backfill", "verify", "cut_over", "contract", "undo"])
def test_a_crash_in_the_transaction_of_a_phase_leaves_the_phase_before(
    place: Place, step: str, chosen: tuple[str, ...]
) -> None:
    until = {
        "backfill": "expanded", "verify": "backfilled", "cut_over": "verified",
        "contract": "cut_over", "undo": "cut_over",
    }.get(step)  # fmt: skip
    if until:
        assert command(place, "--until", until, *chosen).wait() == 0
    given = ""
    if step == "expand" and chosen:
        shown_by = "view" if "view" in chosen else "column"
        given = f", shown_by => '{shown_by}', search => 'equality'"
    state = (
        "select coalesce((select jsonb_agg(to_jsonb(p) order by id) from kw.protections p), '[]')"
        " || (select jsonb_agg(to_jsonb(a) - 'attcacheoff' order by attnum) from pg_attribute a"
        " where attrelid = 'people'::regclass)"
        " || (select coalesce(jsonb_agg(tgname order by tgname), '[]') from pg_trigger"
        " where tgrelid = 'people'::regclass)"
        " || (select jsonb_agg(to_jsonb(p) order by id) from people p)"
        " || (select coalesce(jsonb_agg(to_jsonb(e)), '[]') from kw.entities e)"
        " || (select coalesce(jsonb_agg(to_jsonb(x)), '[]') from kw.blind_indexes x)"
        " || (select jsonb_agg(relname order by relname) from pg_class"
        " where relnamespace = 'public'::regnamespace)"
    )
    before = value(place, state)
    with place.connect() as other, contextlib.suppress(psycopg.OperationalError):
        session = place.connect(autocommit=False)
        session.execute(f"select kw.protect_{step}('people', 'email'{given})")
        os.kill(session.info.backend_pid, signal.SIGKILL)
        while True:  # until the server has noticed, and ended every session
            other.execute("select pg_sleep(0.05)")
    reachable(place)
    assert value(place, state) == before
    if step == "undo":
        assert command(place, "--undo").wait() == 0
    else:
        assert command(place, "--until", "contracted", *chosen).wait() == 0
