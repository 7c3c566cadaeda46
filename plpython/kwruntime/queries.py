"""Every SQL text of the runtime, with the types of its parameters.

They run with search_path pinned to pg_catalog, pg_temp, as the owner of the key tables
(through ``spi.as_owner``), and none is ever given plaintext or key bytes.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

_WRITES = re.compile(
    r"\b(insert into|update|delete from|lock table) kw\."
    r"|\bfor (update|no key update|key share)\b|\bkw\._complete\("
)
_TABLES = re.compile(r"\bkw\.[a-z_]+")


@dataclass(frozen=True, eq=False)
class Query:
    """A text to prepare once a session, and the types of its parameters."""

    text: str
    types: tuple[str, ...] = ()

    @cached_property
    def writes(self) -> bool:
        """Whether it writes or locks rows, which only the hop that is VOLATILE may."""
        return _WRITES.search(self.text) is not None

    @property
    def tables(self) -> list[str]:
        """The tables of kw that it names."""
        return sorted(set(_TABLES.findall(self.text)))


DEFINERS = ("_as_owner", "_read_as_owner", "_still_stands", "_guard_drop", "_keep_triggers")
"""The functions that are SECURITY DEFINER. docs/security.md gives the reason of each."""
_DEFINERS = f"array[{', '.join(repr(name) for name in DEFINERS)}]::name[]"

AS_OWNER = Query("select kw._as_owner()")
READ_AS_OWNER = Query("select kw._read_as_owner()")
# The parameters are those of the function, in their order.
STILL_STANDS = Query(
    f"select kw._still_stands({', '.join(f'${number}' for number in range(1, 20))}) as stands",
    (
        *("oid", "text", "text", "text", "oid", "tid", "xid", "text", "bool", "int8"),
        *("int8", "tid", "xid", "bool", "bool", "int8", "tid", "xid", "text"),
    ),
)
NOTHING = Query("select")
SERVER_MAJOR = Query("select current_setting('server_version_num')::int / 10000 as major")
TEXT_IS_NULL = Query("select kw._text() is null")
FOR_CLIENT = Query("select octet_length(convert_to($1, pg_client_encoding()))", ("text",))

SET_LOCK_TIMEOUT = Query("select set_config('lock_timeout', $1, true)", ("text",))
# What may hold that for which a query waited: transactions in progress that changed or locked rows of
# its tables. One that is prepared has no process any more; its locks lead to it by its own xid.
HOLDERS = Query(
    """
    with l as materialized (
        select distinct l.pid, l.virtualtransaction
        from pg_locks l
        where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_backend_pid()
            and l.database = (select d.oid from pg_database d where d.datname = current_database())
            and (l.relation::regclass::text = any($1) or $1 is null and l.relation::regclass::text like 'kw.%')
            and l.mode not in ('AccessShareLock', 'ShareUpdateExclusiveLock')
    )
    select
        a.pid, a.usename as role, a.application_name as application, null as prepared, a.backend_start as since
    from l
    join pg_stat_activity a on a.pid = l.pid
    union all
    select null, p.owner, null, quote_literal(p.gid), p.prepared
    from l
    join pg_locks x on x.virtualtransaction = l.virtualtransaction and x.pid is null and x.locktype = 'transactionid'
    join pg_prepared_xacts p on p.transaction = x.transactionid
    where l.pid is null
    order by since
    limit 3
    """,
    ("text[]",),
)

# -- access ---------------------------------------------------------------------------------


# What a role may do by the privileges of a table: $1 role in force (oid), $2 field or null. They
# count only while the relation that the name was recorded for still bears it: the text of a regclass
# is its name, without a look-up that could be shadowed. A field that is no column raises
# undefined_column; CASE keeps a schema that does not exist, as that of an external name need not,
# from raising too.
def _by_table(privileges: str, relation: str, quoted_name: str, schema: str) -> str:
    return f"""(
        case
            when ({relation}::oid::regclass::text = {quoted_name}::text) is not true then false
            when not has_schema_privilege($1::oid, {schema}::text, 'usage') then false
            when $2::text is null then has_table_privilege($1::oid, {relation}::oid, '{privileges}')
            else has_column_privilege($1::oid, {relation}::oid, $2::text, '{privileges}')
        end
    )"""


_READ, _WRITE = "select", "insert, update"

MAY_READ, MAY_WRITE = (
    Query(
        f"select {_by_table(privileges, '$3', '$4', '$5')} as allowed",
        ("oid", "text", "oid", "text", "text"),
    )
    for privileges in (_READ, _WRITE)
)
IS_COLUMN = Query(
    """
    select exists (
        select from pg_attribute a
        where a.attrelid = $1 and a.attname = $2 and a.attnum > 0 and not a.attisdropped
    ) as allowed
    """,
    ("oid", "text"),
)


# $4 the table, $5 its owner; null where the name is external. Oids count only where they were recorded.
def _by_grant(granted: str) -> Query:
    return Query(
        f"""
        select exists (
            select
            from kw.field_grants g
            join kw.installation i on i.id = g.installation
            join pg_roles r on r.oid = g.grantee
            where g.entity_table = $1 and g.field_name_norm in ('', coalesce($2::text, ''))
                and g.relation is not distinct from $4 and g.owner is not distinct from $5
                and g.{granted} and pg_has_role($3::oid, r.oid, 'usage')
        ) as allowed
        """,
        ("text", "text", "oid", "oid", "oid"),
    )


GRANTED_READ = _by_grant("may_read")
GRANTED_WRITE = _by_grant("may_write")

# $1 entity, $2 schema, $3 table: what the name was recorded for, and what it stands for now
ENTITY = Query(
    """
    select
        e.entity_table is not null as is_known,
        e.relation as recorded,
        e.owner_name as recorded_owner,
        c.oid as relation,
        c.relowner as owner,
        pg_get_userbyid(c.relowner) as owner_name,
        quote_ident($2) || '.' || quote_ident($3) as quoted_name
    from (select) one
    left join kw.entities e on e.entity_table = $1
    left join pg_namespace n on n.nspname = $2
    left join pg_class c on c.relnamespace = n.oid and c.relname = $3
        and c.relkind in ('r', 'p', 'f', 'v', 'm')
    """,
    ("text", "text", "text"),
)
IS_ENTITY = Query(
    "select exists (select from kw.entities e where e.entity_table = $1) as allowed", ("text",)
)
# Other names that a relation was recorded under. $1 relation, $2 its name now.
RECORDED_AS = Query(
    """
    select e.entity_table, to_regclass(e.quoted_name) is not null as is_taken
    from kw.entities e
    where e.relation = $1 and e.entity_table <> $2
    order by e.entity_table
    """,
    ("oid", "text"),
)
# What a name that is not a table's may have meant: capitals or the schema are another. $1 schema, $2 table.
SIMILAR_TABLE = Query(
    """
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f', 'v', 'm') and lower(c.relname) = lower($2)
        and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    order by n.nspname = $1 desc, c.relname = $2 desc, n.nspname, c.relname
    limit 1
    """,
    ("text", "text"),
)
# The table that a search_path finds for a role. $1 schemas, $2 table, $3 role.
FOUND_BY_PATH = Query(
    """
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name, n.nspname as schema
    from unnest($1) with ordinality p (schema, place)
    join pg_namespace n
        on n.nspname = case when p.schema = '$user' then pg_get_userbyid($3)::text else p.schema end
    join pg_class c on c.relnamespace = n.oid and c.relname = $2 and c.relkind in ('r', 'p', 'f', 'v', 'm')
    where has_schema_privilege($3::oid, n.oid, 'usage')
    order by p.place
    limit 1
    """,
    ("text[]", "text", "oid"),
)
RELATION_NAME = Query(
    """
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.oid = $1
    """,
    ("oid",),
)
# A mark says that keys may be bound in another form than the recorded one.
_KEY_FORM = """
    case
        when not exists (
            select
            from kw.entity_fields f
            where f.entity_table = e.entity_table and f.field_name_norm = '' and f.has_other_spellings
        ) then e.key_form
    end
