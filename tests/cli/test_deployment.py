"""``kwtools deployment``: from the first key to a sealed database, and what was edited since."""

import json
import tomllib
from collections.abc import Callable

import pytest

from kwtools.commands import _session
from kwtools.commands import deployment as command
from tests.cli.conftest import Kwtools
from tests.conftest import Database

Deployment = Callable[..., tuple[int, str, str]]


@pytest.fixture
def deployment(kwtools: Kwtools, db: Database) -> Deployment:
    """``deployment('status', …)``: exit code, output, errors."""

    def run(action: str, *arguments: object) -> tuple[int, str, str]:
        return kwtools("deployment", action, "--dsn", db.dsn, *arguments)

    return run


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
    assert deployment("seal")[:2] == (0, f"deployment {uuid} is sealed\n")
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
    calls = []

    def interrupted(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return call(*arguments)  # type: ignore[arg-type]

    call = _session.call
    monkeypatch.setattr(command, "call", interrupted)
    code, _, err = deployment("adopt", "--batch", 2)
    assert code == 130
    assert "interrupted: 4 rows sealed. Run it again to go on." in err
    monkeypatch.undo()
    assert deployment("adopt")[0] == 0
    assert deployment("seal")[0] == 0


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
    assert deployment("accept", "settings", "other", "--reason", "an outage")[0] == 1


@pytest.mark.parametrize("action", ["adopt", "seal", "check", "status"])
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
