"""Dump and restore into another server, in the orders that docs/operations.md gives."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools.cli import main
from kwtools.cluster import Place
from tests.conftest import Database
from tests.deployment import happen, make_log, seal
from tests.sql.importing import Maker, take
from tests.sql.session import Session

# every status that can be stored
STORED = """
select kw.add_provider('branches', 'wrapper');
select kw.create_policy('first only', 'single', 1);
select kw.create_kms_key('branches', 'first only');
select kw.create_policy('branched', 'single', 3);
select kw.create_policy('both', 'both', 1, 2);
create table t (id bigint primary key, a bytea, b bytea, c bytea);
insert into t select g from generate_series(1, 20) g;
select kw.bind('t', '*', 'a'), kw.bind('t', '*', 'b', policy => 'branched');
select kw.bind_many('t', array_agg(id::text), 'c', policy => 'both') from t;
update t set a = kw.encrypt_text('t', id, 'a', 'a' || id),
    b = kw.encrypt_text('t', id, 'b', 'b' || id),
    c = kw.encrypt_text('t', id, 'c', 'c' || id);
select kw.rotate('t', '*', 'a');
select kw.shred('t', 20, 'c');
select kw.set_wrapper_status(kw.wrap(), 'retired');
select kw.create_kms_key('local', 'dump-' || current_database());
select kw.set_kms_key_status(4, 'retired');
select kw.create_kms_key('local', 'gone-' || current_database());
select kw.set_kms_key_status(5, 'disabled');
select kw.bind_policy('t', 'd', 'both');
select kw.grant_field('t', 'a', 'kw_client'), kw.grant_field('outside.thing', null, 'kw_client');
select kw.set_setting('cache_seconds', 60);
select kw.create_kms_key('local', 'kem-' || current_database(), 'wrap', 'ML-KEM-768');
select kw.create_kem_key('sealed', 'X25519', 1);
select kw.create_signing_key('signer', 'ML-DSA-44', 'application:dump', 1);
select kw.create_signing_key('later', 'Ed25519', 'application:dump', 1, activate => false);
select kw.create_signing_key('old', 'Ed25519', 'application:dump', 1);
select kw.set_signing_key_status('old', 'compromised', now());
create table signed as select 'm'::bytea as m, kw.sign('signer', 'm', 'c') as s;
select kw.create_policy('layered', 'either', 1, 2, layers => array_agg(id order by id))
from kw.kms_keys where public_key is not null;
select kw.set_policy_layers('layered', 2, 2, 'round_robin', '{"who": "{wrapper} is ours"}');
select kw.set_algorithm_status('P-256', 'deprecated');
alter table t add e bytea;
select kw.bind('t', '*', 'e', policy => 'layered');
update t set e = kw.encrypt_text('t', id, 'e', 'e' || id);
select kw.rotate('t', '*', 'e');
"""
READ = """
select array_agg(x) from (
    select kw.decrypt_text('t', id, 'a', a) || kw.decrypt_text('t', id, 'b', b)
        || kw.decrypt_text('t', id, 'e', e)
        || case when id < 20 then kw.decrypt_text('t', id, 'c', c) else '' end as x
    from t order by id
) t
"""
TABLES = """
select c.relname from pg_class c
where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r' and c.relpersistence = 'p'
    and c.relname not in ('key_epoch_marks', 'loads_to_check')
