"""``kwtools metrics``: what it exposes."""

from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.metrics.conftest import check, values
from tests.sql.session import Session


def exposed(kwtools: Kwtools, *databases: Database) -> str:
    """Return what one reading of databases gives."""
    dsns = [word for one in databases for word in ("--dsn", one.dsn)]
    code, out, err = kwtools("metrics", "--once", *dsns)
    assert (code, err) == (0, "")
    return out


def test_promtool_finds_nothing_to_say(kwtools: Kwtools, db: Database, session: Session) -> None:
    session.rows("select kw.wrap(), kw.check_kms()")
    assert check(exposed(kwtools, db)) == ""


def test_wrappers_are_counted_by_mode_status_and_format(
    kwtools: Kwtools, db: Database, session: Session
) -> None:
    session.rows("select kw.wrap() from generate_series(1, 3)")
    text = exposed(kwtools, db)
    assert values(text, "kwtools_wrappers", mode="either", status="active") == [3]
    assert values(text, "kwtools_up", database=db.name) == [1]
