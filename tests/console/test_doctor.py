"""What doctor finds, on the page."""

import json
import re
import subprocess
import sys
import time

from tests.conftest import Database
from tests.console.conftest import Console, running
from tests.console.test_health import Cells

_OF_THE_SERVER = {"roles", "log", "log settings"}
"""What these checks find changes as roles of other tests come and go."""


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
    told = {one["check"] for one in json.loads(out)}
    shown = {check for check, _ in found(page)}
    assert not {one for one in shown ^ told if one.partition(":")[0] not in _OF_THE_SERVER}
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


def test_what_is_found_of_many_objects_is_one_row_with_one_remedy(
    db: Database, console: Console
) -> None:
    db.sql("select kw.create_policy('more-' || n, 'either', 1, 2) from generate_series(1, 9) n")
    page = console.page("doctor")
    named = [one for one in range(1, 10) if f"policy &#34;more-{one}&#34; of mode either" in page]
    assert named == list(range(1, 10))
    assert page.count("Two legs in one KMS are lost together") == 1
    assert "<summary>and 5 more</summary>" in page  # the policy of the database is the tenth


def test_many_checks_that_found_nothing_are_shown_when_they_are_asked_for(
    db: Database, console: Console
) -> None:
    few = console.page("doctor")
    assert "<details>" not in few
    db.sql("select kw.create_kms_key('local', 'more-' || n) from generate_series(1, 50) n")
    page = console.page("doctor", again=1)
    while "more-50" not in page:  # what was just read is kept for some seconds
        time.sleep(1)
        page = console.page("doctor", again=1)
    assert re.search(r"<details><summary>Show all 6\d</summary>", page)


def test_a_check_that_waits_for_a_lock_does_not_hold_up_the_page(
    db: Database, console: Console
) -> None:
    with db.connect(autocommit=False) as holder:
        holder.execute("lock table kw.rewrap_jobs")
        page = console.page("doctor")
        holder.rollback()
    assert "Run it again when nobody locks the tables of kw." in page
