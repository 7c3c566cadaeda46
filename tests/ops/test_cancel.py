"""A cancelled statement stops soon, though it spends its time in Python, and leaves nothing."""

import time

import pytest
from psycopg import errors

from tests.conftest import Database, unique
from tests.timeouts import timeout


@pytest.mark.parametrize(("policy", "count"), [("default", 300_000), ("layered", 10_000)])
def test_a_large_batch_ends_at_its_timeout(db: Database, policy: str, count: int) -> None:
    with db.place.connect(db.name) as connection:
        key = "kw.create_kms_key('local', %s, algorithm => 'ML-KEM-768+X25519')"
        connection.execute(
            f"select kw.create_policy('layered', 'single', 1, null, array[{', '.join([key] * 8)}])",
            [unique("kem") for _ in range(8)],
        )
        connection.execute("select kw.wrap(policy => %s)", (policy,))
        many = "select kw.wrap_many(array_fill(null::bytea, array[%s]), %s)"
        start = time.monotonic()
        connection.execute(many, (count // 50, policy))
        to_the_end = 50 * (time.monotonic() - start)
        start = time.monotonic()
        with timeout(connection, 200), pytest.raises(errors.QueryCanceled):
            connection.execute(many, (count, policy))
        assert time.monotonic() - start < to_the_end / 2  # however slow the machine is
        assert connection.execute("select count(*) from kw.key_wrappers").fetchone() == (
            1 + count // 50,
        )
        assert connection.execute("select octet_length(kw.unwrap(kw.wrap()))").fetchone() == (32,)