"""
ENTITY_RELATION = Query(
    f"""
    select e.relation, {_KEY_FORM} as key_form
    from (select) one
    left join kw.entities e on e.entity_table = $1
    """,
    ("text",),
)
# The columns of a relation's primary key, in its order, each by the type below its domains. Only types
# of PostgreSQL itself have a name here: what others do with equal values is not known.
KEY_COLUMNS = Query(
    """
    select
        i.indexrelid as index,
        case when t.typnamespace = 'pg_catalog'::regnamespace then t.typname end as type_name,
        format_type(a.atttypid, a.atttypmod) as shown,
        coalesce(nullif(a.atttypmod, -1), d.typmod) as typmod,
        t.typtype = 'e' as is_enum,
        coalesce(l.collisdeterministic, true) as is_bytewise
    from pg_index i
    cross join unnest(i.indkey::int2[]) with ordinality k (number, position)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
    cross join lateral (
        with recursive below (id, typmod, depth) as (
            select a.atttypid, -1, 0
            union all
            select o.typbasetype, case when b.typmod = -1 then o.typtypmod else b.typmod end, b.depth + 1
            from below b
            join pg_type o on o.oid = b.id and o.typtype = 'd'
        )
        select b.id, b.typmod from below b order by b.depth desc limit 1
    ) d
    join pg_type t on t.oid = d.id
    left join pg_collation l on l.oid = a.attcollation
    where i.indrelid = $1 and i.indisprimary and k.position <= i.indnkeyatts
    order by k.position
    """,
    ("oid",),
)
# Keeps FORGET_ENTITY away until the binding that is made is committed.
KEEP_ENTITY = Query(
    "select e.entity_table from kw.entities e where e.entity_table = $1 for key share", ("text",)
)
KNOWN_OF_FIELD = Query(
    """
    select coalesce(bool_or(f.has_keys), false) as has_keys, coalesce(bool_or(f.has_shredded), false) as has_shredded
    from kw.entity_fields f
    where f.entity_table = $1 and f.field_name_norm = coalesce($2::text, '')
    """,
    ("text", "text"),
)
RECORD_ENTITY = Query(
    """
    insert into kw.entities (entity_table, relation, quoted_name, owner_name, key_form)
    values ($1, $2, $3, $4, $5)
    on conflict (entity_table) do nothing
    """,
    ("text", "oid", "text", "name", "text"),
)
SET_KEY_FORM = Query(
    """
    with marks as (
        delete from kw.entity_fields f where f.entity_table = $1 and f.is_mark and f.has_other_spellings
    )
    update kw.entities set key_form = $2 where entity_table = $1 and key_form is distinct from $2
    """,
    ("text", "text"),
)
# Marks are rows that no two transactions share, so who makes one waits for nobody and holds nobody up.
NOTE_SPELLINGS = Query(
    "insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_other_spellings)"
    " values ($1, '', true, true)",
    ("text",),
)
# No row where another transaction changes it.
LOCK_ENTITY = Query(
    """
    select e.entity_table from kw.entities e where e.entity_table = $1 for no key update skip locked
    """,
    ("text",),
)
RECLAIM_ENTITY = Query(
    """
    update kw.entities
    set relation = $2, owner_name = $3, claimed_at = clock_timestamp()
    where entity_table = $1
    """,
    ("text", "oid", "name"),
)
# Of names that stand for the table that they were recorded for: its owner of now. Few change it.
RECORD_OWNERS = Query(
    """
    update kw.entities e
    set owner_name = pg_get_userbyid(c.relowner)
    from pg_class c
    where e.entity_table = any($1) and c.oid = e.relation and c.oid::regclass::text = e.quoted_name
        and e.owner_name <> pg_get_userbyid(c.relowner)
    """,
    ("text[]",),
)
RELATION_OWNER = Query("select c.relowner as owner from pg_class c where c.oid = $1", ("oid",))
HAS_ROLE = Query("select pg_has_role($1::oid, $2::oid, 'usage') as allowed", ("oid", "oid"))
HAS_NAMED_ROLE = Query("select pg_has_role($1::oid, $2::name, 'usage') as allowed", ("oid", "name"))
IS_SUPERUSER = Query("select r.rolsuper as allowed from pg_roles r where r.oid = $1", ("oid",))
# What a grant to the role replaces, in addition to its own: rows of its name without a role that exists.
FORGET_STALE_GRANTS = Query(
    """
    delete from kw.field_grants g
    where g.entity_table = $1 and g.field_name_norm = coalesce($2::text, '') and g.role_name = $3
        and not exists (
            select
            from kw.installation i
            join pg_roles r on r.oid = g.grantee
            where i.id = g.installation
        )
    """,
    ("text", "text", "name"),
)
# $6 who grants, $7 the table, $8 its owner; no row where there is no such role
GRANT_FIELD = Query(
    """
    insert into kw.field_grants (
        entity_table, field_name_norm, role_name, may_read, may_write, granted_by,
        relation, owner, owner_name, grantee, installation
    )
    select
        $1, coalesce($2::text, ''), r.rolname, $4, $5, pg_get_userbyid($6),
        $7::oid, $8::oid, pg_get_userbyid($8), r.oid, i.id
    from kw.installation i
    cross join pg_roles r
    where r.rolname = $3
    on conflict (entity_table, field_name_norm, grantee, installation)
    do update set
        role_name = excluded.role_name, may_read = excluded.may_read, may_write = excluded.may_write,
        granted_by = excluded.granted_by, created_at = clock_timestamp(),
        relation = excluded.relation, owner = excluded.owner, owner_name = excluded.owner_name
    returning id
    """,
    ("text", "text", "name", "bool", "bool", "oid", "oid", "oid"),
)
# A role keeps its grants when it is renamed; a name without a role of its grants is taken as it stands.
REVOKE_FIELD = Query(
    """
    with granted as (
        select g.id, r.rolname as renamed_to
        from kw.field_grants g
        left join kw.installation i on i.id = g.installation
        left join pg_roles r on r.oid = g.grantee and i.id is not null
        where g.entity_table = $1 and g.field_name_norm = coalesce($2::text, '')
            and coalesce(r.rolname, g.role_name) = $3
    )
    delete from kw.field_grants g
    using granted
    where g.id = granted.id
    returning g.id
    """,
    ("text", "text", "name"),
)
# Every grant with its state: reason is null where it counts. $1 the role that asks.
_GRANTS = """
    select
        g.id, g.entity_table, g.field_name_norm, coalesce(r.rolname, g.role_name) as grantee,
        g.may_read, g.may_write, g.granted_by, g.created_at, g.owner_name, i.id is not null as is_here,
        t.oid as table_id, t.relowner as table_owner, coalesce(r.oid, named.oid) as grantee_id,
        case
            when e.entity_table is null then 'nothing is bound to the name'
            when t.oid is null and e.relation is not null then 'the name no longer stands for a table'
            when e.relation is distinct from t.oid then 'the name stands for another table than it was bound for'
            when g.grantee is null and g.installation is not null then 'its role did not exist at the upgrade'
            when i.id is null then 'it was made before a restore or an upgrade'
            when r.oid is null then 'the role was dropped'
            when g.relation is distinct from t.oid then 'it was made for another table'
            when g.owner is distinct from t.relowner
                then 'it was made for another owner of the table, ' || coalesce(g.owner_name, 'unknown')
        end as reason,
        e.relation is not distinct from t.oid and case
            when i.id is not null then g.owner is not distinct from t.relowner and r.oid is not null
            when g.grantee is null and g.installation is not null then false
            else
                coalesce(g.owner_name, case when e.relation is not null then g.granted_by end)
                    is not distinct from pg_get_userbyid(t.relowner)
                and named.oid is not null
        end as is_confirmable,
        case
            when e.relation is null then pg_has_role($1::oid, 'kw_grantor', 'usage')
            else coalesce(
                pg_has_role($1::oid, t.relowner, 'usage')
                and (e.relation = t.oid or e.owner_name = pg_get_userbyid(t.relowner)),
                false
            )
        end as is_own
    from kw.field_grants g
    left join kw.installation i on i.id = g.installation
    left join kw.entities e on e.entity_table = g.entity_table
    left join (
        select c.oid, c.relowner, format('%I.%I', n.nspname, c.relname) as quoted_name
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'f', 'v', 'm')
    ) t on t.quoted_name = e.quoted_name and e.relation is not null
    left join pg_roles r on r.oid = g.grantee and i.id is not null
    left join pg_roles named on named.rolname = g.role_name and i.id is null
