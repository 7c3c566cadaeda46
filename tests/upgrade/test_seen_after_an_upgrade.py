"""What every release left is shown by the console and the report, and counted by the metrics."""

import time

import pytest

from kwtools import sources
from kwtools.connections import connect
from kwtools.console import report
from kwtools.console.sections import SECTIONS
from kwtools.report_signing import Signer
from tests.conftest import Database
from tests.console.conftest import running
from tests.metrics.conftest import values
from tests.metrics.test_serving import served
from tests.upgrade.test_upgrade import RELEASES, restore

PATIENCE = 120
COUNTED = """
select
    (select sum(value) from kw.metrics where name = 'kwtools_wrappers')
        = (select count(*) from kw.key_wrappers),
    (select sum(value) from kw.metrics where name = 'kwtools_jobs')
        = (select count(*) from kw.rewrap_jobs),
    (select sum(value) from kw.metrics where name = 'kwtools_key_wrappers' and value > 0) > 0,
    (select count(*) from kw.metrics) = (select count(*) from (
        select distinct name, labels from kw.metrics
    ) m),
    (select count(*) from kw.metrics where value is null or labels is null) = 0
"""


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_release_left_is_shown_and_counted(empty: Database, release: str) -> None:
    restore(empty, release)
    # As kw.check_kms of then: an error may have had no SQLSTATE.
    empty.sql(
        "insert into kw.kms_health_checks (provider_id, kms_key_id, status, error, checked_at)"
        " select provider_id, id, 'down', 'no state', now() - interval '2 days' from kw.kms_keys"
        " union all select provider_id, null, 'down', null, now() from kw.kms_keys"
    )
    empty.sql("alter extension kwtools update")
    with connect(empty.dsn, "test") as connection:
        found = report.read(connection, SECTIONS)
    assert found.unread == []
    assert "people" in report.render(found, Signer(None, "test")).decode()
    assert empty.sql(COUNTED) == [(True, True, True, True, True)]
    empty.sql("select from kw.check_kms()")
    assert empty.sql(COUNTED) == [(True, True, True, True, True)]


def test_a_console_and_metrics_that_run_go_on_across_an_upgrade(empty: Database) -> None:
    restore(empty, RELEASES[-1])
    before = f"<dt>Extension</dt><dd>{RELEASES[-1]}</dd>"
    now = f"<dt>Extension</dt><dd>{sources.version()}</dd>"
    with running("--dsn", empty.dsn) as console, served("--dsn", empty.dsn) as metrics:
        assert before in console.page("overview")
        assert metrics.get()[0] == 200
        empty.sql("alter extension kwtools update")
        assert now in console.page("overview")
        for section in SECTIONS:
            assert "could not be read" not in console.page(section.name)
        end = time.monotonic() + PATIENCE
        while not values(metrics.get()[1], "kwtools_info", version=sources.version()):
            assert time.monotonic() < end
            time.sleep(0.5)
