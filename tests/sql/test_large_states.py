"""States of more changes than are held in memory at once, or read together."""

from collections.abc import Callable

import pytest

from tests.conftest import Keystore
from tests.deployment import seal
from tests.memory import grown
from tests.sql.sealed import STATEMENTS, begin, make_tables
from tests.sql.session import Session
from tests.sql.test_sealing import Connect
from tests.sql.test_state_root import CHECK, make_log, put_back

LITTLE = """
do language plpython3u $$
    from kwruntime.admin import sealing, states
    from kwruntime.crypto import bucket_changes
    sealing.BYTES_AT_ONCE, bucket_changes.BYTES_AT_ONCE, states.BUCKETS_AT_ONCE = {}, {}, 3
$$
"""


@pytest.fixture
def few(session: Session) -> Session:
    """A sealed database with a log, in a session that holds few changes at once."""
    make_tables(session)
    begin(session)
    make_log(session)
    seal(session)
    session.rows(LITTLE.format(100, 200))
    return session


def test_a_state_of_more_changes_than_fit_is_that_of_the_rows(
    few: Session, connect: Connect, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore().name
    _, kept = seal(few)
    for statement in STATEMENTS[:60]:
        few.rows(statement.replace("STORE", store))
    assert few.rows(CHECK, kept) == []
    seal(few)
    for session in (few, connect()):
        assert session.rows(CHECK, None) == []
        assert session.rows(CHECK, kept) == []
    few.rows("select kw.set_setting('cache_seconds', 11)")
    seal(connect())
    assert few.rows(CHECK, None) == []


def test_a_row_that_was_put_back_among_many_changes_is_refused(few: Session) -> None:
    few.rows("select kw.bind_many('people', array['1', '2', '3', '4'], 'ssn')")
    few.rows("create table public.old as table kw.encryption_bindings limit 1")
    _, kept = seal(few)
    few.rows("select kw.rotate('people', n, 'ssn') from generate_series(1, 4) n")
    put_back(few, "encryption_bindings")
    assert "kw.encryption_bindings" in few.refused("KW211", "call kw.seal_audit()")
    ((table, key, _),) = few.rows(CHECK, kept)
    assert (table, key) == ("encryption_bindings", few.value("select id::text from public.old"))


def test_a_state_waits_for_changes_that_do_not_fit_and_are_not_in_the_log(few: Session) -> None:
    few.rows("select kw.set_setting('cache_seconds', 10)")
    few.rows("select kw.bind_many('people', array['1', '2', '3', '4'], 'ssn')")
    few.rows("select kw.append_audit(1)")
    few.rows(
        "do language plpython3u $$\n"
        "from kwruntime.admin import states\n"
        "states.BYTES_AT_ONCE = 100\n"
        "$$"
    )
    said = few.refused("KW102", "select kw.append_state()")
    assert "kw.append_audit" in said
    assert "bytes" in said
    seal(few)
    assert few.rows(CHECK, None) == []


def test_memory_does_not_grow_with_the_changes_since_a_state(
    session: Session, connect: Connect
) -> None:
    make_tables(session)
    begin(session)
    make_log(session)
    seal(session)

    def append(first: int, count: int) -> int:
        """Return how much memory the state takes after so many keys were bound."""
        session.rows(
            "select kw.bind_many('people', array_agg(n::text), 'ssn')"
            " from generate_series(%s::int, %s::int) n",
            first,
            first + count - 1,
        )
        session.rows("select kw.append_audit()")
        own = connect()
        own.rows("select kw.sign_checkpoint(true)")
        own.rows(LITTLE.format(2**16, 2**16).replace("3\n", "100\n"))
        return grown(own, "select kw.append_state()")

    few, many = append(1, 2_000), append(10_001, 10_000)
    assert many - few < 9_000_000, "as objects the changes of the others take 12 MB, packed 5 MB"