"""
# $2 an entity or null; $3 of every owner
LIST_GRANTS = Query(
    f"""
    select
        s.entity_table as entity, nullif(s.field_name_norm, '') as field_name, s.grantee,
        s.may_read, s.may_write, s.granted_by, s.created_at, s.owner_name as table_owner,
        s.reason is null as counts, s.reason
    from ({_GRANTS}) s
    where ($2::text is null or s.entity_table = $2) and ($3 or s.is_own)
    order by s.entity_table, s.field_name_norm, s.grantee, s.created_at
    """,
    ("oid", "text", "bool"),
)
# Of rows for one role the one that was made here, or the latest; none beside a row that was made here.
CONFIRM_GRANTS = Query(
    f"""
    with states as materialized ({_GRANTS}),
    chosen as (
        select distinct on (s.entity_table, s.field_name_norm, s.grantee_id) s.*
        from states s
        where s.reason is not null and s.is_confirmable and s.is_own
            and ($2::text is null or s.entity_table = $2)
        order by s.entity_table, s.field_name_norm, s.grantee_id, s.is_here desc, s.created_at desc
    )
    update kw.field_grants g
    set relation = c.table_id,
        owner = c.table_owner,
        owner_name = pg_get_userbyid(c.table_owner),
        grantee = c.grantee_id,
        role_name = c.grantee,
        installation = i.id
    from chosen c
    cross join kw.installation i
    where g.id = c.id
        and not exists (
            select
            from kw.field_grants h
            where h.entity_table = c.entity_table and h.field_name_norm = c.field_name_norm
                and h.grantee = c.grantee_id and h.installation = i.id and h.id <> c.id
        )
    returning g.entity_table, g.role_name
    """,
    ("oid", "text"),
)
_IS_LOGGED = "coalesce((select s.value <> 0 from kw.settings s where s.name = 'audit_log'), true)"
AUDIT = Query(
    f"""
    insert into kw.audit_events (acting_role, action, object, details)
    values (pg_get_userbyid($1), $2, $3, $4)
    returning acting_role, session_role, {_IS_LOGGED} as is_logged
    """,
    ("oid", "text", "text", "jsonb"),
)
AUDIT_NAMES = Query(
    f"""
    select pg_get_userbyid($1) as acting_role, session_user as session_role, {_IS_LOGGED} as is_logged
    """,
    ("oid",),
)
FORGET_AUDIT = Query(
    """
    with old as materialized (
        select a.id
        from kw.audit_events a
        where a.happened_at < now() - make_interval(days => least($1, 1000000))
        for update skip locked
    )
    delete from kw.audit_events a using old where a.id = old.id
    """,
    ("int4",),
)


# -- settings, providers, keys ----------------------------------------------------------------

_EPOCH = "(select coalesce(bit_xor(m.mark), 0) from kw.key_epoch_marks m)"
EPOCH = Query(f"select {_EPOCH} as epoch")
SETTINGS = Query("select name, value from kw.settings")
SET_SETTING = Query(
    """
    insert into kw.settings (name, value) values ($1, $2)
    on conflict (name) do update set value = excluded.value, updated_at = clock_timestamp()
    """,
    ("text", "int4"),
)
PROVIDER = Query(
    "select p.id, p.name, p.provider as kind, p.is_enabled from kw.kms_providers p where p.name = $1",
    ("text",),
)
ENABLED_PROVIDERS = Query(
    """
    select
        p.name, p.provider as kind,
        exists (select from kw.kms_keys k where k.provider_id = p.id) as has_keys
    from kw.kms_providers p
    where p.is_enabled and p.provider <> 'wrapper'
    order by p.id
    """
)
ADD_PROVIDER = Query(
    """
    insert into kw.kms_providers (name, provider, location, project_tenant, config)
    values ($1, $2, $3, $4, $5)
    on conflict (name) do nothing
    returning id
    """,
    ("text", "text", "text", "text", "jsonb"),
)
# No change of a status waits for wraps in flight: it locks no key column, so no FOR KEY SHARE stops it.
ENABLE_PROVIDER = Query(
    "update kw.kms_providers set is_enabled = $2 where id = $1 and is_enabled <> $2 returning id",
    ("int8", "bool"),
)
_KEY = """
    select
        k.id, k.key_uuid, k.external_key_ref as reference, k.external_key_id as external_id,
        k.purpose, k.status, p.name as provider, p.provider as kind, p.is_enabled, k.algorithm, k.public_key
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id
"""
KEYS = Query(f"{_KEY} where k.id = any($1)", ("int8[]",))
ALL_KEYS = Query(f"{_KEY} order by k.id")
# Taken before a wrap: so that nobody deletes them, and a change of a branch sees wraps in flight.
LOCK_KEYS = Query(f"{_KEY} where k.id = any($1) order by k.id for key share of k, p", ("int8[]",))
SET_KEY_STATUS = Query(
    "update kw.kms_keys set status = $2 where id = $1 returning id", ("int8", "text")
)
ADD_KEY = Query(
    """
    insert into kw.kms_keys (
        provider_id, external_key_ref, external_key_id, purpose, algorithm, public_key, key_uuid,
        root_uuid
    )
    values (
        $1, $2, $3, $4, $5, $6, coalesce($7, gen_random_uuid()), coalesce($8, gen_random_uuid())
    )
    on conflict (provider_id, external_key_ref) do nothing
    returning id
    """,
    ("int8", "text", "text", "text", "text", "bytea", "uuid", "uuid"),
)
# What tells which keys are one root; branches are not roots.
ROOTS = Query(
    """
    select
        k.id, p.provider as kind, k.external_key_id as external_id, k.public_key is not null as is_kem,
        k.root_uuid, p.root_group
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id
    where p.provider <> 'wrapper' or k.public_key is not null
    order by k.id
    """
)
ROOT_UUID = Query("select k.root_uuid from kw.kms_keys k where k.id = $1", ("int8",))
KEYS_OF_KIND = Query(
    """
    select k.id
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id
    where p.provider = $1 and p.is_enabled and k.status <> 'disabled' and k.public_key is null
    order by k.id desc
    """,
    ("text",),
)
PROVIDER_ROOT = Query(
    "select p.id, p.root_group from kw.kms_providers p where p.name = $1", ("text",)
)
SHARE_ROOT = Query(
    """
    update kw.kms_providers
    set root_group = $1
    where (id = any($2) or root_group = any($3)) and root_group is distinct from $1
    """,
    ("int8", "int8[]", "int8[]"),
)
# A group of one is none.
PART_ROOT = Query(
    """
    update kw.kms_providers p
    set root_group = null
    where p.id = $1 or (
        p.root_group = $2
        and (select count(*) from kw.kms_providers o where o.root_group = $2 and o.id <> $1) = 1
    )
    """,
    ("int8", "int8"),
)
POLICIES_OF_TWO = Query(
    """
    select
        e.id, e.policy_name as name, e.mode,
        (
            select array_agg(pk.kms_key_id order by pk.kms_key_id)
            from kw.policy_kms_keys pk
            join kw.kms_keys k on k.id = pk.kms_key_id
            where pk.policy_id = e.id and k.public_key is null
        ) as keys
    from kw.encryption_policies e
    where e.mode <> 'single'
    order by e.id
    """
)
ADD_PRIVATE_KEY = Query(
    "insert into kw.kem_private_keys (kms_key_id, sealed_by_key_id, sealed_key) values ($1, $2, $3)",
    ("int8", "int8", "bytea"),
)
PRIVATE_KEY = Query(
    "select sealed_by_key_id, sealed_key from kw.kem_private_keys where kms_key_id = $1", ("int8",)
)
IS_READ_ONLY = Query("select current_setting('transaction_read_only')::bool as is_read_only")
ADD_HEALTH = Query(
    """
    insert into kw.kms_health_checks (provider_id, kms_key_id, status, latency_ms, error, checked_at)
    select k.provider_id, k.id, c.status, c.latency_ms, c.error, clock_timestamp()
    from unnest($1, $2, $3, $4) c (id, status, latency_ms, error)
    join kw.kms_keys k on k.id = c.id
    """,
    ("int8[]", "text[]", "int4[]", "text[]"),
)
# Of the future is what was found while the clock was ahead; a minute is for clocks that are set.
FORGET_HEALTH = Query(
    """
    with old as materialized (
        select c.id
        from kw.kms_health_checks c
        where c.checked_at < clock_timestamp() - make_interval(days => least($1, 1000000))
            or c.checked_at > clock_timestamp() + interval '1 minute'
        for update skip locked
    )
    delete from kw.kms_health_checks c using old where c.id = old.id
    """,
    ("int4",),
)
KEY_BY_NAME = Query(
    """
    select k.id, k.purpose, k.algorithm, k.status, k.public_key, s.sealed_by_key_id as sealed_by
    from kw.kms_keys k
    left join kw.kem_private_keys s on s.kms_key_id = k.id
    where k.provider_id = $1 and k.external_key_ref = $2
    """,
    ("int8", "text"),
)
# An active branch key of a provider ($1) that a policy ($2) made; $3 its purpose
BRANCH_OF_POLICY = Query(
    """
    select k.id, k.external_key_ref as reference
    from kw.kms_keys k
    join kw.key_wrappers w on w.wrapper_uuid = k.external_key_ref::bpchar
    where k.provider_id = $1 and k.public_key is null and k.status = 'active' and k.purpose = $3
        and w.policy_id = $2 and w.dek_class = 'branch' and w.status = 'active'
    order by k.id
    limit 1
    """,
    ("int8", "int8", "text"),
)
# What key files say of the database that made them; a restored or copied one is another.
THIS_DATABASE = Query(
    """
    select c.system_identifier || '/' || d.oid as name
    from pg_control_system() c
    join pg_database d on d.datname = current_database()
    """
)
# By a leg of theirs, by a layer, or by a layer whose private key is sealed under the key. Of the
# latest wrappers only, since disabling a key must not take as long as there are wrappers.
COUNTED = 10_000
LEGS_UNDER_KEY = Query(
    f"""
    with latest as materialized (
        select w.id, w.kms1_key_id, w.kms2_key_id, w.crypto_suite
        from kw.key_wrappers w
        where w.status <> 'invalid'
        order by w.id desc
        limit {COUNTED}
    ),
    used as (
        select
            w.id, w.crypto_suite ->> 'mode' = 'either' as is_either,
            exists (
                select
                from kw.key_wrapper_layers l
                where l.key_wrapper_id = w.id and (
                    l.kms_key_id = $1 or l.kms_key_id in (
                        select s.kms_key_id from kw.kem_private_keys s where s.sealed_by_key_id = $1
                    )
                )
            ) as is_layered,
            $1 in (w.kms1_key_id, w.kms2_key_id) as is_leg
        from latest w
    )
    select
        count(*) filter (where u.is_either and not u.is_layered and u.is_leg) as either,
        count(*) filter (where u.is_layered or u.is_leg and not u.is_either) as needed,
        count(*) = {COUNTED} as is_part
    from used u
    """,
    ("int8",),
)
# One lock for what makes or moves branches and policies, so that two changes cannot close a cycle
# together. Of a table of ours, so that no other role can take it.
LOCK_KEY_GRAPH = Query("lock table kw.key_graph_lock in share row exclusive mode")
HAS_BRANCHES = Query(
    """
    select exists (
        select from kw.key_wrappers w where w.wrapper_uuid = any($1::bpchar[]) and w.dek_class = 'branch'
    ) as found
    """,
    ("text[]",),
)
# The keys that are branches, of $1 wrapper_uuids; a KEM key may bear such a name, too.
_BRANCH_KEYS = """
    select k.id
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
    where k.external_key_ref = any($1) and k.public_key is null
"""
# A branch hangs on another one by a leg, or by a layer whose private key is sealed under that.
BRANCH_CHILDREN = Query(
    f"""
    with own as ({_BRANCH_KEYS})
    select coalesce(bool_or(w.dek_class = 'branch'), false) as has_branches
    from kw.key_wrappers w
    where w.status <> 'invalid' and (
        w.kms1_key_id in (select id from own) or w.kms2_key_id in (select id from own)
        or w.id in (
            select l.key_wrapper_id
            from kw.kem_private_keys s
            join kw.key_wrapper_layers l on l.kms_key_id = s.kms_key_id
            where s.sealed_by_key_id in (select id from own)
        )
    )
    """,
    ("text[]",),
)

# -- policies ---------------------------------------------------------------------------------

ADD_POLICY = Query(
    """
    insert into kw.encryption_policies (policy_name, mode, notes, min_layers, max_layers)
    values ($1, $2, $3, $4, $4)
    on conflict (policy_name) do nothing
    returning id
    """,
    ("text", "text", "text", "int2"),
)
_POLICY = """
    select
        p.id, p.policy_name as name, p.mode, p.layer_selection, p.min_layers, p.max_layers, p.aad_template
    from kw.encryption_policies p
