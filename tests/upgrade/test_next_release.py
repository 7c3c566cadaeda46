"""The edge to a later release: it carries what changed, and nothing breaks that hangs together."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from kwtools import sources
from kwtools.build import build
from kwtools.cluster import Place
from kwtools.postgres import pg_config
from tests.conftest import Database, unique
from tests.upgrade.catalog import catalog_of
from tests.upgrade.older_sessions import folder_of, loaded


@dataclass
class NextRelease:
    """Sources of a release after this one, and its scripts on the server."""

    place: Place
    extension: Path
    version: str

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text in a file of the sources."""
        text = (self.extension / file).read_text()
        assert old in text
        (self.extension / file).write_text(text.replace(old, new))

    def steps(self, text: str) -> None:
        """Write the steps of the upgrade."""
        steps = self.extension / "upgrade" / f"{sources.version()}--{self.version}.sql"
        steps.write_text(text)

    def install(self) -> str:
        """Put scripts and runtime on the server; return the edge."""
        scripts = self.place.destdir / pg_config("--sharedir").relative_to("/") / "extension"
        built = build(self.extension, self.version, self.extension.parent / "built")
        for path in built:
            if path.suffix == ".sql":
                shutil.copy(path, scripts)
        runtime = self.place.module_path / self.version
        runtime.symlink_to(self.place.module_path / sources.version())
        return built[-1].read_text()

    def update(self, db: Database) -> None:
        """Bring a database to it."""
        db.sql(f"alter extension kwtools update to '{self.version}'")


@pytest.fixture
def following(with_releases: Place, tmp_path: Path) -> NextRelease:
    """The sources of this version as a later release, with this version released."""
    extension = tmp_path / "extension"
    shutil.copytree(sources.extension(), extension)
    for path in build(extension, sources.version(), tmp_path / "this"):
        if path.suffix == ".sql":
            shutil.copy(path, extension / "released")
    number = unique("").removeprefix("_").replace("_", ".")
    return NextRelease(with_releases, extension, f"99.{number}")


def assert_same_as_fresh(following: NextRelease, upgraded: Database, empty: Database) -> None:
    """Compare with a database in which the later release was created."""
    empty.sql("create extension plpython3u")
    empty.sql(f"create extension kwtools version '{following.version}'")
    found, fresh = catalog_of(upgraded), catalog_of(empty)
    assert {name: found.get(name) for name in found.keys() | fresh.keys()} == {
        name: fresh.get(name) for name in found.keys() | fresh.keys()
    }


def test_a_release_that_changes_no_sql_replaces_the_functions_that_run_its_code(
    following: NextRelease, db: Database, empty: Database
) -> None:
    replaced = re.findall(r"^create or replace (function kw\.\w+)", following.install(), re.M)
    run = db.sql(
        "select distinct 'function kw.' || p.proname from pg_proc p"
        " join pg_language l on l.oid = p.prolang and l.lanname = 'plpython3u'"
        " where p.pronamespace = 'kw'::regnamespace"
    )
    assert {(name,) for name in replaced} == set(run)
    db.sql("create table people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind('people', '*', 'ssn')")
    db.sql("insert into people values (1, kw.encrypt_text('people', 1, 'ssn', 'one'))")
    following.update(db)
    assert db.sql("select kw.decrypt_text('people', id, 'ssn', ssn) from people") == [("one",)]
    assert_same_as_fresh(following, db, empty)


@pytest.mark.parametrize(
    "call",
    [
        "kw.decrypt_text('people', 1, 'ssn', (select ssn from people))",
        "kw.encrypt_text('people', 1, 'ssn', 'two')",
        "kw.decrypt_many('people', array['1'], 'ssn', array(select ssn from people))",
        "kw.wrap()",
        "kw.version()",
        "kw.doctor()",
        "kw.shred('people', '*', 'ssn', whole => true)",
        "kw.set_setting('cache_keys', 5)",
        "kw.describe((select ssn from people))",
    ],
)
def test_a_session_with_older_code_goes_over_whatever_it_calls(
    following: NextRelease, db: Database, call: str
) -> None:
    following.edit("functions/shred.sql", "@RUNTIME@", "@RUNTIME@\n# changed")
    following.install()
    db.sql("create table people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind('people', '*', 'ssn')")
    db.sql("insert into people values (1, kw.encrypt_text('people', 1, 'ssn', 'one'))")
    session = db.connect()
    for _ in range(3):
        session.execute("select kw.decrypt_text('people', id, 'ssn', ssn) from people")
        session.execute("select kw.encrypt_text('people', id, 'ssn', 'x') from people")
    following.update(db)
    session.execute(f"select {call}")
    assert loaded(session) == str(folder_of(db.place, following.version))


