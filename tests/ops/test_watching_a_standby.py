"""A hot standby, as the console, the report and the metrics read it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kwtools.cluster import Place
from kwtools.console.sections import SECTIONS
from kwtools.metrics import reading
from kwtools.metrics.scraping import Scraping
from tests.cli.conftest import Kwtools, kwtools
from tests.console.conftest import running
from tests.deployment import happen, make_log, seal
from tests.ops.standbys import Pair, catch_up, with_standby
from tests.sql.session import Session

__all__ = ["kwtools"]
AUDITOR = "create role watcher login in role kw_auditor, kw_signer"


@pytest.fixture
def pair(own_cluster: Callable[..., Place]) -> Iterator[Pair]:
    with with_standby(own_cluster, AUDITOR) as pair:
        session = Session(pair.primary)
        make_log(session)
        session.rows("select kw.check_kms()")
        session.value("select kw.create_signing_key('reports', 'Ed25519', 'application:report', 1)")
        happen(session)
        seal(session)
        happen(session)
        catch_up(pair.primary, pair.standby)
        yield pair


def errors(place: Place) -> list[str]:
    """Return what the server's log has of errors."""
    return re.findall(r"^.*(?:ERROR|FATAL|PANIC):.*$", place.log.read_text(), re.MULTILINE)


def test_a_standby_is_read_whole_and_nothing_is_tried_that_it_cannot_do(
    pair: Pair, kwtools: Kwtools, tmp_path: Path
) -> None:
    dsn = pair.place.dsn("postgres")
    before = errors(pair.place)
    with running("--dsn", dsn) as console:
        for section in SECTIONS:
            page = console.page(section.name)
            assert "could not be read" not in page
            if section.name == "overview":
                assert "(standby)" in page
    with Scraping([dsn], all_databases=False) as scraping:
        (view,) = scraping.scrape(60)
    assert view.is_up
    assert set(view.groups) == set(reading.GROUPS)
    assert not view.failed
    report = tmp_path / "report.html"
    code, _, err = kwtools("report", report, "--dsn", dsn)
    assert (code, list(tmp_path.iterdir())) == (0, [report])
    assert "not signed: the server is a standby, where no signature can be recorded" in err
    assert "the server is a standby" in report.read_text()
    code, _, err = kwtools("report", tmp_path / "other", "--dsn", dsn, "--sign", "reports")
    assert (code, list(tmp_path.iterdir())) == (1, [report])
    assert "cannot be signed: the server is a standby" in err
    assert errors(pair.place) == before


def test_an_auditor_of_a_standby_is_refused_no_more_than_on_its_primary(
    pair: Pair, kwtools: Kwtools, tmp_path: Path
) -> None:
    dsn = pair.place.dsn("postgres", "watcher")
    with running("--dsn", dsn) as console:
        for section in SECTIONS:
            assert "could not be read" not in console.page(section.name)
    code, _, err = kwtools("report", tmp_path / "report.html", "--dsn", dsn)
    assert (code, err.count("\n")) == (0, 1)
    assert "the server is a standby" in err
    assert [line for line in errors(pair.place) if "watcher@" in line] == []
