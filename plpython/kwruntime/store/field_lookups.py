"""What each call of a field begins with: privilege, epoch and bindings, in one query."""

from itertools import product
from typing import NamedTuple

from kwruntime.call import THIS_EPOCH
from kwruntime.postgres.query import Query
from kwruntime.store import plain_wrappers
from kwruntime.store.entities import KEY_FORM, bound_as
from kwruntime.store.privileges import READ, WRITE, by_table

# xmin and ctid name a row's version: what a session keeps counts only for the versions of
# binding and wrapper that it was checked with, so for everything that stands in them. With the id,
# since another row may take the place of one that VACUUM FULL moved.
_VERSIONS = """
    b.ctid as binding_place, b.xmin as binding_xmin, w.ctid as wrapper_place, w.xmin as wrapper_xmin,
    w.id as wrapper_id
"""
_VERSION_ARRAYS = """
    array_agg(b.id) as ids, array_agg(b.ctid) as binding_places, array_agg(b.xmin) as binding_xmins,
    array_agg(w.id) as wrapper_ids, array_agg(w.ctid) as wrapper_places, array_agg(w.xmin) as wrapper_xmins
"""
# Plans are made once, often while the tables are small, and must stay good when they have grown: so
# what is many is looked up one by one, in subqueries with a LIMIT, which no join can be made of.
_ITS_WRAPPER = """
    cross join lateral (
        select w.xmin, w.ctid, w.id, w.wrapper_uuid, w.status
        from kw.key_wrappers w
        where w.id = b.key_wrapper_id
        limit 1
    ) w
"""
_BINDING_COLUMNS = """
    b.xmin, b.ctid, b.id, b.entity_table, b.entity_pk, b.field_name, b.generation, b.status, b.key_wrapper_id,
    b.is_closed, b.suite, b.change_no, b.seal
"""


def _bindings_by_id(ids: str) -> str:
    return f"""
        unnest({ids}) i (id)
        cross join lateral (
            select {_BINDING_COLUMNS} from kw.encryption_bindings b where b.id = i.id limit 1
        ) b
        {_ITS_WRAPPER}
    """


def _bindings_by_key(bound: str, keys: str, fields: str) -> str:
    return f"""
        unnest({keys}) k (entity_pk)
        cross join lateral (
            select {_BINDING_COLUMNS}
            from kw.encryption_bindings b
            where b.entity_table = {bound} and b.entity_pk = k.entity_pk and b.field_name_norm {fields}
            limit 2
        ) b
        {_ITS_WRAPPER}
    """


_OF_FIELD_OR_ROW = "in ('', coalesce($2::text, ''))"


class First(NamedTuple):
    """What every call begins with, in texts of what is needed: the server sets up all of a text."""

    keyed: Query
    """The index of the primary key is known, and nothing was shredded in the field."""
    keyless: Query
    keyed_shredded: Query
    keyless_shredded: Query

    def of(self, *, is_keyed: bool, has_shredded: bool) -> Query:
        """Return the text for what the session knows of an entity and a field."""
        if has_shredded:
            return self.keyed_shredded if is_keyed else self.keyless_shredded
        return self.keyed if is_keyed else self.keyless


