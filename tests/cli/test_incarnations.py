"""``kwtools audit verify`` of the exports of a deployment that was restored and acknowledged."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from tests.cli.conftest import Kwtools
from tests.conftest import Database, copy_database, unique
from tests.deployment import happen, make_log, seal
from tests.sql.session import Session

KEYS = "select verifier_key from kw.log_keys where removed_at is null"
LOST = 5


class Exports(NamedTuple):
    """Exports of the log before a restore, of the one after it, and of another history.

    ``dsn`` is of the database after the restore, ``new_keys`` are of its log.
    """

    before: Path
    after: Path
    other: Path
    keys: list[str]
    origin: str
    size: int
    dsn: str
    new_keys: list[str]


@pytest.fixture
def exports(db: Database, kwtools: Kwtools, tmp_path: Path) -> Iterator[Exports]:
    """A database goes on after its backup, is restored, and the restore is acknowledged."""
    session = Session(db.connect())
    origin = make_log(session)
    seal(session)
    session.connection.close()
    copies = [unique("restored"), unique("other")]
    with db.place.connect("postgres", autocommit=True) as connection:
        for name in copies:
            copy_database(connection, name, db.name)

    def export(dsn: str, folder: str) -> Path:
        assert kwtools("audit", "export", tmp_path / folder, "--dsn", dsn)[0] == 0
        return tmp_path / folder

    with contextlib.ExitStack() as stack:
        lost = Session(stack.enter_context(contextlib.closing(db.connect())))
        happen(lost, LOST)
        _, note = seal(lost)
        (kept := tmp_path / "kept").write_text(note)
        before = export(db.dsn, "before")
        dsns = [db.place.dsn(name) for name in copies]
        reason = ("--reason", "a lost disk")
        code, out, _ = kwtools(
            "deployment", "acknowledge", kept, *reason, "--json", "--dsn", dsns[0]
        )
        assert code == 0
        new_keys = json.loads(out)["keys"]
        other = Session(
            stack.enter_context(contextlib.closing(db.place.connect(copies[1], autocommit=True)))
        )
        happen(other, 3 * LOST)
        seal(other)
        keys = [*other.values(KEYS), *new_keys]
        size = int(note.splitlines()[1])
        after, forked = export(dsns[0], "after"), export(dsns[1], "other")
        yield Exports(before, after, forked, named(keys), origin, size, dsns[0], named(new_keys))


def named(keys: list[str]) -> list[str]:
    """Return the options that name keys."""
    return [part for one in keys for part in ("--key", one)]


@pytest.fixture
def verify(kwtools: Kwtools, exports: Exports) -> Any:
    """``verify(folder, …)``: exit code, output, errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        return kwtools("audit", "verify", *exports.keys, *arguments)

    return run


def test_the_logs_of_a_restored_deployment_are_linked(verify: Any, exports: Exports) -> None:
    code, out, _ = verify(exports.before, exports.after, "--json")
    told = json.loads(out)
    assert (code, told["incarnation"], told["problem_count"]) == (0, 1, 0)
    restore = told["acknowledged"]
    assert restore["log"] == exports.origin
    assert (restore["size"], restore["reason"]) == (exports.size, "a lost disk")
    assert restore["lost"] == exports.size - restore["restored"] > LOST
    (before,) = told["before"]
    assert (before["origin"], before["size"]) == (exports.origin, exports.size)
    assert (before["incarnation"], before["acknowledged"]) == (0, None)
    code, out, _ = verify(exports.after, exports.before)
    assert code == 0
    assert f"{exports.size} entries verified\n" in out
    told = f"lost {restore['lost']} of {exports.size} entries of {exports.origin}. The reason given"
    assert f"incarnation 1 began after a restore that {told}: a lost disk\n" in out


def test_one_incarnation_names_the_log_that_is_not_given(verify: Any, exports: Exports) -> None:
    code, out, _ = verify(exports.after)
    assert (code, f"{exports.origin}, which was not verified here. The reason" in out) == (0, True)


def test_a_log_that_is_not_what_the_next_one_says_is_refused(verify: Any, exports: Exports) -> None:
    code, out, _ = verify(exports.other, exports.after)
    assert code == 1
    problem = f"the first {exports.size} entries do not have the root hash of their checkpoint"
    assert problem in out
    assert "which was not verified here" in out


def test_a_kept_checkpoint_is_compared_with_its_own_log(verify: Any, exports: Exports) -> None:
    older = ("--older", exports.before / "checkpoint")
    assert verify(exports.before, exports.after, *older)[0] == 0
    assert verify(exports.after, *older)[0] == 1


def test_wrong_usage_is_told(verify: Any, exports: Exports) -> None:
    assert "is of the same log as" in verify(exports.before, exports.other)[2]
    assert verify(exports.before, exports.after, "--database")[0] == 2


# -- the logs of a database -----------------------------------------------------------------------


