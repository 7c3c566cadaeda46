"""What doctor finds, on the page."""

import json
import re
import subprocess
import sys

from tests.conftest import Database
from tests.console.conftest import Console, running
from tests.console.test_health import Cells


def found(page: str) -> set[tuple[str, str]]:
    """Return the checks of a page with their findings."""
    return {(row[0], row[2]) for row in Cells(page).rows if len(row) > 2} - {("Check", "Finding")}


def test_the_findings_are_those_of_the_command(
    db: Database, auditor: str, console: Console
) -> None:
    command = [sys.executable, "-m", "kwtools", "doctor", "--json", "--dsn"]
    dsn = db.place.dsn(db.name, auditor)
    out = subprocess.run([*command, dsn], stdout=subprocess.PIPE, check=False).stdout
    page = console.page("doctor")
    told = {(one["check"], " ".join(one["detail"].split())) for one in json.loads(out)}
    assert {check for check, _ in found(page)} == {check for check, _ in told}
    assert "<h2>Could not run</h2>" in page  # a kw_auditor may not see files
    assert "Run it as a superuser." in page
    assert "SQLSTATE" not in page
    assert re.search(r"of this role\.\s+<a ", page)


def test_remedies_are_shown_and_the_findings_are_kept_with_their_age(db: Database) -> None:
    with running("--dsn", db.dsn) as console:
        first = console.page("doctor")
        db.sql("update kw.kms_providers set is_enabled = false")
        assert found(console.page("doctor")) == found(first)
        assert "&amp;again=1" in first


def test_a_check_that_waits_for_a_lock_does_not_hold_up_the_page(
    db: Database, console: Console
) -> None:
    with db.connect(autocommit=False) as holder:
        holder.execute("lock table kw.rewrap_jobs")
        page = console.page("doctor")
        holder.rollback()
    assert "Run it again when nobody locks the tables of kw." in page
