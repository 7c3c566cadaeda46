"""``kwtools init``: from an empty database to the first row, again, and by several at once."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from psycopg import sql

from kwtools import initializing
from kwtools.cluster import Place
from kwtools.initializing import LOCAL, Key, Provider, Setup
from kwtools.postgres import pg_config
from tests.cli.conftest import Kwtools
from tests.conftest import Database, Keystore, unique

KWTOOLS = Path(sys.executable).parent / "kwtools"
EXTENSION = "select extversion from pg_extension where extname = 'kwtools'"
POLICIES = "select policy_name, mode from kw.encryption_policies order by id"
KEYS = "select external_key_ref from kw.kms_keys order by id"


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def role_name(target: Database) -> Iterator[Callable[[], str]]:
    """Names of roles that do not exist yet; the roles are dropped afterwards."""
    names: list[str] = []

    def name() -> str:
        names.append(unique("Role of"))
        return names[-1]

    yield name
    with target.connect() as connection:
        for one in names:
            if target.sql("select from pg_roles where rolname = %s", one):
                role = sql.Identifier(one)
                connection.execute(sql.SQL("drop owned by {} cascade").format(role))
                connection.execute(sql.SQL("drop role {}").format(role))


def test_the_application_writes_and_reads_its_first_row(
    kwtools: Kwtools, target: Database, role_name: Callable[[], str]
) -> None:
    client = role_name()
    code, out, err = kwtools("init", "--dsn", target.dsn, "--client", client)
    assert (code, err) == (0, "")
    assert target.sql(POLICIES) == [("default", "either")]
    assert target.sql(KEYS) == [(f"{target.name.replace('_', '-')}-{leg}",) for leg in (1, 2)]
    target.sql("create table people (id bigint primary key, email bytea)")
    target.sql("select kw.bind('people', '*', 'email')")
    target.sql(f'grant select, insert on people to "{client}"')
    target.sql(
        "insert into people values (1, kw.encrypt_text('people', 1, 'email', 'ada'))", user=client
    )
    read = "select kw.decrypt_text('people', id, 'email', email) from people"
    assert target.sql(read, user=client) == [("ada",)]
    assert f'grant select, insert, update on people to "{client}";' in out


def test_what_init_says_to_do_next_works_as_it_stands(
    kwtools: Kwtools, target: Database, role_name: Callable[[], str]
) -> None:
    client = role_name()
    out = kwtools("init", "--dsn", target.dsn, "--client", client)[1]
    said = [line.strip() for line in out.splitlines() if line.startswith("  ")]
    assert len(said) == 4
    target.sql("create table people (id bigint primary key, email bytea)")
    for number, line in enumerate(said):
        rows = target.sql(line, user="postgres" if number < 2 else client)
    assert rows == [("ada@example.org",)]


def test_it_can_be_run_again_and_makes_what_is_missing(
    kwtools: Kwtools, target: Database, role_name: Callable[[], str]
) -> None:
    target.sql("create extension kwtools cascade")
    first = kwtools("init", "--dsn", target.dsn)
    assert "extension kwtools  exists\n" in first[1]
    assert 'provider "local"  made\n' in first[1]
    keys = target.sql("select * from kw.kms_keys")
    role = role_name()
    code, out, err = kwtools("init", "--dsn", target.dsn, "--auditor", role, "--operator", role)
    assert (code, err) == (0, "")
    made = [line for line in out.splitlines() if line.endswith("  made")]
    assert made == [
        f'role "{role}"  made',
        f'membership of "{role}" in kw_operator  made',
        f'membership of "{role}" in kw_auditor  made',
    ]
    assert " made" not in kwtools("init", "--dsn", target.dsn, "--auditor", role)[1]
    assert target.sql("select * from kw.kms_keys") == keys


def listed(out: str) -> list[str]:
    """Return what init says of each thing, without what it says to do next."""
    return out.partition("\nNext, ")[0].splitlines()


def test_a_second_time_it_lists_all_that_exists(kwtools: Kwtools, target: Database) -> None:
    made = listed(kwtools("init", "--dsn", target.dsn)[1])
    assert len(made) == 5
    again = listed(kwtools("init", "--dsn", target.dsn)[1])
    assert again == [line.replace("  made", "  exists") for line in made]
    planned = kwtools("init", "--dsn", target.dsn, "--plan")[1].splitlines()
    assert planned == [f"-- {line.replace('  exists', ' exists')}" for line in again]


def test_the_keys_that_it_lists_are_those_of_the_policy_that_exists(
    kwtools: Kwtools, db: Database, make_keystore: Callable[..., Keystore]
) -> None:
    store = make_keystore()
    with db.connect() as connection:
        connection.execute("select kw.add_provider(%s, 'local')", (store.name,))
        connection.execute("select kw.create_kms_key(%s, 'first')", (store.name,))
        connection.execute("select kw.add_policy_key('default', 3, priority => 9)")
        connection.execute("select kw.create_kms_key('local', %s)", (unique("unused"),))
    assert listed(kwtools("init", "--dsn", db.dsn)[1]) == [
        "extension kwtools  exists",
        f'provider "{store.name}"  exists',
        'provider "local"  exists',
        f'key "first" of provider "{store.name}"  exists',
        'key "test-1" of provider "local"  exists',
        'key "test-2" of provider "local"  exists',
        'policy "default" of mode either  exists',
    ]


def test_the_plan_is_the_sql_that_init_runs_and_changes_nothing(
    kwtools: Kwtools, target: Database, role_name: Callable[[], str]
) -> None:
    client = role_name()
    arguments = ("init", "--dsn", target.dsn, "--client", client)
    code, planned, _ = kwtools(*arguments, "--plan")
    assert code == 0
    assert target.sql(EXTENSION) == []
    assert target.sql("select from pg_roles where rolname = %s", client) == []
    done = subprocess.run(
        ["psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", target.dsn],
        input=planned, text=True, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    after = kwtools(*arguments, "--plan")[1].splitlines()
    assert len(planned.splitlines()) == 7
    assert [line for line in after if not line.endswith(" exists")] == []
    assert " made" not in kwtools(*arguments)[1]


def test_json_tells_each_step(kwtools: Kwtools, target: Database) -> None:
    planned = json.loads(kwtools("init", "--dsn", target.dsn, "--plan", "--json")[1])
    assert {row["state"] for row in planned} == {"missing"}
    made = json.loads(kwtools("init", "--dsn", target.dsn, "--json")[1])
    assert [row["what"] for row in made] == [row["what"] for row in planned]
    assert {row["state"] for row in made} == {"made"}
    again = json.loads(kwtools("init", "--dsn", target.dsn, "--json")[1])
    assert [row["what"] for row in again] == [row["what"] for row in planned]
    assert {(row["state"], row["sql"]) for row in again} == {("existed", "")}


def test_all_of_it_is_made_or_nothing(
    kwtools: Kwtools, target: Database, role_name: Callable[[], str]
) -> None:
    role = role_name()
    code, out, err = kwtools("init", "--dsn", target.dsn, "--provider", "nowhere", "--client", role)
    assert (code, out) == (1, "")
    assert "[providers.nowhere]" in err
    assert target.sql(EXTENSION) == []
    assert target.sql("select from pg_roles where rolname = %s", role) == []


@pytest.mark.parametrize("mode", ["both", "single"])
def test_keys_of_two_providers_and_other_modes(
    kwtools: Kwtools, target: Database, make_keystore: Callable[..., Keystore], mode: str
) -> None:
    stores = [make_keystore() for _ in range(2 if mode == "both" else 1)]
    given = [word for store in stores for word in ("--provider", f"{store.name}=local")]
    arguments = ("init", "--dsn", target.dsn, "--mode", mode, *given)
    assert kwtools(*arguments)[0] == 0
    assert target.sql(POLICIES) == [("default", mode)]
    assert all(len(list(store.directory.iterdir())) == 1 for store in stores)
    assert " made" not in kwtools(*arguments)[1]


def test_a_policy_that_exists_keeps_its_keys(kwtools: Kwtools, db: Database) -> None:
    code, out, _ = kwtools("init", "--dsn", db.dsn)
    assert code == 0
    assert " made" not in out
    assert db.sql(KEYS) == [("test-1",), ("test-2",)]
    code, _, err = kwtools("init", "--dsn", db.dsn, "--key", "other-1", "--key", "other-2")
    assert code == 1
    assert 'policy "default" exists and differs: its keys are 1, 2, not' in err
    assert db.sql(KEYS) == [("test-1",), ("test-2",)]
    given = ("--key", "test-1", "--key", "test-2")
    assert kwtools("init", "--dsn", db.dsn, *given)[0] == 0
    assert kwtools("init", "--dsn", db.dsn, *given, "--mode", "both")[0] == 1


def test_several_at_once_end_well(target: Database, role_name: Callable[[], str]) -> None:
    role = role_name()

    def run(_: int) -> subprocess.CompletedProcess[str]:
        command = [str(KWTOOLS), "init", "--dsn", target.dsn, "--client", role]
        return subprocess.run(command, capture_output=True, text=True)

    with ThreadPoolExecutor() as pool:
        results = list(pool.map(run, range(6)))
    assert [one.stderr for one in results if one.returncode] == []
    assert sum("extension kwtools  made" in one.stdout for one in results) == 1
    assert target.sql(POLICIES) == [("default", "either")]
    assert len(target.sql(KEYS)) == 2


def test_a_person_at_a_terminal_is_asked_for_the_roles(
    kwtools: Kwtools,
    target: Database,
    role_name: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = role_name()
    monkeypatch.setattr("sys.stdin", Terminal(f"{client}\n\n"))
    code, out, err = kwtools("init", "--dsn", target.dsn)
    assert code == 0
    assert err.count("(Enter for none): ") == 2
    assert f'membership of "{client}" in kw_client  made' in out
    assert "kw_admin" not in out
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert kwtools("init", "--dsn", target.dsn, "--client", client)[2] == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--client", "kw_admin"], 'role "kw_admin" cannot be a role of an application'),
        (["--client", "pg_monitor"], 'role "pg_monitor" cannot'),
        (["--client", "public"], 'role "public" cannot'),
        (["--client", "ann", "--admin", "ann"], 'role "ann" cannot be both client and admin'),
        (["--key", "one"], "mode either requires 2 keys, not 1"),
        (["--key", "one", "--key", "one"], "the two keys must differ"),
        (["--mode", "single", "--provider", "a", "--provider", "b"], "mode single has fewer legs"),
        (["--provider", "a=kettle"], "a=kettle"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_it_connects(
    kwtools: Kwtools, tmp_path: Path, arguments: list[str], message: str
) -> None:
    code, _, err = kwtools("init", "--dsn", f"host={tmp_path}", *arguments)
    assert code == 2, err
    assert message in err


def test_a_role_that_is_not_a_superuser_is_told_so(
    kwtools: Kwtools, target: Database, role_name: Callable[[], str]
) -> None:
    role = role_name()
    target.sql(f'create role "{role}" login')
    code, _, err = kwtools("init", "--dsn", target.place.dsn(target.name, role))
    assert code == 1
    assert "permission denied to create extension kwtools. Run it as a superuser" in err
    assert kwtools("init", "--dsn", target.dsn)[0] == 0
    code, _, err = kwtools("init", "--dsn", target.place.dsn(target.name, role))
    assert code == 1
    assert "permission denied" in err


def test_an_extension_of_another_version_is_not_touched(
    kwtools: Kwtools, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kwtools.sources.version", lambda: "9.9.9")
    code, _, err = kwtools("init", "--dsn", target.dsn)
    assert code == 1
    assert "command 9.9.9, extension" in err
    assert target.sql(EXTENSION) == []
    target.sql("create extension kwtools cascade")
    code, _, err = kwtools("init", "--dsn", target.dsn)
    assert code == 1
    assert "ALTER EXTENSION kwtools UPDATE" in err


def _control_file(place: Place, name: str) -> Path:
    """The control file that a throw-away server, or the machine, has of an extension."""
    folder = pg_config("--sharedir") / "extension"
    return place.destdir / (folder / name).relative_to("/")


def test_a_server_that_lacks_files_is_told_what_to_install(
    kwtools: Kwtools, own_cluster: Callable[..., Place]
) -> None:
    place = own_cluster()
    control = _control_file(place, "kwtools.control")
    with_another = control.read_text().replace("'plpython3u'", "'plpython3u_of_another_world'")
    control.write_text(with_another)
    code, _, err = kwtools("init", "--dsn", place.dsn())
    assert code == 1
    assert "the server does not have PL/Python. Install Debian's package postgresql-plpyth" in err
    control.unlink()
    code, _, err = kwtools("init", "--dsn", place.dsn())
    assert code == 1
    assert "the server does not have the files of extension kwtools. Run kwtools install" in err


def test_a_standby_is_refused(kwtools: Kwtools, own_cluster: Callable[..., Place]) -> None:
    primary = own_cluster()
    standby = own_cluster(standby_of=primary)
    code, _, err = kwtools("init", "--dsn", standby.dsn())
    assert (code, err) == (1, "kwtools: server is a standby. Run it on the primary.\n")


@pytest.mark.parametrize(
    ("database", "stem"),
    [
        ("shop", "shop"),
        ("my_shop 2", "my-shop-2"),
        ("Lädchen", "L-dchen"),
        ("äö", "kw"),
        ("-", "kw"),
    ],
)
def test_keys_are_named_after_the_database_as_every_kms_accepts(database: str, stem: str) -> None:
    keys = initializing.keys_of(database, [LOCAL], "either")
    assert [key.reference for key in keys] == [f"{stem}-1", f"{stem}-2"]
    assert len(initializing.keys_of("x" * 200, [LOCAL], "single")[0].reference) <= 100


def test_names_are_quoted_as_sql() -> None:
    provider = Provider("it's", "local")
    steps = initializing.statements(
        Setup((Key(provider, "k"),), "single", members=(initializing.Member('a"b', "kw_client"),))
    )
    text = "\n".join(step.sql for step in steps)
    assert "kw.add_provider('it''s', 'local', if_not_exists => true)" in text
    assert 'create role "a""b" login' in text