# In one snapshot they read the privilege by the table, the epoch, what is known of the field, and the
# versions of bindings. $1 role, $2 field or null, $3 entity, $4 its schema, $5 whether the field may be
# a column, $6 the relation and $7 the index of the primary key that the session knows (null for none):
# that index exists as long as the key is as it was. For a single binding a plain join is quickest; for
# many, one row of arrays.
def to_begin_with(
    privileges: str, columns: str, source: str, *more: str, to_read: bool = False
) -> First:
    """Return what a call begins with: privileges, what ``columns`` are of ``source``, its parameters."""
    has_no_key = """
        when $7::oid is null then not exists (
            select from pg_index i where i.indrelid = e.relation and i.indisprimary
        )
    """
    texts = []
    for has_shredded, is_keyed in product((False, True), (True, False)):
        shredded = "null::text[] as shredded, null::bool as is_closed"
        texts.append(
            f"""
            select
                case
                    when $5 then {by_table(privileges, "e.relation", "e.quoted_name", "$4")}
                    else false
                end as allowed,
                {THIS_EPOCH} as epoch, f.has_keys, f.has_shredded, e.bound_as,
                e.ctid as entity_place, e.xmin as entity_version,
                case when f.has_other_spellings is not true then e.key_form end as key_form,
                case
                    when e.relation is distinct from $6 then false
                    when e.relation is null then true
                    {"" if is_keyed else has_no_key}
                    else pg_relation_is_publishable($7) is not null
                end as has_these_keys,
                {("d.shredded, d.is_closed" if has_shredded else shredded) + "," if to_read else ""}
                {columns}
            from (
                select
                    bool_or(f.has_keys) as has_keys, bool_or(f.has_shredded) as has_shredded,
                    bool_or(f.has_other_spellings) as has_other_spellings
                from kw.entity_fields f
                where f.entity_table = $3 and f.field_name_norm in ('', coalesce($2::text, ''))
            ) f
            left join kw.entities e on e.entity_table = $3
            {f"cross join lateral {_SHREDDED_FROM}" if to_read and has_shredded else ""}
            {source}
            """
        )
    types = ("oid", "text", "text", "text", "bool", "oid", "oid", *more)
    return First(*(Query(text, types) for text in texts))


# Of the keys $8 (none where nothing was ever shredded, else '*' too): those with a shredded binding,
# and whether that of every row is closed. Nothing wider than the binding of a table takes the place
# of a shredded one.
_SHREDDED_FROM = """
    (
        select
            array_agg(k.entity_pk) filter (where s.counts) as shredded,
            bool_or(k.entity_pk = '*' and s.is_closed) as is_closed
        from unnest($8) k (entity_pk)
        cross join lateral (
            select
                bool_or(s.entity_pk <> '*' or s.field_name is not null) as counts,
                bool_or(s.is_closed) as is_closed
            from kw.encryption_bindings s
            where s.entity_table = e.bound_as and s.entity_pk = k.entity_pk and s.status = 'shredded'
                and s.field_name_norm in ('', coalesce($2::text, ''))
        ) s
    ) d
"""
# $9 and $10 the places of bindings and wrappers that the session has opened: the versions that stand there
STATES = to_begin_with(
    READ,
    "b.*, w.*",
    """
    cross join (
        select
            array_agg(b.id) as ids, array_agg(b.ctid) as binding_places, array_agg(b.xmin) as binding_xmins
        from kw.encryption_bindings b
        where b.ctid = any($9)
    ) b
    cross join (
        select
            array_agg(w.id) as wrapper_ids, array_agg(w.ctid) as wrapper_places,
            array_agg(w.xmin) as wrapper_xmins
        from kw.key_wrappers w
        where w.ctid = any($10)
    ) w
    """,
    "text[]",
    "tid[]",
    "tid[]",
    to_read=True,
)
# $8 keys, '*' among them; where no single key of the field or row was ever bound, only '*'
STATES_BY_KEY = to_begin_with(
    WRITE,
    "s.*, u.*",
    f"""
    cross join (
        select array_agg(u.binding_id) as full_ids, array_agg(u.generation) as full_generations
        from kw.generation_usage u
        where u.is_full
    ) u
    cross join lateral (
        select {_VERSION_ARRAYS}, array_agg(b.generation) as generations, array_agg(b.entity_pk) as pks,
            array_agg(b.field_name is not null) as names_field, array_agg(b.suite) as suites,
            array_agg(b.entity_pk) filter (where b.is_closed) as closed
        from {_bindings_by_key("e.bound_as", "$8", _OF_FIELD_OR_ROW)}
    ) s
    """,
    "text[]",
)
LOOKUP = to_begin_with(
    READ,
    "s.*",
    f"""
    cross join lateral (
        select array_agg(b.entity_pk) as pks, array_agg(b.field_name is not null) as names_field,
            array_agg(case when b.status = 'live' and w.status <> 'invalid' then w.wrapper_uuid end) as wrappers,
            array_agg(b.entity_pk) filter (where b.is_closed) as closed
        from {_bindings_by_key("e.bound_as", "$8", _OF_FIELD_OR_ROW)}
    ) s
    """,
    "text[]",
)
_BINDING = """
    b.id, coalesce(e.entity_table, b.entity_table) as entity_table, b.entity_table as bound_as, b.entity_pk,
    b.field_name, b.generation, b.status, b.suite
"""
_ITS_ENTITY = """
    left join lateral (
        select e.entity_table, e.entity_id::text from kw.entities e where e.bound_as = b.entity_table limit 1
    ) e on true
"""
BINDINGS = Query(f"select {_BINDING} from {_bindings_by_id('$1')} {_ITS_ENTITY}", ("int8[]",))
# In the same row all that its seal covers, as sealed_rows.BINDINGS names it.
BINDINGS_TO_OPEN = Query(
    f"""
    select {_BINDING}, w.status as wrapper_status, {_VERSIONS},
        b.id::text as row_key, b.change_no, b.seal, b.is_closed, b.entity_pk as pk, b.field_name as field,
        w.wrapper_uuid::text as wrapper,
        coalesce(e.entity_id, b.entity_table) as entity
    from {_bindings_by_id("$1")}
    {_ITS_ENTITY}
    """,
    ("int8[]",),
)


