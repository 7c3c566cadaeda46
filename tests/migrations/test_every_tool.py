"""examples/, run by every tool as an ordinary role: up, again, back, and what comes in between."""

import sys
from pathlib import Path

import psycopg
import pytest

from kwtools import sources
from kwtools.cluster import SUPERUSER
from tests.migrations.conftest import Shop
from tests.migrations.tools import EXAMPLES, Alembic, Tool
from tests.upgrade.test_next_release import NextRelease
from tests.upgrade.test_upgrade import PROBLEMS, RELEASES, restore

LAST = RELEASES[-1]
ADA, GRACE = ((name, f"{name}@example.org", f"+44 {name}") for name in ("Ada", "Grace"))


def succeed(done: tuple[int, str]) -> str:
    """Return the output of a command that succeeded."""
    code, output = done
    assert code == 0, output
    return output


def fail(done: tuple[int, str]) -> str:
    """Return the output of a command that failed."""
    code, output = done
    assert code != 0, output
    return output


def test_the_examples_name_this_version() -> None:
    files = [file for file in EXAMPLES.rglob("*") if file.suffix in (".sql", ".py")]
    texts = "".join(file.read_text() for file in files)
    assert texts.count(f"extension if not exists kwtools version '{sources.version()}'") == 5


def test_up_makes_an_empty_database_ready_and_again_changes_nothing(shop: Shop, tool: Tool) -> None:
    shop.prepare()
    succeed(tool.up())
    shop.write("Ada")
    assert shop.read() == [ADA]
    made = shop.made()
    assert made["extension"] == [(sources.version(),)]
    assert [len(made[kind]) for kind in ("providers", "keys", "policies", "bindings")] == [
        1,
        2,
        1,
        2,
    ]
    succeed(tool.up())
    assert shop.made() == made
    assert shop.read() == [ADA]
    assert shop.db.sql("select * from kw.doctor() where not ok") == []


def test_a_superuser_needs_nothing_prepared(shop: Shop, tool: Tool) -> None:
    shop.db.sql(f"grant kw_client to {shop.app}")
    succeed(tool.up(PGUSER=SUPERUSER))
    shop.write("Ada")
    assert shop.read() == [ADA]


def test_without_the_extension_an_ordinary_role_changes_nothing(shop: Shop, tool: Tool) -> None:
    assert "permission denied to create extension" in fail(tool.up())
    assert shop.db.sql("select from pg_namespace where nspname = 'kw'") == []
    assert shop.db.sql("select to_regclass('people')") == [(None,)]
    shop.prepare()
    succeed(tool.up())
    shop.write("Ada")
    assert shop.read() == [ADA]


def test_a_column_of_plain_text_is_encrypted_and_back_again(shop: Shop, tool: Tool) -> None:
    shop.prepare()
    succeed(tool.up(to="people"))
    shop.db.sql("insert into people values (gen_random_uuid(), 'Ada', null, '+44 Ada')")
    succeed(tool.up())
    assert shop.type_of("phone") in ("bytea", "kw.ciphertext")
    assert shop.read() == [("Ada", None, "+44 Ada")]
    succeed(tool.back(to="people"))
    assert shop.type_of("phone") == "text"
    assert shop.db.sql("select name, phone from people") == [("Ada", "+44 Ada")]
    succeed(tool.up())
    assert shop.read() == [("Ada", None, "+44 Ada")]


def test_back_to_the_keys_and_up_again_finds_the_bindings(shop: Shop, tool: Tool) -> None:
    shop.prepare()
    succeed(tool.up())
    shop.write("Ada")
    made = shop.made()
    succeed(tool.back(to="kwtools"))
    assert shop.db.sql("select to_regclass('people')") == [(None,)]
    assert shop.made() == made
    succeed(tool.up())
    assert shop.made() == made
    shop.write("Grace")
    assert shop.read() == [GRACE]
    assert shop.db.sql("select * from kw.doctor() where not ok") == []


def test_a_step_that_fails_leaves_nothing_half_done(shop: Shop, tool: Tool) -> None:
    shop.prepare()
    succeed(tool.up(to="people"))
    shop.db.sql("insert into people values (gen_random_uuid(), 'Ada', null, '+44 Ada')")
    made = shop.made()
    shop.db.sql("create view phones as select phone from people")
    assert "used by a view" in fail(tool.up())
    assert shop.made() == made  # the binding that the step made first is gone with it
    assert shop.type_of("phone") == "text"
    shop.db.sql("drop view phones")
    succeed(tool.up())
    assert shop.read() == [("Ada", None, "+44 Ada")]


