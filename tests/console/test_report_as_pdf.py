"""The recipe of docs/console.md: the report as PDF, through a headless browser."""

import re
import shlex
import subprocess
from pathlib import Path

from kwtools import report_signing
from kwtools.connections import connect
from kwtools.console import report
from kwtools.console.sections import SECTIONS
from tests.conftest import Database
from tests.deployment import happen, make_log, seal
from tests.sql.session import Session

PAGE = Path(__file__).parents[2] / "docs" / "console.md"
ROOT = ("--no-sandbox", "--disable-dev-shm-usage")  # of tests, which run as root in a container


def write_report(db: Database, auditor: str, path: Path) -> None:
    session = Session(db.connect())
    make_log(session)
    happen(session, 300)
    seal(session)
    session.rows("create table users (id bigint primary key, email text)")
    with connect(db.place.dsn(db.name, auditor), "test") as connection:
        found = report.read(connection, SECTIONS)
        signer = report_signing.choose(connection, None)
    path.write_bytes(report.render(found, signer))


def test_the_recipe_prints_the_report(db: Database, auditor: str, tmp_path: Path) -> None:
    write_report(db, auditor, tmp_path / "clinic.html")
    recipe = re.search(r"^chromium .*$", PAGE.read_text(), re.MULTILINE)
    assert recipe is not None
    program, *arguments = shlex.split(recipe[0])
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    subprocess.run(
        [program, *ROOT, profile, *arguments], cwd=tmp_path, check=True, timeout=120,
        capture_output=True,
    )  # fmt: skip
    data = (tmp_path / "clinic.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", data))
    assert pages > len(SECTIONS)
