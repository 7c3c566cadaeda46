"""What a dump needs to be opened, and what was in it: a file of JSON beside the dump."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from psycopg import sql

from kwtools import sources
from kwtools.connections import Connection
from kwtools.errors import CheckFailed

_SUFFIX = ".kwtools.json"
# What the database itself seals (branches, private keys of KEM layers) comes with the dump.
_KEYS = """
with uses as (
    select w.kms1_key_id as id from kw.key_wrappers w where w.status <> 'invalid'
    union all
    select w.kms2_key_id from kw.key_wrappers w where w.status <> 'invalid'
    union all
    select l.kms_key_id from kw.key_wrapper_layers l
    union all
    select s.sealed_by_key_id from kw.kem_private_keys s
)
select
    p.name, p.provider, k.external_key_ref, k.external_key_id, k.status,
    (select count(*) from uses u where u.id = k.id)
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
where
    p.provider <> 'wrapper'
    and not exists (select from kw.kem_private_keys s where s.kms_key_id = k.id)
order by k.id
"""
_WRAPPERS = "select w.status, count(*) from kw.key_wrappers w group by w.status order by w.status"
# What pg_dump writes of the extension, each table with its own condition. The catalogue comes with
# the extension; releases before 0.4.0 dumped it.
_TABLES = """
select c.relname::text, coalesce(e.extcondition[t.place], '')
from pg_catalog.pg_extension e
cross join unnest(e.extconfig) with ordinality t (id, place)
join pg_catalog.pg_class c on c.oid = t.id and c.relkind = 'r'
where e.extname = 'kwtools' and c.relname <> 'crypto_algorithms'
order by c.relname
"""
# Owners, grantees, members of our roles, and those that fields were granted to.
_ROLES = """
select r.rolname::text
from pg_catalog.pg_roles r
where r.rolname !~ '^(pg_|kw_)' and r.oid >= 16384 and (
    exists (
        select
        from pg_catalog.pg_shdepend d
        join pg_catalog.pg_database b on b.oid = d.dbid and b.datname = current_database()
        where d.refclassid = 'pg_catalog.pg_authid'::regclass and d.refobjid = r.oid
    )
    or exists (
        select
        from pg_catalog.pg_auth_members m
        join pg_catalog.pg_roles g on g.oid = m.roleid and g.rolname ~ '^kw_'
        where m.member = r.oid
    )
    or exists (select from kw.field_grants g where g.role_name = r.rolname)
)
order by 1
"""


class Key(NamedTuple):
    """A key of a KMS: without it the wraps under it do not open.

    ``fingerprint`` is the id by which the KMS knows it; of a local key, the kid of its file.
    """

    provider: str
    kind: str
    reference: str
    fingerprint: str | None
    status: str
    wraps: int


@dataclass(frozen=True)
class Report:
    """What a dump is of. It has no key and no value."""

    database: str
    dumped_at: str
    postgresql: str
    extension: str
    format: str
    keys: list[Key]
    wrappers: dict[str, int]
    rows: dict[str, int]
    roles_not_in_it: list[str]
    size: int = 0
    """Bytes of the dump, or of its ``toc.dat``: it tells a report of another dump."""

    @classmethod
    def of(cls, connection: Connection, extension: str, format_: str) -> Self:
        """Look at a database, in the transaction whose snapshot is dumped."""
        ((now, version),) = connection.execute(
            "select pg_catalog.now()::text, pg_catalog.current_setting('server_version')"
        )
        return cls(
            database=connection.info.dbname,
            dumped_at=now,
            postgresql=version,
            extension=extension,
            format=format_,
            keys=[Key(*row) for row in connection.execute(_KEYS)],
            wrappers=dict(connection.execute(_WRAPPERS).fetchall()),
            rows=rows_of(connection),
            roles_not_in_it=[name for (name,) in connection.execute(_ROLES)],
        )

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self) | {"keys": [key._asdict() for key in self.keys]}


def rows_of(connection: Connection) -> dict[str, int]:
    """Count the rows of each table of kwtools that a dump has."""
    tables = connection.execute(_TABLES).fetchall()
    counts = [
        sql.SQL("select {}::text, count(*) from kw.{} {}").format(
            sql.Literal(name), sql.Identifier(name), sql.SQL(condition)
        )
        for name, condition in tables
    ]
    return dict(connection.execute(sql.SQL(" union all ").join(counts)).fetchall())


def beside(dump: Path) -> Path:
    """Return where the report of a dump stands."""
    return dump.with_name(dump.name + _SUFFIX)


def written(report: Report) -> str:
    """Return a report as it is stored."""
    return json.dumps(report.as_json(), indent=2) + "\n"


def size_of(dump: Path) -> int:
    """Return the size of a dump; of a folder, that of its table of contents. In bytes."""
    return (dump / "toc.dat" if dump.is_dir() else dump).stat().st_size


def read(dump: Path) -> Report | None:
    """Return the report beside a dump; null without one.

    Raises ``CheckFailed`` where it is damaged, of another dump, or of a release after this one: the
    tables of a dump may have columns then that this one lacks.
    """
    path = beside(dump)
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text())
        report = Report(**found | {"keys": [Key(**key) for key in found["keys"]]})
        is_newer = _numbers(report.extension) > _numbers(sources.version())
    except (AttributeError, ValueError, TypeError, KeyError):
        raise CheckFailed(
            f"{path} is not a report of kwtools dump",
            "Remove it, or restore the right one from the backup.",
        ) from None
    if report.size != size_of(dump):
        raise CheckFailed(
            f"{dump} is not the dump that {path.name} is of: it has another size",
            "It is damaged, or the report is of an earlier dump: then remove the report.",
        )
    if is_newer:
        raise CheckFailed(
            f"{dump} is of kwtools {report.extension}, and this is {sources.version()}",
            f"Install kwtools {report.extension} or later.",
        )
    return report


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def missing(connection: Connection, report: Report) -> Iterator[str]:
    """Yield which tables have fewer rows than were dumped."""
    present = rows_of(connection)
    for table, count in report.rows.items():
        if present.get(table, count) < count:  # a later release may lack the table
            yield f"kw.{table} has {present[table]} of {count} rows"
