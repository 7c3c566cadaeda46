"""SQL of the statements that write the rows of a protected view to its table.

Each takes rows as texts (``kw._typed_rows``), and for each changed field the ciphertexts, and the tokens
where it has some, in the order of the rows.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from kwruntime.postgres.query import Query
from kwruntime.postgres.statements import in_ascii
from kwruntime.store.view_layouts import Column, Layout

_KNOWN = 1000
_VALUES = "select kw._typed_values($1, $2, $3) as found"
_TEXTS = ("text", "text[]", "text[]")


def values(layout: Layout, view: str, _: tuple[int, ...], *, operation: str) -> str:
    """The query of the keys, of what is there or changed, and of the values of fields, as arrays."""
    names = _names(layout)
    sources = [f"kw._typed_rows(null::{view}, $2)"]
    if operation == "UPDATE":
        olds = _old_names(layout)
        # Bytes: by a collation, different texts may be equal.
        marks = [
            f'(n.{old}::text collate "C" is distinct from n.{new}::text collate "C")::int'
            for old, new in zip(olds, names, strict=True)
        ]
        names += olds
        sources.append(f"kw._typed_rows(null::{view}, $1)")
        marked = f"array_agg(concat({', '.join(marks)}))"
    else:  # what any of the rows has counts for all
        marks = [f"least(count(n.{one}), 1)" for one in names]
        marked = f"array_fill(concat({', '.join(marks)}), array[count(*)::int])"
    read = [_value(layout.columns[place]) for place in layout.read]
    keys, *others = (f"array_agg({one})" for one in (layout.entity_pk("n"), *read))
    listed = ", ".join((keys, marked, *others))
    return f"select array[{listed}] from rows from ({', '.join(sources)}) as n({', '.join(names)})"


def _value(column: Column) -> str:
    if column.is_bytes:
        return f"encode(n.{column.name}, 'hex')"
    return f"n.{column.name}::text"


def _find(layout: Layout, view: str, _: tuple[int, ...]) -> Query:
    """The versions of rows that the statement saw, by the numbers of the rows."""
    names = _names(layout)
    return Query(
        f"""
        select o."?n"::int as n, b.tableoid::text || b.ctid::text as version
        from kw._typed_rows(null::{view}, $1) with ordinality as o({", ".join(names)}, "?n")
        join {layout.base} b on {_same_key(layout, "o", names)}
        """,
        ("text[]",),
    )


def _same_key(layout: Layout, alias: str, names: Sequence[str]) -> str:
    pairs = [(layout.columns[place].base, names[place]) for place in layout.key_places]
    return " and ".join(f"b.{base} = {alias}.{name}" for base, name in pairs)


def _names(layout: Layout) -> list[str]:
    return [one.name for one in layout.columns]


def _old_names(layout: Layout) -> list[str]:
    """Names that no other column has, for the columns of the rows before."""
    return [f'"?o{place}"' for place in range(len(layout.columns))]


def _insert(layout: Layout, view: str, there: tuple[int, ...]) -> Query:
    sources, written, types = _written(layout, there)
    names = _names(layout)
    insert = f"""
        insert into {layout.base} as b ({", ".join(written)})
        overriding system value
        select {", ".join(written.values())} from n
    """
    rows = f"""
        with n as (
            select * from rows from (kw._typed_rows(null::{view}, $1){_unnested(sources, 2)})
                as n({", ".join([*names, *sources])})
        )
    """
    if layout.each_row:
        stored = _stored(layout, view, "w")
        bases = ", ".join(f"b.{one.base}" for one in _plain(layout))
        shown = f"{stored} as stored, {layout.entity_pk('w')} as pk"
        insert = f", w as ({insert} returning {bases or 'null'}) select {shown} from w, n"
    return Query(rows + insert, ("text[]", *types))


def _upsert(layout: Layout, view: str, places: tuple[int, ...]) -> Query:
    """An INSERT that changes the row of the same key where there is one."""
    sources, written, types = _written(layout, places)
    names = _names(layout)
    keys = [layout.columns[place].base for place in layout.key_places]
    sets = ", ".join(f"{base} = excluded.{base}" for base in written if base not in keys)
    action = f"update set {sets}" if sets else "nothing"
    return Query(
        f"""
        insert into {layout.base} as b ({", ".join(written)})
        overriding system value
        select {", ".join(written.values())}
        from rows from (kw._typed_rows(null::{view}, $1){_unnested(sources, 2)})
            as n({", ".join([*names, *sources])})
        on conflict ({", ".join(keys)}) do {action}
        returning '' as stored, {layout.entity_pk("b")} as pk
        """,
        ("text[]", *types),
    )


def rows_of(view: str) -> str:
    """Return the query of the texts of the rows that are given as JSON, in an array."""
    return f"""
        select array_agg(kw._row_text(jsonb_populate_record(null::{view}, e.value)) order by e.n)
        from jsonb_array_elements(($1)[1]::jsonb) with ordinality as e(value, n)
    """


def _update(layout: Layout, view: str, changed: tuple[int, ...]) -> Query:
    sources, written, types = _written(layout, changed)
    old, new = _old_names(layout), _names(layout)
    sets = ", ".join(f"{base} = {value}" for base, value in written.items())
    stored, pk = "null", "null"
    if layout.each_row:
        stored, pk = _stored(layout, view, "b"), layout.entity_pk("b")
    return Query(
        f"""
        update {layout.base} b
        set {sets}
        from rows from (
            kw._typed_rows(null::{view}, $1), kw._typed_rows(null::{view}, $2), unnest($3)
            {_unnested(sources, 4)}
        ) as n({", ".join([*old, *new, '"?version"', *sources])})
        where {_same_key(layout, "n", old)} and b.tableoid::text || b.ctid::text = n."?version"
        returning {stored} as stored, {pk} as pk
        """,
        ("text[]", "text[]", "text[]", *types),
    )


def _delete(layout: Layout, view: str, _: tuple[int, ...]) -> Query:
    names = _names(layout)
    return Query(
        f"""
        delete from {layout.base} b
        using rows from (kw._typed_rows(null::{view}, $1), unnest($2)) as o({", ".join(names)}, "?version")
        where {_same_key(layout, "o", names)} and b.tableoid::text || b.ctid::text = o."?version"
        returning '' as stored
        """,
        ("text[]", "text[]"),
    )


def _unchanged(layout: Layout, view: str, _: tuple[int, ...]) -> Query:
    """How many rows still are the versions $2."""
    names = _names(layout)
    return Query(
        f"""
        select count(*)::int as kept
        from rows from (kw._typed_rows(null::{view}, $1), unnest($2)) as o({", ".join(names)}, "?version")
        join {layout.base} b on {_same_key(layout, "o", names)}
        where b.tableoid::text || b.ctid::text = o."?version"
        """,
        ("text[]", "text[]"),
    )


def _written(
    layout: Layout, places: Sequence[int]
) -> tuple[list[str], dict[str, str], tuple[str, ...]]:
    """Return the arrays' columns, each written column with its value, and the arrays' types."""
    sources: list[str] = []
    written: dict[str, str] = {}
    for place in places:
        one = layout.columns[place]
        if one.field is None:
            written[one.base] = f"n.{one.name}"
            continue
        for base in filter(None, (one.base, one.token, one.next_token)):
            sources.append(f'"?v{len(sources)}"')
            written[base] = f"n.{sources[-1]}"
    return sources, written, ("bytea[]",) * len(sources)


def _unnested(sources: Sequence[str], first: int) -> str:
    return "".join(f", unnest(${first + number})" for number in range(len(sources)))


def _plain(layout: Layout) -> list[Column]:
    return [one for one in layout.columns if one.field is None]


def _stored(layout: Layout, view: str, alias: str) -> str:
    """The row as the view shows it: what the table stored, and the values of fields."""
    shown = [
        f"{alias}.{one.base}" if one.field is None else f"n.{one.name}" for one in layout.columns
    ]
    return f"kw._row_text(row({', '.join(shown)})::{view})"


def _values(operation: str) -> Callable[[Layout, str, tuple[int, ...]], Query]:
    """The text is a parameter of the query that runs it; it stands here to be made once."""
    return lambda layout, view, places: Query(values(layout, view, places, operation=operation))


RUN_VALUES = Query(_VALUES, _TEXTS)
_MAKERS = {
    "values of INSERT": _values("INSERT"),
    "values of UPDATE": _values("UPDATE"),
    "find": _find,
    "insert": _insert,
    "upsert": _upsert,
    "update": _update,
    "delete": _delete,
    "unchanged": _unchanged,
}


@lru_cache(maxsize=_KNOWN)
def query(layout: Layout, kind: str, view: str, places: tuple[int, ...]) -> Query:
    """Return a query of a view that writes the columns of those places; made once."""
    made = _MAKERS[kind](layout, view, places)
    return Query(in_ascii(made.text), made.types)
