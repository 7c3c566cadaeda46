"""The main job, shown: health records of real people, encrypted in a throw-away PostgreSQL server.

Prints each step with its SQL and what it gave, and fails where a step does not give what it
should. Nothing is left behind.
"""

import csv
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psycopg

from kwtools.cluster import Cluster, Place

PEOPLE = Path(__file__).parent / "data" / "rand-hie.csv"
BATCH = 1000
SHOWN = 3  # rows of a result
BOLD, DIM, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")


class Story:
    """Prints and runs the steps in one session."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.connection = place.connect()
        self.connection.add_notice_handler(
            lambda notice: print(f"{DIM}{notice.severity}:  {notice.message_primary}{PLAIN}")
        )
        self.steps = 0

    def step(self, title: str) -> None:
        """Begin a step."""
        self.steps += 1
        print(f"\n{BOLD}{self.steps}. {title}{PLAIN}")

    def sql(self, query: str) -> list[tuple[object, ...]]:
        """Show a statement, run it, show what it gave."""
        _show_query(query)
        rows = self._run(query)
        for row in rows[:SHOWN]:
            print("   " + " | ".join(_shorten(value) for value in row))
        if len(rows) > SHOWN:
            print(f"   … {len(rows)} rows")
        return rows

    def refused(self, query: str, sqlstate: str) -> None:
        """Show a statement that must fail with this SQLSTATE, and its error."""
        _show_query(query)
        try:
            self._run(query)
        except psycopg.Error as error:
            assert error.sqlstate == sqlstate, f"{error.sqlstate}: {error}"
            print(f"   ERROR {error.sqlstate}:  {error.diag.message_primary}")
            if error.diag.message_hint:
                print(f"   HINT:  {error.diag.message_hint}")
        else:
            raise AssertionError(f"not refused: {query}")

    def _run(self, query: str) -> list[tuple[object, ...]]:
        cursor = self.connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def _show_query(query: str) -> None:
    for line in query.strip().splitlines():
        print(f"   {DIM}{line}{PLAIN}")


def _shorten(value: object) -> str:
    text = "\\x" + value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _people() -> Iterator[list[tuple[int, str, str]]]:
    """Yield batches of (id, visits, health): what a record says of a person, as text."""
    with PEOPLE.open(newline="") as file:
        rows = csv.DictReader(file)
        records = (
            (
                number,
                f"{row['mdvis']} visits to a doctor",
                f"chronic diseases {row['disea']}, limitation {row['physlm']}, "
                f"health good {row['hlthg']} fair {row['hlthf']} poor {row['hlthp']}",
            )
            for number, row in enumerate(rows, 1)
        )
        while batch := list(islice(records, BATCH)):
            yield batch


def _set_up(story: Story) -> None:
    story.step("Two keys, in a keystore outside the data directory, and a policy that either opens")
    story.sql("create extension kwtools cascade")
    story.sql("select kw.add_provider('local', 'local')")
    story.sql(
        "select kw.create_kms_key('local', 'clinic-1'), kw.create_kms_key('local', 'clinic-2')"
    )
    story.sql("select kw.create_policy('default', 'either', 1, 2)")

    story.step("A table of patients: one data key for a whole column, and one key a person")
    story.sql("create table patients (id bigint primary key, visits bytea, health bytea)")
    story.sql("select kw.bind('patients', '*', 'visits')")


def _load(story: Story) -> list[tuple[int, str, str]]:
    story.step(
        f"Real records ({PEOPLE.name}: the RAND Health Insurance Experiment), batch by batch"
    )
    bind = "select cardinality(kw.bind_many('patients', %s, 'health'))"
    insert = """