def test_views_are_replaced_beneath_those_of_users(
    following: NextRelease, db: Database, empty: Database, make_role: Callable[..., str]
) -> None:
    reader = make_role("kw_auditor")
    following.edit("views/key_dependencies.sql", ", above.how\n", ", above.how, 1 as steps\n")
    following.edit("views/key_dependencies.sql", "'seal' from", "'seal', 1 from")
    following.edit(
        "views/key_dependencies.sql",
        "comment on view",
        "comment on column kw.key_dependencies.steps is 'How many steps.';\ncomment on view",
    )
    following.edit(
        "views/closed_keys.sql",
        "comment on view kw.closed_keys is '",
        "comment on view kw.closed_keys is 'So: ",
    )
    edge = following.install()
    assert edge.count("create or replace view") == 1
    db.sql("create view public.own as select * from kw.key_dependencies")
    db.sql("grant select on public.own to public")
    following.update(db)
    assert db.sql("select count(*) from public.own") == [(0,)]
    assert db.sql("select count(*) from kw.key_dependencies", user=reader) == [(0,)]
    assert_same_as_fresh(following, db, empty)


def test_a_column_that_views_read_changes_its_type(
    following: NextRelease, db: Database, empty: Database, make_role: Callable[..., str]
) -> None:
    operator = make_role("kw_operator")
    following.edit("tables/kms_health_checks.sql", "latency_ms integer", "latency_ms bigint")
    following.steps(
        "drop view kw.kms_health;\n"
        "alter table kw.kms_health_checks alter column latency_ms type bigint;\n"
    )
    edge = following.install()
    assert edge.count("view kw.kms_health as") == 1
    for name, make, drop in (
        (
            "view public.own",
            "create view public.own as select * from kw.kms_health",
            "drop view public.own",
        ),
        (
            "column h of table public.own",
            "create table public.own (h kw.kms_health[])",
            "drop table public.own",
        ),
    ):
        db.sql(make)
        with pytest.raises(psycopg.Error, match=name) as raised:
            following.update(db)
        assert raised.value.sqlstate == "KW102"
        db.sql(drop)
    following.update(db)
    assert len(db.sql("select latency_ms from kw.kms_health", user=operator)) == 2
    assert_same_as_fresh(following, db, empty)


def test_a_function_gets_another_result(
    following: NextRelease, db: Database, empty: Database
) -> None:
    following.edit("functions/version.sql", "returns jsonb", "returns json")
    following.steps(
        "drop view kw.metrics;\ndrop view kw.session_metrics;\ndrop function kw.version();\n"
    )
    following.install()
    db.sql("create view public.own as select kw.version()")
    with pytest.raises(psycopg.Error, match=r"replaces: view public\.own") as raised:
        following.update(db)
    assert raised.value.sqlstate == "KW102"
    db.sql("drop view public.own")
    following.update(db)
    assert_same_as_fresh(following, db, empty)


def test_a_release_changes_the_functions_of_the_type_and_columns_stay(
    following: NextRelease, db: Database, empty: Database
) -> None:
    following.edit("functions/_ciphertext_in.sql", "immutable", "stable")
    following.edit("functions/_refuse_text.sql", "cannot cast type", "nobody casts type")
    edge = following.install()
    assert "create or replace function kw._ciphertext_in" in edge
    assert "create type kw.ciphertext_bytes" not in edge
    db.sql("create table people (id bigint primary key, ssn kw.ciphertext, more kw.ciphertext[])")
    db.sql("select kw.bind('people', '*', 'ssn')")
    db.sql("insert into people values (1, kw.encrypt_text('people', 1, 'ssn', 'one'))")
    following.update(db)
    read = "select kw.decrypt_text('people', id, 'ssn', ssn::bytea) from people"
    assert db.sql(read) == [("one",)]
    with pytest.raises(psycopg.errors.CheckViolation):
        db.sql("update people set ssn = 'plaintext'")
    assert_same_as_fresh(following, db, empty)