"""
# Keys and layers in the order of their priorities, as kw.create_policy gives them.
POLICY_AS_MADE = Query(
    """
    select
        p.id, p.mode, p.notes,
        array(
            select k.id
            from kw.policy_kms_keys pk
            join kw.kms_keys k on k.id = pk.kms_key_id and k.public_key is null
            where pk.policy_id = p.id
            order by pk.priority desc, k.id
        ) as keys,
        array(
            select k.id
            from kw.policy_kms_keys pk
            join kw.kms_keys k on k.id = pk.kms_key_id and k.public_key is not null
            where pk.policy_id = p.id
            order by pk.priority desc, k.id
        ) as layers
    from kw.encryption_policies p
    where p.policy_name = $1
    """,
    ("text",),
)
POLICY = Query(f"{_POLICY} where p.policy_name = $1", ("text",))
POLICY_BY_ID = Query(f"{_POLICY} where p.id = $1", ("int8",))
SET_POLICY_LAYERS = Query(
    """
    update kw.encryption_policies
    set min_layers = $2, max_layers = $3, layer_selection = $4, aad_template = $5, allows_experimental = $6
    where id = $1
    """,
    ("int8", "int2", "int2", "text", "jsonb", "bool"),
)
ALGORITHMS = Query(
    "select a.class, a.name, a.nist_level, a.status from kw.crypto_algorithms a order by a.id"
)
SET_ALGORITHM_STATUS = Query(
    """
    insert into kw.algorithm_statuses (algorithm_id, status)
    select a.id, $2 from kw.crypto_algorithms a where a.name = $1 and a.status <> $2
    on conflict (algorithm_id)
    do update set status = excluded.status, updated_at = clock_timestamp()
    returning algorithm_id
    """,
    ("text", "text"),
)
ADD_POLICY_KEY = Query(
    """
    insert into kw.policy_kms_keys (policy_id, kms_key_id, weight, priority) values ($1, $2, $3, $4)
    on conflict (policy_id, kms_key_id)
    do update set weight = excluded.weight, priority = excluded.priority, updated_at = clock_timestamp()
    """,
    ("int8", "int8", "int4", "int4"),
)
POLICY_KEYS = Query(
    """
    select pk.kms_key_id as id, pk.weight, pk.priority
    from kw.policy_kms_keys pk
    join kw.kms_keys k on k.id = pk.kms_key_id and k.status = 'active' and k.public_key is null
    join kw.kms_providers p on p.id = k.provider_id and p.is_enabled
    where pk.policy_id = $1
    order by pk.priority desc, pk.kms_key_id
    """,
    ("int8",),
)
POLICY_LAYER_KEYS = Query(
    """
    select pk.kms_key_id as id, pk.weight, pk.priority
    from kw.policy_kms_keys pk
    join kw.encryption_policies e on e.id = pk.policy_id
    join kw.kms_keys k on k.id = pk.kms_key_id and k.status = 'active' and k.public_key is not null
    join kw.kms_providers p on p.id = k.provider_id and p.is_enabled
    join kw.crypto_algorithms a on a.class = 'kem' and a.name = k.algorithm
    where pk.policy_id = $1
        and (a.status = 'active' or a.status = 'experimental' and e.allows_experimental)
    order by pk.priority desc, pk.kms_key_id
    """,
    ("int8",),
)
NEXT_ROUNDS = Query(
    "select nextval('kw.layer_rounds') as round from generate_series(1, $1)", ("int4",)
)
FIELD_POLICY = Query(
    """
    select
        p.id, p.policy_name as name, p.mode, p.layer_selection, p.min_layers, p.max_layers, p.aad_template
    from kw.entity_fields f
    join kw.encryption_policies p on p.id = f.policy_id
    where f.entity_table = $1 and f.field_name_norm in ('', coalesce($2::text, ''))
    order by f.field_name_norm desc
    limit 1
    """,
    ("text", "text"),
)
BIND_POLICY = Query(
    """
    insert into kw.entity_fields (entity_table, field_name_norm, policy_id)
    values ($1, coalesce($2::text, ''), $3)
    on conflict (entity_table, field_name_norm) where not is_mark
    do update set policy_id = excluded.policy_id
    """,
    ("text", "text", "int8"),
)

# $1 entity, $2 field or null. A binding of whole rows covers every field, so it is under all their floors.
FLOOR = Query(
    """
    select max(f.min_nist_level) as floor
    from kw.entity_fields f
    where f.entity_table = $1 and ($2::text is null or f.field_name_norm in ('', $2::text))
    """,
    ("text", "text"),
)


# The floors of wrappers, of those that have one: of every field that they protect, or did.
def _floors(wrappers: str) -> str:
    return f"""
        select u.key_wrapper_id as id, max(f.floor) as floor
        from (
            select b.key_wrapper_id, b.entity_table, b.field_name
            from kw.encryption_bindings b
            where b.key_wrapper_id = {wrappers}
            union all
            select g.key_wrapper_id, b.entity_table, b.field_name
            from kw.binding_generations g
            cross join lateral (
                select b.entity_table, b.field_name
                from kw.encryption_bindings b
                where b.id = g.binding_id
                limit 1
            ) b
            where g.key_wrapper_id = {wrappers}
        ) u
        cross join lateral (
            select max(f.min_nist_level) as floor
            from kw.entity_fields f
            where f.entity_table = u.entity_table
                and (u.field_name is null or f.field_name_norm in ('', u.field_name))
        ) f
        where f.floor is not null
        group by u.key_wrapper_id
    """


FLOORS_OF_WRAPPERS = Query(_floors("any($1)"), ("int8[]",))
KEM_LEVELS = Query(
    "select l.kms_key_id as id, l.nist_level as level from kw.kem_levels l where l.kms_key_id = any($1)",
    ("int8[]",),
)
# Keys at or below the branches: those whose wraps change with them. $1 wrapper_uuids.
KEYS_BELOW = Query(
    f"""
    with recursive below (id) as (
        {_BRANCH_KEYS}
        union
        select d.kms_key_id from below b join kw.key_dependencies d on d.depends_on_id = b.id
    )
    select b.id from below b
    """,
    ("text[]",),
)
# Lets no wrap under the branches begin, and waits for none: those in flight hold the missing ones.
LOCK_BRANCH_KEYS = Query(f"{_BRANCH_KEYS} for update of k skip locked", ("text[]",))
BRANCH_KEYS = Query(_BRANCH_KEYS, ("text[]",))
# Kinds of wrappers of two legs under the keys: a row for all that are alike.
PAIRS_UNDER_KEYS = Query(
    """
    select
        w.crypto_suite ->> 'mode' as mode, w.kms1_key_id, w.kms2_key_id,
        min(w.wrapper_uuid::text) as wrapper, count(*) as wrappers
    from kw.key_wrappers w
    where w.status <> 'invalid' and w.crypto_suite ->> 'mode' in ('either', 'both')
        and (w.kms1_key_id = any($1) or w.kms2_key_id = any($1))
    group by 1, 2, 3
    order by 2, 3, 1
    """,
    ("int8[]",),
)
# Kinds of wrappers of two legs among the latest ones.
PAIRS_OF_LATEST = Query(
    """
    select w.mode, w.kms1_key_id, w.kms2_key_id, min(w.wrapper_uuid::text) as wrapper, count(*) as wrappers
    from (
        select w.crypto_suite ->> 'mode' as mode, w.kms1_key_id, w.kms2_key_id, w.wrapper_uuid
        from kw.key_wrappers w
        where w.status <> 'invalid'
        order by w.id desc
        limit 100000
    ) w
    where w.mode in ('either', 'both') and w.kms2_key_id is not null
    group by 1, 2, 3
    order by 2, 3, 1
    """
)
# Of two legs, which may choose one of the keys now.
POLICIES_OF_KEYS = Query(
    """
    select e.id, e.policy_name as name, e.mode
    from kw.encryption_policies e
    where e.mode <> 'single' and exists (
        select
        from kw.policy_kms_keys pk
        join kw.kms_keys k on k.id = pk.kms_key_id and k.status = 'active'
        join kw.kms_providers p on p.id = k.provider_id and p.is_enabled
        where pk.policy_id = e.id and pk.kms_key_id = any($1)
    )
    order by e.id
    """,
    ("int8[]",),
)
# Kinds of wrappers under the keys that have a floor: a row for all that are alike.
FLOORED_UNDER_KEYS = Query(
    f"""
    with under as materialized (
        select w.id, w.wrapper_uuid, w.crypto_suite ->> 'mode' as mode, w.kms1_key_id, w.kms2_key_id
        from kw.key_wrappers w
        where w.status <> 'invalid' and w.crypto_suite ->> 'mode' in ('single', 'either', 'both') and (
            w.kms1_key_id = any($1) or w.kms2_key_id = any($1)
            or w.id in (
                select l.key_wrapper_id from kw.key_wrapper_layers l where l.kms_key_id = any($1)
            )
        )
    ),
    floored as ({_floors("any (select w.id from under w)")}),
    layers as (
        select l.key_wrapper_id as id, array_agg(distinct l.kms_key_id) as key_ids
        from floored f
        join kw.key_wrapper_layers l on l.key_wrapper_id = f.id
        group by l.key_wrapper_id
    )
    select
        w.mode, w.kms1_key_id, w.kms2_key_id, l.key_ids as layers, f.floor,
        min(w.wrapper_uuid::text) as wrapper, count(*) as wrappers
    from floored f
    join under w on w.id = f.id
    left join layers l on l.id = w.id
    group by 1, 2, 3, 4, 5
    """,
    ("int8[]",),
)
SET_FLOOR = Query(
    """
    insert into kw.entity_fields (entity_table, field_name_norm, min_nist_level)
    values ($1, coalesce($2::text, ''), $3)
    on conflict (entity_table, field_name_norm) where not is_mark
    do update set min_nist_level = excluded.min_nist_level
    """,
    ("text", "text", "int2"),
)

# -- wrappers ---------------------------------------------------------------------------------

# has_layers is no exists(): a plan made while there are no layers would read all of them, once there are.
_WRAPPER = """
    select
        w.id, w.wrapper_uuid, w.status, w.dek_class,
        w.kms1_key_id, w.kms2_key_id, w.dek_wrap1, w.dek_wrap2, w.wrap1_version, w.wrap2_version,
        w.crypto_suite ->> 'format' as format, w.crypto_suite ->> 'mode' as mode,
        w.crypto_suite ->> 'commitment' as commitment, w.crypto_suite::text as suite, w.policy_id,
        (select true from kw.key_wrapper_layers l where l.key_wrapper_id = w.id limit 1) is true as has_layers
    from kw.key_wrappers w
