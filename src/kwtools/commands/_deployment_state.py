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
    ) as commitments,
    (select max(n.key_no) from kw.deployments n where n.phase = 'next') as next_key_no
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
# A seal begins with the number of its key.
_COUNT = """
select
    count(*), count(*) filter (where t.seal is null),
    count(*) filter (where substr(t.seal, 1, 4) < int4send({key_no}))
from kw.{table} t
"""
# Those that the log does not have yet have seals of their own.
_EVENTS = "where t.leaf_index is null"
_ADVICE = """select detail, coalesce(hint, '') from kw.doctor() where "check" = 'deployment'"""


class SealedTable(NamedTuple):
    """A sealed table, how many of its rows have no seal, and how many one by an earlier key."""

    table: str
    rows: int
    unsealed: int
    earlier_key: int


class Advice(NamedTuple):
    """What the server says of the deployment and its pin, and what to do next, if anything."""

    state: str
    next: str


def current_deployment(connection: Connection) -> dict[str, Any]:
    """Return the deployment in force; raises ``CheckFailed``."""
    with transaction(connection), connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_CURRENT.encode()).fetchone()
    if row is None:
        raise CheckFailed(
            "this database has no deployment", "Create one with kwtools deployment create."
        )
    return row


def advice(connection: Connection) -> Advice:
    """Return what the server, which alone reads its provider file, says of the deployment."""
    with transaction(connection):
        row = connection.execute(_ADVICE).fetchone()
    assert row is not None
    return Advice(*row)


def pin_lines(current: dict[str, Any]) -> list[str]:
    """Return the lines that pin a deployment in the provider file."""
    is_sealed = current["phase"] not in ("adopting", "recovering")
    return [
        "the lines that pin it, in the provider file of the server:",
        f"[deployments.{json.dumps(current['database'])}]",
        f"deployment_uuid = {json.dumps(current['deployment'])}",
        f"commitments = {json.dumps(current['commitments'])}",
        f"sealed = {json.dumps(is_sealed)}",
        f"incarnation = {current['incarnation']}",
    ]


def sealed_tables(connection: Connection) -> list[SealedTable]:
    """Return the sealed tables with rows."""
    key_no = sql.Literal(current_deployment(connection)["key_no"])
    found = []
    with transaction(connection):
        names = [name for (name,) in connection.execute(_TABLES.encode()).fetchall()]
        for name in (*names, "audit_events"):
            query = sql.SQL(_COUNT).format(key_no=key_no, table=sql.Identifier(name))
            if name not in names:
                query += sql.SQL(_EVENTS)
            row = connection.execute(query).fetchone()
            assert row is not None
            found.append(SealedTable(name, *row))
    return [one for one in found if one.rows]
