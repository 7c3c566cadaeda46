"""Percentages of views: 100 says that all are, so one that is missing is never rounded away."""

import pytest

from tests.sql.session import Session

COLUMNS = """
select c.relname || '.' || a.attname
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
where c.relnamespace = 'kw'::regnamespace and a.attname like '%percent%' and not a.attisdropped
order by 1
"""
ALL, MISSING = 200_000, 1
MAKE = {
    "kms_health.uptime_percent_1d": """
        insert into kw.kms_health_checks (provider_id, kms_key_id, status)
        select 1, 1, case when n <= %s then 'down' else 'up' end from generate_series(1, %s) n
    """,
    "rewrap_progress.percent": """
        insert into kw.rewrap_jobs (key_wrapper_id, status, finished_at)
        select w.id, case when n <= m.missing then 'pending' else 'done' end,
            case when n > m.missing then now() end
        from kw.key_wrappers w
        cross join (values (%s)) m (missing)
        cross join generate_series(1, %s) n
    """,
}


def test_every_percentage_is_of_these(session: Session) -> None:
    assert [name for (name,) in session.rows(COLUMNS)] == sorted(MAKE)


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("missing", [0, MISSING])
def test_only_all_are_100_percent(session: Session, name: str, missing: int) -> None:
    view, _, column = name.partition(".")
    session.rows("select kw.wrap()")
    session.rows(MAKE[name], missing, ALL)
    found = session.value(f"select max({column}) from kw.{view}")
    assert (found == 100) == (missing == 0), found
    assert found > 99.8
