"""What the actions of ``kwtools deployment`` show: the deployment in force, its pin, its tables."""

import json
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.rows import dict_row

from kwtools.connections import Connection, transaction
from kwtools.errors import CheckFailed

_CURRENT = """
select
    d.deployment_uuid::text as deployment, d.phase, d.key_no, d.incarnation,
    current_database()::text as database,
    array(
        select w.crypto_suite ->> 'commitment'
        from kw.deployments o
        join kw.key_wrappers w on w.id = o.key_wrapper_id
        where o.key_no >= d.key_no or d.phase = 'replacing' and o.key_no = d.key_no - 1
        order by o.key_no
    ) as commitments
from kw.deployments d
where d.phase <> 'next'
order by d.key_no desc
limit 1
"""
_TABLES = """
select c.relname::text
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'change_no' and not a.attisdropped
where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r'
order by 1
"""
_COUNT = "select count(*), count(*) filter (where t.seal is null) from kw.{} t"

# Those that the log does not have yet have seals of their own.
_EVENTS = """
select count(*), count(*) filter (where t.seal is null)
from kw.audit_events t
where t.leaf_index is null
"""


class SealedTable(NamedTuple):
    """A sealed table, and how many of its rows have no seal."""

    table: str
    rows: int
    unsealed: int


def current_deployment(connection: Connection) -> dict[str, Any]:
    """Return the deployment in force; raises ``CheckFailed``."""
    with transaction(connection), connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_CURRENT.encode()).fetchone()
    if row is None:
        raise CheckFailed(
            "this database has no deployment", "Create one with kwtools deployment create."
        )
    return row


def pin_lines(current: dict[str, Any]) -> list[str]:
    """Return the lines that pin a deployment in the provider file."""
    is_sealed = current["phase"] not in ("adopting", "recovering")
    return [
        "to pin it, add these lines to the provider file of the server:",
        f"[deployments.{json.dumps(current['database'])}]",
        f"deployment_uuid = {json.dumps(current['deployment'])}",
        f"commitments = {json.dumps(current['commitments'])}",
        f"sealed = {json.dumps(is_sealed)}",
        f"incarnation = {current['incarnation']}",
    ]


def sealed_tables(connection: Connection) -> list[SealedTable]:
    """Return the sealed tables with rows."""
    found = []
    with transaction(connection):
        for (name,) in connection.execute(_TABLES.encode()).fetchall():
            query = sql.SQL(_COUNT).format(sql.Identifier(name))
            row = connection.execute(query).fetchone()
            assert row is not None
            found.append(SealedTable(name, *row))
        row = connection.execute(_EVENTS.encode()).fetchone()
        assert row is not None
        found.append(SealedTable("audit_events", *row))
    return [one for one in found if one.rows]
