"""Bindings and wrappers that a shred takes."""

from kwruntime.postgres.query import Query
from kwruntime.store.entities import bound_as, name_of

# Live bindings beneath that of every row of (entity, field or null). Locked are those that nobody
# else changes just now.
_BENEATH = f"""
    select b.id
    from kw.encryption_bindings b
    where b.entity_table = {bound_as("$1")} and b.status = 'live' and ($2::text is null or b.field_name = $2)
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
            where b.entity_table = {bound_as("$1")} and b.entity_pk = k.entity_pk and b.field_name_norm <> ''
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
        u.wrapper_id, w.wrapper_uuid, b.id as binding_id,
        coalesce(e.entity_table, b.entity_table) as entity_table, b.entity_pk, b.field_name,
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
    left join kw.entities e on e.bound_as = b.entity_table
    left join pg_class c on c.oid = e.relation
    left join (pg_class t join pg_namespace n on n.oid = t.relnamespace)
        on t.relname = substr(e.entity_table, strpos(e.entity_table, '.') + 1)
        and n.nspname = split_part(e.entity_table, '.', 1) and t.relkind in ('r', 'p', 'f', 'v', 'm')
    """,
    ("int8[]",),
)
# What a receipt's digest is over (docs/format.md): the wraps as they are before the same statement destroys them.
_LABEL = """
    convert_to(
        case w.crypto_suite ->> 'format' when 'kwtools/2' then 'kwtools/2' else 'kwtools/1' end || ' shredded wraps', 'UTF8'
    )
"""
_LP = "int4send(octet_length({0})) || {0}"
_DIGEST = f"""
    sha256(
        {_LP.format(_LABEL)} || {_LP.format("uuid_send(w.wrapper_uuid::uuid)")}
        || int4send(case when w.dek_wrap2 is null then 1 else 2 end) || {_LP.format("w.dek_wrap1")}
        || coalesce({_LP.format("w.dek_wrap2")}, '')
        || (
            select int4send(count(*)::int4) || coalesce(
                string_agg({_LP.format("l.kem_ciphertext")}, ''::bytea order by l.layer_no), ''
            )
            from kw.key_wrapper_layers l
            where l.key_wrapper_id = w.id
        )
    )
"""
# $1 bindings, $2 wrappers, $3 of the bindings the widest (in older versions' spellings, too), $4 who shreds.
# left_keys: what the destroyed wraps and layers were under. The batch tells the receipts of a call from others;
# they are returned as arrays.
# The parts of a statement all read what was there before it.
SHRED = Query(
    f"""
    with named as materialized (
        select
            b.id, {name_of("b.entity_table")} as entity_table, b.entity_pk, b.field_name, b.generation,
            b.key_wrapper_id, t.id is not null as is_widest
        from unnest($1) n (id)
        cross join lateral (select * from kw.encryption_bindings b where b.id = n.id limit 1) b
        left join unnest($3) t (id) on t.id = b.id
    ),
    uses as (
        select distinct on (u.key_wrapper_id)
            u.key_wrapper_id, u.generation, b.id, b.entity_table, b.entity_pk, b.field_name
        from (
            select n.key_wrapper_id, n.generation, n.id from named n
            union all
            select g.key_wrapper_id, g.generation, g.binding_id
            from kw.binding_generations g
            where g.binding_id = any($1)
        ) u
        join named b on b.id = u.id
        order by u.key_wrapper_id, b.is_widest desc, b.id, u.generation desc
    ),
    receipts as (
        insert into kw.shred_receipts (
            wrapper_uuid, key_wrapper_id, binding_id, generation, entity_table, entity_pk, field_name, shredded_by,
            digest, batch
        )
        select
            w.wrapper_uuid, w.id, u.id, u.generation, u.entity_table, u.entity_pk, u.field_name, pg_get_userbyid($4),
            {_DIGEST}, (select nextval('kw.shred_receipts_id_seq'))
        from kw.key_wrappers w
        left join uses u on u.key_wrapper_id = w.id
        where w.id = any($2) and w.status <> 'invalid'
        order by w.id
        returning *
    ),
    destroyed as (
        update kw.key_wrappers
        set status = 'invalid', dek_wrap1 = '', dek_wrap2 = case when dek_wrap2 is not null then ''::bytea end
        where id = any($2) and status <> 'invalid'
        returning kms1_key_id, kms2_key_id
    ),
    layers as (
        delete from kw.key_wrapper_layers where key_wrapper_id = any($2) returning kms_key_id
    ),
    tombstones as (
        update kw.encryption_bindings b
        set status = 'shredded', is_closed = b.is_closed or n.is_widest
        from named n
        where b.id = n.id and (b.status <> 'shredded' or n.is_widest)
    )
    select
        (select count(*) from destroyed) as destroyed,
        array(
            select u.kms_key_id
            from (
                select d.kms1_key_id from destroyed d
                union
                select d.kms2_key_id from destroyed d
                union
                select l.kms_key_id from layers l
            ) u (kms_key_id)
            where u.kms_key_id is not null
        ) as left_keys,
        r.*
    from (
        select
            max(r.batch) as batch, array_agg(r.wrapper_uuid::text) as wrappers, array_agg(r.digest) as digests,
            array_agg(r.binding_id) as bindings, array_agg(r.generation) as generations,
            array_agg(r.entity_table::text) as tables, array_agg(r.entity_pk::text) as pks,
            array_agg(r.field_name::text) as fields
        from receipts r
    ) r
    """,
    ("int8[]", "int8[]", "int8[]", "oid"),
)
# The bindings of exactly keys $2, locked in the order of the keys, which is the same in every call.
LOCK_BINDINGS = Query(
    f"""
    select b.id, b.entity_pk, b.status, b.is_closed
    from unnest($2) k (entity_pk)
    cross join lateral (
        select b.id, b.entity_pk, b.status, b.is_closed
        from kw.encryption_bindings b
        where b.entity_table = {bound_as("$1")} and b.entity_pk = k.entity_pk and b.field_name_norm = coalesce($3::text, '')
        limit 1
        for update
    ) b
    """,
    ("text", "text[]", "text"),
)
# Of keys $2, which have no binding of exactly field $3, those whose values another binding protects.
PROTECTED_OTHERWISE = Query(
    f"""
    select k.entity_pk
    from unnest($2) k (entity_pk)
    cross join (
        select coalesce(bool_or(true), false) as found
        from kw.encryption_bindings b
        where b.entity_table = {bound_as("$1")} and b.entity_pk = '*' and b.status = 'live'
            and ($3::text is null or b.field_name_norm in ('', $3::text))
    ) every_row
    where every_row.found or (
        select true
        from kw.encryption_bindings b
        where b.entity_table = {bound_as("$1")} and b.entity_pk = k.entity_pk and b.status = 'live'
            and ($3::text is null or b.field_name_norm = '')
        limit 1
    )
    """,
    ("text", "text[]", "text"),
)

# -- receipts -----------------------------------------------------------------------------------

# Found by the wrapper, and the event by its batch, not by going through all receipts or events backwards.
BATCH_OF_WRAPPER = Query(
    """
    with found as materialized (
        select r.id, r.batch from kw.shred_receipts r where r.wrapper_uuid = $1
    )
    select f.batch from found f order by f.id desc limit 1
    """,
    ("bpchar",),
)
EVENT_OF_BATCH = Query(
    """
    with found as materialized (
        select a.id from kw.audit_events a where a.action = 'shred' and a.details ->> 'batch' = $1::int8::text
    )
    select f.id from found f order by f.id desc limit 1
    """,
    ("int8",),
)
# As kwruntime.crypto.receipts.Destroyed.
RECEIPTS_OF_BATCH = Query(
    """
    select
        r.wrapper_uuid::text as wrapper, r.digest, r.binding_id as binding, r.generation, r.entity_table::text,
        r.entity_pk::text, r.field_name::text
    from kw.shred_receipts r
    where r.batch = $1
    """,
    ("int8",),
)
