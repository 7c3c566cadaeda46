"""What an incomplete restore leaves: rows that refer to nothing, ciphertexts without keys.

``kw.doctor`` finds what can be told without reading tables of others: tables that were loaded and
not checked, triggers that are off, sequences that are behind, names to re-claim.
"""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
from psycopg import sql

from kwtools import ciphertexts
from kwtools.checks._finding import OK, PROBLEM, UNKNOWN, Finding
from kwtools.connections import Connection

_ROWS = 10_000  # of a table of ours that are looked at: a table that was not loaded lacks all
_OF_OTHERS = ciphertexts.Most(rows=1000, size=2**22)
_MOST_NAMED = 3
# A table of others may be locked, or have nothing but pages of dead rows.
_DO_NOT_WAIT = """
select
    pg_catalog.set_config('lock_timeout', '1s', true),
    pg_catalog.set_config('statement_timeout', '5s', true)
"""
_RESTORE = (
    "Restore the whole dump into an empty database: kwtools restore DUMP. Where only these rows are"
    " missing: pg_restore -a -n kw -t {table} -d DATABASE DUMP, then kw.check_restore()."
)
_KEYS_OF_ITS_TIME = (
    "Restore the schema kw with its tables from one dump of the whole database: kwtools restore"
    " DUMP into an empty database. A dump of pg_dump -n or -t has no keys."
)
_FOREIGN_KEYS = """
select
    child.relname::text, parent.relname::text,
    array_agg(a.attname::text order by n.place), array_agg(b.attname::text order by n.place)
from pg_catalog.pg_constraint o
join pg_catalog.pg_class child on child.oid = o.conrelid
join pg_catalog.pg_class parent on parent.oid = o.confrelid
cross join unnest(o.conkey, o.confkey) with ordinality n (child, parent, place)
join pg_catalog.pg_attribute a on a.attrelid = o.conrelid and a.attnum = n.child
join pg_catalog.pg_attribute b on b.attrelid = o.confrelid and b.attnum = n.parent
where o.contype = 'f' and o.connamespace = 'kw'::regnamespace
group by o.oid, child.relname, parent.relname
order by 1, 2
"""
_DANGLING = """
select count(*)
from (select {names} from kw.{child} t where {given} limit {rows}) c
where not exists (select from kw.{parent} p where {same})
"""
# References that are not foreign keys: table, what is missing, how many rows lack it.
_REFERENCES: tuple[tuple[str, str, LiteralString], ...] = (
    (
        "key_wrappers",
        "branches without their wrapper",
        """
        select count(*)
        from kw.kms_keys k
        join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
        where not exists (
            select from kw.key_wrappers w where w.wrapper_uuid = k.external_key_ref
        ) and not exists (
            -- A KEM key that is sealed under a branch has its provider.
            select from kw.kem_private_keys s where s.kms_key_id = k.id
        )
        """,
    ),
    (
        "key_wrapper_layers",
        "wrappers without their KEM layers",
        """
        select count(*)
        from (
            select w.id
            from kw.key_wrappers w
            where w.status <> 'invalid' and w.crypto_suite -> 'layers' <> '[]'
            limit %(rows)s
        ) w
        where not exists (select from kw.key_wrapper_layers l where l.key_wrapper_id = w.id)
        """,
    ),
    (
        "binding_generations",
        "rotated bindings without their earlier keys",
        """
        select count(*)
        from (
            select b.id from kw.encryption_bindings b
            where b.status = 'live' and b.generation > 1
            limit %(rows)s
        ) b
        where not exists (select from kw.binding_generations g where g.binding_id = b.id)
        """,
    ),
)


def references(connection: Connection) -> Iterator[Finding]:
    """Yield each table of ours that lacks rows which others refer to."""
    lacking: dict[str, list[str]] = {}
    for table, detail in (*_foreign_keys(connection), *_other_references(connection)):
        lacking.setdefault(table, []).append(detail)
    for table, details in lacking.items():
        yield Finding(
            f"rows of kw.{table}",
            PROBLEM,
            "; ".join(details),
            _RESTORE.format(table=table),
            "Values under these keys cannot be decrypted.",
        )


def _foreign_keys(connection: Connection) -> Iterator[tuple[str, str]]:
    for child, parent, names, keys in connection.execute(_FOREIGN_KEYS).fetchall():
        query = sql.SQL(_DANGLING).format(
            names=sql.SQL(", ").join(map(sql.Identifier, names)),
            child=sql.Identifier(child),
            parent=sql.Identifier(parent),
            rows=sql.Literal(_ROWS),
            given=sql.SQL(" and ").join(
                sql.SQL("t.{} is not null").format(sql.Identifier(name)) for name in names
            ),
            same=sql.SQL(" and ").join(
                sql.SQL("p.{} = c.{}").format(sql.Identifier(key), sql.Identifier(name))
                for name, key in zip(names, keys, strict=True)
            ),
        )
        ((count,),) = connection.execute(query)
        if count:
            yield parent, f"kw.{child} has {count} rows that refer to missing rows"


def _other_references(connection: Connection) -> Iterator[tuple[str, str]]:
    for table, what, text in _REFERENCES:
        ((count,),) = connection.execute(text, {"rows": _ROWS})
        if count:
            yield table, f"{what}: {count}"


def values(connection: Connection) -> Iterator[Finding]:
    """Yield each column whose ciphertexts name bindings that the database does not have."""
    connection.execute(_DO_NOT_WAIT)
    closed = []
    by_chance = []
    whole = 0
    for column in list(ciphertexts.columns(connection)):
        if not column.is_readable:
            closed.append(column.label)
            continue
        try:
            found = ciphertexts.state(connection, column, _OF_OTHERS)
        except psycopg.errors.InsufficientPrivilege:
            closed.append(column.label)
        except psycopg.errors.LockNotAvailable:
            yield _not_checked(column, "another transaction has locked the table")
        except psycopg.errors.QueryCanceled:
            yield _not_checked(column, "its first values could not be read in time")
        except psycopg.errors.ProgrammingError as error:  # it was dropped or became another
            yield _not_checked(column, error.diag.message_primary or str(error))
        else:
            if found.lacks_keys:
                yield Finding(
                    f"values of {column.label}",
                    PROBLEM,
                    f"{found.without_keys} of the first {found.values} have keys that this"
                    " database does not have",
                    _KEYS_OF_ITS_TIME,
                    "They cannot be decrypted here.",
                )
            elif found.without_keys:
                by_chance.append(column.label)
            else:
                whole += 1
    if closed:
        yield Finding(
            "values",
            UNKNOWN,
            f"{len(closed)} columns of bytea may not be read, or are under row-level security, and"
            f" were not checked: {_some(closed)}",
            "Run it as a superuser, once after a restore.",
            "Ciphertexts without keys would not be noticed there.",
        )
    elif whole or by_chance:
        detail = f"the first values of {whole} columns have their keys"
        if by_chance:
            detail += f"; a few values look like ciphertexts by chance: {_some(by_chance)}"
        yield Finding("values", OK, detail)


def _not_checked(column: ciphertexts.Column, why: str) -> Finding:
    return Finding(
        f"values of {column.label}",
        UNKNOWN,
        f"{why}, so it was not checked",
        "Run it again when no other transaction changes or holds the table.",
        "Ciphertexts without keys would not be noticed there.",
    )


def _some(labels: list[str]) -> str:
    return ", ".join(labels[:_MOST_NAMED]) + (", …" if len(labels) > _MOST_NAMED else "")
