"""Lists longer than what is worked at together: same results, in order, and bounded memory."""

import pytest
from kwruntime.batches import AT_ONCE, in_parts, parts

from tests.conftest import Database
from tests.memory import kilobytes

MANY = 2 * AT_ONCE + 1


@pytest.mark.parametrize("count", [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, MANY])
def test_parts_are_the_whole_in_order(count: int) -> None:
    items = list(range(count))
    assert [item for part in parts(items) for item in part] == items
    assert all(0 < len(part) <= AT_ONCE for part in parts(items))
    sums = in_parts(lambda a, b: [x + y for x, y in zip(a, b, strict=True)], items, items)
    assert sums == [2 * item for item in items]


def test_a_long_list_is_bound_encrypted_and_decrypted_in_order(db: Database) -> None:
    db.sql("create table people (id bigint primary key, name bytea)")
    keys = f"array(select g::text from generate_series({MANY}, 1, -1) g)"
    texts = f"array(select 'n' || g from generate_series({MANY}, 1, -1) g)"
    db.sql(f"create table given as select {keys} as pks, {texts} as texts")
    db.sql("update given set texts[2] = null")
    for _ in range(2):  # the second time all is bound
        bound = db.sql("select kw.bind_many('people', pks, 'name') from given")[0][0]
        assert len(set(bound)) == MANY
    db.sql(
        "create table made as select kw.encrypt_text_many('people', pks, 'name', texts) as v"
        " from given"
    )
    same = db.sql(
        "select kw.decrypt_text_many('people', pks, 'name', v) = texts and v[2] is null"
        " from given, made"
    )
    assert same == [(True,)]
    assert db.sql("select kw.lookup_many('people', pks, 'name') from given") == [(bound,)]
    assert db.sql("select count(*) from kw.key_wrappers") == [(MANY,)]
    wrapped = db.sql(
        "select count(distinct u) from unnest(kw.wrap_many(array_fill(null::bytea, array[%s]))) u",
        MANY,
    )
    assert wrapped == [(MANY,)]


def test_a_failure_in_a_later_part_leaves_nothing(db: Database) -> None:
    deks = f"array_fill(null::bytea, array[{AT_ONCE}]) || '\\x00'::bytea"
    with pytest.raises(Exception, match="a data key must have"):
        db.sql(f"select kw.wrap_many({deks})")
    assert db.sql("select count(*) from kw.key_wrappers") == [(0,)]


def _peak(db: Database, count: int) -> int:
    """Return by how many bytes a backend grows that binds so many keys."""
    with db.connect() as connection:
        connection.execute("select kw.bind('people', 'first', 'name')")
        pid = connection.info.backend_pid
        before = kilobytes(pid, "VmRSS")
        connection.execute(
            "select cardinality(kw.bind_many('people', array_agg(g || '-' || %s), 'name'))"
            " from generate_series(1, %s) g",
            (str(count), count),
        )
        return 1024 * (kilobytes(pid, "VmHWM") - before)


def test_memory_grows_with_the_list_and_not_with_the_work(db: Database) -> None:
    db.sql("create table people (id text primary key, name bytea)")
    few, many = _peak(db, 2 * AT_ONCE), _peak(db, 5 * AT_ONCE)
    assert (many - few) / (3 * AT_ONCE) < 4_000  # bytes a key; 6,200 where all is done at once
