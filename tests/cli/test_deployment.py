"""``kwtools deployment``: from the first key to a sealed database, and what was edited since."""

import itertools
import json
import tomllib
from collections.abc import Callable

import pytest

from kwtools.commands import _deployment_replacing, _session
from kwtools.commands import deployment as command
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from testservers.provider_file import pin_deployment

Deployment = Callable[..., tuple[int, str, str]]


@pytest.fixture
def deployment(kwtools: Kwtools, db: Database) -> Deployment:
    """``deployment('status', …)``: exit code, output, errors."""

    def run(action: str, *arguments: object) -> tuple[int, str, str]:
        return kwtools("deployment", action, "--dsn", db.dsn, *arguments)

    return run


def interrupted_at(number: int) -> Callable[..., object]:
    """Return what calls functions as the command does, until it is interrupted at a call."""
    calls = itertools.count(1)

    def called(*arguments: object) -> object:
        if next(calls) == number:
            raise KeyboardInterrupt
        return _session.call(*arguments)  # type: ignore[arg-type]

    return called


def test_a_database_is_adopted_and_sealed(deployment: Deployment, db: Database) -> None:
    db.sql("create table public.people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind_many('people', array(select n::text from generate_series(1, 30) n))")
    code, out, _ = deployment("create", "--json")
    assert (code, [*json.loads(out)]) == (0, ["deployment"])
    uuid = json.loads(out)["deployment"]
    code, _, err = deployment("seal")
    assert code == 1
    assert "have no seal" in err
    status = json.loads(deployment("status", "--json")[1])
    assert (status["deployment"], status["phase"]) == (uuid, "adopting")
    unsealed = sum(table["unsealed"] for table in status["tables"])
    assert unsealed > 60
    assert json.loads(deployment("adopt", "--batch", 7, "--json")[1]) == {"sealed": unsealed}
    assert deployment("adopt")[1] == "0 rows sealed: next, kwtools deployment seal\n"
    code, out, _ = deployment("seal")
    assert (code, out.partition(":")[0]) == (0, f"deployment {uuid} is sealed")
    code, out, _ = deployment("status")
    assert code == 0
    assert f"deployment {uuid} is sealed (key 1, incarnation 0)\n" in out
    pin = tomllib.loads(out.partition("of the server:")[2])["deployments"]
    (members,) = pin.values()
    assert members["deployment_uuid"] == uuid
    assert members["sealed"] is True
    assert deployment("check")[:2] == (0, "every row matches its seal\n")