# Of the bindings $1 in their generations $2 (null: the current one) those that cover field $4 of entity $3,
# and whose wrappers are plain.
def _plain_bindings(columns: str = "", conditions: str = "") -> Query:
    return Query(
        f"""
    select
        {plain_wrappers.COLUMNS}, {_VERSION_ARRAYS}, array_agg(b.generation) as generations,
        array_agg(b.entity_pk) as pks, array_agg(b.field_name is not null) as names_field,
        array_agg(w.status) as statuses, array_agg(b.suite) as suites_of_bindings,
        {bound_as("$3")} as bound_as {columns}
    from unnest($1, $2) i (id, generation)
    cross join lateral (
        select {_BINDING_COLUMNS} from kw.encryption_bindings b where b.id = i.id limit 1
    ) b
    cross join lateral (
        select w.xmin, w.ctid, w.* from kw.key_wrappers w where w.id = b.key_wrapper_id limit 1
    ) w
    where (i.generation is null or b.generation = i.generation) and b.status = 'live'
        and b.entity_table = {bound_as("$3")} and (b.field_name is null or b.field_name = $4)
        and {plain_wrappers.IS_PLAIN} {conditions}
    """,
        ("int8[]", "int4[]", "text", "text"),
    )


PLAIN_BINDINGS = _plain_bindings()
# Those that a function left: one that is live is not closed, and the wrapper of one has no owner.
SEALED_PLAIN_BINDINGS = _plain_bindings(
    f""", {plain_wrappers.SEAL_COLUMNS}, array_agg(int8send(b.change_no) || b.seal) as binding_seals,
        coalesce((select e.entity_id::text from kw.entities e where e.entity_table = $3 limit 1), $3) as entity
    """,
    "and not b.is_closed and w.owner is null and w.owner_name is null and w.installation is null",
)
# Where the row of an entity stands, and its version
PLACE_OF_ENTITY = Query(
    f"""
    select e.relation, {KEY_FORM} as key_form, e.bound_as, e.ctid as entity_place,
        e.xmin as entity_version
    from kw.entities e
    where e.entity_table = $1
    """,
    ("text",),
)
# an earlier generation of a binding: the wrapper that it had
GENERATION = Query(
    f"""
    select w.status as wrapper_status, {_VERSIONS},
        b.id || '/' || $2 as row_key, b.change_no, b.seal, b.id as binding_id, $2 as generation,
        w.wrapper_uuid::text as wrapper
    from (
        select b.xmin, b.ctid, b.id, g.key_wrapper_id, g.change_no, g.seal
        from kw.encryption_bindings b
        cross join lateral (
            select g.key_wrapper_id, g.change_no, g.seal
            from kw.binding_generations g
            where g.binding_id = $1 and g.generation = $2
            limit 1
        ) g
        where b.id = $1
    ) b
    {_ITS_WRAPPER}
    """,
    ("int8", "int4"),
)
EXACT_BINDINGS = Query(
    f"""
    select b.id, b.entity_pk, b.status, b.generation, b.key_wrapper_id as wrapper_id, w.wrapper_uuid
    from {_bindings_by_key(bound_as("$1"), "$2", "= coalesce($3::text, '')")}
    """,
    ("text", "text[]", "text"),
)