def test_keys_of_a_step_that_failed_are_taken_up_by_the_next_run(shop: Shop, tool: Tool) -> None:
    shop.prepare()
    keystore = shop.db.place.keystore
    with shop.db.connect(autocommit=False) as other:
        other.execute("lock table kw.encryption_policies in share mode")
        assert "did not end in time" in fail(tool.up(PGOPTIONS="-c lock_timeout=1s"))
        other.rollback()
    assert shop.db.sql("select count(*) from kw.kms_keys") == [(0,)]
    left = {file: file.read_bytes() for file in keystore.glob(f"{shop.environment['SHOP_KEY']}-*")}
    assert len(left) == 2
    succeed(tool.up())
    assert {file: file.read_bytes() for file in left} == left
    shop.write("Ada")
    assert shop.read() == [ADA]


def test_two_runs_at_once_make_everything_once(shop: Shop, tool: Tool) -> None:
    shop.prepare()
    command = tool.up_command()
    both = [tool.start(command) for _ in range(2)]
    outputs = [running.communicate()[0] for running in both]
    codes = [running.returncode for running in both]
    assert 0 in codes, outputs
    of_ours = [line for output in outputs for line in output.splitlines() if "kwtools:" in line]
    assert [line for line in of_ours if "did not end in time" not in line] == []
    if tool.folder != "django":  # the others take a lock
        assert codes == [0, 0], outputs
    made = shop.made()
    assert [len(made[kind]) for kind in ("providers", "keys", "policies", "bindings")] == [
        1,
        2,
        1,
        2,
    ]
    succeed(tool.up())
    assert shop.made() == made
    shop.write("Ada")
    assert shop.read() == [ADA]


# -- the extension's upgrade as a step -----------------------------------------------------------


def test_an_upgrade_is_a_step_of_a_superuser(
    shop: Shop, tool: Tool, following: NextRelease
) -> None:
    following.install()
    shop.prepare()
    succeed(tool.up())
    shop.write("Ada")
    tool.upgrade_to(following.version)
    made = shop.made()
    assert "must be owner of extension kwtools" in fail(tool.up())
    assert shop.made() == made
    assert shop.read() == [ADA]
    succeed(tool.up(PGUSER=SUPERUSER))
    assert shop.made() == {**made, "extension": [(following.version,)]}
    succeed(tool.back(to="kwtools_0_11_0"))
    assert shop.made()["extension"] == [(following.version,)]
    succeed(tool.up())
    shop.write("Grace")
    assert shop.read() == [ADA, GRACE]


def test_a_database_of_an_older_release_goes_over_with_its_values(shop: Shop, tool: Tool) -> None:
    restore(shop.db, LAST)
    adopt: dict[str, tuple[str, ...]] = {
        "alembic": ("alembic", "stamp", "0003"),
        "django": (sys.executable, "manage.py", "migrate", "--fake", "shop", "0003"),
        "sqitch": (
            "sqitch",
            "deploy",
            "--target",
            "db:pg:",
            "--log-only",
            "--no-verify",
            "--to",
            "phone",
        ),
    }
    if tool.folder in adopt:
        succeed(tool.run(*adopt[tool.folder], PGUSER=SUPERUSER))
    made = shop.made()
    assert made["extension"] == [(LAST,)]
    to = "kwtools" if tool.folder == "psql" else None  # which runs the first steps again
    succeed(tool.up(to, PGUSER=SUPERUSER, SHOP_KEY=LAST))  # the keys of the data have its name
    assert shop.made() == {**made, "extension": [(sources.version(),)]}
    assert shop.db.sql(PROBLEMS) == []
    shop.db.sql("select kw.reclaim_entities()")  # since it was restored
    read = "select count(kw.decrypt_text('people', id, 'ssn', ssn)) > 0 from people where id = 1"
    assert shop.db.sql(read) == [(True,)]


def test_after_a_dba_upgraded_an_ordinary_role_runs_the_step(
    shop: Shop, tool: Tool, following: NextRelease
) -> None:
    following.install()
    shop.prepare()
    succeed(tool.up())
    shop.write("Ada")
    following.update(shop.db)
    tool.upgrade_to(following.version)
    succeed(tool.up())
    assert shop.read() == [ADA]


def test_a_new_database_has_the_new_version_and_an_upgrade_has_nothing_to_do(
    shop: Shop, following: NextRelease, tmp_path: Path
) -> None:
    tool = Alembic(tmp_path, shop.environment)
    following.install()
    shop.db.sql("create extension plpython3u")
    shop.db.sql(f"create extension kwtools version '{following.version}'")
    shop.prepare()
    tool.upgrade_to(following.version)
    succeed(tool.up())
    shop.write("Ada")
    assert shop.read() == [ADA]
    assert shop.made()["extension"] == [(following.version,)]


def test_a_version_that_the_server_lacks_is_named(shop: Shop) -> None:
    with pytest.raises(psycopg.Error, match="no installation script nor update path"):
        shop.db.sql("create extension kwtools version '0.0.1' cascade")
