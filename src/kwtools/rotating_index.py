"""The key of a blind index replaced while the table is used (``kw.rotate_index_key``).

Each step looks at what is there, so that an interrupted rotation goes on where it was.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from kwtools.attempts import AGAIN, IN_USE, primary, retried
from kwtools.batches import OWN_PATH, in_batches
from kwtools.connections import Connection, transaction
from kwtools.errors import CheckFailed

_PAUSE = 0.2
"""Seconds between two passes over the table."""
_CONFLICT = "KW102"
_CHANGED = (
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedObject,
    psycopg.errors.DuplicateColumn,
    psycopg.errors.DuplicateTable,
    psycopg.errors.DuplicateObject,
)
"""What a step meets where another command has done it meanwhile."""
_BY_HAND = "Replace the key with SQL, as docs/operations.md shows it."
_SHORT_LOCK = "select set_config('lock_timeout', '1s', true)"

# The layouts of protected views, which name columns, of views that the role owns. A superuser owns
# all: what somebody wrote by hand counts only if the view or its table is the one that is named.
_LAYOUTS = """
select
    convert_from(
        substr(t.tgargs, 1, greatest(position(decode('00', 'hex') in t.tgargs) - 1, 0)),
        getdatabaseencoding()
    ),
    v.relowner, v.oid, n.nspname, v.relname
from pg_proc p
join pg_depend d
    on d.classid = 'pg_trigger'::regclass and d.refclassid = 'pg_proc'::regclass
    and d.refobjid = p.oid
