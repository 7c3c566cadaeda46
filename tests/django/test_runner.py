"""kwtools.django on a real server, in databases that Django's own test runner makes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django
import pytest

from tests.conftest import Database, unique

ROOT = Path(__file__).parents[2]
CONNECTIONS: dict[str, dict[str, Any]] = {
    "as Django does by default": {},
    "binding at the server": {"OPTIONS": {"server_side_binding": True}},
    "connections that persist": {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True},
}
if django.VERSION >= (5, 1):
    CONNECTIONS["a pool"] = {"OPTIONS": {"pool": True, "server_side_binding": True}}

ROW = " values ('Ada', gen_random_uuid() || '@example.org', '', '{}', 'A')"


def manage(db: Database, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of Django in the project ``clinic``."""
    return subprocess.run(
        [sys.executable, "-m", "django", *command],
        cwd=ROOT,
        env={
            **os.environ,
            **db.place.environment(db.name),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "tests.django.clinic.settings",
            **settings,
        },
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.mark.parametrize("settings", CONNECTIONS.values(), ids=CONNECTIONS)
def test_a_project_passes_its_own_tests(db: Database, settings: dict[str, Any]) -> None:
    done = manage(
        db,
        *("test", "tests.django.clinic.tests", "--no-input"),
        PGDATABASE=unique("clinic"),
        CLINIC_TEMPLATE=db.name,
        CLINIC_DATABASE=json.dumps(settings),
    )
    assert done.returncode == 0, done.stdout
    assert "\nOK" in done.stdout


def test_the_statements_of_a_migration_are_shown(db: Database) -> None:
    shown = manage(db, "sqlmigrate", "clinic", "0001").stdout
    assert "select kw.create_protected_view(" in shown
    assert 'REFERENCES "clinic_patient_protected"' in shown
    assert 'UNIQUE ("clinic_id", "phone_token")' in shown


def test_a_migration_goes_back_and_forth(db: Database) -> None:
    for target in ("0003", "0001", "0003", "zero", "0003", "zero"):
        done = manage(db, "migrate", "clinic", target)
        assert done.returncode == 0, done.stdout
        if target == "0003":
            db.sql(f"insert into clinic_patient (name, email, notes, extra, nick){ROW}")
            assert db.sql("select nick, notes from clinic_patient where nick = 'A'") != []
    assert db.sql("select relname from pg_class where relname like 'clinic%'") == []


def test_a_role_without_kw_admin_cannot_take_keys_over_for_a_new_table(db: Database) -> None:
    role = unique("clinic_owner")
    db.sql(f"create role {role} login; grant kw_client to {role}")
    db.sql(f"grant create on schema public to {role}")
    given = json.dumps({"USER": role})
    for target, code in (("0003", 0), ("zero", 0), ("0003", 1)):
        done = manage(db, "migrate", "clinic", target, CLINIC_DATABASE=given)
        assert done.returncode == code, done.stdout
    assert "ask an admin to use kw.reclaim_entity" in done.stdout
    db.sql(f"grant kw_admin to {role}")
    assert manage(db, "migrate", "clinic", "0003", CLINIC_DATABASE=given).returncode == 0
    db.sql(f"drop owned by {role}; drop role {role}")