"""
WRAPPERS = Query(f"{_WRAPPER} where w.id = any($1)", ("int8[]",))
WRAPPERS_BY_UUID = Query(f"{_WRAPPER} where w.wrapper_uuid = any($1::bpchar[])", ("text[]",))
WRAPPERS_FOR_UPDATE = Query(
    f"{_WRAPPER} where w.wrapper_uuid = any($1::bpchar[]) order by w.id for no key update of w",
    ("text[]",),
)
WRAPPERS_AFTER = Query(
    f"{_WRAPPER} where w.id > $1 and w.status <> 'invalid' order by w.id limit $2",
    ("int8", "int4"),
)
LAYERS = Query(
    """
    select
        l.key_wrapper_id, l.layer_no, l.kms_key_id, a.name as kem, l.kem_ciphertext, l.encap_pubkey,
        l.aad::text as aad, l.meta::text as meta
    from kw.key_wrapper_layers l
    join kw.crypto_algorithms a on a.id = l.kem_algo_id
    where l.key_wrapper_id = any($1)
    """,
    ("int8[]",),
)
# $3 is a place in $6 to $9.
INSERT_LAYERS = Query(
    """
    with recipients as materialized (
        select u.place, k.id as kms_key_id, a.id as kem_algo_id, u.public_key, u.meta::jsonb as meta
        from unnest($6, $7, $8, $9) with ordinality as u (key_uuid, kem, public_key, meta, place)
        left join kw.kms_keys k on k.key_uuid = u.key_uuid
        left join kw.crypto_algorithms a on a.class = 'kem' and a.name = u.kem
    )
    insert into kw.key_wrapper_layers
        (key_wrapper_id, layer_no, kms_key_id, kem_algo_id, kem_ciphertext, encap_pubkey, aad, meta)
    select n.id, n.layer_no, r.kms_key_id, r.kem_algo_id, n.encapsulation, r.public_key, n.aad::jsonb, r.meta
    from unnest($1, $2, $3, $4, $5) as n (id, layer_no, place, encapsulation, aad)
    join recipients r on r.place = n.place
    """,
    ("int8[]", "int2[]", "int8[]", "bytea[]", "text[]", "uuid[]", "text[]", "bytea[]", "text[]"),
)
DELETE_LAYERS = Query(
    "delete from kw.key_wrapper_layers where key_wrapper_id = any($1)", ("int8[]",)
)
NEW_WRAPPER_IDS = Query(
    "select nextval('kw.key_wrappers_id_seq') as id from generate_series(1, $1)", ("int4",)
)
_NEW_WRAPPERS = """
    unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[], $5::text[])
        as n (id, wrapper_uuid, dek_wrap1, dek_wrap2, suite)
"""
_NEW_WRAPPER_TYPES = (
    "int8[]",
    "text[]",
    "bytea[]",
    "bytea[]",
    "text[]",
    "int8",
    "int8",
    "text",
    "int8",
)
_NEW_WRAPPER_COLUMNS = """
    id, wrapper_uuid, kms1_key_id, kms2_key_id, dek_wrap1, dek_wrap2, crypto_suite,
    wrap2_version, dek_class, policy_id
"""
_NEW_WRAPPER_VALUES = """
    n.id, n.wrapper_uuid, $6::bigint, $7::bigint, n.dek_wrap1, n.dek_wrap2, n.suite::jsonb,
    case when $7::bigint is not null then 1 end, $8::text, $9::bigint
"""
# $10 the role that they belong to until they are bound; null where they are bound at once
INSERT_WRAPPERS = Query(
    f"""
    insert into kw.key_wrappers ({_NEW_WRAPPER_COLUMNS}, owner, owner_name, installation)
    select
        {_NEW_WRAPPER_VALUES}, $10::oid, (select r.rolname from pg_roles r where r.oid = $10),
        (select i.id from kw.installation i where $10 is not null)
    from {_NEW_WRAPPERS}
    """,
    (*_NEW_WRAPPER_TYPES, "oid"),
)
# One statement, keys in order: of two sessions that bind a cell, one inserts and the other
# waits and finds it; neither fails, and no wrapper is left without its binding.
BIND_NEW = Query(
    f"""
    with n as materialized (
        select n.*, b.binding_id, b.entity_pk
        from {_NEW_WRAPPERS}
        join unnest($1::bigint[], $10::bigint[], $11::text[]) as b (id, binding_id, entity_pk) on b.id = n.id
    ),
    bound as (
        insert into kw.encryption_bindings (id, entity_table, entity_pk, field_name, key_wrapper_id)
        select n.binding_id, $12::text, n.entity_pk, $13::text, n.id
        from n
        order by n.entity_pk
        on conflict (entity_table, entity_pk, field_name_norm) do nothing
        returning key_wrapper_id
    )
    insert into kw.key_wrappers ({_NEW_WRAPPER_COLUMNS})
    select {_NEW_WRAPPER_VALUES}
    from n
    join bound on bound.key_wrapper_id = n.id
    returning wrapper_uuid
    """,
    (*_NEW_WRAPPER_TYPES, "int8[]", "text[]", "text", "text"),
)
# Whose wrappers are until they are bound; no owner where none is known in this database. $2 who asks.
WRAPPER_OWNERS = Query(
    """
    select
        w.id, w.wrapper_uuid, w.owner_name as recorded_owner, r.oid as owner, r.rolname as owner_name,
        pg_get_userbyid($2) as asking
    from kw.key_wrappers w
    left join kw.installation i on i.id = w.installation
    left join pg_roles r on r.oid = w.owner and i.id is not null
    where w.id = any($1)
    """,
    ("int8[]", "oid"),
)
GIVE_WRAPPERS = Query(
    """
    update kw.key_wrappers w
    set owner = r.oid, owner_name = r.rolname, installation = (select i.id from kw.installation i)
    from pg_roles r
    where w.id = any($1) and r.rolname = $2
    """,
    ("int8[]", "name"),
)
IS_ROLE = Query("select exists (select from pg_roles r where r.rolname = $1) as allowed", ("name",))
REWRAP = Query(
    """
    update kw.key_wrappers
    set kms1_key_id = $2, kms2_key_id = $3, dek_wrap1 = $4, dek_wrap2 = $5, wrap1_version = $6,
        wrap2_version = $7, wrap_version = greatest($6, $7), crypto_suite = $8::jsonb
    where id = $1
    """,
    ("int8", "int8", "int8", "bytea", "bytea", "int4", "int4", "text"),
)
# By the ctid of rows that were locked before, found one by one.
RELAYER = Query(
    """
    update kw.key_wrappers w
    set dek_wrap1 = n.dek_wrap1, dek_wrap2 = n.dek_wrap2, wrap1_version = w.wrap1_version + 1,
        wrap2_version = w.wrap2_version + 1, wrap_version = w.wrap_version + 1, crypto_suite = n.suite::jsonb,
        policy_id = $5
    from unnest($1, $2, $3, $4) as n (id, dek_wrap1, dek_wrap2, suite)
    cross join lateral (select o.ctid from kw.key_wrappers o where o.id = n.id limit 1) o
    where w.ctid = o.ctid
    returning w.id
    """,
    ("int8[]", "bytea[]", "bytea[]", "text[]", "int8"),
)
SET_WRAPPER_STATUS = Query(
    """
    update kw.key_wrappers
    set status = case when $2 = 'active' and rotated_at is not null then 'rotated' else $2 end
    where id = $1
    returning status
    """,
    ("int8", "text"),
)

# -- bindings ---------------------------------------------------------------------------------

# xmin and ctid name a row's version: what a session keeps counts only for the versions of
# binding and wrapper that it was checked with, so for everything that stands in them.
_VERSION = "b.xmin::text || b.ctid::text || w.xmin::text || w.ctid::text"
# Plans are made once, often while the tables are small, and must stay good when they have grown: so
# what is many is looked up one by one, in subqueries with a LIMIT, which no join can be made of.
_ITS_WRAPPER = """
    cross join lateral (
        select w.xmin, w.ctid, w.wrapper_uuid, w.status
        from kw.key_wrappers w
        where w.id = b.key_wrapper_id
        limit 1
    ) w
"""
_BINDING_COLUMNS = """
    b.xmin, b.ctid, b.id, b.entity_table, b.entity_pk, b.field_name, b.generation, b.status, b.key_wrapper_id,
    b.is_closed
"""


def _bindings_by_id(ids: str) -> str:
    return f"""
        unnest({ids}) i (id)
        cross join lateral (
            select {_BINDING_COLUMNS} from kw.encryption_bindings b where b.id = i.id limit 1
        ) b
        {_ITS_WRAPPER}
    """


def _bindings_by_key(entity: str, keys: str, fields: str) -> str:
    return f"""
        unnest({keys}) k (entity_pk)
        cross join lateral (
            select {_BINDING_COLUMNS}
            from kw.encryption_bindings b
            where b.entity_table = {entity} and b.entity_pk = k.entity_pk and b.field_name_norm {fields}
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
def _first(privileges: str, columns: str, source: str, *more: str, to_read: bool = False) -> First:
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
                    when $5 then {_by_table(privileges, "e.relation", "e.quoted_name", "$4")}
                    else false
                end as allowed,
                {_EPOCH} as epoch, f.has_keys, f.has_shredded,
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
            {f"cross join {_SHREDDED_FROM}" if to_read and has_shredded else ""}
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
            where s.entity_table = $3 and s.entity_pk = k.entity_pk and s.status = 'shredded'
                and s.field_name_norm in ('', coalesce($2::text, ''))
        ) s
    ) d
