"""kw_admin names KMSs and keys, and points nothing anywhere by it."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg.types.json import Jsonb

from kwtools.cluster import Place
from tests.conftest import Database, Keystore, unique
from tests.providers.conftest import VaultEntry
from tests.providers.harness import error_of
from testservers.faulty_proxy import FaultyProxy
from testservers.provider_file import write_for_server

ADD_PROVIDER = "select kw.add_provider(%s, %s)"
SECRET = "MARKED-4711-SECRET"


@pytest.fixture
def admin(db: Database, make_role: Callable[..., str]) -> psycopg.Connection:
    """A session of a kw_admin."""
    return db.connect(make_role("kw_admin"))


@pytest.mark.parametrize("kind", ["vault", "local", "aws", "gcp", "azure", "pkcs11", "kmip"])
def test_a_name_that_the_provider_file_does_not_have_leads_nowhere(
    db: Database, admin: psycopg.Connection, cluster: Place, proxy: FaultyProxy, kind: str
) -> None:
    secret = cluster.base / unique("secret")
    write_for_server(secret, SECRET)
    for name in (proxy.address, str(secret), f"../{secret.name}", f"file://{secret}", "kind"):
        failure = error_of(admin, ADD_PROVIDER, name, kind)
        assert failure.sqlstate in ("KW003", "KW101"), (name, failure)
        assert SECRET not in str(failure)
    assert proxy.requests == []
    assert db.sql("select count(*) from kw.kms_providers where name <> 'local'") == [(0,)]


def test_an_entry_is_used_as_the_kind_that_it_is(
    admin: psycopg.Connection, vault: VaultEntry, proxy: FaultyProxy
) -> None:
    vault.set(address=proxy.address)
    for kind in ("local", "aws", "gcp", "azure", "pkcs11", "kmip"):
        failure = error_of(admin, ADD_PROVIDER, vault.name, kind)
        assert failure.sqlstate == "KW101"
        assert proxy.address not in str(failure)
    assert proxy.requests == []


@pytest.mark.parametrize("form", ["../{}", "{}", "../../../../../../etc/passwd", "a/../{}"])
def test_a_key_of_a_keystore_is_no_path(
    admin: psycopg.Connection, make_keystore: Callable[[], Keystore], form: str
) -> None:
    store = make_keystore()
    write_for_server(store.directory.parent / f"{store.name}.jwk", SECRET)
    admin.execute(ADD_PROVIDER, (store.name, "local"))
    named = form.format(store.directory.parent / store.name)
    for query in ("select kw.add_kms_key(%s, %s)", "select kw.create_kms_key(%s, %s)"):
        failure = error_of(admin, query, store.name, named)
        assert failure.sqlstate == "KW003"
        assert SECRET not in str(failure)


def test_no_table_or_setting_holds_where_a_kms_is(
    db: Database, admin: psycopg.Connection, vault: VaultEntry, proxy: FaultyProxy
) -> None:
    vault.register(db)
    for statement in (
        "update kw.kms_providers set name = 'x'",
        "update kw.kms_keys set external_key_ref = 'x'",
        "insert into kw.kms_providers select * from kw.kms_providers",
    ):
        assert error_of(admin, statement).sqlstate == "42501"
    found = db.sql("select to_jsonb(p)::text from kw.kms_providers p where name = %s", vault.name)
    assert str(vault.token_file) not in found[0][0]
    for setting in ("kw.providers_file", "kwtools.providers_file"):
        admin.execute(f"set {setting} = '/tmp/mine.toml'")
    admin.execute("select kw.check_kms()")
    assert proxy.requests == []


def test_the_configuration_that_is_given_is_refused(
    admin: psycopg.Connection, vault: VaultEntry, proxy: FaultyProxy
) -> None:
    add = "select kw.add_provider(%s, 'vault', %s)"
    given = Jsonb({"address": proxy.address, "token_file": "/etc/passwd", "kind": "vault"})
    failure = error_of(admin, add, vault.name, given)
    assert failure.sqlstate == "KW003"
    assert "root:" not in str(failure)
    assert proxy.requests == []
