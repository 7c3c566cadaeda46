"""The console changes nothing, shows no keys, and says what it could not read."""

import base64
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kwtools.cluster import Place
from kwtools.console.sections import SECTIONS
from tests.conftest import Database
from tests.console.conftest import running
from tests.sql.jobs import claim, run, schedule
from tests.sql.session import Session

NAMES = [section.name for section in SECTIONS]
PLAIN = "a plaintext that nobody may see"


@pytest.fixture
def used(db: Database) -> Database:
    """A database with everything that has bytes of keys: layers, sealed keys, jobs, signatures."""
    session = Session(db.connect())
    kem, sealed = session.kem(), session.sealed_kem(1)
    session.policy("layered", "either", 1, 2, layers=[kem])
    session.policy("sealed", "either", 1, 2, layers=[sealed])
    session.rows("create table people (id bigint primary key, ssn bytea, name bytea)")
    session.bind("people", "*", "ssn", policy="layered")
    session.bind("people", "*", "name", policy="sealed")
    session.rows(
        "insert into people values (1, kw.encrypt_text('people', 1, 'ssn', %s), null)", PLAIN
    )
    session.value("select kw.create_signing_key('signs', 'Ed25519', 'log', 1)")
    schedule(session, policy="layered")
    run(session, claim(session))
    session.rows("select from kw.check_kms()")
    return db


def spellings(secret: bytes) -> Iterator[str]:
    """Yield how bytes can be written on a page, without what depends on their place."""
    yield secret.hex()
    for coded in (base64.b64encode(secret), base64.urlsafe_b64encode(secret)):
        yield coded.decode().rstrip("=")
    yield secret.decode("latin-1")


def secrets(db: Database, place: Place) -> list[bytes]:
    """Return wraps, sealed private keys, ciphertexts, and the keys of the keystore."""
    found = [
        value
        for query in (
            "select dek_wrap1, dek_wrap2 from kw.key_wrappers",
            "select kem_ciphertext from kw.key_wrapper_layers",
            "select sealed_key from kw.kem_private_keys",
            "select private_key_enc from kw.signing_keys",
            "select ssn from people",
        )
        for row in db.sql(query)
        for value in row
        if value
    ]
    assert len(found) >= 6
    names = db.sql(  # and not of other tests, which may lose theirs meanwhile
        "select k.external_key_ref from kw.kms_keys k"
        " join kw.kms_providers p on p.id = k.provider_id and p.provider = 'local'"
        " where not exists (select from kw.kem_private_keys s where s.kms_key_id = k.id)"
    )
    assert len(names) >= 3
    for (name,) in names:
        key = json.loads((place.keystore / f"{name}.jwk").read_text())
        found += [
            base64.urlsafe_b64decode(key[name] + "==") for name in ("k", "d", "priv") if name in key
        ]
    return [bytes(value) for value in found]


@pytest.mark.parametrize("superuser", [True, False])
def test_no_section_shows_keys_wraps_or_plaintext(
    used: Database, auditor: str, cluster: Place, superuser: bool
) -> None:
    dsn = used.dsn if superuser else used.place.dsn(used.name, auditor)
    hidden = [PLAIN, *(text for one in secrets(used, cluster) for text in spellings(one))]
    with running("--dsn", dsn) as console:
        for name in NAMES:
            page = console.page(name, **({"status": "all"} if name == "jobs" else {}))
            assert [text for text in hidden if text in page] == []


def statements(log: Path, begin: int, user: str) -> dict[int, list[str]]:
    """Return what each session of a role ran, by its process, since the log had that length."""
    found = defaultdict(list)
    with log.open(encoding="utf-8", errors="replace") as lines:
        lines.seek(begin)
        said = r"LOG:  (?:statement|execute <unnamed>): (.*)"
        line = re.compile(rf"\[(\d+)\] .*?{re.escape(user)}@.*?{said}")
        for match in filter(None, map(line.search, lines)):
            found[int(match[1])].append(match[2])
    return found