"""
STATE_BY_ID = _first(
    _READ,
    "b.xmin as binding_xmin, b.ctid as binding_ctid, w.xmin as wrapper_xmin, w.ctid as wrapper_ctid",
    f"left join (kw.encryption_bindings b {_ITS_WRAPPER}) on b.id = $9",
    "text[]",
    "int8",
    to_read=True,
)
STATES_BY_ID = _first(
    _READ,
    "s.*",
    f"""
    cross join (
        select array_agg(b.id) as ids, array_agg({_VERSION}) as versions
        from {_bindings_by_id("$9")}
    ) s
    """,
    "text[]",
    "int8[]",
    to_read=True,
)
# $8 keys, '*' among them; where no single key of the field or row was ever bound, only '*'
STATES_BY_KEY = _first(
    _WRITE,
    "s.*",
    f"""
    cross join (
        select array_agg(b.id) as ids, array_agg({_VERSION}) as versions,
            array_agg(b.entity_pk) as pks, array_agg(b.field_name is not null) as names_field,
            array_agg(b.entity_pk) filter (where b.is_closed) as closed
        from {_bindings_by_key("$3", "$8", _OF_FIELD_OR_ROW)}
    ) s
    """,
    "text[]",
)
LOOKUP = _first(
    _READ,
    "s.*",
    f"""
    cross join (
        select array_agg(b.entity_pk) as pks, array_agg(b.field_name is not null) as names_field,
            array_agg(case when b.status = 'live' and w.status <> 'invalid' then w.wrapper_uuid end) as wrappers,
            array_agg(b.entity_pk) filter (where b.is_closed) as closed
        from {_bindings_by_key("$3", "$8", _OF_FIELD_OR_ROW)}
    ) s
    """,
    "text[]",
)
BINDINGS = Query(
    f"""
    select b.id, b.entity_table, b.entity_pk, b.field_name, b.generation, b.status,
        b.key_wrapper_id as wrapper_id, w.wrapper_uuid, w.status as wrapper_status,
        {_VERSION} as version
    from {_bindings_by_id("$1")}
    """,
    ("int8[]",),
)
# Where the rows of an entity and of a binding stand, and their versions. $1 entity, $2 binding
PLACES_OF_ROWS = Query(
    f"""
    select
        e.relation, {_KEY_FORM} as key_form, e.ctid as entity_place, e.xmin as entity_version,
        b.ctid as binding_place, b.xmin as binding_version,
        b.key_wrapper_id as wrapper_id, w.ctid as wrapper_place, w.xmin as wrapper_version, {_VERSION} as version
    from kw.entities e
    cross join (kw.encryption_bindings b {_ITS_WRAPPER})
    where e.entity_table = $1 and b.id = $2
    """,
    ("text", "int8"),
)
# an earlier generation of a binding: the wrapper that it had
GENERATION = Query(
    f"""
    select b.key_wrapper_id as wrapper_id, w.status as wrapper_status, {_VERSION} as version
    from (
        select b.xmin, b.ctid, g.key_wrapper_id
        from kw.encryption_bindings b
        cross join lateral (
            select g.key_wrapper_id
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
    from {_bindings_by_key("$1", "$2", "= coalesce($3::text, '')")}
    """,
    ("text", "text[]", "text"),
)
BINDING_FOR_UPDATE = Query(
    """
    select b.id, b.entity_pk, b.status, b.generation, b.key_wrapper_id as wrapper_id
    from unnest($2) k (entity_pk)
    cross join lateral (
        select b.id, b.entity_pk, b.status, b.generation, b.key_wrapper_id
        from kw.encryption_bindings b
        where b.entity_table = $1 and b.entity_pk = k.entity_pk
            and b.field_name_norm = coalesce($3::text, '')
        limit 1
        for update
    ) b
    """,
    ("text", "text[]", "text"),
)
NOTE_KEYS = Query(
    """
    insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_keys)
    values ($1, coalesce($2::text, ''), true, true)
    """,
    ("text", "text"),
)
NOTE_SHREDDED = Query(
    """
    insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_keys, has_shredded)
    values ($1, coalesce($2::text, ''), true, $3, true)
    """,
    ("text", "text", "bool"),
)
BIND_GIVEN = Query(
    """
    insert into kw.encryption_bindings (id, entity_table, entity_pk, field_name, key_wrapper_id)
    values ($1, $2, $3, $4, $5)
    on conflict (entity_table, entity_pk, field_name_norm) do nothing
    """,
    ("int8", "text", "text", "text", "int8"),
)
# One statement each: plpy.execute costs a subtransaction, and a writing one an xid.
ROTATE = Query(
    """
    with earlier as (
        insert into kw.binding_generations (binding_id, generation, key_wrapper_id)
        select b.id, b.generation, b.key_wrapper_id from kw.encryption_bindings b where b.id = $1
    ),
    replaced as (
        update kw.key_wrappers w
        set status = 'rotated', rotated_at = clock_timestamp()
        where w.id = $2 and w.status = 'active'
            and (
                select true from kw.encryption_bindings b where b.key_wrapper_id = $2 and b.id <> $1 limit 1
            ) is null
    )
    update kw.encryption_bindings set key_wrapper_id = $3, generation = generation + 1 where id = $1
    """,
    ("int8", "int8", "int8"),
)
# Live bindings beneath that of every row of (entity, field or null). Locked are those that nobody
# else changes just now.
_BENEATH = """
    select b.id
    from kw.encryption_bindings b
    where b.entity_table = $1 and b.status = 'live' and ($2::text is null or b.field_name = $2)
        and (b.entity_pk <> '*' or b.field_name is distinct from $2::text)
    order by b.id
"""
BENEATH = Query(_BENEATH, ("text", "text"))
LOCK_BENEATH = Query(f"{_BENEATH} for update of b skip locked", ("text", "text"))
# The cells beneath the row of a key, $2 in its spellings. By itself, to be found by its key.
BENEATH_ROW, LOCK_BENEATH_ROW = (
    Query(
        f"""
        select b.id
        from unnest($2) k (entity_pk)
        cross join lateral (
            select b.id
            from kw.encryption_bindings b
            where b.entity_table = $1 and b.entity_pk = k.entity_pk and b.field_name_norm <> ''
                and b.status = 'live'
            order by b.id
            {how}
        ) b
        order by b.id
        """,
        ("text", "text[]"),
    )
    for how in ("", "for update skip locked")
)
_USES = """
    select b.key_wrapper_id as wrapper_id, b.id as binding_id
    from kw.encryption_bindings b
    where b.key_wrapper_id = any($1)
    union all
    select g.key_wrapper_id, g.binding_id
    from kw.binding_generations g
    where g.key_wrapper_id = any($1)
"""
_LIVE_BINDING_OF_USE = """
    cross join lateral (
        select b.id, b.entity_table, b.entity_pk, b.field_name, b.created_at
        from kw.encryption_bindings b
        where b.id = u.binding_id and b.status = 'live'
        limit 1
    ) b
