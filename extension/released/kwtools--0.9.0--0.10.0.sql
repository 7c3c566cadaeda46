\echo Use "ALTER EXTENSION kwtools UPDATE TO '0.10.0'" to load this file. \quit

-- upgrade/begin.sql

-- Names are compared with what was recorded: without quotes where none are needed.
set local quote_all_identifiers = off;
-- What the extension has already: privileges.sql leaves the grants on it alone.
select pg_catalog.set_config('kwtools.members_before', coalesce(pg_catalog.string_agg(
    pg_catalog.format('%s:%s', d.classid::oid, d.objid), ' '
), ''), true)
from pg_catalog.pg_depend d
join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e';
-- Who may call what: where a function of the same name takes the place of one that the upgrade
-- drops, privileges.sql gives it these.
select pg_catalog.set_config('kwtools.calls_before', coalesce(pg_catalog.jsonb_agg(
    pg_catalog.jsonb_build_object(
        'name', p.proname, 'oid', p.oid::bigint, 'grantee', a.grantee::bigint, 'grantable', a.is_grantable
    )
), '[]')::text, true)
from pg_catalog.pg_proc p
cross join pg_catalog.aclexplode(p.proacl) a
where p.pronamespace = 'kw'::regnamespace and a.grantee not in (0, p.proowner);
-- Every session reads its rows again. So a call of older code that is running calls a function of this release, which ends it.
insert into kw.key_epoch_marks (mark)
values (('x' || pg_catalog.right(pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint);

-- upgrade/0.9.0--0.10.0.sql

-- The metrics.
alter table kw.settings
    drop constraint settings_name_check,
    add constraint settings_name_check check (
        name in (
            'cache_seconds', 'cache_keys', 'branch_grace_seconds', 'degraded_ms', 'health_days',
            'audit_log', 'audit_days', 'job_attempts', 'job_days', 'signature_level', 'read_audit',
            'metrics_show_names'
        )
    );
-- Protections have seals.
alter table kw.protections
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.protections
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.protections
    enable always trigger guard_change_no;
-- What kw.check_kms has counted since ever: retention deletes rows of kw.kms_health_checks, and a counter never falls.
-- Several rows of one kind count together: who records waits for nobody, and joins the rows that nobody has locked.
-- No sequence, which a member of pg_write_all_data could set back.
create table kw.kms_probe_totals (
    id uuid primary key default gen_random_uuid(),
    kms_key_id bigint not null constraint fk_kms_pt_key references kw.kms_keys (id) on delete cascade,
    sqlstate text collate "C" not null,
    upper_ms integer check (upper_ms > 0),
    probes bigint not null check (probes > 0),
    timed bigint not null check (timed between 0 and probes),
    total_ms bigint not null check (total_ms >= 0)
);
create index kms_probe_totals_of_key on kw.kms_probe_totals (kms_key_id);

select pg_extension_config_dump('kw.kms_probe_totals', '');

comment on table kw.kms_probe_totals is 'How many probes of each KMS key ended how, and how long they took, by buckets of a histogram. kw.key_metrics sums it up. Never pruned.';
comment on column kw.kms_probe_totals.id is 'Key of the row.';
comment on column kw.kms_probe_totals.kms_key_id is 'The key probed.';
comment on column kw.kms_probe_totals.sqlstate is 'The SQLSTATE of the error that the probe found the key down with; 00000: it did not.';
comment on column kw.kms_probe_totals.upper_ms is 'The bucket, as in kw.probe_buckets: they took at most so many milliseconds. Null: longer than every bucket, or they were not timed.';
comment on column kw.kms_probe_totals.probes is 'How many probes.';
comment on column kw.kms_probe_totals.timed is 'How many of them were timed. The others did not ask the provider, since it had just not answered.';
comment on column kw.kms_probe_totals.total_ms is 'How long these took together, in milliseconds.';
-- Members of pg_write_all_data may write every table: here the write fails. ALWAYS, since
-- session_replication_role = replica turns ordinary triggers off.
do $guards$
declare
    target regclass;
begin
    for target in
        select c.oid::regclass
        from pg_catalog.pg_class c
        where c.relnamespace = 'kw'::pg_catalog.regnamespace and c.relkind = 'r'
            and not exists (
                select
                from pg_catalog.pg_trigger t
                where t.tgrelid = c.oid and t.tgname = 'guard_writes'
            )
        order by c.relname
    loop
        execute pg_catalog.format(
            'create trigger guard_writes before insert or update or delete or truncate on %1$s
            for each statement when (current_user <> ''kw_owner'')
            execute function kw._guard_writes();
            alter table %1$s enable always trigger guard_writes',
            target
        );
    end loop;
end;
$guards$;
-- After all tables. What is dumped may be loaded in any order, and every trigger fires in every session.
do $guards$
declare
    one record;
begin
    for one in
        select c.oid::regclass as name
        from pg_catalog.pg_extension e
        join pg_catalog.pg_class c on c.oid = any (e.extconfig) and c.relkind = 'r'
        where e.extname = 'kwtools' and not exists (
            select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgname = 'a_load_begins'
        )
    loop
        execute format(
            'create trigger a_load_begins before insert on %s for each statement'
            ' when (current_setting(''row_security'') = ''off'') execute function kw._guard_load()', one.name
        );
        execute format(
            'create trigger z_load_ends after insert on %s for each statement'
            ' when (current_setting(''row_security'') = ''off'') execute function kw._guard_load()', one.name
        );
    end loop;
    for one in
        select t.tgrelid::regclass as name, t.tgname as trigger
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_class c on c.oid = t.tgrelid and c.relnamespace = 'kw'::regnamespace
        where not t.tgisinternal and t.tgenabled = 'O'
    loop
        execute format('alter table %s enable always trigger %I', one.name, one.trigger);
    end loop;
end;
$guards$;
-- Views follow GRANT and REVOKE on their tables.
-- GRANT names no table to event triggers. So the privileges of the tables below protected views are noted before
-- one, and compared after it. Only what it changed follows: others of the view may have been chosen.
-- With the rights of the role that grants. It never fails that statement.
create or replace function kw._keep_privileges() returns event_trigger
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
declare
    before jsonb;
    present jsonb;
    changed record;
    place text;
    sequence text;
begin
    if current_setting('row_security') = 'off' then
        return; -- a script of pg_dump, which has the privileges of views, too
    end if;
    select coalesce(jsonb_agg(h.held), '[]') into present
    from (
        select jsonb_build_array(
            t.oid::bigint, a.privilege_type, a.column_name, a.grantee::bigint, bool_or(a.is_grantable)
        ) as held
        from pg_proc p
        join pg_depend f on f.classid = 'pg_trigger'::regclass and f.refclassid = 'pg_proc'::regclass and f.refobjid = p.oid
        join pg_trigger t on t.oid = f.objid
        join pg_class v on v.oid = t.tgrelid and v.relkind = 'v'
        cross join lateral (
            select distinct d.refobjid as id
            from pg_rewrite r
            join pg_depend d
                on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
            where r.ev_class = v.oid and d.refobjid <> v.oid
        ) b
        join pg_class c on c.oid = b.id and c.relowner = v.relowner
        cross join lateral (
            select g.*, null as column_name from aclexplode(c.relacl) g
            union all
            select g.*, b.attname
            from pg_attribute b
            cross join aclexplode(b.attacl) g
            where b.attrelid = c.oid and b.attnum > 0 and not b.attisdropped
        ) a
        where p.pronamespace = (select n.oid from pg_namespace n where n.nspname = 'kw') and p.proname = '_begin_view'
            and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') and a.grantee <> c.relowner
        group by t.oid, a.privilege_type, a.column_name, a.grantee
    ) h;
    if tg_event = 'ddl_command_start' then
        perform set_config('kwtools.privileges_before', present::text, true);
        return;
    end if;
    before := nullif(current_setting('kwtools.privileges_before', true), '')::jsonb;
    if before is null or before = present then
        return;
    end if;
    for changed in
        select
            t.tgrelid::regclass::text as view, w.held ->> 1 as privilege, w.held ->> 2 as base_column,
            case w.held ->> 3
                when '0' then 'public' else quote_ident(pg_get_userbyid((w.held ->> 3)::oid))
            end as grantee,
            case when (w.held ->> 4)::boolean then ' with grant option' else '' end as with_option,
            w.is_granted, case when w.is_lasting then 'grant option for ' else '' end as option_for, t.tgargs
        from (
            select
                coalesce(n.value, b.value) as held, n.value is not null and b.value is not null as is_lasting,
                n.value is not null and (b.value is null or (n.value -> 4)::boolean) as is_granted
            from jsonb_array_elements(before) b (value)
            full join jsonb_array_elements(present) n (value) on n.value - 4 = b.value - 4
            where n.value is distinct from b.value
        ) w
        join pg_trigger t on t.oid = (w.held ->> 0)::oid
        order by w.is_granted, w.held
    loop
        begin
            place := '';
            if changed.base_column is not null then
                -- Who owns the view may have made its triggers by hand: the argument gives names, never SQL.
                select format(' (%I)', (parse_ident(l.value ->> 0))[1]) into place
                from jsonb_array_elements(
                    convert_from(
                        substr(changed.tgargs, 1, length(changed.tgargs) - 1), getdatabaseencoding()
                    )::jsonb -> 3
                ) l (value)
                where l.value ->> 1 = quote_ident(changed.base_column);
                continue when place is null; -- the view does not show it
            end if;
            if not changed.is_granted then
                execute format(
                    'revoke %s%s%s on %s from %s cascade', -- also from those whom that role let in
                    changed.option_for, changed.privilege, place, changed.view, changed.grantee
                );
                continue;
            end if;
            execute format(
                'grant %s%s on %s to %s%s',
                changed.privilege, place, changed.view, changed.grantee, changed.with_option
            );
            for sequence in
                select s.oid::regclass::text
                from pg_rewrite r
                join pg_class v on v.oid = r.ev_class
                join pg_depend d
                    on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                    and d.refclassid = 'pg_class'::regclass
                join pg_class b on b.oid = d.refobjid and b.relowner = v.relowner
                join pg_depend o
                    on o.classid = 'pg_class'::regclass and o.refclassid = 'pg_class'::regclass
                    and o.refobjid = d.refobjid and o.refobjsubid = d.refobjsubid and o.deptype = 'i'
                join pg_class s on s.oid = o.objid and s.relkind = 'S'
                where r.ev_class = changed.view::regclass and changed.privilege = 'INSERT'
            loop
                execute format('grant usage on sequence %s to %s', sequence, changed.grantee);
            end loop;
        exception
            when others then
                raise warning 'privileges of a table do not follow to protected view %: %', changed.view, sqlerrm
                    using hint = 'Call kw.remake_protected_view, or grant on the view, too.';
        end;
    end loop;
end;
$function$;

comment on function kw._keep_privileges() is
'Event trigger: grants and revokes on the protected views of a table what was granted or revoked on it; a warning where it cannot. Internal.';
create event trigger kwtools_note_privileges on ddl_command_start
when tag in ('GRANT', 'REVOKE')
execute function kw._keep_privileges();
alter event trigger kwtools_note_privileges enable always;
comment on event trigger kwtools_note_privileges is 'Notes the privileges of tables below protected views.';
create event trigger kwtools_keep_privileges on ddl_command_end
when tag in ('GRANT', 'REVOKE')
execute function kw._keep_privileges();
alter event trigger kwtools_keep_privileges enable always;
comment on event trigger kwtools_keep_privileges is 'Has protected views follow the privileges of their tables.';

-- functions/_keep_reads.sql

create or replace function kw._keep_reads() returns trigger
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.keep_reads(TD['new']['id'])
$function$;

-- tables/settings.sql

comment on column kw.settings.name is 'cache_seconds: how long an opened key is kept (default 300). cache_keys: how many a session keeps (default 10000). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: from when on a KMS key counts as degraded, in milliseconds (default 1000). health_days: how long kw.check_kms keeps what it found (default 30). audit_log: whether audited actions are lines in the server log, too (default 1; 0 for no). audit_days: how long audit events are kept (default 0, for ever). job_attempts: how often a job of kw.rewrap_jobs is tried before it rests as failed (default 10). job_days: how long finished jobs are kept (default 30; 0: for ever). signature_level: the NIST level that signing keys need to be made, enrolled and to sign, except those of the log (default 0: none). read_audit: which reads are audited of fields that do not say so themselves (default 1, raw data keys; 0: none; 2: statements). metrics_show_names: whether kw.metrics shows the names of KMS keys (default 1; 0 for no).';

-- tables/protections.sql

comment on column kw.protections.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.protections.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- views/kms_health.sql

create or replace view kw.kms_health as
with counts as materialized (
    select
        u.kms_key_id,
        count(*) filter (where u.is_closed) as closed_wrappers,
        count(*) filter (where not u.is_closed) as wrappers_by_other_leg
    from (
        select c.kms_key_id, u.key_wrapper_id, bool_or(u.is_needed) as is_closed
        from kw.closed_keys c
        join (
            select w.id as key_wrapper_id, leg.key_id, w.crypto_suite ->> 'mode' <> 'either' as is_needed
            from kw.key_wrappers w
            cross join lateral (values (w.kms1_key_id), (w.kms2_key_id)) leg (key_id)
            where w.status <> 'invalid'
            union all
            select w.id, l.kms_key_id, true
            from kw.key_wrapper_layers l
            join kw.key_wrappers w on w.id = l.key_wrapper_id
            where w.status <> 'invalid'
        ) u on u.key_id = c.closed_id
        group by c.kms_key_id, u.key_wrapper_id
    ) u
    group by u.kms_key_id
)
select
    k.id as kms_key_id,
    p.name as provider,
    k.external_key_ref,
    k.status as key_status,
    latest.status,
    latest.latency_ms,
    latest.error,
    latest.checked_at,
    (
        select trunc(100.0 * count(*) filter (where c.status <> 'down') / nullif(count(*), 0), 2)
        from kw.kms_health_checks c
        where c.kms_key_id = k.id
            and c.checked_at between statement_timestamp() - interval '1 day' and statement_timestamp()
    ) as uptime_percent_1d,
    coalesce((select c.closed_wrappers from counts c where c.kms_key_id = k.id), 0) as closed_wrappers,
    coalesce((select c.wrappers_by_other_leg from counts c where c.kms_key_id = k.id), 0) as wrappers_by_other_leg
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
left join lateral (
    select c.status, c.latency_ms, c.error, c.checked_at
    from kw.kms_health_checks c
    where c.kms_key_id = k.id
    order by c.id desc -- checked_at is of a clock that may have been ahead
    limit 1
) latest on true;

comment on column kw.kms_health.uptime_percent_1d is 'The part of the probes of the last day that did not find it down. Rounded down: 100 if none did.';

-- views/crypto_inventory.sql

create or replace view kw.crypto_inventory as
with recursive reached (kms_key_id, reached_id) as (
    select k.id, k.id from kw.kms_keys k
    union
    select r.kms_key_id, d.depends_on_id
    from reached r
    join kw.key_dependencies d on d.kms_key_id = r.reached_id
),
uses as (
    select
        b.key_wrapper_id, b.id as binding_id, b.entity_table, b.field_name,
        b.suite, true as is_current
    from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.id, b.entity_table, b.field_name, b.suite, false
    from kw.binding_generations g
    join kw.encryption_bindings b on b.id = g.binding_id
    union all
    select x.key_wrapper_id, null, x.entity_table, x.field_name, null, true
    from kw.blind_indexes x
    union all
    select x.next_wrapper_id, null, x.entity_table, x.field_name, null, true
    from kw.blind_indexes x
    where x.next_wrapper_id is not null
    union all
    select w.id, null, null, null, null, true
    from kw.key_wrappers w
    where not exists (select from kw.encryption_bindings b where b.key_wrapper_id = w.id)
        and not exists (select from kw.binding_generations g where g.key_wrapper_id = w.id)
        and not exists (select from kw.blind_indexes x where w.id in (x.key_wrapper_id, x.next_wrapper_id))
),
layers as (
    select
        l.key_wrapper_id,
        array_agg(a.name::text order by l.layer_no) as kems,
        array_agg(l.kms_key_id order by l.layer_no) as key_ids
    from kw.key_wrapper_layers l
    join kw.crypto_algorithms a on a.id = l.kem_algo_id
    group by l.key_wrapper_id
),
wrappers as materialized (
    select
        w.id,
        w.dek_class,
        w.status,
        w.crypto_suite ->> 'format' as format,
        w.crypto_suite ->> 'mode' as mode,
        w.crypto_suite ->> 'kdf' as kdf,
        w.crypto_suite #>> '{legs,0,wrap}' as suite1,
        w.crypto_suite #>> '{legs,1,wrap}' as suite2,
        w.kms1_key_id,
        w.kms2_key_id,
        l.kems,
        l.key_ids,
        v.nist_level
    from kw.key_wrappers w
    join kw.wrapper_levels v on v.key_wrapper_id = w.id
    left join layers l on l.key_wrapper_id = w.id
    where w.status <> 'invalid'
),
grouped as (
    select
        coalesce(e.entity_table, u.entity_table) as entity_table,
        u.field_name,
        w.dek_class,
        w.format,
        case u.suite when 1 then 'AES-256-GCM' when 2 then 'XAES-256-GCM' end as field_cipher,
        w.mode,
        w.kdf,
        array_remove(array[w.suite1, w.suite2], null) as leg_suites,
        array_remove(array[w.kms1_key_id, w.kms2_key_id], null) as kms_key_ids,
        coalesce(w.kems, '{}') as layers,
        coalesce(w.key_ids, '{}') as layer_key_ids,
        w.nist_level,
        count(distinct w.id) as wrappers,
        count(distinct w.id) filter (where u.is_current and w.status = 'active') as active_wrappers,
        count(distinct u.binding_id) as bindings
    from uses u
    join wrappers w on w.id = u.key_wrapper_id
    left join kw.entities e on e.bound_as = u.entity_table
    group by
        coalesce(e.entity_table, u.entity_table), u.field_name, u.suite, w.dek_class, w.format, w.mode, w.kdf, w.suite1, w.suite2,
        w.kms1_key_id, w.kms2_key_id, w.kems, w.key_ids, w.nist_level
),
-- Many groups are of one kind: what follows from keys and suites is found out for each kind, not for each group.
ranked as materialized (
    select
        g.*,
        dense_rank() over (
            order by g.kms_key_ids, g.leg_suites, g.layer_key_ids, g.layers, g.kdf, g.field_cipher, g.dek_class
        ) as kind
    from grouped g
),
kinds as materialized (
    select distinct on (r.kind)
        r.kind, r.kms_key_ids, r.leg_suites, r.layer_key_ids, r.layers, r.kdf, r.field_cipher, r.dek_class
    from ranked r
    order by r.kind
),
legs as (
    select k.kind, array_agg(a.algorithm::text order by u.leg) as names
    from kinds k
    cross join lateral unnest(k.kms_key_ids) with ordinality u (kms_key_id, leg)
    join kw.kms_keys a on a.id = u.kms_key_id
    group by k.kind
),
-- What is put together of others is its parts, too; the suite of a leg is nothing but its parts.
algorithms as (
    select n.kind, array_agg(distinct p.name collate "C" order by p.name collate "C") as names
    from (
        select
            k.kind,
            unnest(
                k.leg_suites || k.layers
                || array[k.kdf, k.field_cipher, case k.dek_class when 'index' then 'HMAC-SHA-256' end]
            ) as name
        from kinds k
        union
        select k.kind, a.algorithm::text
        from kinds k
        cross join lateral unnest(k.kms_key_ids || k.layer_key_ids) u (kms_key_id)
        join reached r on r.kms_key_id = u.kms_key_id
        join kw.kms_keys a on a.id = r.reached_id
    ) n
    cross join lateral unnest(
        string_to_array(n.name, '+')
        || case when n.name not like '%HKDF-SHA-256+%' then n.name end
        || case when n.name in ('HKDF-SHA-256', 'HMAC-SHA-256') then 'SHA-256' when n.name = 'XAES-256-GCM' then 'AES-256-GCM' end
    ) p (name)
    where p.name <> 'leg-key'
    group by n.kind
)
select
    g.entity_table,
    g.field_name,
    g.dek_class,
    g.field_cipher,
    g.mode,
    g.leg_suites,
    g.kms_key_ids,
    l.names as kms_algorithms,
    g.layers,
    g.layer_key_ids,
    a.names as algorithms,
    g.nist_level,
    g.nist_level is not null as is_post_quantum,
    g.wrappers,
    g.active_wrappers,
    g.wrappers - g.active_wrappers as earlier_wrappers,
    g.bindings,
    g.format
from ranked g
left join legs l on l.kind = g.kind
left join algorithms a on a.kind = g.kind;

-- views/rewrap_progress.sql

create or replace view kw.rewrap_progress as
select
    j.kind, j.target_kms1_key_id, j.target_kms2_key_id, p.policy_name as target_policy,
    count(*) as jobs,
    count(*) filter (where j.status = 'done') as done,
    count(*) filter (where j.status = 'running') as running,
    count(*) filter (where j.status = 'pending' and (j.scheduled_at is null or j.scheduled_at <= now())) as due,
    count(*) filter (where j.status = 'pending' and j.scheduled_at > now()) as delayed,
    count(*) filter (where j.status = 'failed') as failed,
    trunc(100.0 * count(*) filter (where j.finished_at is not null) / count(*), 1) as percent,
    count(distinct j.worker_pid) filter (where j.status = 'running') as workers,
    min(j.started_at) as started_at, max(j.finished_at) as last_finished_at
from kw.rewrap_jobs j
left join kw.encryption_policies p on p.id = j.target_policy_id
group by j.kind, j.target_kms1_key_id, j.target_kms2_key_id, p.policy_name;

comment on column kw.rewrap_progress.percent is 'How many of 100 jobs are done or failed. Rounded down: 100 if all are.';

-- views/metric_names.sql

create view kw.metric_names as
select m.metric, m.type, m.help, m."group"
from (
    values
        ('kwtools_kms_key_status', 'gauge', 'Whether the last probe of the KMS key found this status (1) or not (0).', 'keys'),
        ('kwtools_kms_last_probe_timestamp_seconds', 'gauge', 'When the KMS key was last probed, or made where it never was, in Unix time.', 'keys'),
        ('kwtools_kms_probe_duration_seconds', 'histogram', 'How long probes of the KMS key took. A probe wraps and opens, or signs, once.', 'keys'),
        ('kwtools_kms_probe_failures_total', 'counter', 'Probes that found the KMS key down, by the SQLSTATE of the error.', 'keys'),
        ('kwtools_wrappers', 'gauge', 'Wrappers by mode, status and format.', 'wrappers'),
        ('kwtools_key_wrappers', 'gauge', 'Wrappers that have a leg or a layer under the KMS key.', 'wrappers'),
        ('kwtools_oldest_wrap_timestamp_seconds', 'gauge', 'When the oldest leg under the KMS key was wrapped, in Unix time.', 'wrappers'),
        ('kwtools_wrappers_shredded', 'gauge', 'Wrappers whose data key was destroyed.', 'wrappers'),
        ('kwtools_jobs', 'gauge', 'Jobs of the queue by kind and status. Finished jobs count until they are deleted (setting job_days).', 'jobs'),
        ('kwtools_oldest_pending_job_timestamp_seconds', 'gauge', 'Since when the oldest pending job could be claimed, in Unix time.', 'jobs'),
        ('kwtools_jobs_failed_attempts', 'gauge', 'Failed attempts of the jobs that are not done.', 'jobs'),
        ('kwtools_audit_events_unsealed', 'gauge', 'Audit events that the log does not have yet.', 'audit'),
        ('kwtools_oldest_unsealed_audit_event_timestamp_seconds', 'gauge', 'When the oldest audit event happened that the log does not have yet, in Unix time.', 'audit'),
        ('kwtools_checkpoint_timestamp_seconds', 'gauge', 'When the newest checkpoint of the log was signed, in Unix time.', 'audit'),
        ('kwtools_fields_below_floor', 'gauge', 'Fields and tables with a floor (kw.set_floor) that have a wrapper below it.', 'fields'),
        ('kwtools_info', 'gauge', 'The versions of the extension and of the runtime that it loads; always 1.', 'sessions'),
        ('kwtools_sessions_on_older_runtimes', 'gauge', 'Sessions of the database that have loaded the code of another version of kwtools.', 'sessions')
) m (metric, type, help, "group");

comment on view kw.metric_names is 'The metrics of kw.metrics. kwtools metrics exposes the same, and some of its own.';

comment on column kw.metric_names.metric is 'Name of the metric. Samples of a histogram add _bucket, _sum and _count.';

comment on column kw.metric_names.type is 'gauge, counter or histogram, as Prometheus defines them.';

comment on column kw.metric_names.help is 'The meaning of the value.';

comment on column kw.metric_names."group" is 'Metrics of one group are read together: keys, wrappers, jobs, audit, fields or sessions.';

-- views/metric_keys.sql

create view kw.metric_keys as
select
    k.id as kms_key_id,
    case
        when coalesce((select s.value from kw.settings s where s.name = 'metrics_show_names'), 1) = 0
            then jsonb_build_object('key', k.id::text)
        else jsonb_build_object('key', k.id::text, 'key_name', p.name || '/' || k.external_key_ref)
    end as labels,
    k.status = 'active' and p.is_enabled and k.purpose <> 'encrypt' as is_probed,
    k.created_at
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id;

comment on view kw.metric_keys is 'The labels that each KMS key has in kw.metrics. Setting metrics_show_names decides whether its name is one of them.';

comment on column kw.metric_keys.kms_key_id is 'The key.';

comment on column kw.metric_keys.labels is 'Labels and their values.';

comment on column kw.metric_keys.is_probed is 'Whether kw.check_kms probes the key: it is active, its provider is enabled, and it wraps or signs.';

comment on column kw.metric_keys.created_at is 'When the key was made.';

-- views/probe_buckets.sql

create view kw.probe_buckets as
select b.upper_ms
from (values (1), (5), (10), (25), (50), (100), (250), (500), (1000), (2500), (5000), (10000)) b (upper_ms);

comment on view kw.probe_buckets is 'The buckets of the histogram of probes.';

comment on column kw.probe_buckets.upper_ms is 'Probes of the bucket took at most so many milliseconds.';

-- views/key_metrics.sql

create view kw.key_metrics as
with probed as materialized (
    select k.labels, latest.status, coalesce(latest.checked_at, k.created_at) as since
    from kw.metric_keys k
    left join lateral (
        select c.status, c.checked_at
        from kw.kms_health_checks c
        where c.kms_key_id = k.kms_key_id
        order by c.id desc -- checked_at is of a clock that may have been ahead
        limit 1
    ) latest on true
    where k.is_probed
),
totals as materialized (
    select k.labels, t.sqlstate, t.upper_ms, t.probes, t.timed, t.total_ms
    from kw.kms_probe_totals t
    join kw.metric_keys k on k.kms_key_id = t.kms_key_id
)
select
    'kwtools_kms_key_status' as metric, '' as suffix,
    p.labels || jsonb_build_object('status', s.status) as labels,
    (p.status = s.status)::integer::double precision as value
from probed p
cross join (values ('up'), ('degraded'), ('down')) s (status)
where p.status is not null
union all
select
    'kwtools_kms_last_probe_timestamp_seconds', '', p.labels,
    extract(epoch from p.since)::double precision
from probed p
union all
select
    'kwtools_kms_probe_duration_seconds', '_bucket',
    t.labels || jsonb_build_object('le', coalesce((b.upper_ms / 1000.0)::double precision::text, '+Inf')),
    coalesce(sum(t.timed) filter (where b.upper_ms is null or t.upper_ms <= b.upper_ms), 0)::double precision
from totals t
cross join (select b.upper_ms from kw.probe_buckets b union all select null) b
group by t.labels, b.upper_ms
union all
select 'kwtools_kms_probe_duration_seconds', '_sum', t.labels, (sum(t.total_ms) / 1000)::double precision
from totals t
group by t.labels
union all
select 'kwtools_kms_probe_duration_seconds', '_count', t.labels, sum(t.timed)::double precision
from totals t
group by t.labels
union all
select
    'kwtools_kms_probe_failures_total', '', t.labels || jsonb_build_object('sqlstate', t.sqlstate),
    sum(t.probes)::double precision
from totals t
where t.sqlstate <> '00000'
group by t.labels, t.sqlstate;

comment on view kw.key_metrics is 'Metrics of KMS keys: what their probes (kw.check_kms) found.';

comment on column kw.key_metrics.metric is 'The metric, as in kw.metric_names.';

comment on column kw.key_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';

comment on column kw.key_metrics.labels is 'Labels and their values.';

comment on column kw.key_metrics.value is 'The value.';

-- views/wrapper_metrics.sql

create view kw.wrapper_metrics as
with grouped as materialized (
    select
        w.crypto_suite ->> 'mode' as mode, w.status, w.crypto_suite ->> 'format' as format,
        w.kms1_key_id, w.kms2_key_id,
        count(*) as wrappers,
        min(coalesce(w.wrap1_at, w.created_at)) as wrapped1_at,
        min(coalesce(w.wrap2_at, w.created_at)) as wrapped2_at
    from kw.key_wrappers w
    group by 1, 2, 3, 4, 5
),
uses as (
    select leg.kms_key_id, g.wrappers, leg.wrapped_at
    from grouped g
    cross join lateral (
        values (g.kms1_key_id, g.wrapped1_at), (g.kms2_key_id, g.wrapped2_at)
    ) leg (kms_key_id, wrapped_at)
    where g.status <> 'invalid' and leg.kms_key_id is not null
    union all
    select l.kms_key_id, count(distinct l.key_wrapper_id), null
    from kw.key_wrapper_layers l
    where l.kms_key_id is not null
    group by l.kms_key_id
),
of_keys as materialized (
    select k.labels, coalesce(sum(u.wrappers), 0) as wrappers, min(u.wrapped_at) as wrapped_at
    from kw.metric_keys k
    left join uses u on u.kms_key_id = k.kms_key_id
    group by k.kms_key_id, k.labels
)
select
    'kwtools_wrappers' as metric, '' as suffix,
    jsonb_build_object('mode', g.mode, 'status', g.status, 'format', g.format) as labels,
    sum(g.wrappers)::double precision as value
from grouped g
group by g.mode, g.status, g.format
union all
select
    'kwtools_wrappers_shredded', '', '{}',
    coalesce(sum(g.wrappers) filter (where g.status = 'invalid'), 0)::double precision
from grouped g
union all
select 'kwtools_key_wrappers', '', k.labels, k.wrappers::double precision
from of_keys k
union all
select
    'kwtools_oldest_wrap_timestamp_seconds', '', k.labels,
    extract(epoch from k.wrapped_at)::double precision
from of_keys k
where k.wrapped_at is not null;

comment on view kw.wrapper_metrics is 'Metrics of wrappers. It reads every wrapper.';

comment on column kw.wrapper_metrics.metric is 'The metric, as in kw.metric_names.';

comment on column kw.wrapper_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';

comment on column kw.wrapper_metrics.labels is 'Labels and their values.';

comment on column kw.wrapper_metrics.value is 'The value.';

-- views/job_metrics.sql

create view kw.job_metrics as
with jobs as materialized (
    select
        j.kind, j.status,
        count(*) as jobs,
        min(coalesce(j.scheduled_at, j.created_at)) filter (
            where j.status = 'pending' and coalesce(j.scheduled_at, j.created_at) <= statement_timestamp()
        ) as due_at,
        sum(j.attempts - (j.status = 'running')::integer) filter (where j.status <> 'done') as failed_attempts
    from kw.rewrap_jobs j
    group by j.kind, j.status
),
kinds (kind) as (values ('rewrap'), ('relayer'), ('rotate'))
select
    'kwtools_jobs' as metric, '' as suffix,
    jsonb_build_object('kind', k.kind, 'status', s.status) as labels,
    coalesce(j.jobs, 0)::double precision as value
from kinds k
cross join (values ('pending'), ('running'), ('done'), ('failed')) s (status)
left join jobs j on j.kind = k.kind and j.status = s.status
union all
select
    'kwtools_oldest_pending_job_timestamp_seconds', '', jsonb_build_object('kind', j.kind),
    extract(epoch from j.due_at)::double precision
from jobs j
where j.due_at is not null
union all
select
    'kwtools_jobs_failed_attempts', '', jsonb_build_object('kind', k.kind),
    coalesce(sum(j.failed_attempts), 0)::double precision
from kinds k
left join jobs j on j.kind = k.kind
group by k.kind;

comment on view kw.job_metrics is 'Metrics of the queue.';

comment on column kw.job_metrics.metric is 'The metric, as in kw.metric_names.';

comment on column kw.job_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';

comment on column kw.job_metrics.labels is 'Labels and their values.';

comment on column kw.job_metrics.value is 'The value.';

-- views/audit_metrics.sql

create view kw.audit_metrics as
with newest as materialized (
    select max(l.id) as log_id from kw.logs l having max(l.id) is not null
),
unsealed as materialized (
    select count(*) as events, min(e.happened_at) as happened_at
    from kw.audit_events e
    where e.leaf_index is null and exists (select from newest)
)
select
    'kwtools_audit_events_unsealed' as metric, '' as suffix, '{}'::jsonb as labels,
    u.events::double precision as value
from unsealed u
where exists (select from newest)
union all
select
    'kwtools_oldest_unsealed_audit_event_timestamp_seconds', '', '{}',
    extract(epoch from u.happened_at)::double precision
from unsealed u
where u.happened_at is not null
union all
select
    'kwtools_checkpoint_timestamp_seconds', '', jsonb_build_object('log', c.log_id::text),
    extract(epoch from max(c.signed_at))::double precision
from kw.log_checkpoints c
join newest n on n.log_id = c.log_id
group by c.log_id;

comment on view kw.audit_metrics is 'Metrics of the log of audit events. Empty without a log (kw.create_log).';

comment on column kw.audit_metrics.metric is 'The metric, as in kw.metric_names.';

comment on column kw.audit_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';

comment on column kw.audit_metrics.labels is 'Labels and their values.';

comment on column kw.audit_metrics.value is 'The value.';

-- views/field_metrics.sql

create view kw.field_metrics as
with floors as materialized (
    select f.id, f.entity_table, f.field_name_norm, f.min_nist_level
    from kw.entity_fields f
    where f.min_nist_level is not null
),
uses as (
    select b.key_wrapper_id, b.entity_table, b.field_name from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.entity_table, b.field_name
    from kw.binding_generations g
    join kw.encryption_bindings b on b.id = g.binding_id
    union all
    select i.key_wrapper_id, x.entity_table, x.field_name
    from kw.blind_indexes x
    cross join lateral (values (x.key_wrapper_id), (x.next_wrapper_id)) i (key_wrapper_id)
    where i.key_wrapper_id is not null
)
select
    'kwtools_fields_below_floor' as metric, '' as suffix, '{}'::jsonb as labels,
    (
        select count(distinct f.id)
        from uses u
        left join kw.entities e on e.bound_as = u.entity_table
        join floors f
            on f.entity_table = coalesce(e.entity_table, u.entity_table)
            and (f.field_name_norm = '' or u.field_name is null or u.field_name = f.field_name_norm)
        join kw.key_wrappers w on w.id = u.key_wrapper_id and w.status <> 'invalid'
        join kw.wrapper_levels l on l.key_wrapper_id = w.id
        where coalesce(l.nist_level, 0) < f.min_nist_level and exists (select from floors)
    )::double precision as value;

comment on view kw.field_metrics is 'Metrics of fields. Where a field has a floor, it reads every binding and wrapper.';

comment on column kw.field_metrics.metric is 'The metric, as in kw.metric_names.';

comment on column kw.field_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';

comment on column kw.field_metrics.labels is 'Labels and their values.';

comment on column kw.field_metrics.value is 'The value.';

-- functions/_load.sql

create or replace function kw._load() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
# The one place that touches sys.path. The folder was fixed when the extension was installed.
import ctypes
import os
import stat
import sys

version = '0.10.0'
folder = f'MODULE_PATHNAME/{version}/cp{sys.version_info[0]}{sys.version_info[1]}'


def refuse(message, hint, raises=plpy.error, sqlstate='KW001'):
    # Beyond ASCII it would not cross plpy in every encoding.
    message, hint = (told.encode('ascii', 'backslashreplace').decode() for told in (message, hint))
    raises(message, sqlstate=sqlstate, hint=hint)


# After pg_upgrade: the runtime reads the server's memory, which differs between major versions.
# Asked without plpy.execute, which would crash a parallel worker.
option = ctypes.PyDLL(None).GetConfigOption
option.restype, option.argtypes = ctypes.c_char_p, (ctypes.c_char_p, ctypes.c_bool, ctypes.c_bool)
major = int(option(b'server_version_num', False, False)) // 10000
if major not in (15, 16, 17, 18):
    refuse(
        f'kwtools {version} does not support PostgreSQL {major}',
        'Install a version of kwtools that supports this server, then: alter extension kwtools update.',
    )
try:
    found = os.stat(folder)
    os.stat(f'{folder}/kwruntime/takeover.py')
except OSError as error:
    refuse(
        f'runtime of kwtools {version} cannot be read at {error.filename}: {error.strerror}',
        'Run make install on the server.',
    )
if found.st_uid not in (0, os.geteuid()) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
    refuse(
        f'{folder} can be changed by users other than root and the user of the server',
        f'Run: chown -R root {folder}; chmod -R go-w {folder}',
    )
sys.dont_write_bytecode = True


def takeover():
    # By its path, since the package of this name may be that of another version.
    import importlib.util

    spec = importlib.util.spec_from_file_location('kwtools_takeover', f'{folder}/kwruntime/takeover.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# What another version has loaded (ADR 0027). Until all is known to fit, it stays as it is.
for name in ('kwruntime', 'kwshared', 'cryptography'):
    loaded = sys.modules.get(name)
    if loaded is None or loaded.__file__.startswith(folder + '/'):
        continue
    before = os.path.dirname(os.path.dirname(loaded.__file__))
    if name == 'cryptography' and not os.path.isdir(f'{before}/kwruntime'):
        refuse(
            f'this session has loaded another cryptography: {loaded.__file__}',
            'Reconnect, and call kwtools before other PL/Python code that imports it.',
        )
    taking = takeover()
    if taking.is_running():
        refuse(
            f'could not serialize access: kwtools was updated to {version} while this call ran',
            'Repeat the transaction.',
            sqlstate='40001',
        )
    try:
        others = ', '.join(taking.other_packages(before, folder))
    except OSError as error:
        others = f'{error.filename}: {error.strerror}'
    if others:
        refuse(
            f'this session runs another version of kwtools than {version}, with other packages ({others}), and ends',
            'Connect again.',
            raises=plpy.fatal,
        )
    for key in [key for key in GD if str(key).startswith('kwtools ')]:
        del GD[key]
    taking.forget()
    taking.move(before, folder)
sys.path[:] = [folder, *(path for path in sys.path if path != folder)]
import gc
import mmap

# All that is loaded stays, so looking for garbage meanwhile is of no use: 3 of 60 ms.
collects = gc.isenabled()
gc.disable()
try:
    from kwruntime import api

    # Shows to others which version's code this process runs (/proc/PID/maps).
    with open(f'{folder}/kwruntime/_version.py', 'rb') as file:
        GD['kwtools mapped'] = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
except Exception as error:
    takeover().forget()  # the next call tries again
    refuse(
        f'runtime of kwtools {version} cannot be loaded from {folder}: {type(error).__name__}: {error}',
        'Run make install on the server.',
    )
finally:
    if collects:
        gc.enable()
GD['kwtools 0.10.0'] = api
$function$;

-- functions/_as_owner.sql

create or replace function kw._as_owner() returns void
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
set lock_timeout = '5s'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.run_pending()
$function$;

-- functions/_read_as_owner.sql

create or replace function kw._read_as_owner() returns void
language plpython3u stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.run_pending_reading()
$function$;

-- functions/_text.sql

create or replace function kw._text() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.pending_text()
$function$;

-- functions/encrypt.sql

create or replace function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

-- functions/encrypt_text.sql

create or replace function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

-- functions/encrypt_many.sql

create or replace function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

-- functions/encrypt_text_many.sql

create or replace function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

-- functions/decrypt.sql

create or replace function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/decrypt_text.sql

create or replace function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/decrypt_many.sql

create or replace function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/decrypt_text_many.sql

create or replace function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/try_decrypt.sql

create or replace function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/try_decrypt_text.sql

create or replace function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/try_decrypt_many.sql

create or replace function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/try_decrypt_text_many.sql

create or replace function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/reencrypt.sql

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk text,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk bigint,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk uuid,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

-- functions/reencrypt_many.sql

create or replace function kw.reencrypt_many(
    entity_table text,
    entity_pks text[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks text[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

create or replace function kw.reencrypt_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks bigint[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

create or replace function kw.reencrypt_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks uuid[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

-- functions/describe.sql

create or replace function kw.describe(ciphertext bytea) returns kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.describe(ciphertext)
$function$;

-- functions/describe_many.sql

create or replace function kw.describe_many(ciphertexts bytea[]) returns setof kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.describe_many(ciphertexts)
$function$;

-- functions/takeover_many.sql

create or replace function kw.takeover_many(
    source text,
    key bytea,
    ciphertexts bytea[],
    options jsonb default '{}',
    nonces bytea[] default null,
    associated bytea[] default null,
    key_uuids uuid[] default null
) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.takeover_many(source, key, ciphertexts, options, nonces, associated, key_uuids)
$function$;

-- functions/check_takeover.sql

create or replace function kw.check_takeover(
    entity_table text,
    column_name text,
    source text,
    key bytea default null,
    options jsonb default '{}',
    nonce_column text default null,
    associated_columns text[] default null,
    key_column text default null,
    max_rows bigint default null
) returns setof kw.takeover_finding
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_takeover(
    entity_table, column_name, source, key, options, nonce_column, associated_columns, key_column, max_rows
)
$function$;

-- functions/_begin_view.sql

create or replace function kw._begin_view() returns trigger
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.begin_view(TD['relid'], TD['event'], TD['table_schema'], TD['table_name'], TD['args'][0])
$function$;

-- functions/_end_view.sql

create or replace function kw._end_view() returns trigger
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.end_view(TD['relid'], TD['event'])
$function$;

-- functions/_collect_row.sql

create or replace function kw._collect_row(
    view_id oid, old_row text, new_row text, is_pinned boolean
) returns smallint
language plpython3u stable parallel unsafe
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.collect_row(view_id, old_row, new_row, is_pinned)
$function$;

-- functions/_write_rows.sql

create or replace function kw._write_rows(view_id oid, operation text) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.write_rows(view_id, operation)
$function$;

-- functions/_write_view.sql

create or replace function kw._write_view() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.run_pending_writing()
$function$;

-- functions/set_protected_field.sql

create or replace function kw.set_protected_field(
    entity_table text,
    field_name text,
    value_type text default null,
    key_scope text default null,
    token_column name default null,
    ciphertext_column name default null,
    tenant_column name default null,
    next_token_column name default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_protected_field(entity_table, field_name, value_type, key_scope, token_column, ciphertext_column, tenant_column, next_token_column)
$function$;

-- functions/create_protected_view.sql

create or replace function kw.create_protected_view(
    entity_table text,
    view_name text default null,
    shredded_as_null boolean default false,
    columns text[] default null
) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_protected_view(entity_table, view_name, shredded_as_null, columns)
$function$;

-- functions/remake_protected_view.sql

create or replace function kw.remake_protected_view(view_name text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.remake_protected_view(view_name)
$function$;

-- functions/upsert_protected.sql

create or replace function kw.upsert_protected(view_name text, rows jsonb) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.upsert_protected(view_name, rows)
$function$;

-- functions/drop_protected_view.sql

create or replace function kw.drop_protected_view(view_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.drop_protected_view(view_name)
$function$;

-- functions/bind.sql

create or replace function kw.bind(
    entity_table text,
    entity_pk text,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

create or replace function kw.bind(
    entity_table text,
    entity_pk bigint,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

create or replace function kw.bind(
    entity_table text,
    entity_pk uuid,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

-- functions/bind_many.sql

create or replace function kw.bind_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

create or replace function kw.bind_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

create or replace function kw.bind_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

-- functions/lookup.sql

create or replace function kw.lookup(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.lookup(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.lookup(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

-- functions/lookup_many.sql

create or replace function kw.lookup_many(entity_table text, entity_pks text[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

create or replace function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

create or replace function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

-- functions/rotate.sql

create or replace function kw.rotate(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.rotate(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.rotate(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

-- functions/field_generations.sql

create or replace function kw.field_generations(entity_table text, field_name text) returns setof kw.field_generation
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.field_generations(entity_table, field_name)
$function$;

-- functions/retire_generations.sql

create or replace function kw.retire_generations(
    entity_table text,
    field_name text,
    max_wait_seconds integer default 60,
    ignore_standbys boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.retire_generations(entity_table, field_name, max_wait_seconds, ignore_standbys)
$function$;

-- functions/rebind.sql

create or replace function kw.rebind(
    entity_table text,
    to_entity_table text default null,
    entity_pk text default null,
    to_entity_pk text default null,
    field_name text default null,
    to_field_name text default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rebind(entity_table, to_entity_table, entity_pk, to_entity_pk, field_name, to_field_name)
$function$;

-- functions/shred.sql

create or replace function kw.shred(
    entity_table text,
    entity_pk text,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

create or replace function kw.shred(
    entity_table text,
    entity_pk bigint,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

create or replace function kw.shred(
    entity_table text,
    entity_pk uuid,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

-- functions/shred_many.sql

create or replace function kw.shred_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

create or replace function kw.shred_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

create or replace function kw.shred_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

-- functions/create_index_key.sql

create or replace function kw.create_index_key(
    entity_table text,
    field_name text,
    normaliser text default 'raw',
    bits integer default 128,
    tenant text default null,
    policy text default null,
    if_not_exists boolean default false
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_index_key(entity_table, field_name, normaliser, bits, tenant, policy, if_not_exists)
$function$;

-- functions/blind_index.sql

create or replace function kw.blind_index(entity_table text, field_name text, value text, tenant text default null, next_key boolean default false) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.blind_index(entity_table, field_name, value, tenant, next_key)
$function$;

-- functions/blind_index_many.sql

create or replace function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text default null, next_key boolean default false) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.blind_index_many(entity_table, field_name, plaintexts, tenant, next_key)
$function$;

-- functions/rotate_index_key.sql

create or replace function kw.rotate_index_key(entity_table text, field_name text, policy text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rotate_index_key(entity_table, field_name, policy)
$function$;

-- functions/finish_index_rotation.sql

create or replace function kw.finish_index_rotation(
    entity_table text,
    field_name text,
    token_column text,
    next_column text,
    max_wait_seconds integer default 60,
    ignore_standbys boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.finish_index_rotation(entity_table, field_name, token_column, next_column, max_wait_seconds, ignore_standbys)
$function$;

-- functions/fill_tokens.sql

create or replace function kw.fill_tokens(
    entity_table text,
    field_name text,
    after text[] default null,
    max_rows integer default 1000
) returns kw.token_batch
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.fill_tokens(entity_table, field_name, after, max_rows)
$function$;

-- functions/cancel_index_rotation.sql

create or replace function kw.cancel_index_rotation(entity_table text, field_name text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.cancel_index_rotation(entity_table, field_name)
$function$;

-- functions/shred_index_key.sql

create or replace function kw.shred_index_key(entity_table text, field_name text, tenant text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred_index_key(entity_table, field_name, tenant)
$function$;

-- functions/wrap.sql

create or replace function kw.wrap(dek bytea default null, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.wrap(dek, policy)
$function$;

-- functions/wrap_many.sql

create or replace function kw.wrap_many(deks bytea[], policy text default null) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.wrap_many(deks, policy)
$function$;

-- functions/export_wrapper_many.sql

create or replace function kw.export_wrapper_many(
    wrappers uuid[],
    recipient jsonb,
    signer text,
    number bigint default null,
    valid_seconds integer default 86400
) returns kw.exported_bundle
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.export_wrapper_many(wrappers, recipient, signer, number, valid_seconds)
$function$;

-- functions/import_wrapper.sql

create or replace function kw.import_wrapper(note bytea, bundle bytea, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.import_wrapper(note, bundle, policy)
$function$;

-- functions/import_wrapper_many.sql

create or replace function kw.import_wrapper_many(
    note bytea,
    bundle bytea,
    policy text default null
) returns setof kw.imported_wrapper
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.import_wrapper_many(note, bundle, policy)
$function$;

-- functions/export_values.sql

create or replace function kw.export_values(
    wrapper uuid,
    entity_table text,
    entity_pks text[],
    field_name text,
    ciphertexts bytea[],
    sealed_as text default null
) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.export_values(wrapper, entity_table, entity_pks, field_name, ciphertexts, sealed_as)
$function$;

-- functions/import_values.sql

create or replace function kw.import_values(
    wrapper uuid,
    entity_table text,
    entity_pks text[],
    field_name text,
    sealed bytea[],
    sealed_as text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.import_values(wrapper, entity_table, entity_pks, field_name, sealed, sealed_as)
$function$;

-- functions/sign_move.sql

create or replace function kw.sign_move(wrapper uuid, manifest bytea, signer text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sign_move(wrapper, manifest, signer)
$function$;

-- functions/accept_move.sql

create or replace function kw.accept_move(wrapper uuid, manifest bytea, note bytea) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.accept_move(wrapper, manifest, note)
$function$;

-- functions/give_wrappers.sql

create or replace function kw.give_wrappers(wrappers uuid[], new_owner text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.give_wrappers(wrappers, new_owner)
$function$;

-- functions/unwrap.sql

create or replace function kw.unwrap(wrapper uuid) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.unwrap(wrapper)
$function$;

-- functions/unwrap_many.sql

create or replace function kw.unwrap_many(wrappers uuid[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.unwrap_many(wrappers)
$function$;

-- functions/rewrap.sql

create or replace function kw.rewrap(wrapper uuid, kms1_key_id bigint default null, kms2_key_id bigint default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rewrap(wrapper, kms1_key_id, kms2_key_id)
$function$;

-- functions/rewrap_many.sql

create or replace function kw.rewrap_many(
    wrappers uuid[],
    kms1_key_id bigint default null,
    kms2_key_id bigint default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rewrap_many(wrappers, kms1_key_id, kms2_key_id)
$function$;

-- functions/relayer.sql

create or replace function kw.relayer(
    wrapper uuid,
    policy text default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.relayer(wrapper, policy)
$function$;

-- functions/relayer_many.sql

create or replace function kw.relayer_many(
    wrappers uuid[],
    policy text default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.relayer_many(wrappers, policy)
$function$;

-- functions/set_wrapper_status.sql

create or replace function kw.set_wrapper_status(wrapper uuid, status text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_wrapper_status(wrapper, status)
$function$;

-- functions/verify.sql

create or replace function kw.verify(wrapper uuid default null, after bigint default 0, most integer default null) returns setof kw.verify_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.verify(wrapper, after, most)
$function$;

-- functions/verify_page.sql

create or replace function kw.verify_page(
    after bigint default 0,
    most integer default 1000,
    sample double precision default 1,
    seed bigint default 0,
    without_providers text[] default '{}',
    counted boolean default false
) returns kw.verify_page_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.verify_page(after, most, sample, seed, without_providers, counted)
$function$;

-- functions/record_verify.sql

create or replace function kw.record_verify(
    continues bigint default null,
    most integer default 1000,
    sample double precision default 1,
    seed bigint default 0,
    without_providers text[] default '{}'
) returns kw.recorded_page
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.record_verify(continues, most, sample, seed, without_providers)
$function$;

-- functions/plan_rewrap.sql

create or replace function kw.plan_rewrap(
    kms_key_id bigint default null,
    provider text default null,
    policy text default null,
    entity_table text default null,
    field_name text default null,
    older_than interval default null,
    wrappers uuid[] default null,
    new_kms_key_id bigint default null,
    kms1_key_id bigint default null,
    kms2_key_id bigint default null,
    to_policy text default null,
    max_jobs integer default 1000
) returns kw.rewrap_plan
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.plan_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, max_jobs
)
$function$;

-- functions/schedule_rewrap.sql

create or replace function kw.schedule_rewrap(
    kms_key_id bigint default null,
    provider text default null,
    policy text default null,
    entity_table text default null,
    field_name text default null,
    older_than interval default null,
    wrappers uuid[] default null,
    new_kms_key_id bigint default null,
    kms1_key_id bigint default null,
    kms2_key_id bigint default null,
    to_policy text default null,
    scheduled_at timestamptz default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.schedule_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, scheduled_at
)
$function$;

-- functions/schedule_rotate.sql

create or replace function kw.schedule_rotate(entity_table text, field_name text default null, older_than interval default null, scheduled_at timestamptz default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.schedule_rotate(entity_table, field_name, older_than, scheduled_at)
$function$;

-- functions/set_policy_renewal.sql

create or replace function kw.set_policy_renewal(policy text, max_wrap_age interval default null, renews_one_leg boolean default false) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_policy_renewal(policy, max_wrap_age, renews_one_leg)
$function$;

-- functions/schedule_due_rewraps.sql

create or replace function kw.schedule_due_rewraps() returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.schedule_due_rewraps()
$function$;

-- functions/claim_rewrap_jobs.sql

create or replace function kw.claim_rewrap_jobs(max_jobs integer default 1000, to_policy text default null, running_too boolean default true) returns bigint[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.claim_rewrap_jobs(max_jobs, to_policy, running_too)
$function$;

-- functions/run_rewrap_jobs.sql

create or replace function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision default null) returns kw.rewrap_outcomes
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.run_rewrap_jobs(jobs, max_seconds)
$function$;

-- functions/retry_rewrap_jobs.sql

create or replace function kw.retry_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.retry_rewrap_jobs(jobs)
$function$;

-- functions/cancel_rewrap_jobs.sql

create or replace function kw.cancel_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.cancel_rewrap_jobs(jobs)
$function$;

-- functions/create_kms_key.sql

create or replace function kw.create_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

-- functions/add_kms_key.sql

create or replace function kw.add_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

-- functions/create_kem_key.sql

create or replace function kw.create_kem_key(
    external_key_ref text,
    algorithm text,
    sealed_by_key_id bigint,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_kem_key(external_key_ref, algorithm, sealed_by_key_id, if_not_exists)
$function$;

-- functions/add_kem_key.sql

create or replace function kw.add_kem_key(
    provider text,
    external_key_ref text,
    algorithm text,
    public_key bytea,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_kem_key(provider, external_key_ref, algorithm, public_key, if_not_exists)
$function$;

-- functions/set_kms_key_status.sql

create or replace function kw.set_kms_key_status(kms_key_id bigint, status text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_kms_key_status(kms_key_id, status)
$function$;

-- functions/key_dependents.sql

create or replace function kw.key_dependents(kms_key_id bigint) returns setof kw.key_dependent
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.key_dependents(kms_key_id)
$function$;

-- functions/safe_to_destroy.sql

create or replace function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

-- functions/record_safe_to_destroy.sql

create or replace function kw.record_safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.record_safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

-- functions/record_destroyed_key.sql

create or replace function kw.record_destroyed_key(kms_key_id bigint) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.record_destroyed_key(kms_key_id)
$function$;

-- functions/create_policy.sql

create or replace function kw.create_policy(
    policy_name text,
    mode text,
    kms1_key_id bigint,
    kms2_key_id bigint default null,
    layers bigint[] default '{}',
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_policy(policy_name, mode, kms1_key_id, kms2_key_id, layers, notes, if_not_exists)
$function$;

-- functions/add_policy_key.sql

create or replace function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer default 0, weight integer default 1) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_policy_key(policy_name, kms_key_id, priority, weight)
$function$;

-- functions/set_policy_layers.sql

create or replace function kw.set_policy_layers(
    policy_name text,
    min_layers integer,
    max_layers integer,
    layer_selection text default 'defined',
    aad_template jsonb default null,
    allow_experimental boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_policy_layers(policy_name, min_layers, max_layers, layer_selection, aad_template, allow_experimental)
$function$;

-- functions/bind_policy.sql

create or replace function kw.bind_policy(entity_table text, field_name text, policy_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind_policy(entity_table, field_name, policy_name)
$function$;

-- functions/set_floor.sql

create or replace function kw.set_floor(entity_table text, field_name text, nist_level integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_floor(entity_table, field_name, nist_level)
$function$;

-- functions/set_read_audit.sql

create or replace function kw.set_read_audit(entity_table text, field_name text, reads text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_read_audit(entity_table, field_name, reads)
$function$;

-- functions/set_algorithm_status.sql

create or replace function kw.set_algorithm_status(
    algorithm text,
    status text
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_algorithm_status(algorithm, status)
$function$;

-- functions/add_provider.sql

create or replace function kw.add_provider(
    name text,
    provider text,
    config jsonb default '{}',
    probe boolean default true,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_provider(name, provider, config, probe, if_not_exists)
$function$;

-- functions/set_provider_enabled.sql

create or replace function kw.set_provider_enabled(name text, enabled boolean) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_provider_enabled(name, enabled)
$function$;

-- functions/declare_shared_root.sql

create or replace function kw.declare_shared_root(provider text, other text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.declare_shared_root(provider, other)
$function$;

-- functions/undeclare_shared_root.sql

create or replace function kw.undeclare_shared_root(provider text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.undeclare_shared_root(provider)
$function$;

-- functions/create_signing_key.sql

create or replace function kw.create_signing_key(
    name text,
    algorithm text,
    scope text,
    kms_key_id bigint,
    activate boolean default true,
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_signing_key(name, algorithm, scope, kms_key_id, activate, notes, if_not_exists)
$function$;

-- functions/import_signing_key.sql

create or replace function kw.import_signing_key(
    name text,
    algorithm text,
    scope text,
    public_key bytea,
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.import_signing_key(name, algorithm, scope, public_key, notes, if_not_exists)
$function$;

-- functions/set_signing_key_status.sql

create or replace function kw.set_signing_key_status(
    name text,
    status text,
    compromised_at timestamptz default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_signing_key_status(name, status, compromised_at)
$function$;

-- functions/sign.sql

create or replace function kw.sign(
    name text,
    message bytea,
    context bytea default ''
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sign(name, message, context)
$function$;

-- functions/sign_many.sql

create or replace function kw.sign_many(
    name text,
    messages bytea[],
    context bytea default ''
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sign_many(name, messages, context)
$function$;

-- functions/verify_signature.sql

create or replace function kw.verify_signature(
    name text,
    message bytea,
    signature bytea,
    context bytea default '',
    signed_at timestamptz default null
) returns boolean
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.verify_signature(name, message, signature, context, signed_at)
$function$;

-- functions/verify_signature_many.sql

create or replace function kw.verify_signature_many(
    name text,
    messages bytea[],
    signatures bytea[],
    context bytea default '',
    signed_at timestamptz[] default null
) returns boolean[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.verify_signature_many(name, messages, signatures, context, signed_at)
$function$;

-- functions/create_deployment.sql

create or replace function kw.create_deployment(policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_deployment(policy)
$function$;

-- functions/seal_rows.sql

create or replace function kw.seal_rows(most integer default 10000) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.seal_rows(most)
$function$;

-- functions/seal_deployment.sql

create or replace function kw.seal_deployment(max_wait_seconds integer default 60) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.seal_deployment(max_wait_seconds)
$function$;

-- functions/replace_deployment_key.sql

create or replace function kw.replace_deployment_key(
    policy text default null,
    lost boolean default false,
    reason text default null
) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.replace_deployment_key(policy, lost, reason)
$function$;

-- functions/reseal_rows.sql

create or replace function kw.reseal_rows(
    inout place text default null,
    most integer default 10000,
    out resealed bigint
)
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reseal_rows(place, most)
$function$;

-- functions/accept_rows.sql

create or replace function kw.accept_rows(table_name text, row_keys text[], reason text) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.accept_rows(table_name, row_keys, reason)
$function$;

-- functions/check_seals.sql

create or replace function kw.check_seals(table_name text default null) returns setof kw.seal_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_seals(table_name)
$function$;

-- functions/create_log.sql

create or replace function kw.create_log(host text, signing_keys text[]) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_log(host, signing_keys)
$function$;

-- functions/set_log_keys.sql

create or replace function kw.set_log_keys(signing_keys text[]) returns text[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_log_keys(signing_keys)
$function$;

-- functions/append_audit.sql

create or replace function kw.append_audit(max_events integer default 10000) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.append_audit(max_events)
$function$;

-- functions/append_state.sql

create or replace function kw.append_state() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.append_state()
$function$;

-- functions/accept_state.sql

create or replace function kw.accept_state(reason text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
api.accept_state(reason)
$function$;

-- functions/sign_checkpoint.sql

create or replace function kw.sign_checkpoint(again boolean default false) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sign_checkpoint(again)
$function$;

-- functions/check_state.sql

create or replace function kw.check_state(checkpoint text default null) returns setof kw.seal_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_state(checkpoint)
$function$;

-- functions/audit_proof.sql

create or replace function kw.audit_proof(event bigint) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.audit_proof(event)
$function$;

-- functions/audit_receipt.sql

create or replace function kw.audit_receipt(wrapper uuid, event bigint default null) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.audit_receipt(wrapper, event)
$function$;

-- functions/add_witness.sql

create or replace function kw.add_witness(verifier_key text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_witness(verifier_key)
$function$;

-- functions/remove_witness.sql

create or replace function kw.remove_witness(verifier_key text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.remove_witness(verifier_key)
$function$;

-- functions/add_cosignatures.sql

create or replace function kw.add_cosignatures(note text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_cosignatures(note)
$function$;

-- functions/plan_protection.sql

create or replace function kw.plan_protection(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}',
    old_key bytea default null
) returns setof kw.protection_step
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.plan_protection(
    entity_table, column_name, key_scope, shown_by, search, normaliser, taken_over_from, takeover_options, old_key
)
$function$;

-- functions/protect_expand.sql

create or replace function kw.protect_expand(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    policy text default null,
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}'
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_expand(
    entity_table, column_name, key_scope, policy, shown_by, search, normaliser, taken_over_from, takeover_options
)
$function$;

-- functions/protect_backfill.sql

create or replace function kw.protect_backfill(
    entity_table text,
    column_name text,
    max_rows integer default 1000,
    old_key bytea default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_backfill(entity_table, column_name, max_rows, old_key)
$function$;

-- functions/protect_verify.sql

create or replace function kw.protect_verify(
    entity_table text,
    column_name text,
    max_rows integer default 1000,
    old_key bytea default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_verify(entity_table, column_name, max_rows, old_key)
$function$;

-- functions/protect_cut_over.sql

create or replace function kw.protect_cut_over(
    entity_table text,
    column_name text,
    old_key bytea default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_cut_over(entity_table, column_name, old_key)
$function$;

-- functions/protect_contract.sql

create or replace function kw.protect_contract(entity_table text, column_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_contract(entity_table, column_name)
$function$;

-- functions/protect_undo.sql

create or replace function kw.protect_undo(
    entity_table text,
    column_name text,
    discard_newer boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_undo(entity_table, column_name, discard_newer)
$function$;

-- functions/protection_status.sql

create or replace function kw.protection_status(entity_table text default null) returns setof kw.protection_progress
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protection_status(entity_table)
$function$;

-- functions/grant_field.sql

create or replace function kw.grant_field(
    entity_table text,
    field_name text,
    grantee name,
    may_read boolean default true,
    may_write boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.grant_field(entity_table, field_name, grantee, may_read, may_write)
$function$;

-- functions/revoke_field.sql

create or replace function kw.revoke_field(entity_table text, field_name text, grantee name) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.revoke_field(entity_table, field_name, grantee)
$function$;

-- functions/list_grants.sql

create or replace function kw.list_grants(entity_table text default null)
returns table (
    entity text,
    field_name text,
    grantee text,
    may_read boolean,
    may_write boolean,
    granted_by text,
    created_at timestamptz,
    table_owner text,
    counts boolean,
    reason text
)
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.list_grants(entity_table)
$function$;

-- functions/check_kms.sql

create or replace function kw.check_kms(kms_key_id bigint default null) returns setof kw.kms_check_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_kms(kms_key_id)
$function$;

-- functions/check_algorithms.sql

create or replace function kw.check_algorithms() returns setof kw.algorithm_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_algorithms()
$function$;

-- functions/doctor.sql

create or replace function kw.doctor() returns setof kw.doctor_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.doctor()
$function$;

-- functions/version.sql

create or replace function kw.version() returns jsonb
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.version()
$function$;

-- functions/sessions_on_older_runtimes.sql

create or replace function kw.sessions_on_older_runtimes() returns integer
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sessions_on_older_runtimes()
$function$;

comment on function kw.sessions_on_older_runtimes() is
'Returns how many other sessions of this database have loaded the code of another version of kwtools than the database has. They go over to it, or end, at their next call. It reads /proc: null where there is none. For kw_admin and kw_auditor.';

grant execute on function kw.sessions_on_older_runtimes() to kw_admin, kw_auditor;

-- functions/set_setting.sql

create or replace function kw.set_setting(name text, value integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_setting(name, value)
$function$;

comment on function kw.set_setting(name text, value integer) is
'Sets a setting. cache_seconds: how long a session keeps an opened key (default 300). cache_keys: how many keys it keeps (default 10000; 0: none). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: the time after which kw.check_kms calls a key degraded (default 1000). health_days: how long it keeps its results (default 30). audit_log: whether audited actions are also lines in the server log (default 1). audit_days: how long audit events are kept (default 0: for ever). job_attempts: how often a job of the queue is tried before it rests as failed (default 10). job_days: how long finished jobs are kept (default 30; 0: for ever). signature_level: the NIST level that signing keys need to be created, enrolled and to sign, except those of the log (default 0: none). read_audit: which reads are audited of fields without kw.set_read_audit (default 1: raw data keys; 0: none; 2: every statement). metrics_show_names: whether kw.metrics shows the names of KMS keys (default 1; 0: only their ids). For kw_admin. Errors: KW003.';

-- functions/check_restore.sql

create or replace function kw.check_restore() returns setof kw.doctor_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_restore()
$function$;

-- functions/acknowledge_restore.sql

create or replace function kw.acknowledge_restore(checkpoint text, reason text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.acknowledge_restore(checkpoint, reason)
$function$;

-- functions/entities_to_reclaim.sql

create or replace function kw.entities_to_reclaim() returns setof kw.entity_to_reclaim
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.entities_to_reclaim()
$function$;

-- functions/reclaim_entity.sql

create or replace function kw.reclaim_entity(entity_table text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reclaim_entity(entity_table)
$function$;

-- functions/reclaim_entities.sql

create or replace function kw.reclaim_entities() returns setof kw.entity_to_reclaim
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reclaim_entities()
$function$;

-- functions/confirm_grants.sql

create or replace function kw.confirm_grants(entity_table text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.confirm_grants(entity_table)
$function$;

-- views/session_metrics.sql

create view kw.session_metrics as
select
    'kwtools_info' as metric, '' as suffix,
    jsonb_build_object('version', v.versions ->> 'extension', 'runtime', v.versions ->> 'runtime') as labels,
    1::double precision as value
from (select kw.version() as versions) v
union all
select 'kwtools_sessions_on_older_runtimes', '', '{}', s.sessions::double precision
from (select kw.sessions_on_older_runtimes() as sessions) s
where s.sessions is not null;

comment on view kw.session_metrics is 'Metrics of versions. It loads the runtime, and looks at every session of the database.';

comment on column kw.session_metrics.metric is 'The metric, as in kw.metric_names.';

comment on column kw.session_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';

comment on column kw.session_metrics.labels is 'Labels and their values.';

comment on column kw.session_metrics.value is 'The value.';

-- views/metrics.sql

create view kw.metrics as
select n.metric || m.suffix as name, n.type, n.help, m.labels, m.value
from (
    select k.metric, k.suffix, k.labels, k.value from kw.key_metrics k
    union all
    select w.metric, w.suffix, w.labels, w.value from kw.wrapper_metrics w
    union all
    select j.metric, j.suffix, j.labels, j.value from kw.job_metrics j
    union all
    select a.metric, a.suffix, a.labels, a.value from kw.audit_metrics a
    union all
    select f.metric, f.suffix, f.labels, f.value from kw.field_metrics f
    union all
    select s.metric, s.suffix, s.labels, s.value from kw.session_metrics s
) m
join kw.metric_names n on n.metric = m.metric;

comment on view kw.metrics is 'The metrics of the database, for tools that read SQL. It reads every wrapper: where that takes too long, read the view of a group, such as kw.key_metrics.';

comment on column kw.metrics.name is 'Name of the sample: the metric, with _bucket, _sum or _count for a histogram.';

comment on column kw.metrics.type is 'gauge, counter or histogram.';

comment on column kw.metrics.help is 'The meaning of the value.';

comment on column kw.metrics.labels is 'Labels and their values.';

comment on column kw.metrics.value is 'The value.';

-- privileges.sql

do $owner$
declare
    member record;
    -- Set by an upgrade: grants that somebody made on what was there are left alone.
    before text[] := pg_catalog.string_to_array(
        pg_catalog.current_setting('kwtools.members_before', true), ' '
    );
    calls_before jsonb := coalesce(
        nullif(pg_catalog.current_setting('kwtools.calls_before', true), ''), '[]'
    )::jsonb;
    grantee pg_catalog.regrole;
    grantable boolean;
    kind text;
begin
    for member in
        select
            i.type,
            i.identity,
            p.proname,
            pg_catalog.format('%s:%s', d.classid::oid, d.objid) = any (before) as was_there,
            coalesce(c.relowner, p.proowner, t.typowner) as owner,
            coalesce(c.relacl, p.proacl, t.typacl, n.nspacl) as acl
        from pg_catalog.pg_depend d
        join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
        left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
        left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid
        left join pg_catalog.pg_type t on d.classid = 'pg_catalog.pg_type'::regclass and t.oid = d.objid
        left join pg_catalog.pg_namespace n on d.classid = 'pg_catalog.pg_namespace'::regclass and n.oid = d.objid
        cross join pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
        where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
            and i.type in ('table', 'view', 'sequence', 'type', 'function', 'procedure', 'schema')
            -- Since PostgreSQL 17 row types and arrays are members, too; they follow their table or type.
            and (t.oid is null or t.typcategory <> 'A' and not exists (
                select from pg_catalog.pg_class r where r.oid = t.typrelid and r.relkind <> 'c'
            ))
    loop
        kind := replace(member.type, 'view', 'table'); -- as GRANT calls it
        -- ALTER TABLE locks a table against its readers, even if nothing changes.
        if member.type in ('table', 'view', 'type', 'function', 'procedure') and member.owner <> 'kw_owner'::regrole then
            execute pg_catalog.format('alter %s %s owner to kw_owner', member.type, member.identity);
        end if;
        execute pg_catalog.format('revoke all on %s %s from public', kind, member.identity);
        -- What ALTER DEFAULT PRIVILEGES of the installing role gave away.
        for grantee in
            select distinct a.grantee
            from pg_catalog.aclexplode(member.acl) a
            where member.was_there is not true and a.grantee not in (0, a.grantor) and (
                member.type not in ('function', 'procedure') or a.grantee not in (
                    'kw_admin'::regrole, 'kw_operator'::regrole, 'kw_client'::regrole,
                    'kw_unwrap'::regrole, 'kw_grantor'::regrole, 'kw_auditor'::regrole, 'kw_signer'::regrole
                )
            )
        loop
            execute pg_catalog.format('revoke all on %s %s from %s', kind, member.identity, grantee);
        end loop;
        -- What was granted on the function that a new one of its name takes the place of.
        for grantee, grantable in
            select b.grantee, pg_catalog.bool_or(b.grantable)
            from pg_catalog.jsonb_to_recordset(calls_before) b(name text, oid oid, grantee oid, grantable boolean)
            where member.type = 'function' and member.was_there is not true and b.name = member.proname
                and not exists (select from pg_catalog.pg_proc f where f.oid = b.oid)
            group by b.grantee
        loop
            execute pg_catalog.format(
                'grant execute on function %s to %s%s',
                member.identity, grantee, case when grantable then ' with grant option' else '' end
            );
        end loop;
    end loop;
end;
$owner$;

grant select on
    kw.metric_names, kw.metric_keys, kw.key_metrics, kw.wrapper_metrics, kw.job_metrics, kw.audit_metrics,
    kw.field_metrics, kw.session_metrics, kw.metrics, kw.probe_buckets, kw.kms_probe_totals
to kw_admin, kw_auditor;

-- upgrade/0.9.0--0.10.0.last.sql

-- The protections of before, as they are: a sealed database refuses rows without a seal. A KMS that does not answer,
-- or a runtime that is not on this server any more, does not stop the upgrade; the rows are then refused.
do $seals$
declare
    found text[];
begin
    select pg_catalog.array_agg(p.id::text order by p.id) into found
    from kw.protections p
    where p.seal is null and exists (select from kw.deployments d where d.phase not in ('adopting', 'recovering'));
    if found is not null then
        perform kw.accept_rows('protections', found, 'kwtools 0.10.0 seals what was there at its upgrade');
    end if;
exception
    when others then
        if sqlstate not like 'KW%' then
            raise;
        end if;
        raise warning 'rows of kw.protections have no seal, and are refused: %', sqlerrm using
            hint = 'Look at the rows, and use kw.accept_rows(''protections'', (select array_agg(id::text) from kw.protections'
                ' where seal is null), reason) as a superuser.';
end;
$seals$;
