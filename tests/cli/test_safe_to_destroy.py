"""``kwtools keys safe-to-destroy``: yes or no, the evidence, and what to compare with."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.cli.conftest import Kwtools
from tests.conftest import Database, unique


@pytest.fixture
def key(db: Database) -> int:
    """A key of policy ``p``, with a wrapper under it."""
    key_id = int(db.sql("select kw.create_kms_key('local', %s)", unique("key"))[0][0])
    db.sql("select kw.create_policy('p', 'single', %s)", key_id)
    db.sql("select kw.wrap(policy => 'p')")
    return key_id


@pytest.fixture
def moved(db: Database, key: int) -> int:
    """That key, retired, when its wrapper has moved away."""
    db.sql("select kw.set_kms_key_status(%s, 'retired')", key)
    db.sql("select kw.rewrap(wrapper_uuid::uuid, 1) from kw.key_wrappers")
    return key


def named(db: Database, key: int) -> str:
    return str(db.sql("select external_key_ref from kw.kms_keys where id = %s", key)[0][0])


def test_no_is_exit_code_1_with_the_evidence(db: Database, kwtools: Kwtools, key: int) -> None:
    code, out, err = kwtools("keys", "safe-to-destroy", key, "--dsn", db.dsn)
    assert (code, err) == (1, "")
    first, second, *lines = out.splitlines()
    assert first == f"no: key {key} (local/{named(db, key)})"
    (at,) = db.sql("select wrap1_at from kw.key_wrappers")[0]
    assert datetime.fromisoformat(second.removeprefix("compare with: ")) == at
    found = {line.split("\t")[0]: line.split("\t")[1:] for line in lines}
    assert [name for name, (result, *_) in found.items() if result == "problem"] == [
        "status",
        "wrappers",
    ]
    assert found["wrappers"][2] == "Move them with kw.schedule_rewrap or kw.rewrap_many."
    assert found["backups"][0] == "not visible"


@pytest.mark.parametrize("by", ["id", "name"])
def test_yes_is_exit_code_0(db: Database, kwtools: Kwtools, moved: int, by: str) -> None:
    given = moved if by == "id" else f"local/{named(db, moved)}"
    code, out, err = kwtools("keys", "safe-to-destroy", given, "--dsn", db.dsn)
    assert (code, err) == (0, "")
    assert out.startswith(f"yes: key {moved} ")
    assert "\tproblem\t" not in out


def test_json_is_one_document(db: Database, kwtools: Kwtools, moved: int) -> None:
    code, out, _ = kwtools("keys", "safe-to-destroy", moved, "--dsn", db.dsn, "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["kms_key_id"], found["safe_to_destroy"]) == (moved, True)
    (left,) = db.sql("select left_at from kw.former_wraps")[0]
    assert datetime.fromisoformat(found["compare_with"]) == left
    assert {row["ok"] for row in found["evidence"]} == {True, None}
    db.sql("select kw.set_kms_key_status(%s, 'active')", moved)
    code, out, _ = kwtools("keys", "safe-to-destroy", moved, "--dsn", db.dsn, "--json")
    assert (code, json.loads(out)["safe_to_destroy"]) == (1, False)


def test_a_key_without_wraps_has_nothing_to_compare_with(db: Database, kwtools: Kwtools) -> None:
    key_id = db.sql("select kw.create_kms_key('local', %s)", unique("key"))[0][0]
    db.sql("select kw.set_kms_key_status(%s, 'disabled')", key_id)
    code, out, _ = kwtools("keys", "safe-to-destroy", key_id, "--dsn", db.dsn)
    assert code == 0
    assert out.splitlines()[1] == "compare with: no wrap under it is recorded"


def test_it_waits_as_long_as_it_is_told_and_names_who_holds_it_up(
    db: Database, kwtools: Kwtools, moved: int, make_role: Callable[..., str]
) -> None:
    db.sql("select kw.set_kms_key_status(%s, 'active')", moved)
    client = db.connect(make_role("kw_client"))
    client.execute("begin")
    client.execute("select kw.wrap(policy => 'p')")
    db.sql("select kw.set_kms_key_status(%s, 'retired')", moved)
    arguments = ("keys", "safe-to-destroy", moved, "--dsn", db.dsn, "--timeout")
    code, out, _ = kwtools(*arguments, 0.5)
    assert code == 1
    assert f"still in progress after 0.5 s: process {client.info.backend_pid} of role" in out
    client.execute("rollback")
    assert kwtools(*arguments, 60)[0] == 0


def test_an_admin_may_run_it_and_an_auditor_may_not(
    db: Database, kwtools: Kwtools, moved: int, make_role: Callable[..., str]
) -> None:
    for role, expected in (("kw_admin", 0), ("kw_auditor", 3)):
        dsn = db.place.dsn(db.name, make_role(role))
        code, _, err = kwtools("keys", "safe-to-destroy", moved, "--dsn", dsn)
        assert code == expected
        assert ("permission denied" in err) == (expected == 3)


def test_the_answer_can_be_recorded(db: Database, kwtools: Kwtools, key: int) -> None:
    count = "select count(*) from kw.audit_events where action = 'record_safe_to_destroy'"
    assert kwtools("keys", "safe-to-destroy", key, "--dsn", db.dsn)[0] == 1
    assert db.sql(count) == [(0,)]
    code, out, err = kwtools("keys", "safe-to-destroy", key, "--record", "--dsn", db.dsn)
    assert (code, err) == (1, "")
    assert out.startswith(f"no: key {key} ")
    event = out.splitlines()[-1].split("\t")[2]
    said = db.sql(
        "select 'event ' || id, details -> 'safe' from kw.audit_events order by id desc limit 1"
    )
    assert said == [(event, False)]


def test_a_key_that_does_not_exist_or_is_ambiguous_is_refused(
    db: Database, kwtools: Kwtools, moved: int
) -> None:
    for given in ("99", "local/none", "none"):
        code, _, err = kwtools("keys", "safe-to-destroy", given, "--dsn", db.dsn)
        assert (code, err) == (
            1,
            f'kwtools: key "{given}" does not exist. Look it up in kw.kms_keys.\n',
        )
    db.sql("insert into kw.kms_providers (name, provider) values ('local/x', 'wrapper')")
    db.sql(
        "insert into kw.kms_keys (provider_id, external_key_ref)"
        " select id, 'y' from kw.kms_providers where name = 'local/x'"
        " union all select id, 'x/y' from kw.kms_providers where name = 'local'"
    )
    code, _, err = kwtools("keys", "safe-to-destroy", "local/x/y", "--dsn", db.dsn)
    assert (code, "ambiguous" in err) == (1, True)


@pytest.mark.parametrize("seconds", ["-1", "nan", "1e9"])
def test_a_time_that_cannot_be_waited_is_wrong_usage(
    db: Database, kwtools: Kwtools, seconds: str
) -> None:
    code, _, err = kwtools("keys", "safe-to-destroy", "1", "--dsn", db.dsn, f"--timeout={seconds}")
    assert (code, err) == (2, "kwtools: --timeout must be from 0 to 86400 seconds\n")