@pytest.fixture
def compare(kwtools: Kwtools, exports: Exports) -> Any:
    """``compare(key, …)``: of the restored database, what is told, the newest log first."""

    def run(*arguments: object) -> tuple[int, dict[str, Any]]:
        where = ("--database", "--dsn", exports.dsn, "--json")
        code, out, _ = kwtools("audit", "verify", *where, *arguments)
        return code, json.loads(out)

    return run


@pytest.fixture
def restored(exports: Exports) -> Iterator[Session]:
    """A session of the restored database, where triggers are off."""
    with psycopg.connect(exports.dsn, autocommit=True) as connection:
        session = Session(connection)
        for table in ("audit_events", "logs", "log_leaves"):
            session.rows(f"alter table kw.{table} disable trigger all")
        yield session


@pytest.mark.parametrize("with_old_keys", [True, False])
def test_a_database_has_the_logs_of_each_incarnation(
    compare: Any, exports: Exports, with_old_keys: bool
) -> None:
    code, told = compare(*(exports.keys if with_old_keys else exports.new_keys))
    (before,) = told["before"]
    assert (code, told["problems"], before["problems"]) == (0, [], [])
    assert before["origin"] == exports.origin
    assert before["size"] == told["acknowledged"]["restored"] == before["events"] > 0
    assert told["events"] == told["size"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("update kw.audit_events set action = 'x' where log_id = 1 and leaf_index = 3", "edited"),
        ("delete from kw.audit_events where log_id = 1 and leaf_index = 3", "deleted or replaced"),
        (
            "insert into kw.audit_events (acting_role, action, object, log_id, leaf_index) "
            "select 'x', 'hidden', 'y', l.id, l.size from kw.logs l where l.id = 1; "
            "update kw.logs set size = size + 1 where id = 1",
            "behind its last entry",
        ),
        (
            "update kw.log_leaves set entry = set_byte(entry, 11, get_byte(entry, 11) # 1) "
            "where log_id = 1 and leaf_index = 3",
            "does not have the hash",
        ),
        (
            "update kw.log_leaves set entry = null where log_id = 1; "
            "delete from kw.audit_events where log_id = 1",
            "tile/entries/000.p/",
        ),
    ],
)
def test_an_edit_of_the_log_before_a_restore_is_found(
    compare: Any, exports: Exports, restored: Session, edit: str, said: str
) -> None:
    restored.rows(edit)
    code, told = compare(*exports.new_keys)
    assert (code, told["problems"]) == (1, [])
    assert said in " ".join(told["before"][0]["problems"])


def test_retention_of_one_log_does_not_count_for_another(
    compare: Any, exports: Exports, restored: Session
) -> None:
    """What the log after says of the log before is of that one."""
    restored.rows(
        "insert into kw.audit_events (acting_role, action, object, details) "
        "values ('x', 'forget_audit', %s, '{\"first_entry\": 256}')",
        exports.origin,
    )
    seal(restored)
    for log in (1, 2):
        restored.rows("update kw.log_leaves set entry = null where log_id = %s", log)
        restored.rows("delete from kw.audit_events where log_id = %s", log)
        code, told = compare(*exports.new_keys)
        assert (code, told["before"][0]["problems"] if told["before"] else []) == (log - 1, [])
    assert any("is missing" in problem for problem in told["problems"])


def test_a_log_before_a_restore_that_the_database_lacks_is_told(
    compare: Any, exports: Exports, restored: Session
) -> None:
    restored.rows("delete from kw.logs where id = 1")
    code, told = compare(*exports.new_keys)
    assert (code, told["before"][0]["problems"]) == (
        1, [f"the database does not have the log {exports.origin}"],
    )  # fmt: skip
    assert any("in log 1, which does not exist" in problem for problem in told["problems"])


def test_keys_of_a_log_that_is_not_one_before_are_told(
    compare: Any, exports: Exports, kwtools: Kwtools
) -> None:
    _, key = exports.new_keys
    assert compare(*exports.keys[:2])[0] == 1, "the newer log is not verified"
    other = key.replace("db.example.com", "db.example.org")
    code, _, err = kwtools("audit", "verify", "--key", other, "--database", "--dsn", exports.dsn)
    assert (code, "key" in err) == (2, True)
    older = ("--older", exports.before / "checkpoint")
    code, told = compare(*exports.new_keys, *older)
    assert (code, told["problem_count"]) == (1, 1)


def test_a_log_that_no_other_one_names_is_told(
    verify: Any, exports: Exports, db: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    """As where the incarnation between two of them is left out."""
    with db.place.connect("postgres", autocommit=True) as connection:
        copy_database(connection, name := unique("new"))
    with db.place.connect(name, autocommit=True) as connection:
        session = Session(connection)
        make_log(session)
        seal(session)
        (key,) = session.values(KEYS)
    folder = tmp_path / "new"
    assert kwtools("audit", "export", folder, "--dsn", db.place.dsn(name))[0] == 0
    code, out, _ = verify(exports.after, folder, "--key", key)
    assert (code, "is not the log before one that is given" in out) == (1, True)
