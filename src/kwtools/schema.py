"""The tables of ``kw`` as a catalog has them, written as Markdown or as Mermaid."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from kwtools.connections import Connection

_TABLES = """
select c.oid::bigint, c.relname::text, c.relkind = 'v', d.description
from pg_catalog.pg_class c
left join pg_catalog.pg_description d
    on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
where c.relnamespace = 'kw'::regnamespace and c.relkind in ('r', 'p', 'v')
order by c.relkind <> 'r', c.relname
"""
_COLUMNS = """
select
    a.attrelid::bigint, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
    not a.attnotnull,
    case a.attidentity
        when '' then pg_catalog.pg_get_expr(f.adbin, f.adrelid)
        else 'identity'
    end,
    d.description
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
left join pg_catalog.pg_description d
    on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = a.attrelid
    and d.objsubid = a.attnum
where
    c.relnamespace = 'kw'::regnamespace and c.relkind in ('r', 'p', 'v')
    and a.attnum > 0 and not a.attisdropped
order by a.attrelid, a.attnum
"""
# The constraints NOT NULL, which are rows of their own since 18, are told with their columns.
_CONSTRAINTS = """
select
    n.conrelid::bigint, n.conname::text, n.contype::text, f.relname::text,
    (
        select array_agg(a.attname::text order by k.place)
        from pg_catalog.unnest(n.conkey) with ordinality k (number, place)
        join pg_catalog.pg_attribute a on a.attrelid = n.conrelid and a.attnum = k.number
    ),
    pg_catalog.pg_get_constraintdef(n.oid, true)
from pg_catalog.pg_constraint n
left join pg_catalog.pg_class f on f.oid = n.confrelid
where n.connamespace = 'kw'::regnamespace and n.contype in ('p', 'u', 'f', 'c') and n.conrelid <> 0
order by n.conrelid, n.contype, n.conname
"""
_INDEXES = """
select i.indrelid::bigint, x.relname::text, pg_catalog.pg_get_indexdef(i.indexrelid)
from pg_catalog.pg_index i
join pg_catalog.pg_class x on x.oid = i.indexrelid
join pg_catalog.pg_class c on c.oid = i.indrelid
where
    c.relnamespace = 'kw'::regnamespace
    and not exists (select from pg_catalog.pg_constraint n where n.conindid = i.indexrelid)
order by i.indrelid, x.relname
"""
PRIMARY, UNIQUE, FOREIGN, CHECK = "p", "u", "f", "c"


@dataclass(frozen=True)
class Column:
    """A column. ``default`` is an expression, ``identity``, or null."""

    name: str
    type: str
    is_nullable: bool
    default: str | None
    comment: str | None


@dataclass(frozen=True)
class Constraint:
    """A key or check. ``kind`` is p, u, f or c; ``refers_to`` the table of a foreign key."""

    name: str
    kind: str
    refers_to: str | None
    columns: tuple[str, ...]
    definition: str


@dataclass(frozen=True)
class Table:
    """A table or view of schema ``kw``."""

    name: str
    is_view: bool
    comment: str | None
    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Constraint]:
        """Return the constraints of a kind."""
        return [one for one in self.constraints if one.kind == kind]

    def keys_of(self, column: str) -> list[str]:
        """Return PK, FK and UK as far as the column is part of one."""
        names = {PRIMARY: "PK", FOREIGN: "FK", UNIQUE: "UK"}
        found = {
            names[one.kind]
            for one in self.constraints
            if one.kind in names and column in one.columns
        }
        return [name for name in names.values() if name in found]


def read(connection: Connection) -> list[Table]:
    """Return the tables of ``kw`` by name, then its views; nothing without the schema."""
    tables = {
        oid: Table(name, is_view, comment)
        for oid, name, is_view, comment in connection.execute(_TABLES)
    }
    for oid, name, type_, is_nullable, default, comment in connection.execute(_COLUMNS):
        tables[oid].columns.append(Column(name, type_, is_nullable, default, comment))
    for oid, name, kind, refers_to, columns, definition in connection.execute(_CONSTRAINTS):
        tables[oid].constraints.append(
            Constraint(name, kind, refers_to, tuple(columns or ()), definition)
        )
    for oid, _, definition in connection.execute(_INDEXES):
        tables[oid].indexes.append(definition)
    return list(tables.values())


def as_json(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Return the tables as plain values."""
    return [asdict(table) for table in tables]