"""
WRAPPERS_OF_BINDINGS = Query(
    """
    select b.key_wrapper_id as id from kw.encryption_bindings b where b.id = any($1)
    union
    select g.key_wrapper_id from kw.binding_generations g where g.binding_id = any($1)
    """,
    ("int8[]",),
)
# Not FOR UPDATE: the rotation of another binding that shares one would be waited for.
LOCK_WRAPPERS = Query(
    "select w.id from kw.key_wrappers w where w.id = any($1) order by w.id for no key update of w",
    ("int8[]",),
)
# Of wrappers $1 those that protect, or protected, other live bindings than $2.
SHARED_WRAPPERS = Query(
    f"""
    select distinct u.wrapper_id as id
    from ({_USES}) u
    {_LIVE_BINDING_OF_USE}
    left join unnest($2) own (id) on own.id = u.binding_id
    where own.id is null
    """,
    ("int8[]", "int8[]"),
)
# What wrappers protect: live bindings, or the one that is shredded now, and whose their tables are.
# Of a name that stands for another table than was recorded, or for none: the owner that was recorded,
# unless the table of that name, or else the renamed one, has another owner now.
WRAPPER_USES = Query(
    f"""
    select
        u.wrapper_id, w.wrapper_uuid, b.id as binding_id, b.entity_table, b.entity_pk, b.field_name,
        (extract(epoch from b.created_at) * 1000000)::int8 as since,
        e.entity_table is not null as is_known, e.relation as recorded,
        case when c.oid::regclass::text = e.quoted_name then c.relowner end as owner,
        case
            when c.oid::regclass::text = e.quoted_name then c.relowner
            when pg_get_userbyid(coalesce(t.relowner, c.relowner)) <> e.owner_name then null
            else (select r.oid from pg_roles r where r.rolname = e.owner_name limit 1)
        end as last_owner,
        e.owner_name as last_owner_name
    from ({_USES}) u
    cross join lateral (
        select w.wrapper_uuid from kw.key_wrappers w where w.id = u.wrapper_id limit 1
    ) w
    {_LIVE_BINDING_OF_USE}
    left join kw.entities e on e.entity_table = b.entity_table
    left join pg_class c on c.oid = e.relation
    left join (pg_class t join pg_namespace n on n.oid = t.relnamespace)
        on t.relname = substr(e.entity_table, strpos(e.entity_table, '.') + 1)
        and n.nspname = split_part(e.entity_table, '.', 1) and t.relkind in ('r', 'p', 'f', 'v', 'm')
    """,
    ("int8[]",),
)
# $1 bindings, $2 wrappers, $3 of the bindings the widest (in older versions' spellings, too)
SHRED = Query(
    """
    with destroyed as (
        update kw.key_wrappers
        set status = 'invalid', dek_wrap1 = '', dek_wrap2 = case when dek_wrap2 is not null then ''::bytea end
        where id = any($2) and status <> 'invalid'
        returning id
    ),
    layers as (
        delete from kw.key_wrapper_layers where key_wrapper_id = any($2)
    ),
    tombstones as (
        update kw.encryption_bindings
        set status = 'shredded', is_closed = is_closed or id = any($3)
        where id = any($1) and (status <> 'shredded' or id = any($3))
    )
    select count(*) as destroyed from destroyed
    """,
    ("int8[]", "int8[]", "int8[]"),
)
# What covers (entity $1, field $2 or null) of keys $3 already, wider than their own bindings.
BINDINGS_ABOVE = Query(
    """
    select
        b.id, b.entity_pk, b.field_name, b.status, b.is_closed, w.policy_id, w.mode
    from (
        select b.*
        from kw.encryption_bindings b
        where b.entity_table = $1 and b.entity_pk = '*' and b.field_name_norm in ('', coalesce($2, ''))
            and not ('*' = any($3) and b.field_name is not distinct from $2::text)
        union all
        select b.*
        from unnest($3) k (entity_pk)
        cross join lateral (
            select b.*
            from kw.encryption_bindings b
            where b.entity_table = $1 and b.entity_pk = k.entity_pk and b.field_name_norm = ''
            limit 1
        ) b
        where k.entity_pk <> '*' and $2::text is not null
            and exists (
                select from kw.entity_fields f where f.entity_table = $1 and f.field_name_norm = '' and f.has_keys
            )
    ) b
    cross join lateral (
        select w.policy_id, w.crypto_suite ->> 'mode' as mode
        from kw.key_wrappers w
        where w.id = b.key_wrapper_id
        limit 1
    ) w
    """,
    ("text", "text", "text[]"),
)


# $1 to $6: entity, key, new entity, new key, new field, field; the rest is null where it stays. Of one
# key by its own text, since one text for both would be planned to read all of the table.
def _rebinding(key: str) -> tuple[Query, Query]:
    bindings = f"b.entity_table = $1 and {key} and ($6::text is null or b.field_name = $6)"
    rebind = f"""
        update kw.encryption_bindings b
        set entity_table = $3, entity_pk = coalesce($4, b.entity_pk), field_name = coalesce($5, b.field_name)
        where {bindings}
        returning b.status
    """
    # What moves to where the floor is higher than where it was, and is below it.
    below_floor = f"""
        select w.wrapper_uuid, l.nist_level as level, f.there as floor
        from kw.encryption_bindings b
        cross join lateral (
            select
                max(f.min_nist_level) filter (
                    where f.entity_table = $1 and (b.field_name is null or f.field_name_norm in ('', b.field_name))
                ) as here,
                max(f.min_nist_level) filter (
                    where f.entity_table = $3
                        and (b.field_name is null or f.field_name_norm in ('', coalesce($5, b.field_name)))
                ) as there
            from kw.entity_fields f
            where f.entity_table in ($1, $3) and f.min_nist_level is not null
        ) f
        join kw.key_wrappers w on w.id = b.key_wrapper_id and w.status <> 'invalid'
        join kw.wrapper_levels l on l.key_wrapper_id = w.id
        where {bindings} and f.there > coalesce(f.here, 0) and coalesce(l.nist_level, 0) < f.there
        limit 1
    """
    types = ("text", "text", "text", "text", "text", "text")
    return Query(rebind, types), Query(below_floor, types)


REBIND, BELOW_FLOOR_THERE = _rebinding("$2::text is null")
REBIND_KEY, KEY_BELOW_FLOOR_THERE = _rebinding("b.entity_pk = $2")
# What REBIND did not see of a whole table or field, by a snapshot from before it was bound.
LEFT_BEHIND = Query(
    """
    select exists (
        select
        from kw.encryption_bindings b
        where b.entity_table = $1 and ($2::text is null or b.field_name = $2)
    ) as found
    """,
    ("text", "text"),
)
BOUND_KEYS = Query(
    """
    select distinct k.entity_pk
    from unnest($2) k (entity_pk)
    cross join lateral (
        select
        from kw.encryption_bindings b
        where b.entity_table = $1 and b.entity_pk = k.entity_pk
        limit 1
    ) b
    """,
    ("text", "text[]"),
)
# The bindings of single keys in order. $1 entity, $2 key and $3 field of the last one that is known.
BINDINGS_AFTER = Query(
    """
    select b.id, b.entity_pk, b.field_name_norm
    from kw.encryption_bindings b
    where b.entity_table = $1 and (b.entity_pk, b.field_name_norm) > ($2, $3) and b.entity_pk <> '*'
    order by b.entity_pk, b.field_name_norm
    limit $4
    """,
    ("text", "text", "text", "int4"),
)
COUNT_BOUND = Query(
    """
    select count(*) as bound
    from unnest($2, $3) n (pk, field)
    cross join lateral (
        select
        from kw.encryption_bindings b
        where b.entity_table = $1 and b.entity_pk = n.pk and b.field_name_norm = n.field
        limit 1
    ) b
    """,
    ("text", "text[]", "text[]"),
)
RESPELL = Query(
    """
    update kw.encryption_bindings b
    set entity_pk = n.pk
    from unnest($2, $3) n (id, pk)
    cross join lateral (select i.ctid from kw.encryption_bindings i where i.id = n.id limit 1) i
    where b.ctid = i.ctid and (
        select true
        from kw.encryption_bindings o
        where o.entity_table = $1 and o.entity_pk = n.pk and o.field_name_norm = b.field_name_norm
        limit 1
    ) is null
    returning b.id
    """,
    ("text", "int8[]", "text[]"),
)
# Those that something is bound to.
ENTITIES_WITH_TABLES = Query(
    f"""
    select e.entity_table, e.relation, {_KEY_FORM} as key_form
    from kw.entities e
    where e.relation::regclass::text = e.quoted_name
        and exists (select from kw.encryption_bindings b where b.entity_table = e.entity_table)
    order by e.entity_table
    """
)
# Only what is not there already, so that a row of policy and floor is locked only to be changed.
CARRY_FIELDS = Query(
    """
    with carried as (
        select
            case when g.field_name_norm = $3 then coalesce($4, $3) else g.field_name_norm end as field_name_norm,
            max(g.policy_id) as policy_id, max(g.min_nist_level) as min_nist_level,
            bool_or(g.has_keys) as has_keys, bool_or(g.has_shredded) as has_shredded
        from kw.entity_fields g
        where g.entity_table = $1 and ($3::text is null or g.field_name_norm = $3)
        group by 1
    ),
    missing as (
        select
            c.field_name_norm, c.policy_id, c.min_nist_level,
            c.has_keys and there.has_keys is not true as has_keys,
            c.has_shredded and there.has_shredded is not true as has_shredded,
            c.policy_id is not null and there.policy_id is null
            or c.min_nist_level > coalesce(there.min_nist_level, 0) as is_set
        from carried c
        cross join lateral (
            select
                max(f.policy_id) as policy_id, max(f.min_nist_level) as min_nist_level,
                bool_or(f.has_keys) as has_keys, bool_or(f.has_shredded) as has_shredded
            from kw.entity_fields f
            where f.entity_table = $2 and f.field_name_norm = c.field_name_norm
        ) there
    ),
    marks as (
        insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_keys, has_shredded)
        select $2, m.field_name_norm, true, m.has_keys, m.has_shredded
        from missing m
        where m.has_keys or m.has_shredded
    )
    insert into kw.entity_fields as f (entity_table, field_name_norm, policy_id, min_nist_level)
    select $2, m.field_name_norm, m.policy_id, m.min_nist_level
    from missing m
    where m.is_set
    on conflict (entity_table, field_name_norm) where not is_mark
    do update set
        policy_id = coalesce(f.policy_id, excluded.policy_id),
        min_nist_level = greatest(f.min_nist_level, excluded.min_nist_level)
    """,
    ("text", "text", "text", "text"),
)
# They keep what they were made for, so they count for the same table under its new name only.
MOVE_GRANTS = Query(
    """
    with moved as (
        delete from kw.field_grants
        where entity_table = $1 and ($3::text is null or field_name_norm = $3)
        returning *
    )
    insert into kw.field_grants (
        entity_table, field_name_norm, role_name, may_read, may_write, granted_by, created_at,
        relation, owner, owner_name, grantee, installation
    )
    select
        $2, coalesce($4, m.field_name_norm), m.role_name, m.may_read, m.may_write, m.granted_by, m.created_at,
        m.relation, m.owner, m.owner_name, m.grantee, m.installation
    from moved m
    on conflict (entity_table, field_name_norm, grantee, installation) do nothing
    """,
    ("text", "text", "text", "text"),
)


# $2 a key changes, $3 a field changes, $4 the field moved or null, $5 its key
_IS_WIDE = """
    b.entity_table = $1 and b.status = 'live'
    and (($2 and b.entity_pk = '*') or ($3 and b.field_name is null))
    and ($4::text is null or b.field_name is null or b.field_name = $4)
