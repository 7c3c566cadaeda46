"""kw.check_kms and kw.work_rewrap_jobs from pg_cron."""

import time
from collections.abc import Callable

from kwtools.cluster import Place, set_up

_MOST_SECONDS = 300.0  # it starts jobs at full minutes, and a job may have to begin again


def test_pg_cron_probes_the_keys(own_cluster: Callable[..., Place]) -> None:
    place = own_cluster(
        settings={
            "shared_preload_libraries": "pg_cron",
            "cron.database_name": "postgres",
            "cron.use_background_workers": "on",
        }
    )
    with place.connect() as connection:
        set_up(connection, "cron")
        connection.execute("create extension pg_cron")
        connection.execute(
            "select cron.schedule('kms health', '* * * * *', 'select from kw.check_kms()')"
        )
        connection.execute("select kw.wrap_many(array_fill(null::bytea, array[2500]))")
        connection.execute("select kw.schedule_rewrap(policy => 'default')")
        connection.execute(
            "select cron.schedule('rewrap', '* * * * *', 'call kw.work_rewrap_jobs()')"
        )
        deadline = time.monotonic() + _MOST_SECONDS
        found: list[tuple[object, ...]] = []
        while not found and time.monotonic() < deadline:
            time.sleep(0.5)
            found = connection.execute("select status from kw.kms_health_checks").fetchall()
        runs = connection.execute("select status, return_message from cron.job_run_details")
        assert found == [("up",), ("up",)], runs.fetchall()
        left = "select count(*) from kw.rewrap_jobs where status <> 'done'"
        while connection.execute(left).fetchall() != [(0,)]:
            time.sleep(0.5)
            assert time.monotonic() < deadline, runs.fetchall()
        versions = connection.execute("select distinct wrap_version from kw.key_wrappers")
        assert versions.fetchall() == [(2,)]
