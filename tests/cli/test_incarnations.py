"""``kwtools audit verify`` of the exports of a deployment that was restored and acknowledged."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.conftest import Kwtools
from tests.conftest import TEMPLATE, Database, unique
from tests.deployment import happen, make_log, seal
from tests.sql.session import Session

KEYS = "select verifier_key from kw.log_keys where removed_at is null"
LOST = 5


class Exports(NamedTuple):
    """Exports of the log before a restore, of the one after it, and of another history."""

    before: Path
    after: Path
    other: Path
    keys: list[str]
    origin: str
    size: int


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
            connection.execute(f"create database {name} template {db.name}")

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
        options = [part for one in keys for part in ("--key", one)]
        size = int(note.splitlines()[1])
        yield Exports(
            before, export(dsns[0], "after"), export(dsns[1], "other"), options, origin, size
        )


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
    assert verify("--database")[0] == 2


def test_a_log_that_no_other_one_names_is_told(
    verify: Any, exports: Exports, db: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    """As where the incarnation between two of them is left out."""
    with db.place.connect("postgres", autocommit=True) as connection:
        connection.execute(f"create database {(name := unique('new'))} template {TEMPLATE}")
    with db.place.connect(name, autocommit=True) as connection:
        session = Session(connection)
        make_log(session)
        seal(session)
        (key,) = session.values(KEYS)
    folder = tmp_path / "new"
    assert kwtools("audit", "export", folder, "--dsn", db.place.dsn(name))[0] == 0
    code, out, _ = verify(exports.after, folder, "--key", key)
    assert (code, "is not the log before one that is given" in out) == (1, True)
