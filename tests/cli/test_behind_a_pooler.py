"""Every subcommand that connects, behind a transaction pooler whose other clients come between."""

import json
from collections.abc import Iterator

import psycopg
import pytest

from tests.cli.conftest import Kwtools
from tests.conftest import Database
from testservers.pgbouncer import PgBouncer


@pytest.fixture
def pooled(db: Database) -> Iterator[str]:
    """A database behind a pooler that moves its clients about between server processes."""
    db.sql("create table people (id bigint primary key, name bytea)")
    db.sql(
        "select kw.bind_many('people', array_agg(g::text), 'name') from generate_series(1, 120) g"
    )
    key = "select kw.create_kms_key('local', gen_random_uuid()::text, 'wrap', 'ML-KEM-768')"
    policy = "select kw.create_policy('hybrid', 'either', 1, 2, layers => array[%s]::bigint[])"
    db.sql(policy, db.sql(key)[0][0])
    with PgBouncer(db.place) as bouncer, bouncer.other_clients(db.name):
        yield bouncer.dsn(db.name)


def test_relayer_goes_through_to_its_end(kwtools: Kwtools, pooled: str) -> None:
    for policy in ("hybrid", "default", "hybrid"):
        code, out, err = kwtools("relayer", "--policy", policy, "--batch", 7, "--dsn", pooled)
        assert code == 0, err
        assert f"120 wrappers relayered to policy {policy}" in out


@pytest.mark.parametrize("command", [["doctor"], ["inventory"], ["version"], ["health"]], ids=str)
def test_the_others_do(kwtools: Kwtools, pooled: str, command: list[str]) -> None:
    for _ in range(8):  # often enough that something prepared would be met again
        code, out, err = kwtools(*command, "--json", "--dsn", pooled)
        assert (code, err) == (0, ""), out
        assert json.loads(out)


def test_a_setting_of_the_command_is_not_left_to_the_next_client(
    kwtools: Kwtools, db: Database
) -> None:
    with PgBouncer(db.place, size=1) as bouncer:
        dsn = bouncer.dsn(db.name)
        names = ("search_path", "statement_timeout", "jit", "default_transaction_read_only")

        def settings() -> list[object]:
            with psycopg.connect(dsn, prepare_threshold=None) as connection:
                return [connection.execute(f"show {name}").fetchone() for name in names]

        before = settings()
        for command in (["inventory"], ["doctor"], ["health"], ["relayer", "--policy", "default"]):
            assert kwtools(*command, "--dsn", dsn)[0] == 0
        assert settings() == before