join pg_trigger t on t.oid = d.objid
join pg_class v on v.oid = t.tgrelid and v.relkind = 'v' and pg_has_role(v.relowner, 'usage')
join pg_namespace n on n.oid = v.relnamespace
where p.pronamespace = to_regnamespace('kw') and p.proname = '_begin_view'
"""
_PROTECTED = """
select entity_table, token_column from kw.protection_status(%s)
where field_name = %s and token_column is not null and status <> 'undone'
"""
_TABLE = """
select c.oid, n.nspname, c.relname, c.relkind, c.relowner, greatest(c.reltuples, 0)::bigint
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.oid = to_regclass(%s) and c.relkind in ('r', 'p')
"""
_HAS_COLUMN = """
select exists (
    select from pg_attribute a where a.attrelid = %s and a.attname = %s and not a.attisdropped
)
"""
_CHECK = """
select convalidated, pg_get_expr(conbin, conrelid) from pg_constraint
where conrelid = %s and conname = %s and contype = 'c'
"""
# The indexes over a column, and the columns of each. The last says if these are all of it.
_INDEXES = """
select
    n.nspname, c.relname, i.indisunique, i.indisvalid, i.indnullsnotdistinct, m.amname, o.conname,
    array(
        select a.attname::text
        from unnest(i.indkey::int2[]) with ordinality k (number, place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
        order by k.place
    ),
    i.indexprs is null and i.indpred is null and i.indnkeyatts = i.indnatts
        and 0 = all (i.indoption::int2[])
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_am m on m.oid = c.relam
join pg_attribute t on t.attrelid = i.indrelid and t.attname = %s
left join pg_constraint o on o.conindid = i.indexrelid and o.contype = 'u'
where i.indrelid = %s and t.attnum = any (i.indkey::int2[])
order by c.relname
"""
_FILL = 'select passed, filled, skipped, unreadable, "position" from kw.fill_tokens(%s, %s, %s, %s)'


class Place(NamedTuple):
    """Where the tokens of a field are."""

    relation: int
    schema: str
    table: str
    is_partitioned: bool
    rows: int
    token: str
    next: str
    tenant: str | None
    view: sql.Identifier | None = None
    """The protected view that fills them."""
    is_filled: bool = True
    """Whether the next tokens are filled, too."""

    @property
    def name(self) -> sql.Identifier:
        """The table, as SQL writes it."""
        return sql.Identifier(self.schema, self.table)

    @property
    def check(self) -> str:
        """The constraint that says that no row lacks its next token."""
        return _shorter(self.next, "_is_there")


class _Index(NamedTuple):
    """An index over a column of tokens."""

    schema: str
    name: str
    is_unique: bool
    is_valid: bool
    has_equal_nulls: bool
    method: str
    constraint: str | None
    columns: list[str]
    is_plain: bool


def find(connection: Connection, table: str, name: str) -> Place:
    """Return where the tokens of a field are; raises ``CheckFailed`` where nothing fills them."""
    with transaction(connection):
        found = _by_view(connection, table, name) or _by_trigger(connection, table, name)
    if found is None:
        raise CheckFailed(
            f"neither a protected view of yours nor a trigger of kw.protect fills the tokens of"
            f" {table}.{name}",
            f"Run it as the owner of the table. If other code writes the tokens: {_BY_HAND}",
        )
    return found


def _by_view(connection: Connection, table: str, name: str) -> Place | None:
    for text, owner, view, *name_of_view in connection.execute(_LAYOUTS).fetchall():
        try:
            entity, base, _, columns, *_ = json.loads(text)
            chosen = next(one for one in columns if one[2] == name and one[5] is not None)
        except (ValueError, TypeError, LookupError, StopIteration):
            continue  # of another field, or made by hand
        if entity in (table, f"public.{table}"):
            tenant, following = (one and _bare(one) for one in chosen[9:11])
            found = _place(connection, base, _bare(chosen[5]), tenant, following, owner)
            if found is not None and _named(connection, entity) in (view, found.relation):
                name_of = sql.Identifier(*name_of_view)
                return found._replace(view=name_of, is_filled=following is not None)
    return None


def _named(connection: Connection, entity: str) -> int | None:
    """Return the table or view of a name."""
    row = connection.execute("select to_regclass(%s)::oid", (_quoted(connection, entity),))
    ((found,),) = row.fetchall()
    return None if found is None else int(found)


def _by_trigger(connection: Connection, table: str, name: str) -> Place | None:
    for entity, token in connection.execute(_PROTECTED, (table, name)).fetchall():
        return _place(connection, _quoted(connection, entity), token, None, None)
    return None


def _quoted(connection: Connection, entity: str) -> str:
    schema, _, relation = entity.partition(".")
    return sql.Identifier(schema, relation).as_string(connection)


def _place(
    connection: Connection,
    table: str,
    token: str,
    tenant: str | None,
    following: str | None,
    owner: int | None = None,
) -> Place | None:
    row = connection.execute(_TABLE, (table,)).fetchone()
    if row is None or owner not in (None, row[4]):
        return None
    oid, schema, relation, kind, _, rows = row
    following = following or _shorter(token, "_next")
    return Place(oid, schema, relation, kind == "p", rows, token, following, tenant)


@dataclass
class IndexRotation:
    """A rotation of the index keys of a field."""

    connection: Connection
    table: str
    name: str
    place: Place
    filled: int = field(default=0, init=False)
    unreadable: list[str] = field(default_factory=list, init=False)

    def is_exchanged(self) -> bool:
        """Whether the next key is in force, and only the earlier tokens are left to drop."""
        checked = self._checked()
        return checked is not None and checked[1].startswith(f"(({_shown(self.place.next)} IS NULL")

    def begin(self, policy: str | None) -> None:
        """Have writers fill the column of the next tokens, unless they do."""
        place = self.place
        if not self._has_next():
            self._run(
                "select kw.set_protected_field(%s, %s, token_column => %s, tenant_column => %s,"
                " next_token_column => %s)",
                *(self.table, self.name, place.token, place.tenant, place.next),
            )
            self._alter(sql.SQL("add column if not exists {} bytea").format(self._next))
        # ALTER TABLE goes on, with a warning, where the view is locked for too long.
        view = self.place.view
        if view is not None and not find(self.connection, self.table, self.name).is_filled:
            self._run("select kw.remake_protected_view(%s)", view.as_string(self.connection))
        try:
            self._run("select kw.rotate_index_key(%s, %s, %s)", self.table, self.name, policy)
        except psycopg.Error as error:
            if error.sqlstate != _CONFLICT or "already being replaced" not in primary(error):
                raise

    def fill(self, batch: int, rate: int | None, advance: Callable[[int], None]) -> None:
        """Fill the tokens of every row, and of those that others held in later passes."""
        while True:
            self.unreadable, skipped = [], 0
            after: list[str] | None = None
            ended = False

            def work(size: int) -> int:
                nonlocal after, ended, skipped
                if ended:
                    return 0
                row = self._run(_FILL, self.table, self.name, after, size, batch=True)
                passed, filled, left, unreadable, after = row
                self.filled, skipped, ended = self.filled + filled, skipped + left, after is None
                self.unreadable += unreadable
                return int(passed)

            in_batches(work, batch, rate, advance)
            if not skipped:
                break
            time.sleep(_PAUSE)
        if self.unreadable:
            raise CheckFailed(
                f"values of {self.table}.{self.name} are shredded or do not decrypt, in rows:"
                f" {len(self.unreadable)}, the first: {', '.join(self.unreadable[:10])}",
                f"Set {self.place.token} of these rows to null, and run it again.",
            )

    def index(self) -> None:
        """Make the indexes that the present tokens have, beside writers."""
        there = {one.name: one for one in self._indexes(self.place.next)}
        for one in self._indexes(self.place.token):
            name = _shorter(one.name, "_next")
            made = there.get(name)
            if made is not None and made.is_valid:
                continue
            if not one.is_plain or self.place.is_partitioned:
                raise CheckFailed(
                    f"index {one.name} has to be made for column {self.place.next} by hand",
                    f"Name it {name}, and run it again.",
                )
            if made is not None:
                self._outside(sql.SQL("drop index concurrently {}"), one.schema, name)
            columns = [self.place.next if c == self.place.token else c for c in one.columns]
            self.connection.execute(
                sql.SQL("create {}index concurrently {} on {} using {} ({}){}").format(
                    sql.SQL("unique " if one.is_unique else ""),
                    *(sql.Identifier(name), self.place.name, sql.Identifier(one.method)),
                    sql.SQL(", ").join(map(sql.Identifier, columns)),
                    sql.SQL(" nulls not distinct" if one.has_equal_nulls else ""),
                )
            )

    def check(self) -> None:
        """Have PostgreSQL know that no row lacks its next token, and none can."""
        checked = self._checked()
        name = sql.Identifier(self.place.check)
        if checked is None:
            condition = sql.SQL("add constraint {} check ({} is null or {} is not null) not valid")
            self._alter(condition.format(name, sql.Identifier(self.place.token), self._next))
        if checked is None or not checked[0]:  # which reads all rows: beside writers
            self._run(self._altered(sql.SQL("validate constraint {}").format(name)))

    def finish(self, wait: int, *, ignore_standbys: bool) -> int:
        """Put the next keys in force; return how many."""
        given = self.table, self.name, self.place.token, self.place.next, wait, ignore_standbys
        query = "select kw.finish_index_rotation(%s, %s, %s, %s, %s, %s)"
        return int(self._run(query, *given)[0])

    def clean_up(self) -> None:
        """Drop the earlier tokens, and give their names to the present indexes."""
        earlier = self._indexes(self.place.next)
        present = {one.name for one in self._indexes(self.place.token)}
        texts = [
            *self._held(),
            self._altered(sql.SQL("drop column if exists {}").format(self._next)),
        ]
        for one in earlier:
            new = _shorter(one.name, "_next")
            if new not in present:
                continue
            if one.constraint is not None:
                using = sql.SQL("add constraint {} unique using index {}")
                names = sql.Identifier(one.constraint), sql.Identifier(new)
                texts.append(self._altered(using.format(*names)))
            else:
                rename = sql.SQL("alter index {} rename to {}")
                texts.append(
                    rename.format(sql.Identifier(one.schema, new), sql.Identifier(one.name))
                )
        self._run(*texts)

    def cancel(self) -> int:
        """Go back to the present key; return how many next keys were destroyed."""
        count = 0
        try:
            count = int(
                self._run("select kw.cancel_index_rotation(%s, %s)", self.table, self.name)[0]
            )
        except psycopg.Error as error:
            if error.sqlstate != _CONFLICT or not self._has_next():
                raise
        self._alter(sql.SQL("drop column if exists {}").format(self._next))
        return count

    @property
    def _next(self) -> sql.Identifier:
        return sql.Identifier(self.place.next)

    def _has_next(self) -> bool:
        return bool(self._read(_HAS_COLUMN, self.place.relation, self.place.next)[0][0])

    def _checked(self) -> tuple[bool, str] | None:
        """Return whether the constraint is valid, and its condition; null where it is not there."""
        rows = self._read(_CHECK, self.place.relation, self.place.check)
        return (rows[0][0], rows[0][1]) if rows else None

    def _indexes(self, column: str) -> list[_Index]:
        return [_Index(*row) for row in self._read(_INDEXES, column, self.place.relation)]

    def _read(self, query: str, *given: object) -> list[tuple[Any, ...]]:
        with transaction(self.connection):
            return self.connection.execute(query.encode(), given).fetchall()

    def _outside(self, text: sql.SQL, *name: str) -> None:
        """Run a statement that no transaction may have begun before."""
        self.connection.execute(text.format(sql.Identifier(*name)))

    def _altered(self, action: sql.Composed) -> sql.Composed:
        return sql.SQL("alter table {} {}").format(self.place.name, action)

    def _alter(self, action: sql.Composed) -> None:
        self._run(*self._held(), self._altered(action))

    def _held(self) -> list[sql.Composed]:
        """Return what locks the view, and then its table, as writers do: else both would wait."""
        view = self.place.view
        return (
            [] if view is None else [sql.SQL("lock table {} in access exclusive mode").format(view)]
        )

    def _run(self, *given: Any, batch: bool = False) -> tuple[Any, ...]:
        """Run a call with its parameters, or statements, in one transaction; return its row.

        Again where another transaction is in the way. Nobody waits long for its locks.
        """
        query, *more = given
        texts = [query, *more] if isinstance(query, sql.Composable) else [query.encode()]
        parameters = None if isinstance(query, sql.Composable) else more

        def work() -> tuple[Any, ...]:
            with transaction(self.connection, writes=True):
                self.connection.execute(OWN_PATH if batch else _SHORT_LOCK)
                cursor = None
                for text in texts:
                    cursor = self.connection.execute(text, parameters)
                assert cursor is not None
                return (cursor.fetchone() or ()) if cursor.description else ()

        return retried(work, (*AGAIN, IN_USE), ours_too=batch)


def is_of_another(error: psycopg.Error) -> bool:
    """Return whether a step failed since another command has done it, or undone it."""
    is_ended = error.sqlstate == _CONFLICT and "not being replaced" in primary(error)
    return is_ended or isinstance(error, _CHANGED)


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _shown(name: str) -> str:
    """Return a name as PostgreSQL prints it in a condition, where it needs no quotes."""
    plain = name.isascii() and name.replace("_", "a").isalnum() and name == name.lower()
    return name if plain and not name[0].isdigit() else '"' + name.replace('"', '""') + '"'


def _shorter(name: str, end: str) -> str:
    """Return a name with another end, as long as PostgreSQL takes it."""
    room = 63 - len(end)
    return name.encode()[:room].decode(errors="ignore") + end
