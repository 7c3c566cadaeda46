"""kw.check_kms from pg_cron."""

import time
from collections.abc import Callable

from kwtools.cluster import Place, set_up

_MOST_SECONDS = 130.0  # it starts jobs at full minutes


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
        deadline = time.monotonic() + _MOST_SECONDS
        found: list[tuple[object, ...]] = []
        while not found and time.monotonic() < deadline:
            time.sleep(0.5)
            found = connection.execute("select status from kw.kms_health_checks").fetchall()
        runs = connection.execute("select status, return_message from cron.job_run_details")
        assert found == [("up",), ("up",)], runs.fetchall()