order by 1
"""


def _run(place: Place, database: str, *command: str) -> None:
    environment = {**os.environ, **place.environment(database)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _serial(db: Database, to: Place, folder: Path) -> None:
    dump = str(folder / "db.dump")
    _run(db.place, db.name, "pg_dump", "-Fc", "-f", dump)
    _run(to, "restored", "pg_restore", "--exit-on-error", "-d", "restored", dump)


def _plain(db: Database, to: Place, folder: Path) -> None:
    dump = str(folder / "db.sql")
    _run(db.place, db.name, "pg_dump", "-f", dump)
    _run(to, "restored", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump)


def _parallel(db: Database, to: Place, folder: Path) -> None:
    dump = str(folder / "db.dir")
    _run(db.place, db.name, "pg_dump", "-Fd", "-j", "2", "-f", dump)
    restore = ("pg_restore", "--exit-on-error", "-d", "restored")
    _run(to, "restored", *restore, "--section=pre-data", dump)
    _run(to, "restored", *restore, "-a", "-n", "kw", dump)
    _run(to, "restored", *restore, "-a", "-N", "kw", "-j", "2", dump)
    _run(to, "restored", *restore, "--section=post-data", "-j", "2", dump)


@pytest.fixture
def stored(db: Database) -> Database:
    with db.place.connect(db.name) as connection:
        connection.execute(STORED)
    session = Session(db.connect())
    sealed = Maker.of(session).seal()
    take(session, sealed)
    session.rows("create table bundles (note bytea, bundle bytea)")
    session.rows("insert into bundles values (%s, %s)", sealed.note, sealed.bundle)
    make_log(session, "Ed25519", "ML-DSA-44")
    happen(session, 300)
    seal(session)
    happen(session)
    return db


def _log_goes_on(stored: Database, restored: Place, folder: Path) -> None:
    """The log of a restored database is the same, and grows to continue its checkpoint."""
    older = folder / "older"
    older.write_text(stored.sql("select note from kw.log_checkpoints")[0][0])
    keys = [part for (key,) in stored.sql("select verifier_key from kw.log_keys")
            for part in ("--key", key)]  # fmt: skip
    where = ["--database", "--dsn", restored.dsn("restored")]
    for command in (["verify", *keys, "--older", str(older), *where], ["seal", *where[1:]]) * 2:
        assert main(["audit", *command]) == 0, command


@pytest.mark.parametrize("restore", [_serial, _plain, _parallel])
def test_a_restored_database_decrypts_what_the_dumped_one_did(
    stored: Database,
    own_cluster: Callable[..., Place],
    tmp_path: Path,
    restore: Callable[[Database, Place, Path], None],
) -> None:
    target = own_cluster(providers_file=stored.place.providers_file)
    with target.connect() as connection:
        connection.execute("create extension kwtools cascade")  # makes the roles
        connection.execute("create database restored")
    restore(stored, target, tmp_path)
    with target.connect("restored") as restored:

        def one(query: str, *params: object) -> object:
            row = restored.execute(query, params or None).fetchone()
            assert row is not None
            return row[0]

        for (table,) in stored.sql(TABLES):
            count = f"select count(*) from kw.{table}"
            assert one(count) == stored.sql(count)[0][0], table
        states = (
            "select array_agg(distinct status order by status) from kw.key_wrappers",
            "select array_agg(distinct status order by status) from kw.kms_keys",
        )
        assert [one(query) for query in states] == [
            ["active", "invalid", "retired", "rotated"],
            ["active", "disabled", "retired"],
        ]
        # The oids are new, so privileges of tables count only once the name is re-claimed.
        if one("select relation::regclass::text <> quoted_name from kw.entities "
               "where entity_table = 'public.t'"):  # fmt: skip
            restored.execute("select kw.reclaim_entity('t')")
        assert one(READ) == stored.sql(READ)[0][0]
        assert one("select kw.verify_signature('signer', m, s, 'c') from signed") is True
        assert one("select length(kw.sign('signer', 'm'))") == 2420
        restored.commit()
        _log_goes_on(stored, target, tmp_path)
        times = (
            "select array_agg((name, status, activated_at, retired_at, compromised_at)::text"
            " order by name) from kw.signing_keys"
        )
        assert one(times) == stored.sql(times)[0][0]
        with pytest.raises(Exception, match="shredded") as caught:
            restored.execute("select kw.decrypt_text('t', 20, 'c', c) from t where id = 20")
        assert getattr(caught.value, "sqlstate", None) == "KW301"
        status = "select status from kw.crypto_algorithms where name = 'P-256'"
        assert one(status) == "deprecated"
        assert one("select count(*) from kw.key_wrapper_layers") == 4
        assert one("select kw.relayer(kw.lookup('t', '1', 'e'))") == 2
        assert one(READ) == stored.sql(READ)[0][0]
        with pytest.raises(Exception, match="is not newer than the last one") as caught:
            restored.execute("select kw.import_wrapper_many(note, bundle) from bundles")
        assert getattr(caught.value, "sqlstate", None) == "KW105"
        # the retired wrapper alone does not open
        assert one("select count(*) from kw.verify()") == 1
        # New rows do not meet old ids.
        restored.execute("insert into t (id) values (21)")
        restored.execute("select kw.bind('t', 21, 'c')")
        restored.execute("update t set c = kw.encrypt_text('t', 21, 'c', 'new') where id = 21")
        assert one("select kw.decrypt_text('t', 21, 'c', c) from t where id = 21") == "new"
        restored.execute("select kw.create_policy('new', 'single', 2), kw.wrap(policy => 'new')")


def test_a_dump_holds_no_plaintext_and_no_key(stored: Database, tmp_path: Path) -> None:
    (dek,) = stored.sql("select encode(kw.unwrap(kw.lookup('t', 1, 'c')), 'hex')")[0]
    dump = tmp_path / "db.sql"
    _run(stored.place, stored.name, "pg_dump", "-f", str(dump))
    text = dump.read_text()
    assert dek not in text