"""
_WIDE_TYPES = ("text", "bool", "bool", "text", "text")
WIDE_BINDINGS = Query(
    f"""
    select $5::text is null and exists (
        select from kw.encryption_bindings b where {_IS_WIDE}
    ) as found
    """,
    _WIDE_TYPES,
)
WIDE_BINDINGS_OF_KEY = Query(
    f"""
    select exists (
        select
        from unnest(array['*', $5]) k (entity_pk)
        cross join lateral (
            select
            from kw.encryption_bindings b
            where b.entity_pk = k.entity_pk and {_IS_WIDE}
            limit 1
        ) b
    ) as found
    """,
    _WIDE_TYPES,
)
# A name that nothing is bound to any more stands for nothing; what an admin said of it stays. A name
# that somebody binds just now is left.
FORGET_ENTITY = Query(
    """
    with free as materialized (
        select e.entity_table from kw.entities e where e.entity_table = $1 for update skip locked
    ),
    gone as (
        delete from kw.entities e
        using free
        where e.entity_table = free.entity_table
            and not exists (select from kw.encryption_bindings b where b.entity_table = $1)
        returning e.entity_table
    )
    delete from kw.entity_fields f
    using gone
    where f.entity_table = gone.entity_table and f.policy_id is null and f.min_nist_level is null
    """,
    ("text",),
)

# -- restore ------------------------------------------------------------------------------------

# What was loaded without checks, and what shows that a restore is not complete.
RESTORE_STATE = Query(
    """
    select
        array(select distinct l.table_name::text from kw.loads_to_check l order by 1) as unchecked,
        array(
            select p.policy_name::text from kw.encryption_policies p
            where not exists (select from kw.policy_kms_keys k where k.policy_id = p.id)
            order by 1 limit 5
        ) as policies_without_keys
    """
)
# Every binding's name is recorded when it is made.
NAMES_NOT_RECORDED = Query(
    """
    select distinct b.entity_table
    from kw.encryption_bindings b
    where not exists (select from kw.entities e where e.entity_table = b.entity_table)
    order by 1 limit 5
    """
)
# The text of one query that counts, for each foreign key, the rows whose parent is missing.
FOREIGN_KEY_CHECKS = Query(
    """
    select string_agg(
        format(
            'select %L as name, %L as child, %L as parent, count(*) as rows from kw.%I c'
            ' where %s and not exists (select from kw.%I p where %s)',
            o.conname, child.relname, parent.relname, child.relname, k.given, parent.relname, k.same
        ),
        ' union all ' order by o.conname
    ) as text
    from pg_constraint o
    join pg_class child on child.oid = o.conrelid
    join pg_class parent on parent.oid = o.confrelid
    cross join lateral (
        select
            string_agg(format('c.%I is not null', a.attname), ' and ') as given,
            string_agg(format('p.%I = c.%I', b.attname, a.attname), ' and ') as same
        from unnest(o.conkey, o.confkey) n (child, parent)
        join pg_attribute a on a.attrelid = o.conrelid and a.attnum = n.child
        join pg_attribute b on b.attrelid = o.confrelid and b.attnum = n.parent
    ) k
    where o.contype = 'f' and o.connamespace = 'kw'::regnamespace
    """
)
# The text of one query that names the sequences whose next value a row has already, or a later one,
# with the value to set; and those that are near their end (is_far), which only setval() leads to: rows
# that it numbered there do not count. Both sides of a subscription write audit events and health: these
# get a gap.
_FAR = 1 << 62
SEQUENCE_CHECKS = Query(
    f"""
    select string_agg(
        format(
            'select %L as name, m.highest, coalesce(m.highest, 1) + %s as value, s.last_value >= {_FAR} as is_far'
            ' from %s s cross join lateral (select max(t.%I) as highest from kw.%I t where t.%4$I < {_FAR}) m'
            ' where s.last_value < m.highest or s.last_value = m.highest and not s.is_called'
            ' or s.last_value >= {_FAR}',
            f.name, f.gap, f.name, f.attname, f.relname
        ),
        ' union all ' order by f.name
    ) || '
        union all
        select ''kw.layer_rounds'', null, 1, true from kw.layer_rounds s where s.last_value >= {_FAR}
    ' as text
    from (
        select
            c.relname, a.attname,
            pg_get_serial_sequence(format('kw.%I', c.relname), a.attname) as name,
            case
                when c.relname in ('audit_events', 'kms_health_checks')
                    and exists (select from pg_subscription_rel r where r.srrelid = c.oid)
                    then 1000000000
                else 0
            end as gap
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attidentity <> '' and not a.attisdropped
        where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r'
    ) f
    """
)
MOVE_SEQUENCE = Query("select setval($1::regclass, $2)", ("text", "int8"))
TRIGGERS_OFF = Query(
    """
    select
        c.relname as table, array_agg(t.tgname::text order by t.tgname) as triggers,
        format('alter table kw.%I %s', c.relname,
            string_agg(format('enable always trigger %I', t.tgname), ', ' order by t.tgname)) as text
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid and c.relnamespace = 'kw'::regnamespace
    join pg_proc p on p.oid = t.tgfoid and p.pronamespace = 'kw'::regnamespace
    where not t.tgisinternal and t.tgenabled <> 'A'
    group by c.relname
    order by c.relname
    """
)
EVENT_TRIGGERS_OFF = Query(
    """
    select e.evtname::text as name
    from pg_event_trigger e
    join pg_proc p on p.oid = e.evtfoid and p.pronamespace = 'kw'::regnamespace
    where e.evtenabled <> 'A'
    order by 1
    """
)
# Foreign keys are held by triggers of PostgreSQL's own, which ALTER TABLE … DISABLE TRIGGER ALL turns off.
FOREIGN_KEYS_OFF = Query(
    """
    select distinct o.conname::text as name
    from pg_trigger t
    join pg_constraint o on o.oid = t.tgconstraint and o.contype = 'f'
    where o.connamespace = 'kw'::regnamespace and t.tgenabled not in ('O', 'A')
    order by 1
    """
)
NOT_SYNCHRONISED = Query(
    """
    select c.relname::text as table
    from pg_subscription_rel r
    join pg_class c on c.oid = r.srrelid and c.relnamespace = 'kw'::regnamespace
    where r.srsubstate <> 'r'
    order by 1
    """
)
FORGET_LOADS = Query("delete from kw.loads_to_check")
# What upgrades add to rows of earlier releases: a dump of those, loaded into this one, lacks it.
COMPLETE = Query("select kw._complete()")
ENTITIES_TO_RECLAIM = Query(
    """
    select
        e.entity_table, e.owner_name as recorded_owner, pg_get_userbyid(c.relowner) as present_owner,
        c.oid as relation,
        array(
            select concat_ws(
                ' ', g.role_name || ':',
                case when g.may_read then 'read' end, case when g.may_write then 'write' end,
                nullif(g.field_name_norm, '')
            )
            from kw.field_grants g
            where g.entity_table = e.entity_table
            order by g.field_name_norm, g.role_name
        ) as grants
    from kw.entities e
    left join (pg_class c join pg_namespace n on n.oid = c.relnamespace)
        on format('%I.%I', n.nspname, c.relname) = e.quoted_name
        and c.relkind in ('r', 'p', 'f', 'v', 'm')
    where e.relation is not null and e.relation is distinct from c.oid
    order by e.entity_table
    """
)

# -- diagnosis ----------------------------------------------------------------------------------

EXTENSION_VERSION = Query(
    "select e.extversion as version from pg_extension e where e.extname = 'kwtools'"
)
# Each gives rows of (check, ok, detail, hint).
DOCTOR = (
    Query(
        f"""
        select
            'functions' as "check", count(*) filter (where p.bad) = 0 as ok,
            case
                when count(*) filter (where p.bad) = 0 then count(*) || ' owned by kw_owner, search_path pinned'
                else string_agg(p.name, ', ') filter (where p.bad)
            end as detail,
            case when count(*) filter (where p.bad) > 0
                then 'Not owned by kw_owner, or without a pinned search_path: was it changed by hand?'
            end as hint
        from (
            select
                f.oid::regprocedure::text as name,
                pg_get_userbyid(f.proowner) <> 'kw_owner'
                or not exists (
                    select from unnest(f.proconfig) c
                    where c in ( -- the second where it was made under quote_all_identifiers
                        'search_path=pg_catalog, pg_temp', 'search_path="pg_catalog", "pg_temp"'
                    )
                )
                or (f.prosecdef and f.proname <> all ({_DEFINERS}))
                or exists (select from aclexplode(f.proacl) a where a.grantee = 0)
                or f.proacl is null as bad
            from pg_proc f
            where f.pronamespace = 'kw'::regnamespace
        ) p
        """
    ),
    Query(
        """
        select
            'owner role' as "check", not r.bad as ok,
            case when r.bad then 'kw_owner has members, memberships or attributes'
                else 'kw_owner stands alone'
            end as detail,
            case when r.bad then 'Whoever reaches kw_owner reaches the key tables: revoke it.' end as hint
        from (
            select
                o.rolcanlogin or o.rolsuper or o.rolcreaterole or o.rolcreatedb or o.rolreplication or o.rolbypassrls
                or exists (select from pg_auth_members m where o.oid in (m.roleid, m.member)) as bad
            from pg_roles o
            where o.rolname = 'kw_owner'
        ) r
        """
    ),
    Query(
        """
        select
            'entity ' || e.entity_table as "check", false as ok,
            case
                when e.relation::regclass::text <> e.relation::text
                    then 'it was recorded for ' || e.relation::regclass::text
                when n.oid is not null then 'it was recorded for another table than the one of this name'
                else 'its table does not exist'
            end as detail,
            'Privileges do not count: kw.rebind after a rename, kw.reclaim_entities after a restore.' as hint
        from kw.entities e
        left join (pg_class c join pg_namespace n on n.oid = c.relnamespace)
            on format('%I.%I', n.nspname, c.relname) = e.quoted_name
        where e.relation::regclass::text <> e.quoted_name
        order by e.entity_table
        """
    ),
    Query(
        f"""
        select
            'grant of ' || s.entity_table as "check", false as ok,
            format(
                '%s to %s%s: %s', case when count(*) = 1 then 'one does not count,' else count(*) || ' do not count,' end,
                array_to_string((array_agg(distinct s.grantee::text))[:5], ', '),
                case when count(distinct s.grantee) > 5 then ' …' else '' end, s.reason
            ) as detail,
            case when bool_or(s.is_confirmable) then 'The owner of the table: kw.list_grants, then kw.confirm_grants or kw.revoke_field.'
                else 'The owner of the table: kw.list_grants, kw.revoke_field, and kw.grant_field again where it is wanted.'
            end as hint
        from ({_GRANTS.replace("$1::oid", "null::oid")}) s
        where s.reason is not null
        group by s.entity_table, s.reason
        order by s.entity_table, s.reason
        """
    ),
    Query(
        """
        select
            'shred of ' || s.entity_table || coalesce('.' || s.field_name, '')
                || case when s.entity_pk <> '*' then ' of key ' || quote_literal(s.entity_pk) else '' end as "check",
            false as ok,
            s.beneath || ' keys beneath it are closed but not destroyed' as detail,
            'They were in use. The owner of the table: repeat the kw.shred.' as hint
        from (
            select c.entity_table, c.entity_pk, c.field_name, b.beneath
            from kw.encryption_bindings c
            cross join lateral (
                select count(*) as beneath
                from kw.encryption_bindings b
                where b.entity_table = c.entity_table and b.status = 'live'
                    and (c.field_name is null or b.field_name = c.field_name)
            ) b
            where c.status = 'shredded' and c.is_closed and c.entity_pk = '*'
            union all
            select c.entity_table, c.entity_pk, c.field_name, b.beneath
            from kw.encryption_bindings c
            cross join lateral (
                select count(*) as beneath
                from kw.encryption_bindings b
                where b.entity_table = c.entity_table and b.entity_pk = c.entity_pk and b.status = 'live'
            ) b
            where c.status = 'shredded' and c.is_closed and c.entity_pk <> '*' and c.field_name is null
        ) s
        where s.beneath > 0
        order by 1
        """
    ),
    Query(
        """
        select
            'audit' as "check", false as ok,
            format('events are older than audit_days, which is %s', s.value) as detail,
            'kw.check_kms() deletes them: call it regularly, for example once a day.' as hint
        from kw.settings s
        where s.name = 'audit_days' and s.value > 0 and exists (
            select
            from kw.audit_events a
            where a.happened_at < now() - make_interval(days => least(s.value, 1000000) + 1)
        )
        """
    ),
    Query(
        """
        select
            'predefined roles' as "check", false as ok, string_agg(m.what, '; ' order by m.what) as detail,
            'Members read wrapped keys, or lock tables of kw (docs/security.md). Revoke memberships that are not needed.' as hint
        from (
            select p.rolname || ': ' || string_agg(quote_ident(r.rolname), ', ' order by r.rolname) as what
            from pg_roles p
            join pg_roles r on pg_has_role(r.oid, p.oid, 'member') and r.oid <> p.oid and not r.rolsuper
            where p.rolname in ('pg_read_all_data', 'pg_write_all_data')
            group by p.rolname
        ) m
        having count(*) > 0
        """
    ),
)