insert into patients
select * from unnest(%s::bigint[],
    kw.encrypt_text_many('patients', %s, 'visits', %s),
    kw.encrypt_text_many('patients', %s, 'health', %s))"""
    _show_query(f"{bind};{insert}")
    people: list[tuple[int, str, str]] = []
    start = time.perf_counter()
    for batch in _people():
        ids, visits, health = (list(column) for column in zip(*batch, strict=True))
        pks = [str(number) for number in ids]
        story.connection.execute(bind, (pks,))
        story.connection.execute(insert, (ids, pks, visits, pks, health))
        people += batch
    _tell_rate("rows bound, encrypted and inserted", len(people), start)
    assert len(people) >= 5000
    counted = story.sql("select count(*), count(distinct health) from patients")
    assert counted == [(len(people), len(people))]
    return people


def _tell_rate(what: str, count: int, start: float) -> None:
    seconds = time.perf_counter() - start
    print(f"   {count} {what} in {seconds:.2f} s: {count / seconds:,.0f} a second")


def _read(story: Story, people: list[tuple[int, str, str]]) -> None:
    story.step("Look up and read: one, and all")
    story.sql("select * from patients where id = 1")
    story.sql(
        "select kw.lookup('patients', 1, 'health') as own, kw.lookup('patients', 1, 'visits') as shared"
    )
    rows = story.sql(
        "select kw.decrypt_text('patients', id, 'health', health) from patients where id = 1"
    )
    assert rows == [(people[0][2],)]
    start = time.perf_counter()
    everybody = story.sql(
        """
select unnest(array_agg(id)),
    unnest(kw.decrypt_text_many('patients', array_agg(id::text), 'visits', array_agg(visits))),
    unnest(kw.decrypt_text_many('patients', array_agg(id::text), 'health', array_agg(health)))
from patients"""
    )
    _tell_rate("records of two fields decrypted", len(everybody), start)
    assert sorted(everybody) == people, "a record came back changed"


def _refuse(story: Story) -> None:
    story.step("Who may not, gets an error; and a ciphertext belongs to its row")
    story.sql("create role clerk in role kw_client; grant select (id, visits) on patients to clerk")
    story.sql("set role clerk")
    story.sql("select kw.decrypt_text('patients', id, 'visits', visits) from patients where id = 2")
    story.refused("select kw.decrypt_text('patients', 2, 'health', '\\x00')", "KW100")
    story.sql("reset role")
    story.sql(
        "update patients set visits = (select visits from patients where id = 1) where id = 2"
    )
    story.refused(
        "select kw.decrypt_text('patients', id, 'visits', visits) from patients where id = 2",
        "KW300",
    )


def _live(story: Story, people: list[tuple[int, str, str]]) -> None:
    story.step("A new data key for new writes; what was written before still reads")
    story.sql("select kw.rotate('patients', '*', 'visits')")
    rows = story.sql(
        "select kw.decrypt_text('patients', id, 'visits', visits) from patients where id = 3"
    )
    assert rows == [(people[2][1],)]

    story.step("One KMS key is taken away: mode either reads on with the other, and says so")
    story.sql("select kw.set_kms_key_status(1, 'disabled')")
    rows = story.sql(
        "select kw.decrypt_text('patients', id, 'health', health) from patients where id = 4"
    )
    assert rows == [(people[3][2],)]
    story.sql("select kw.set_kms_key_status(1, 'active')")

    story.step("A person asks to be forgotten: the key is destroyed, the bytes are noise")
    story.sql("select kw.shred('patients', 5, 'health')")
    story.refused(
        "select kw.decrypt_text('patients', id, 'health', health) from patients where id = 5",
        "KW301",
    )


def _search(story: Story) -> None:
    story.step("What lies on disk: the table's own file, and everything else of the server")
    row = story.sql("select pg_relation_filepath('patients')")[0]
    story.sql("checkpoint")
    raw = (story.place.data / str(row[0])).read_bytes()
    at = raw.rindex(b"\xc1\x01")
    for start in range(at, at + 96, 32):
        piece = raw[start : start + 32]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
        print(f"   {start:08x}  {piece.hex(' ')}  {text}")
    searched = hits = 0
    for path in sorted(story.place.data.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            searched += len(data)
            hits += data.count(b"chronic diseases") + data.count(b"visits to a doctor")
    print(
        f"   {searched / 1e6:.0f} MB of data directory and WAL searched for the records' words: {hits} found"
    )
    assert hits == 0, "plaintext on disk"


def main() -> None:
    """Tell the story."""
    start = time.perf_counter()
    with Cluster() as cluster:
        story = Story(cluster.place)
        with story.connection:
            _set_up(story)
            people = _load(story)
            _read(story, people)
            _refuse(story)
            _live(story, people)
            _search(story)
    print(
        f"\nAll as it should be, in {time.perf_counter() - start:.0f} s. Next: the tour in README.md."
    )


if __name__ == "__main__":
    main()
