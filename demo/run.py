"""The main job, shown: income and health of real people, encrypted in a throw-away server.

Prints each step with its SQL and what it gave. Where a step does not give what it should, it
says so and ends with exit code 1. Nothing is left behind.
"""

import csv
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from demo import two_kmss
from demo.story import BOLD, PLAIN, Story, expect, show_query
from kwtools.cluster import Cluster, Place

PEOPLE = Path(__file__).parent / "data" / "rand-hie.csv"
BATCH = 1000
WORDS = (b"dollars a year", b"mental health index")  # one of them is in each plaintext


class Person(NamedTuple):
    """What is to be stored of a person."""

    id: int
    income: str
    health: str


def _people() -> Iterator[list[Person]]:
    """Yield batches of people."""
    with PEOPLE.open(newline="") as file:
        people = (
            Person(
                int(row["zper"]),
                f"{row['income']} dollars a year",
                f"mental health index {row['mhi']}, {row['mentvis']} visits to a psychotherapist, "
                f"chronic diseases {row['disea']}, {row['mdvis']} visits to a doctor",
            )
            for row in csv.DictReader(file)
        )
        while batch := list(islice(people, BATCH)):
            yield batch


def _set_up(story: Story) -> None:
    story.step(
        "Two keys, in a keystore outside the data directory, and a policy: either of them opens"
    )
    story.sql("create extension kwtools cascade")
    story.sql("select kw.add_provider('local', 'local')")
    story.sql("select kw.create_kms_key('local', 'study-1'), kw.create_kms_key('local', 'study-2')")
    story.sql("select kw.create_policy('default', 'either', 1, 2)")

    story.step("A table of people. Incomes share one data key: the binding '*' covers every row")
    story.sql("create table people (id bigint primary key, income bytea, health bytea)")
    story.sql("select kw.bind('people', '*', 'income')")


def _load(story: Story) -> list[Person]:
    story.step(
        "Real people, 1,000 a call: a data key for each one's health; encrypted, then inserted"
    )
    print("   (the RAND Health Insurance Experiment, public domain: demo/data/README.md)")
    bind = "select cardinality(kw.bind_many('people', %s, 'health'))"
    insert = """
insert into people
select * from unnest(%s::bigint[],
    kw.encrypt_text_many('people', %s, 'income', %s),
    kw.encrypt_text_many('people', %s, 'health', %s))"""
    show_query(f"{bind};{insert}")
    people: list[Person] = []
    start = time.perf_counter()
    for batch in _people():
        ids, incomes, healths = (list(column) for column in zip(*batch, strict=True))
        pks = [str(number) for number in ids]
        story.connection.execute(bind, (pks,))
        story.connection.execute(insert, (ids, pks, incomes, pks, healths))
        people += batch
    _tell_rate("people: bound, both values encrypted, inserted", len(people), start)
    counted = story.sql(
        """
select count(*) as people, count(distinct health) as ciphertexts,
    (select count(*) from kw.key_wrappers) as data_keys
from people"""
    )
    expect(counted == [(len(people), len(people), len(people) + 1)], "a data key each, and one")
    expect(len(people) > 5000, "thousands of people")
    return people


def _tell_rate(what: str, count: int, start: float) -> None:
    seconds = time.perf_counter() - start
    print(f"   {BOLD}{count:,} {what} in {seconds:.2f} s: {count / seconds:,.0f} a second{PLAIN}")


def _read(story: Story, people: list[Person]) -> None:
    one = people[0]
    story.step("Look up and read: one, and all")
    story.sql(f"select * from people where id = {one.id}")
    wrappers = story.sql(
        f"select kw.lookup('people', {one.id}, 'health') as own, kw.lookup('people', {one.id}, 'income') as shared"
    )
    expect(len({None, *wrappers[0]}) == 3, "a wrapper each")
    expect(_health(story, one) == one.health, f"{one.health!r} again")
    start = time.perf_counter()
    everybody = story.sql(
        """
select unnest(array_agg(id)),
    unnest(kw.decrypt_text_many('people', array_agg(id::text), 'income', array_agg(income))),
    unnest(kw.decrypt_text_many('people', array_agg(id::text), 'health', array_agg(health)))
from people"""
    )
    _tell_rate("people, two values each, decrypted in one call a column", len(everybody), start)
    expect(sorted(everybody) == sorted(people), "everybody's values again, unchanged")
    start = time.perf_counter()
    story.sql("select count(kw.decrypt_text('people', id, 'health', health)) from people")
    _tell_rate("people, one value each, decrypted in a call a row", len(people), start)


