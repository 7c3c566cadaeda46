"""The first page: versions, counts, and what needs attention."""

from kwtools import sources
from tests.conftest import Database
from tests.console.conftest import Console


def test_the_first_page_shows_versions_and_counts(db: Database, console: Console) -> None:
    db.sql("create table people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind('people', n, 'ssn') from generate_series(1, 1234) n")
    page = console.page("overview")
    assert f"<dd>{sources.version()}</dd>" in page
    assert "<dt>Wrappers, active</dt><dd>1\u202f234</dd>" in page
    assert db.name in page
    assert (
        console.get("/").text.split("<main", 1)[1].split("<footer")[0]
        == (page.split("<main", 1)[1].split("<footer")[0])
    )
