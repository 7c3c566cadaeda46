"""``kwtools doctor``: it is content with a good installation and finds what is wrong."""

import json
from collections.abc import Callable

import pytest
from psycopg import sql

from kwtools import logs
from tests.cli.conftest import Kwtools
from tests.conftest import Database, Keystore

FOR_A_SUPERUSER = {"control file", "runtime files", "extension scripts", "pg_hba.conf"}
"""The checks that no other role can run."""


def findings(kwtools: Kwtools, dsn: str) -> tuple[int, dict[str, dict[str, str]]]:
    code, out, err = kwtools("doctor", "--json", "--dsn", dsn)
    assert err == ""
    return code, {row["check"]: row for row in json.loads(out)}


def test_a_good_installation(kwtools: Kwtools, db: Database) -> None:
    code, found = findings(kwtools, db.dsn)
    assert code == 0
    assert {row["result"] for row in found.values()} <= {"ok", "warning"}
    for check in ("command", "versions", "functions", "owner role"):
        assert found[check]["result"] == "ok"


def test_an_auditor_may_run_it(
    kwtools: Kwtools, db: Database, make_role: Callable[..., str]
) -> None:
    code, found = findings(kwtools, db.place.dsn(db.name, make_role("kw_auditor")))
    assert code == 3
    unknown = {name for name, row in found.items() if row["result"] == "unknown"}
    assert unknown == FOR_A_SUPERUSER
    code, found = findings(kwtools, db.place.dsn(db.name, make_role("kw_client")))
    assert code == 3
    assert found["server side"]["detail"].startswith("could not run: permission denied")
    assert "kw_auditor" in found["server side"]["hint"]


def test_a_database_without_the_extension(kwtools: Kwtools, db: Database) -> None:
    code, found = findings(kwtools, db.place.dsn("postgres"))
    assert code == 1
    assert found["setup"]["result"] == "problem"
    assert found["setup"]["detail"] == 'extension kwtools is not installed in database "postgres"'
    assert "Run kwtools init --dsn dbname=postgres" in found["setup"]["hint"]
    assert "server side" not in found  # that says it all


@pytest.mark.parametrize("damage", ["lost", "swapped", "open", "broken"])
def test_a_key_that_is_not_right(
    kwtools: Kwtools, db: Database, make_keystore: Callable[..., Keystore], damage: str
) -> None:
    store = make_keystore()
    db.sql("select kw.add_provider(%s, 'local')", store.name)
    db.sql("select kw.create_kms_key(%s, 'a'), kw.create_kms_key(%s, 'b')", store.name, store.name)
    assert findings(kwtools, db.dsn)[0] == 0
    file = store.directory / "a.jwk"
    if damage == "lost":
        file.unlink()
    elif damage == "swapped":
        file.write_bytes((store.directory / "b.jwk").read_bytes())
    elif damage == "open":
        file.chmod(0o644)
    else:
        file.write_bytes(b"{}")
    code, found = findings(kwtools, db.dsn)
    assert code == 1
    problems = [row for row in found.values() if row["result"] == "problem"]
    assert len(problems) == 1
    assert '"a"' in problems[0]["detail"] or str(file) in problems[0]["detail"]


def test_a_function_that_was_changed_by_hand(kwtools: Kwtools, db: Database) -> None:
    db.sql("alter function kw.version() reset search_path")
    code, found = findings(kwtools, db.dsn)
    assert code == 1
    assert "version()" in found["functions"]["detail"]


def test_log_settings_of_the_server_a_role_and_a_database(
    kwtools: Kwtools, db: Database, make_role: Callable[..., str]
) -> None:
    role = make_role()
    database = sql.Identifier(db.name)
    with db.connect() as connection:
        connection.execute(
            sql.SQL("alter role {} set log_statement = 'all'").format(sql.Identifier(role))
        )
        connection.execute(
            sql.SQL("alter database {} set log_min_duration_statement = 250").format(database)
        )
    code, found = findings(kwtools, db.dsn)
    assert code == 0
    assert found["log: log_statement"]["result"] == "warning"
    assert f"role {role}" in found["log: log_statement"]["detail"]
    assert found["log: log_min_duration_statement"]["result"] == "warning"


@pytest.mark.parametrize(
    ("setting", "value", "risky"),
    [
        ("log_statement", "none", False),
        ("log_statement", "ddl", False),
        ("log_statement", "mod", True),
        ("log_min_duration_statement", "-1", False),
        ("log_min_duration_statement", "0", True),
        ("log_min_duration_sample", "100", True),
        ("log_transaction_sample_rate", "0", False),
        ("log_transaction_sample_rate", "0.5", True),
        ("log_parameter_max_length_on_error", "0", False),
        ("log_parameter_max_length_on_error", "-1", True),
        ("log_min_error_statement", "error", True),
        ("log_min_error_statement", "panic", False),
        ("auto_explain.log_min_duration", "-1", False),
        ("auto_explain.log_min_duration", "0", True),
        ("pg_stat_statements.track_utility", "on", True),
        ("pgaudit.log", "none", False),
        ("pgaudit.log", "read", True),
        ("pgaudit.log", "role, ddl", False),
        ("pgaudit.log", "all", True),
        ("pgaudit.log", "all, -read, -write, -function, -misc", False),
        ("pgaudit.log", "all, -read", True),
        ("pgaudit.log_parameter", "on", True),
        ("pgaudit.log_parameter", "off", False),
        ("debug_print_plan", "on", True),
        # ALTER ROLE … SET keeps the spelling.
        ("log_min_duration_statement", "-1ms", False),
        ("log_min_duration_statement", "1s", True),
        ("log_parameter_max_length_on_error", "0kB", False),
        ("log_parameter_max_length_on_error", "10kB", True),
        ("pgaudit.log", '"READ"', True),
        ("log_statement", "ALL", True),
        ("log_statement", "DDL", False),
        ("log_min_error_statement", "Panic", False),
        ("log_transaction_sample_rate", "0x1", True),
        *[("debug_print_plan", word, False) for word in ("f", "FALSE", "no", "of", "0", "Off")],
        *[("debug_print_plan", word, True) for word in ("t", "TRUE", "yes", "on", "1")],
    ],
)
def test_which_log_settings_are_a_risk(setting: str, value: str, risky: bool) -> None:
    assert bool(logs.risks({setting: value})) is risky


def test_classes_of_pgaudit_matter_only_where_it_logs_statements() -> None:
    audited = {"pgaudit.log": "read"}
    assert logs.risks({**audited, "pgaudit.log_statement": "on"})
    assert logs.risks({**audited, "pgaudit.log_statement": "off"}) == []
    assert logs.risks({**audited, "pgaudit.log_statement": "No"}) == []
    for word in ("on", "True"):
        assert logs.risks({"pgaudit.log_statement": word})  # set for a role


def test_parameters_matter_only_where_statements_are_logged() -> None:
    names = [risk.setting for risk in logs.risks({"log_parameter_max_length": "-1"})]
    assert names == []
    names = [
        risk.setting
        for risk in logs.risks({"log_parameter_max_length": "-1", "log_statement": "all"})
    ]
    assert names == ["log_statement", "log_parameter_max_length"]
