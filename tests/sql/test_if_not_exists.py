"""Migrations that run again: ``if_not_exists``, and what a rolled-back call left in a keystore."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Database, Keystore
from tests.sql.session import Session
from tests.timeouts import timeout

PUBLIC = bytes(range(1, 33))
# Each makes something from nothing and gives its id; %s is the keystore's name.
MIGRATION = (
    "select kw.add_provider('{0}', 'local', if_not_exists => true)",
    "select kw.add_provider('branches', 'wrapper', if_not_exists => true)",
    "select kw.create_kms_key('{0}', 'a', if_not_exists => true)",
    "select kw.create_kms_key('{0}', 'b', 'both', 'AES-256-GCM', if_not_exists => true)",
    "select kw.create_kms_key('{0}', 'k', algorithm => 'x-wing', if_not_exists => true)",
    "select kw.create_kem_key('s', 'X25519', 1, if_not_exists => true)",
    "select kw.add_kem_key('{0}', 'p', 'X25519', '\\x" + PUBLIC.hex() + "', if_not_exists => true)",
    "select kw.create_policy('mine', 'either', {a}, {b}, '{{{s},{k}}}', 'why',"
    " if_not_exists => true)",
    "select kw.create_kms_key('branches', 'mine', if_not_exists => true)",
)

TABLES = (
    "kms_providers", "kms_keys", "kem_private_keys", "encryption_policies", "policy_kms_keys",
    "key_wrappers", "audit_events",
)  # fmt: skip


def migrate(session: Session, store: Keystore) -> list[int]:
    """Run the whole migration; return what its calls gave."""
    ids: list[int] = []
    names: dict[str, int] = {}
    for call in MIGRATION:
        ids.append(session.value(call.format(store.name, **names)))
        for name in ("a", "b", "k", "s"):
            if f"'{name}'" in call:
                names[name] = ids[-1]
    return ids


def everything(session: Session) -> list[tuple[object, ...]]:
    """Return every row that the migration could have made."""
    return [
        row
        for table in (
            "kms_providers",
            "kms_keys",
            "kem_private_keys",
            "encryption_policies",
            "policy_kms_keys",
            "key_wrappers",
            "audit_events",
        )
        for row in session.rows(f"select '{table}', to_jsonb(t) from kw.{table} t order by 2")
    ]


def test_a_migration_that_runs_again_makes_nothing_and_gives_the_same_ids(
    session: Session, connect: Callable[..., Session], make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    ids = migrate(session, store)
    assert session.heard() == ""
    made = everything(session)
    for one in (session, connect()):
        assert migrate(one, store) == ids
        told = one.heard()
        assert told.count("already exists, skipping") == len(MIGRATION)
    assert everything(session) == made


def test_it_goes_on_while_the_kms_is_away_and_says_what_is_not_active(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    ids = migrate(session, store)
    session.rows("select kw.set_kms_key_status(%s, 'retired')", ids[2])
    session.rows("select kw.set_provider_enabled(%s, false)", store.name)
    store.directory.rename(store.directory.with_suffix(".away"))
    session.heard()
    assert migrate(session, store)[:8] == ids[:8]
    told = session.heard()
    assert "its status is retired" in told
    assert "it is not enabled" in told


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            "select kw.add_provider('branches', 'local', if_not_exists => true)",
            "its kind is wrapper",
        ),
        (
            "select kw.create_kms_key('{0}', 'a', 'both', if_not_exists => true)",
            "its purpose is wrap, not both",
        ),
        (
            "select kw.add_kms_key('{0}', 'a', 'both', 'X25519', if_not_exists => true)",
            "its purpose is wrap, not both; its algorithm is AES-256-GCM, not X25519",
        ),
        (
            "select kw.create_kms_key('{0}', 'a', algorithm => 'X25519', if_not_exists => true)",
            "its algorithm is AES-256-GCM, not X25519",
        ),
        ("select kw.create_kms_key('{0}', 'k', if_not_exists => true)", "it is a KEM key"),
        (
            "select kw.create_kem_key('s', 'X25519', 2, if_not_exists => true)",
            "its private key is sealed by key 1, not 2",
        ),
        (
            "select kw.create_kem_key('s', 'P-256', 1, if_not_exists => true)",
            "its algorithm is X25519, not P-256",
        ),
        (
            "select kw.add_kem_key('{0}', 'p', 'X25519', '\\x" + bytes(32).hex()[:-2] + "09',"
            " if_not_exists => true)",
            "its public key differs",
        ),
        (
            "select kw.create_policy('mine', 'both', {b}, {a}, '{{{k},{s}}}', 'x',"
            " if_not_exists => true)",
            "its mode is either, not both; its keys are {a}, {b}, not {b}, {a};"
            " its layer keys are {s}, {k}, not {k}, {s}; its notes differ",
        ),
        (
            "select kw.create_policy('mine', 'single', {a}, if_not_exists => true)",
            "its mode is either, not single; its keys are {a}, {b}, not {a};"
            " its layer keys are {s}, {k}, not none",
        ),
    ],
)
def test_what_differs_is_named(
    session: Session, make_keystore: Callable[[], Keystore], call: str, said: str
) -> None:
    store = make_keystore()
    ids = migrate(session, store)
    names = {"a": ids[2], "b": ids[3], "k": ids[4], "s": ids[5]}
    made = everything(session)
    answer = session.refused("KW102", call.format(store.name, **names))
    assert said.format(**names) in answer
    assert everything(session) == made


def test_a_policy_that_got_a_further_key_is_not_the_one_asked_for(session: Session) -> None:
    session.rows("select kw.add_policy_key('default', %s)", session.key())
    again = "select kw.create_policy('default', 'either', 1, 2, if_not_exists => true)"
    assert "its keys are" in session.refused("KW102", again)


def test_without_it_everything_is_as_before(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    migrate(session, store)
    for call in MIGRATION[:-1]:
        plain = call.replace(", if_not_exists => true", "")
        session.refused("KW102", plain.format(store.name, a=1, b=2, s=6, k=5))


def test_two_sessions_that_migrate_at_once_get_the_same_ids(
    session: Session, db: Database, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    call = f"select kw.create_kms_key('{store.name}', 'a', if_not_exists => true)"
    first = db.connect(autocommit=False)
    (made,) = first.execute(call).fetchone() or ()
    second = db.connect()
    second.execute("set lock_timeout = '60s'")
    with timeout(second, 300), pytest.raises(psycopg.errors.QueryCanceled):
        second.execute(call)  # it waits
    first.commit()
    assert second.execute(call).fetchone() == (made,)


# -- what a rolled-back transaction leaves in a KMS ----------------------------------------------


@pytest.mark.parametrize("algorithm", [None, "AES-256-GCM", "X25519"])
def test_a_key_file_that_a_rolled_back_call_left_is_taken_up_by_the_next(
    session: Session, db: Database, make_keystore: Callable[[], Keystore], algorithm: str | None
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    call = "select kw.create_kms_key(%s, 'a', 'wrap', %s)"
    session.rows("begin")
    session.value(call, store.name, algorithm)
    session.rows("rollback")
    left = (store.directory / "a.jwk").read_bytes()
    session.rows("begin")
    session.rows("savepoint s")
    session.value(call, store.name, algorithm)
    session.rows("rollback to s")
    session.value(call, store.name, algorithm)
    session.rows("commit")
    assert (store.directory / "a.jwk").read_bytes() == left
    assert session.values(
        "select external_key_id from kw.kms_keys where external_key_ref = 'a'"
    ) == [json.loads(left)["kid"]]
    session.refused("KW102", call, store.name, algorithm)


def test_a_key_of_another_algorithm_or_of_another_database_is_not_taken_up(
    session: Session,
    db: Database,
    make_keystore: Callable[[], Keystore],
    connect: Callable[..., Session],
) -> None:
    session.rows("select kw.set_setting('degraded_ms', 600000)")  # a busy machine makes none slow
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    session.rows("begin")
    session.value("select kw.create_kms_key(%s, 'a')", store.name)
    session.rows("rollback")
    kem = "select kw.create_kms_key(%s, 'a', algorithm => 'X25519', if_not_exists => %s)"
    for if_not_exists in (False, True):
        session.refused("KW102", kem, store.name, if_not_exists)
    file: Path = store.directory / "a.jwk"
    members = json.loads(file.read_text())
    system, _, database = members["made_by"].partition("/")
    assert database == str(session.value("select oid from pg_database where datname = %s", db.name))
    file.write_text(json.dumps(members | {"made_by": f"{system}/1"}))
    for other in (f"{system}/1", f"1/{database}", None):
        del members["made_by"]
        members |= {} if other is None else {"made_by": other}
        file.write_text(json.dumps(members))
        answer = session.refused("KW102", "select kw.create_kms_key(%s, 'a')", store.name)
        assert "if_not_exists => true" in answer
        members["made_by"] = other
    made = session.value("select kw.create_kms_key(%s, 'a', if_not_exists => true)", store.name)
    assert session.rows("select status from kw.check_kms(%s)", made) == [("up",)]