def _health(story: Story, person: Person) -> object:
    rows = story.sql(
        f"select kw.decrypt_text('people', id, 'health', health) from people where id = {person.id}"
    )
    return rows[0][0]


def _refuse(story: Story, people: list[Person]) -> None:
    one, other = people[1].id, people[2].id
    income = (
        f"select kw.decrypt_text('people', id, 'income', income) from people where id = {other}"
    )
    story.step("Who may not SELECT a column gets an error; the rest is GRANT")
    story.sql("create role clerk in role kw_client; grant select (id, income) on people to clerk")
    story.sql("set role clerk")
    expect(story.sql(income) == [(people[2].income,)], "the clerk reads incomes")
    story.refused(f"select kw.decrypt_text('people', {other}, 'health', '\\x00')", "KW100")
    story.sql("reset role")

    story.step("A ciphertext belongs to its row: moved to another, it is refused")
    story.sql(
        f"update people set income = (select income from people where id = {one}) where id = {other}"
    )
    story.refused(income, "KW300")


def _live(story: Story, people: list[Person]) -> None:
    story.step("A new data key for new writes; what was written before still reads")
    before = story.sql("select kw.lookup('people', '*', 'income')")
    after = story.sql("select kw.rotate('people', '*', 'income')")
    expect(before != after, "another wrapper")
    old = people[3]
    rows = story.sql(
        f"select kw.decrypt_text('people', id, 'income', income) from people where id = {old.id}"
    )
    expect(rows == [(old.income,)], f"{old.income!r} again")

    story.step("One KMS key is taken away: mode either reads on with the other, and says so")
    story.sql("select kw.set_kms_key_status(1, 'disabled')")
    person = people[4]
    expect(_health(story, person) == person.health, f"{person.health!r} again")
    expect(any("the other leg was used" in said for said in story.warnings), "a warning")
    story.sql("select kw.set_kms_key_status(1, 'active')")

    gone, stays = people[5], people[6]
    story.step("A person asks to be forgotten: the key is destroyed, what is left are bytes")
    story.sql(f"select kw.shred('people', {gone.id}, 'health')")
    story.refused(
        f"select kw.decrypt_text('people', id, 'health', health) from people where id = {gone.id}",
        "KW301",
    )
    expect(_health(story, stays) == stays.health, "the next person as before")


def _search(story: Story) -> None:
    place = story.place
    story.step("What lies on disk: the end of the table's own file, and everything else")
    ((health, path),) = story.sql(
        "select health, pg_relation_filepath('people') from people order by ctid desc limit 1"
    )
    story.sql("checkpoint")
    expect(isinstance(health, bytes), "a ciphertext")
    raw = (place.data / str(path)).read_bytes()
    at = raw.find(bytes(health))  # type: ignore[call-overload]
    expect(at > 0, "the row's ciphertext in the table's file")
    for start in range(at, at + 128, 32):
        piece = raw[start : start + 32]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
        print(f"   {start:08x}  {piece.hex(' ')}  {text}")
    files = [file for file in (place.log, *place.data.rglob("*")) if file.is_file()]
    contents = b"\n".join(file.read_bytes() for file in files)
    control = contents.count(b"study-1")
    hits = {word.decode(): contents.count(word) for word in WORDS}
    print(f"   {len(contents) / 1e6:.0f} MB of data directory, WAL and log searched:")
    print(f"   'study-1', the name of a key, which lies there in clear: {control} times found")
    for word, count in hits.items():
        print(f"   {word!r}, which is in every plaintext of its column: {count} times found")
    expect(control > 0, "a search that finds what is there")
    expect(not any(hits.values()), "no plaintext on disk")


def tell(place: Place) -> None:
    """Tell the story on a server that has nothing yet."""
    story = Story(place)
    with story.connection:
        _set_up(story)
        people = _load(story)
        _read(story, people)
        _refuse(story, people)
        _live(story, people)
        _search(story)
        two_kmss.tell(story)


def main() -> None:
    """Tell it on a server of its own."""
    start = time.perf_counter()
    with Cluster(kinds=["pkcs11"]) as cluster:
        tell(cluster.place)
    print(
        f"\nAll checks passed in {time.perf_counter() - start:.0f} s. Next: the tour in README.md."
    )


if __name__ == "__main__":
    main()