def test_an_interrupted_adoption_goes_on(
    deployment: Deployment, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment("create")
    monkeypatch.setattr(command, "call", interrupted_at(3))
    code, _, err = deployment("adopt", "--batch", 2)
    assert code == 130
    assert "interrupted: 4 rows sealed. Run it again to go on." in err
    monkeypatch.undo()
    assert deployment("adopt")[0] == 0
    assert deployment("seal")[0] == 0


REPLACED = "has a new key\n"


def test_the_key_is_replaced_and_every_row_resealed(deployment: Deployment, db: Database) -> None:
    for action in ("create", "adopt", "seal"):
        deployment(action)
    first = json.loads(deployment("status", "--json")[1])
    code, out, _ = deployment("replace", "--batch", 3, "--reason", "a KMS was left")
    assert code == 0
    assert REPLACED in out
    (members,) = tomllib.loads(out.partition("of the server:")[2])["deployments"].values()
    assert members["sealed"] is True
    assert len(members["commitments"]) == 1
    assert members["commitments"] != first["commitments"]
    assert deployment("check")[0] == 0
    done = json.loads(deployment("replace", "--json")[1])
    assert (done["is_replaced"], done["key_no"]) == (True, 3)
    assert done["resealed"] > 0


def test_a_key_waits_for_its_pin_and_goes_on(deployment: Deployment, db: Database) -> None:
    for action in ("create", "adopt", "seal"):
        deployment(action)
    status = json.loads(deployment("status", "--json")[1])
    pin = {"deployment_uuid": status["deployment"], "sealed": True}
    pin_deployment(db.place, db.name, **pin, commitments=status["commitments"])
    code, out, _ = deployment("replace")
    assert code == 1
    assert out.startswith("the new key is not pinned yet")
    (members,) = tomllib.loads(out.partition("of the server:")[2])["deployments"].values()
    assert members["commitments"][:1] == status["commitments"]
    assert len(members["commitments"]) == 2
    assert json.loads(deployment("replace", "--json")[1])["is_replaced"] is False
    pin_deployment(db.place, db.name, **members)
    code, out, _ = deployment("replace")
    assert (code, REPLACED in out) == (0, True)
    assert deployment("check")[0] == 0


def test_the_status_says_whether_it_is_pinned_and_what_is_next(
    deployment: Deployment, db: Database
) -> None:
    for action in ("create", "adopt", "seal"):
        deployment(action)

    def says() -> tuple[str, str]:
        status = json.loads(deployment("status", "--json")[1])
        return status["state"].partition(" is ")[2], status["next"]

    state, following = says()
    assert (state, "kwtools deployment status" in following) == ("sealed and not pinned", True)
    assert f"next: {following}\n" in deployment("status")[1]
    status = json.loads(deployment("status", "--json")[1])
    pin = {"deployment_uuid": status["deployment"], "sealed": True}
    pin_deployment(db.place, db.name, **pin, commitments=status["commitments"])
    assert says() == ("sealed", "")
    assert "next:" not in deployment("status")[1]
    deployment("replace")
    assert says() == ("sealed", "Run kwtools deployment replace to its end.")
    assert "key 2 is to replace key 1: pin it first\n" in deployment("status")[1]


def test_the_status_shows_how_far_a_replacement_is(
    deployment: Deployment, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for action in ("create", "adopt", "seal"):
        deployment(action)
    monkeypatch.setattr(_deployment_replacing, "call", interrupted_at(4))
    deployment("replace", "--batch", 2)
    tables = json.loads(deployment("status", "--json")[1])["tables"]
    left = sum(table["earlier_key"] for table in tables)
    assert 0 < left < sum(table["rows"] for table in tables)
    told = f"key 2 replaces the key before: {left} rows have a seal by an earlier key\n"
    assert told in deployment("status")[1]
    monkeypatch.undo()
    deployment("replace")
    tables = json.loads(deployment("status", "--json")[1])["tables"]
    assert sum(table["earlier_key"] for table in tables) == 0
    assert "replaces" not in deployment("status")[1]


def test_an_interrupted_replacement_goes_on(
    deployment: Deployment, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for action in ("create", "adopt", "seal"):
        deployment(action)
    monkeypatch.setattr(_deployment_replacing, "call", interrupted_at(4))
    code, _, err = deployment("replace", "--batch", 2)
    assert code == 130
    assert "interrupted: 4 rows resealed. Run it again to go on." in err
    monkeypatch.undo()
    assert json.loads(deployment("status", "--json")[1])["phase"] == "replacing"
    code, out, _ = deployment("replace")
    assert (code, REPLACED in out) == (0, True)
    assert db.sql("select max(key_no) from kw.deployments") == [(2,)]


def test_a_key_that_can_be_opened_is_not_lost(deployment: Deployment) -> None:
    for action in ("create", "adopt", "seal"):
        deployment(action)
    assert "reason is empty" in deployment("replace", "--lost")[2]
    code, _, err = deployment("replace", "--lost", "--reason", "its KMS is gone")
    assert code == 1
    assert "can be opened" in err


def test_an_edited_row_is_shown_and_accepted(deployment: Deployment, db: Database) -> None:
    for action in ("create", "adopt", "seal"):
        assert deployment(action)[0] == 0
    db.sql("select kw.set_setting('cache_seconds', 60)")
    db.sql("update kw.settings set value = 61")
    problem = "row cache_seconds of kw.settings does not match its seal"
    code, out, _ = deployment("check")
    assert (code, out.splitlines()[-1].split("\t")) == (
        1, ["settings", "cache_seconds", "KW211", problem],
    )  # fmt: skip
    code, out, _ = deployment("check", "--table", "settings", "--json")
    assert (code, json.loads(out)[0]["problem"]) == (1, problem)
    assert deployment("check", "--table", "kms_keys")[0] == 0
    accept = ("accept", "settings", "cache_seconds", "--reason", "an outage")
    assert deployment(*accept)[:2] == (0, "1 rows accepted\n")
    assert deployment("check")[0] == 0
    code, out, err = deployment("accept", "settings", "cache_seconds", "other", "--reason", "again")
    assert (code, out) == (1, "1 rows accepted\n")
    assert "1 of the names are of no row" in err


@pytest.mark.parametrize("action", ["adopt", "seal", "check", "status", "replace"])
def test_without_a_deployment_it_says_how_to_create_one(
    deployment: Deployment, action: str
) -> None:
    code, _, err = deployment(action)
    assert code == 1
    assert "no deployment" in err
    assert "create" in err


def test_who_may_not_is_told_who_may(
    kwtools: Kwtools, db: Database, make_role: Callable[..., str]
) -> None:
    dsn = f"{db.dsn} user={make_role('kw_admin')}"
    code, _, err = kwtools("deployment", "create", "--dsn", dsn)
    assert code == 1
    assert "superuser" in err
