"""A cancelled statement stops soon, though it spends its time in Python, and leaves nothing."""

import time

import pytest
from psycopg import errors

from tests.conftest import Database


def test_a_large_batch_ends_at_its_timeout(db: Database) -> None:
    with db.place.connect(db.name) as connection:
        connection.execute("select kw.wrap()")
        connection.execute("set statement_timeout = '200ms'")
        start = time.monotonic()
        with pytest.raises(errors.QueryCanceled):
            connection.execute("select kw.wrap_many(array_fill(null::bytea, array[300000]))")
        # To the end it would take well over ten seconds.
        assert time.monotonic() - start < 8
        connection.execute("reset statement_timeout")
        assert connection.execute("select count(*) from kw.key_wrappers").fetchone() == (1,)
        assert connection.execute("select octet_length(kw.unwrap(kw.wrap()))").fetchone() == (32,)
