"""What kw.doctor looks at by SQL alone."""

from kwruntime.postgres.query import Query
from kwruntime.store.entities import bound_as, name_of
from kwruntime.store.field_grants import GRANTS

DEFINERS = (
    "_as_owner",
    "_read_as_owner",
    "_still_stands",
    "_guard_drop",
    "_keep_triggers",
    "_keep_reads",
)
"""The functions that are SECURITY DEFINER. docs/security.md gives the reason of each."""
_DEFINERS = f"array[{', '.join(repr(name) for name in DEFINERS)}]::name[]"
COMMITTING = ("work_rewrap_jobs", "seal_audit", "protect")
"""The procedures that commit, which PostgreSQL refuses where a search_path is pinned."""
OF_TYPES = ("_ciphertext_in", "_ciphertext_out", "_ciphertext_receive", "_ciphertext_send")
"""The functions of a base type. They are code of PostgreSQL, which looks up no name."""
OF_EACH_ROW = ("_view_row", "_collect_row")
"""What the rows of a protected view call, with qualified names: to pin takes as long as the rest."""
_COMMITTING = f"array[{', '.join(repr(name) for name in COMMITTING)}]::name[]"
_OF_EACH_ROW = f"array[{', '.join(repr(name) for name in OF_EACH_ROW)}]::name[]"
_OF_TYPES = f"array[{', '.join(repr(name) for name in OF_TYPES)}]::name[]"
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
                or not (f.prokind = 'p' and f.proname = any ({_COMMITTING}))
                and f.proname <> all ({_OF_EACH_ROW})
                and not (l.lanname = 'internal' and f.proname = any ({_OF_TYPES})) and not exists (
                    select from unnest(f.proconfig) c
                    where c in ( -- the second where it was made under quote_all_identifiers
                        'search_path=pg_catalog, pg_temp', 'search_path="pg_catalog", "pg_temp"'
                    )
                )
                or (f.prosecdef and f.proname <> all ({_DEFINERS}))
                or exists (select from aclexplode(f.proacl) a where a.grantee = 0)
                or f.proacl is null as bad
            from pg_proc f
            join pg_language l on l.oid = f.prolang
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
            case when r.bad then 'A member of kw_owner can read and write the key tables. Revoke the membership.' end as hint
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
            'Privileges do not count: kw.rebind after a rename, kw.reclaim_entities after a restore'
                || case when n.oid is null then ', kw.shred by a superuser where the table was dropped' else '' end || '.' as hint
        from kw.entities e
        left join (pg_class c join pg_namespace n on n.oid = c.relnamespace)
            on format('%I.%I', n.nspname, c.relname) = e.quoted_name
        where
            e.relation::regclass::text <> e.quoted_name
            -- A table that was dropped is missed by nobody if it has no keys.
            and (
                n.oid is not null
                or e.relation::regclass::text <> e.relation::text
                or exists (select from kw.encryption_bindings b where b.entity_table = e.bound_as and b.status = 'live')
                or exists (select from kw.blind_indexes x where x.entity_table = e.bound_as and x.status = 'live')
            )
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
        from ({GRANTS.replace("$1::oid", "null::oid")}) s
        where s.reason is not null
        group by s.entity_table, s.reason
        order by s.entity_table, s.reason
        """
    ),
    Query(
        f"""
        select
            'shred of ' || {name_of("s.entity_table")} || coalesce('.' || s.field_name, '')
                || case when s.entity_pk <> '*' then ' for key "' || s.entity_pk || '"' else '' end as "check",
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
    # A bind in flight is not seen by a rebind: it stays in the old place, and no shred of the new one takes it.
    Query(
        f"""
        select
            'rebind of ' || p.place as "check", false as ok,
            format('%s keys that were being bound when %s was moved are still there, as that of %L', l.count, p.place, l.pk)
                as detail,
            'A shred of what was moved does not take them. The owner of the table: kw.rebind again, or kw.shred of each.'
                as hint
        from (
            select
                f.entity_table, w.field_name, w.place,
                max(a.happened_at) filter (where a.object = w.place) as moved_at,
                max(a.happened_at) filter (where a.details ->> 'to' = w.place) as came_back_at
            from (select distinct f.entity_table, f.field_name_norm from kw.entity_fields f) f
            cross join lateral (
                values
                    (f.entity_table::text, null::text),
                    (f.entity_table || '.' || nullif(f.field_name_norm, ''), nullif(f.field_name_norm, ''))
            ) w (place, field_name)
            join kw.audit_events a on a.action = 'rebind' and w.place in (a.object, a.details ->> 'to')
            group by f.entity_table, w.field_name, w.place
        ) p
        cross join lateral (
            select count(*) as count, min(b.entity_pk) as pk
            from kw.encryption_bindings b
            where b.entity_table = {bound_as("p.entity_table")} and b.status = 'live' and b.created_at < p.moved_at
                and (p.field_name is null or b.field_name = p.field_name)
        ) l
        where l.count > 0 and (p.came_back_at is null or p.came_back_at < p.moved_at)
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
        -- Of a log a whole bundle of 256 entries goes at once.
        where s.name = 'audit_days' and s.value > 0 and exists (
            select
            from kw.audit_events a
            where a.happened_at < now() - make_interval(days => least(s.value, 1000000) + 1)
            offset case when exists (select from kw.logs) then 256 else 0 end
        )
        """
    ),
    Query(
        f"""
        select
            'usage' as "check", false as ok,
            format(
                '%s data keys have encrypted nearly 2^32 values, for example that of %s for key "%s"',
                count(*), min({name_of("b.entity_table")} || coalesce('.' || b.field_name, '')), min(b.entity_pk)
            ) as detail,
            'Use kw.rotate to give them new data keys.' as hint
        from (select distinct u.binding_id, u.generation from kw.generation_usage u where u.is_full) u
        join kw.encryption_bindings b on b.id = u.binding_id and b.generation = u.generation
        where b.status = 'live'
        having count(*) > 0
        """
    ),
    Query(
        """
        select
            'sealing' as "check", l.keys > 0 and l.bad_keys is null and l.late = 0 and l.stateless = 0 as ok,
            case
                when l.keys = 0 then 'it has no keys, so no checkpoint is signed'
                when l.bad_keys is not null then 'no checkpoint is signed: not active is ' || l.bad_keys
                when l.late > 0 then format('%s events, the oldest of %s, are not in it', l.unsealed, l.oldest)
                when l.stateless > 0 then format('no state of the rows follows its last %s signed entries', l.stateless)
                else format('%s entries, %s of them in the checkpoint of %s; %s events to seal',
                    l.size, coalesce(l.signed, 0), coalesce(l.signed_at::text, '(none)'), l.unsealed)
            end as detail,
            case
                when l.keys = 0 or l.bad_keys is not null then 'Use kw.set_log_keys with keys that are active.'
                when l.late > 0 then 'call kw.seal_audit() regularly, for example every minute.'
                when l.stateless > 0 then 'Call kw.append_state(). If it refuses, kw.check_state() shows which rows were edited.'
            end as hint
        from (
            select
                g.size, c.size as signed, coalesce(c.size - g.state_leaf - 1, c.size, 0) as stateless,
                date_trunc('second', c.signed_at) as signed_at, u.*,
                (select count(*) from kw.log_keys k where k.log_id = g.id and k.removed_at is null) as keys,
                (
                    select string_agg(s.name, ', ' order by s.name)
                    from kw.log_keys k
                    join kw.signing_keys s on s.id = k.signing_key_id
                    where k.log_id = g.id and k.removed_at is null and s.status <> 'active'
                ) as bad_keys
            from kw.logs g
            left join lateral (
                select c.size, c.signed_at
                from kw.log_checkpoints c
                where c.log_id = g.id
                order by c.size desc, c.id desc
                limit 1
            ) c on true
            cross join (
                select
                    count(*) as unsealed, date_trunc('second', min(a.happened_at)) as oldest,
                    count(*) filter (where a.happened_at < now() - interval '1 day') as late
                from kw.audit_events a
                where a.leaf_index is null
            ) u
            order by g.id desc
            limit 1
        ) l
        """
    ),
    Query(
        """
        select
            'queue' as "check", false as ok,
            format('%s jobs of kw.rewrap_jobs have failed and are not tried again', count(*)) as detail,
            'kwtools rewrap status shows why. Repair the cause, then use kw.retry_rewrap_jobs or kw.cancel_rewrap_jobs.' as hint
        from (
            select distinct on (j.key_wrapper_id) j.status
            from kw.rewrap_jobs j
            order by j.key_wrapper_id, j.id desc
        ) j
        where j.status = 'failed'
        having count(*) > 0
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
            where p.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_maintain')
            group by p.rolname
        ) m
        having count(*) > 0
        """
    ),
    # Fields of every row, those of single cells, and protected fields. Which other columns a key of a whole row protects,
    # nobody recorded.
    Query(
        """
        select
            'ciphertext columns' as "check", true as ok,
            format(
                '%s of bytea accept plaintext: %s%s', case when count(*) = 1 then 'one column' else count(*) || ' columns' end,
                array_to_string((array_agg(c.name order by c.name))[:3], ', '), case when count(*) > 3 then ', …' else '' end
            ) as detail,
            'The type kw.ciphertext refuses it, and so does a constraint with kw.is_ciphertext. See "Keeping plaintext out" in '
                'docs/names.md.' as hint
        from (
            select distinct e.quoted_name || '.' || quote_ident(a.attname) as name
            from kw.entities e
            cross join lateral (
                select b.field_name
                from kw.encryption_bindings b
                where b.entity_table = e.bound_as and b.entity_pk = '*' and b.field_name is not null and b.status = 'live'
                union all
                select f.field_name_norm
                from kw.entity_fields f
                where f.entity_table = e.entity_table and f.field_name_norm <> '' and f.has_keys
                union all
                select f.ciphertext_column
                from kw.protected_fields f
                where f.entity_table = e.entity_table
            ) f (name)
            join pg_class r on r.oid = e.relation and r.relkind in ('r', 'p')
            join pg_attribute a on a.attrelid = r.oid and a.attname = f.name and a.attnum > 0 and not a.attisdropped
            where a.atttypid in ('bytea'::regtype, 'kw.ciphertext_bytes'::regtype) and not exists (
                select
                from pg_constraint n
                join pg_depend d on d.classid = 'pg_constraint'::regclass and d.objid = n.oid and (
                    d.refclassid = 'pg_proc'::regclass and d.refobjid = 'kw.is_ciphertext(bytea)'::regprocedure
                    or d.refclassid = 'pg_type'::regclass and d.refobjid = 'kw.ciphertext'::regtype
                )
                where n.conrelid = a.attrelid and n.contype = 'c' and a.attnum = any (n.conkey)
            )
        ) c
        having count(*) > 0
        """
    ),
    # A subscriber without an index of the identity compares whole rows, and this type has no equality.
    Query(
        """
        select
            'replica identity' as "check", true as ok,
            format('of %s it is FULL: without a primary key there, a subscription fails at an UPDATE or DELETE', r.oid::regclass)
                as detail,
            'A column of kw.ciphertext cannot be compared. Use ALTER TABLE … REPLICA IDENTITY DEFAULT or USING INDEX.' as hint
        from pg_class r
        where r.relkind in ('r', 'p') and r.relreplident = 'f' and exists (
            select
            from pg_attribute a
            where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and a.atttypid in (
                'kw.ciphertext'::regtype, 'kw.ciphertext[]'::regtype, 'kw.ciphertext_bytes'::regtype
            )
        )
        order by 2
        """
    ),
)