def test_every_statement_runs_in_a_transaction_that_only_reads(
    used: Database, auditor: str, cluster: Place
) -> None:
    used.sql(f"alter role \"{auditor}\" set log_statement = 'all'")
    before = cluster.log.stat().st_size
    with running("--dsn", used.place.dsn(used.name, auditor)) as console:
        for name in NAMES:
            console.page(name)
    sessions = statements(cluster.log, before, auditor)
    assert len(sessions) >= len(NAMES)
    count = 0
    for ran in sessions.values():
        is_inside = False
        for statement in ran:
            if statement.startswith("BEGIN"):
                assert "READ ONLY" in statement
                is_inside = True
            elif statement in ("COMMIT", "ROLLBACK"):
                is_inside = False
            else:
                assert is_inside, statement
                count += 1
    assert count > 4 * len(NAMES)


def test_a_database_that_cannot_be_read_says_why_and_others_go_on(
    db: Database, other_db: Database, auditor: str
) -> None:
    dsns = [one.place.dsn(one.name, auditor) for one in (db, other_db)]
    with running("--dsn", dsns[0], "--dsn", dsns[1]) as console:
        assert db.name in console.page("health", database=db.name)
        with db.place.connect() as server:
            server.execute(f"alter database {db.name} allow_connections false")
            for name in NAMES:
                answer = console.get(f"/{name}", database=db.name)
                assert answer.status == 502
                assert "The database could not be read" in answer.text
                assert "not currently accepting connections" in answer.text
                assert "ALTER DATABASE … ALLOW_CONNECTIONS true" in answer.text
                assert f'href="/{name}?database={other_db.name}"' in answer.text
                console.page(name, database=other_db.name)
            server.execute(f"alter database {db.name} allow_connections true")
        console.page("health", database=db.name)


def test_a_role_without_rights_sees_what_it_lacks(
    db: Database, make_role: Callable[..., str]
) -> None:
    with running("--dsn", db.place.dsn(db.name, make_role())) as console:
        for name in NAMES:
            answer = console.get(f"/{name}")
            if name != "doctor":  # which says it of each check
                assert answer.status == 502
                assert "SQLSTATE <code>42501</code>" in answer.text
                assert "a member of kw_auditor" in answer.text
            assert "could not run: permission denied" in answer.text or answer.status == 502


def test_an_extension_that_was_dropped_is_told(target: Database) -> None:
    target.sql("create extension kwtools cascade")
    with running("--dsn", target.dsn) as console:
        console.page("jobs")
        target.sql("drop extension kwtools")
        answer = console.get("/jobs")
        assert answer.status == 502
        assert "extension kwtools is not installed in database" in answer.text
        assert "Run kwtools init there" in answer.text


def test_a_database_without_the_extension_is_not_served(db: Database, target: Database) -> None:
    says = f'kwtools is not installed in any database of "{target.name}"'
    with pytest.raises(pytest.fail.Exception, match=says), running("--dsn", target.dsn):
        pass
    with running("--dsn", target.dsn, "--dsn", db.dsn) as console:
        assert console.get("/overview", database=target.name).status == 404
        assert db.name in console.page("overview")


def test_every_database_of_the_cluster_is_served_that_has_the_extension(
    db: Database, other_db: Database, target: Database
) -> None:
    with running("--dsn", db.dsn, "--all-databases") as console:
        page = console.page("health", database=db.name)
        databases = re.findall(r'href="/health\?database=(\w+)"', page)
        assert {db.name, other_db.name} <= set(databases)
        assert not {target.name, "postgres", "template1"} & set(databases)
        console.page("jobs", database=other_db.name)


def test_it_works_where_every_transaction_only_reads(db: Database, auditor: str) -> None:
    db.sql(f"alter database {db.name} set default_transaction_read_only = on")
    try:
        with running("--dsn", db.place.dsn(db.name, auditor)) as console:
            for name in NAMES:
                console.page(name)
    finally:
        with db.place.connect() as server:
            server.execute(f"alter database {db.name} reset default_transaction_read_only")