# -- Markdown ---------------------------------------------------------------------------------


def markdown(tables: Sequence[Table]) -> Iterator[str]:
    """Yield the lines of a description of each table and view."""
    for table in tables:
        yield f"## kw.{table.name}"
        yield ""
        yield from _paragraph(("View. " if table.is_view else "") + (table.comment or ""))
        yield from _columns(table)
        yield from _list("Keys", _keys(table))
        yield from _list(
            "Checks", [f"`{one.name}`: `{one.definition}`" for one in table.of_kind(CHECK)]
        )
        yield from _list("Indexes", [f"`{definition}`" for definition in table.indexes])


def _columns(table: Table) -> Iterator[str]:
    yield "| column | type | null | default | keys | what |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for column in table.columns:
        default = f"`{column.default}`" if column.default else ""
        cells = (
            f"`{column.name}`", column.type, "yes" if column.is_nullable else "", default,
            ", ".join(table.keys_of(column.name)), column.comment or "",
        )  # fmt: skip
        yield f"| {' | '.join(map(_cell, cells))} |"
    yield ""


def _keys(table: Table) -> list[str]:
    kinds = (PRIMARY, UNIQUE, FOREIGN)
    return [f"`{one.name}`: {one.definition}" for kind in kinds for one in table.of_kind(kind)]


def _paragraph(text: str) -> Iterator[str]:
    if text.strip():
        yield " ".join(text.split())
        yield ""


def _list(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"{title}:"
        yield ""
        for item in items:
            yield f"- {' '.join(item.split())}"
        yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# -- Mermaid ----------------------------------------------------------------------------------


def mermaid(tables: Sequence[Table]) -> Iterator[str]:
    """Yield the lines of an erDiagram of the tables, without views, and of their foreign keys."""
    yield "erDiagram"
    drawn = [table for table in tables if not table.is_view]
    for table in drawn:
        yield f"    {_name(table.name)} {{"
        for column in table.columns:
            yield f"        {_attribute(table, column)}"
        yield "    }"
    names = {table.name for table in drawn}
    for table in drawn:
        for one in table.of_kind(FOREIGN):
            if one.refers_to in names:
                yield f"    {_relation(table, one)}"


def _attribute(table: Table, column: Column) -> str:
    keys = ", ".join(table.keys_of(column.name))
    comment = " ".join((column.comment or "").replace('"', "'").split())
    said = f' "{comment}"' if comment else ""
    return f"{_type(column.type)} {column.name}{' ' + keys if keys else ''}{said}"


def _relation(table: Table, key: Constraint) -> str:
    """Return how many rows refer to how many: a unique key refers from one row at most."""
    by_name = {column.name: column for column in table.columns}
    is_optional = any(by_name[name].is_nullable for name in key.columns)
    is_single = any(
        set(one.columns) <= set(key.columns)
        for one in (*table.of_kind(PRIMARY), *table.of_kind(UNIQUE))
    )
    many = "|o" if is_single else "}o"
    one = "o|" if is_optional else "||"
    return f"{_name(table.name)} {many}--{one} {_name(key.refers_to or '')} : {key.name}"


def _name(name: str) -> str:
    """Return a name as Mermaid reads it: letters, digits, underscores, or quoted."""
    plain = name.replace("_", "").isalnum() and name.isascii()
    return name if plain else '"' + name.replace('"', "'") + '"'


def _type(type_: str) -> str:
    """Return a type as Mermaid reads it: one word that begins with a letter."""
    for long, short in _SHORT.items():
        type_ = type_.replace(long, short)
    timestamp = type_.removesuffix(" with time zone")
    if timestamp != type_:
        type_ = timestamp.replace("timestamp", "timestamptz")
    return type_.replace(" ", "_").replace(",", "_").replace('"', "")


_SHORT = {"character varying": "varchar", "character(": "char("}
