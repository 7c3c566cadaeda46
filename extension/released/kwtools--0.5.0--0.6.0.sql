\echo Use "ALTER EXTENSION kwtools UPDATE TO '0.6.0'" to load this file. \quit

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
-- Every session reads its rows again. A session with older code then calls a function of this release, which says so.
insert into kw.key_epoch_marks (mark)
values (('x' || pg_catalog.right(pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint);

-- upgrade/0.5.0--0.6.0.sql

-- When legs were wrapped. Rows of before have null, so nothing is written.
alter table kw.key_wrappers
    add column wrap1_at timestamptz(6),
    add column wrap2_at timestamptz(6);
alter table kw.key_wrappers
    alter column wrap1_at set default now();
-- The moment of the upgrade, for the keys that are there.
alter table kw.kms_keys
    add column wrap_times_since timestamptz(6) not null default now();

alter table kw.encryption_policies
    add column max_wrap_age interval check (max_wrap_age > interval '0'),
    add column renews_one_leg boolean not null default false;

alter table kw.settings
    drop constraint settings_name_check,
    add constraint settings_name_check check (
        name in (
            'cache_seconds', 'cache_keys', 'branch_grace_seconds', 'degraded_ms', 'health_days',
            'audit_log', 'audit_days', 'job_attempts', 'job_days'
        )
    );

-- The queue. Nothing ran jobs before; a superuser may have put in what cannot be: several open jobs of a
-- wrapper, a job that ended at no time.
alter table kw.rewrap_jobs
    disable trigger user;
update kw.rewrap_jobs j
set
    status = case when j.status in ('pending', 'running') then 'failed' else j.status end,
    finished_at = coalesce(j.finished_at, j.started_at, j.created_at),
    last_error = case
        when j.status in ('pending', 'running') then 'another job of this wrapper was open at the upgrade to 0.6.0'
        else j.last_error
    end
where
    j.status in ('done', 'failed') and j.finished_at is null
    or j.status in ('pending', 'running') and exists (
        select from kw.rewrap_jobs o
        where o.key_wrapper_id = j.key_wrapper_id and o.status in ('pending', 'running') and o.id < j.id
    );
update kw.rewrap_jobs set finished_at = null where status in ('pending', 'running') and finished_at is not null;
alter table kw.rewrap_jobs
    enable trigger user,
    enable always trigger guard_writes;
alter table kw.rewrap_jobs
    add column kind text not null default 'rewrap' check (kind in ('rewrap', 'relayer', 'rotate')),
    add column target_policy_id bigint constraint fk_rewrap_policy references kw.encryption_policies (id),
    add column is_branch boolean not null default false,
    add column worker_pid integer,
    add column leg smallint check (leg in (1, 2)),
    add constraint finished_when_it_ended check ((finished_at is null) = (status in ('pending', 'running'))),
    add constraint targets_of_its_kind check (
        case kind
            when 'rewrap' then target_policy_id is null and (leg is null or coalesce(target_kms1_key_id, target_kms2_key_id) is null)
            when 'relayer' then target_policy_id is not null and coalesce(target_kms1_key_id, target_kms2_key_id) is null
            else coalesce(target_policy_id, target_kms1_key_id, target_kms2_key_id, leg) is null
        end
    ),
    set (fillfactor = 70);
update kw.rewrap_jobs j
set is_branch = true
from kw.key_wrappers w
where w.id = j.key_wrapper_id and w.dek_class = 'branch';
create unique index one_open_job_of_a_wrapper on kw.rewrap_jobs (key_wrapper_id) where finished_at is null;
create index open_jobs_of_branches on kw.rewrap_jobs (key_wrapper_id) where finished_at is null and is_branch;
drop trigger guard_status on kw.rewrap_jobs;
create trigger guard_status
before update on kw.rewrap_jobs
for each row
when (
    old.status <> new.status
    and old.status || '>' || new.status not in (
        'pending>running', 'running>done', 'running>failed', 'running>pending', 'failed>pending'
    )
)
execute function kw._guard_status(
    'pending>running', 'running>done', 'running>failed', 'running>pending', 'failed>pending'
);
alter table kw.rewrap_jobs
    enable always trigger guard_status;

-- Only inserted: workers at the same key must not wait for each other. Each insert deletes older rows that are free.
create table kw.former_wraps (
    id bigint generated by default as identity primary key,
    kms_key_id bigint not null constraint fk_former_wraps_key references kw.kms_keys (id),
    left_at timestamptz(6) not null default now()
);

create index former_wraps_by_key on kw.former_wraps (kms_key_id);

select pg_extension_config_dump('kw.former_wraps', '');
select pg_extension_config_dump('kw.former_wraps_id_seq', '');

comment on table kw.former_wraps is 'When wraps under a KMS key were last replaced by wraps under another, or destroyed. Backups of before hold them.';
comment on column kw.former_wraps.id is 'Key of the row.';
comment on column kw.former_wraps.kms_key_id is 'The key that the wraps were under.';
comment on column kw.former_wraps.left_at is 'When they were replaced or destroyed.';
create type kw.rewrap_plan as (
    wrappers bigint,
    branches bigint,
    kms_operations bigint,
    kms_calls bigint,
    bytes bigint,
    details jsonb
);
comment on type kw.rewrap_plan is 'What jobs would cost.';
comment on column kw.rewrap_plan.wrappers is 'Wrappers that get a job, branches among them.';
comment on column kw.rewrap_plan.branches is 'Branches among them.';
comment on column kw.rewrap_plan.kms_operations is 'Items that KMSs open, wrap and open again.';
comment on column kw.rewrap_plan.kms_calls is 'The calls that carry them.';
comment on column kw.rewrap_plan.bytes is 'Bytes of new wraps and suites.';
comment on column kw.rewrap_plan.details is 'groups: wrappers by class, mode and layers. kms: what each KMS key is asked for. stuck: what cannot be rewrapped, and why. retired: wrappers of that status, left out. may_refuse: checks that the plan does not foresee.';
create type kw.rewrap_outcomes as (
    done integer,
    failed integer,
    delayed integer,
    unreachable integer,
    in_use integer,
    not_tried integer,
    skipped integer
);
comment on type kw.rewrap_outcomes is 'What became of jobs.';
comment on column kw.rewrap_outcomes.done is 'Jobs that are done.';
comment on column kw.rewrap_outcomes.failed is 'Jobs that rest as failed.';
comment on column kw.rewrap_outcomes.delayed is 'Jobs that failed and are tried again later.';
comment on column kw.rewrap_outcomes.unreachable is 'Jobs among the delayed ones that a KMS did not answer.';
comment on column kw.rewrap_outcomes.in_use is 'Jobs whose wrappers others locked or changed: they are tried again soon.';
comment on column kw.rewrap_outcomes.not_tried is 'Jobs that were given back, since the time was over.';
comment on column kw.rewrap_outcomes.skipped is 'Jobs that another worker runs or has claimed since, that are not running, or whose wrappers were destroyed.';
create type kw.field_generation as (
    state text,
    scope text,
    generation integer,
    is_current boolean,
    wrapper_status text,
    bindings bigint,
    values bigint
);
comment on type kw.field_generation is 'How many values of a column are of one generation, or are not ciphertexts of the field (kw.field_generations).';

create type kw.key_dependent as (
    kind text,
    object_id bigint,
    name text,
    status text,
    mode text,
    kms_key_ids bigint[],
    objects bigint,
    opens_without boolean,
    below bigint,
    below_closed bigint
);
comment on type kw.key_dependent is 'What needs a KMS key: one object, or wrappers that are alike.';
create type kw.destroy_check as (
    "check" text,
    ok boolean,
    detail text,
    hint text,
    compare_with timestamptz
);
comment on type kw.destroy_check is 'A piece of evidence on whether a KMS key may be destroyed.';
-- No foreign keys: a receipt outlives what it names. The coordinates are those at the time, since bindings move.
create table kw.shred_receipts (
    id bigint generated by default as identity primary key,
    wrapper_uuid char(36) collate "C" not null,
    key_wrapper_id bigint not null,
    binding_id bigint,
    generation integer,
    entity_table varchar(64) collate "C",
    entity_pk varchar(64) collate "C",
    field_name varchar(64) collate "C",
    shredded_by name not null,
    session_role name not null default session_user,
    shredded_at timestamptz(6) not null default clock_timestamp(),
    digest bytea not null check (octet_length(digest) = 32)
);

create index shred_receipts_wrapper_uuid on kw.shred_receipts (wrapper_uuid);
create index shred_receipts_of_keys on kw.shred_receipts (entity_table, entity_pk);

create trigger guard_immutable
before update or delete on kw.shred_receipts
for each row execute function kw._guard_immutable('A receipt is neither changed nor deleted.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.shred_receipts
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.shred_receipts', '');
select pg_extension_config_dump('kw.shred_receipts_id_seq', '');

comment on table kw.shred_receipts is 'A row for each wrapper that kw.shred or kw.shred_many destroyed, written in the transaction that destroyed it. Rows are never changed or deleted. No setting limits how long they are kept.';
comment on column kw.shred_receipts.id is 'Key of the row.';
comment on column kw.shred_receipts.wrapper_uuid is 'The wrapper, kw.key_wrappers.wrapper_uuid.';
comment on column kw.shred_receipts.key_wrapper_id is 'The wrapper, kw.key_wrappers.id.';
comment on column kw.shred_receipts.binding_id is 'The binding that it protected, kw.encryption_bindings.id: ciphertexts contain it. Of a shared wrapper: the binding that was shredded. Null: none.';
comment on column kw.shred_receipts.generation is 'The generation of the binding that the wrapper encrypted: ciphertexts contain it.';
comment on column kw.shred_receipts.entity_table is 'The table of the binding at that time.';
comment on column kw.shred_receipts.entity_pk is 'The key of the binding at that time; * for every row.';
comment on column kw.shred_receipts.field_name is 'The field of the binding at that time; null for the whole row.';
comment on column kw.shred_receipts.shredded_by is 'The role in force at the call.';
comment on column kw.shred_receipts.session_role is 'The role that logged in.';
comment on column kw.shred_receipts.shredded_at is 'When.';
comment on column kw.shred_receipts.digest is 'SHA-256 over the wraps and layers that were destroyed; docs/format.md has the encoding.';

create type kw.verify_page_result as (
    checked integer,
    retired integer,
    last_id bigint,
    remaining bigint,
    problems jsonb
);
comment on type kw.verify_page_result is 'How many wrappers were opened, how many are retired and were not, the id to go on after (null: nothing was left), how many remain (if asked for), and an array of what does not open, each as kw.verify_result.';

-- After every new table.
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

-- tables/settings.sql

comment on column kw.settings.name is 'cache_seconds: how long an opened key is kept (default 300). cache_keys: how many a session keeps (default 10000). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: from when on a KMS key counts as degraded, in milliseconds (default 1000). health_days: how long kw.check_kms keeps what it found (default 30). audit_log: whether audited actions are lines in the server log, too (default 1; 0 for no). audit_days: how long audit events are kept (default 0, for ever). job_attempts: how often a job of kw.rewrap_jobs is tried before it rests as failed (default 10). job_days: how long finished jobs are kept (default 30; 0: for ever).';

-- tables/kms_keys.sql

comment on column kw.kms_keys.wrap_times_since is 'From when the times of wraps under it are recorded: when it was registered, or when the database was upgraded to 0.6.0.';

-- tables/encryption_policies.sql

comment on column kw.encryption_policies.max_wrap_age is 'How old a wrap may become before kw.schedule_due_rewraps() schedules its renewal; null: of any age.';

comment on column kw.encryption_policies.renews_one_leg is 'Whether a job may renew one leg of a wrapper of mode either while the KMS of the other is down.';

-- tables/key_wrappers.sql

comment on column kw.key_wrappers.wrap1_at is 'When leg 1 was last wrapped; null: before 0.6.0.';

comment on column kw.key_wrappers.wrap2_at is 'When leg 2 was last wrapped; null: before 0.6.0, or in mode single.';

-- tables/rewrap_jobs.sql

comment on table kw.rewrap_jobs is 'The queue: wrappers to be rewrapped, relayered or rotated. kw.rewrap_progress sums it up.';

comment on column kw.rewrap_jobs.target_kms1_key_id is 'The key of leg 1 after it; null: the present one.';

comment on column kw.rewrap_jobs.target_kms2_key_id is 'The key of leg 2 after it; null: the present one.';

comment on column kw.rewrap_jobs.scheduled_at is 'Not before this time; null: at once.';

comment on column kw.rewrap_jobs.started_at is 'When it was last claimed.';

comment on column kw.rewrap_jobs.finished_at is 'When it was done, or failed for good.';

comment on column kw.rewrap_jobs.status is 'pending: not claimed yet, or to be tried again. running: claimed; if no transaction locks the row, its worker ended and it can be claimed again. done. failed: not tried again until kw.retry_rewrap_jobs().';

comment on column kw.rewrap_jobs.attempts is 'How often it was claimed.';

comment on column kw.rewrap_jobs.last_error is 'Why the last attempt failed, with its SQLSTATE. Of a job that is done: the leg that was left, and why, or what was not checked.';

comment on column kw.rewrap_jobs.created_at is 'When it was scheduled.';

comment on column kw.rewrap_jobs.kind is 'rewrap: other or renewed legs. relayer: the layers of a policy. rotate: a new data key for the bindings of the wrapper.';

comment on column kw.rewrap_jobs.target_policy_id is 'Of a relayer: the policy whose layers the wrapper gets.';

comment on column kw.rewrap_jobs.is_branch is 'Whether the wrapper is a branch: those come first.';

comment on column kw.rewrap_jobs.worker_pid is 'The server process that claimed it last.';

comment on column kw.rewrap_jobs.leg is 'Of a renewal under the present keys: the leg that is renewed; null: both.';

-- views/rewrap_progress.sql

create view kw.rewrap_progress as
select
    j.kind, j.target_kms1_key_id, j.target_kms2_key_id, p.policy_name as target_policy,
    count(*) as jobs,
    count(*) filter (where j.status = 'done') as done,
    count(*) filter (where j.status = 'running') as running,
    count(*) filter (where j.status = 'pending' and (j.scheduled_at is null or j.scheduled_at <= now())) as due,
    count(*) filter (where j.status = 'pending' and j.scheduled_at > now()) as delayed,
    count(*) filter (where j.status = 'failed') as failed,
    round(100.0 * count(*) filter (where j.finished_at is not null) / count(*), 1) as percent,
    count(distinct j.worker_pid) filter (where j.status = 'running') as workers,
    min(j.started_at) as started_at, max(j.finished_at) as last_finished_at
from kw.rewrap_jobs j
left join kw.encryption_policies p on p.id = j.target_policy_id
group by j.kind, j.target_kms1_key_id, j.target_kms2_key_id, p.policy_name;

comment on view kw.rewrap_progress is 'The queue, a row for each kind of job and target. It counts finished jobs until they are deleted (setting job_days).';

comment on column kw.rewrap_progress.kind is 'rewrap, relayer or rotate.';

comment on column kw.rewrap_progress.target_kms1_key_id is 'The key of leg 1 after it; null: the present one.';

comment on column kw.rewrap_progress.target_kms2_key_id is 'The key of leg 2 after it; null: the present one.';

comment on column kw.rewrap_progress.target_policy is 'Of a relayer: the policy.';

comment on column kw.rewrap_progress.jobs is 'All jobs.';

comment on column kw.rewrap_progress.done is 'Jobs that are done.';

comment on column kw.rewrap_progress.running is 'Jobs that are claimed.';

comment on column kw.rewrap_progress.due is 'Jobs that can be claimed now.';

comment on column kw.rewrap_progress.delayed is 'Jobs that are scheduled for later, or are tried again later.';

comment on column kw.rewrap_progress.failed is 'Jobs that rest as failed. See kw.rewrap_jobs.last_error.';

comment on column kw.rewrap_progress.percent is 'How many of 100 jobs are done or failed.';

comment on column kw.rewrap_progress.workers is 'Server processes that claimed the running jobs.';

comment on column kw.rewrap_progress.started_at is 'When a job was first claimed.';

comment on column kw.rewrap_progress.last_finished_at is 'When a job ended last.';

-- functions/_load.sql

create or replace function kw._load() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
# The one place that touches sys.path. The folder was fixed when the extension was installed.
import os
import stat
import sys

version = '0.6.0'
folder = f'MODULE_PATHNAME/{version}/cp{sys.version_info[0]}{sys.version_info[1]}'


def refuse(message, hint):
    # Beyond ASCII it would not cross plpy in every encoding.
    message, hint = (told.encode('ascii', 'backslashreplace').decode() for told in (message, hint))
    plpy.error(message, sqlstate='KW001', hint=hint)


for name in ('kwruntime', 'kwshared'):
    loaded = sys.modules.get(name)
    if loaded is not None and not loaded.__file__.startswith(folder + '/'):
        refuse(
            f'this session runs another version of kwtools than {version}',
            'Reconnect. The extension was updated since the session began.',
        )
try:
    found = os.stat(folder)
except OSError as error:
    refuse(f'runtime of kwtools {version} cannot be read at {folder}: {error.strerror}', 'Run make install on the server.')
if found.st_uid not in (0, os.geteuid()) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
    refuse(
        f'{folder} can be changed by users other than root and the user of the server',
        f'Run: chown -R root {folder}; chmod -R go-w {folder}',
    )
sys.dont_write_bytecode = True
if folder not in sys.path:
    sys.path.insert(0, folder)
import cryptography

if not cryptography.__file__.startswith(folder + '/'):
    refuse(
        f'this session has loaded another cryptography: {cryptography.__file__}',
        'Reconnect, and call kwtools before other PL/Python code that imports it.',
    )
import gc

# All that is loaded stays, so looking for garbage meanwhile is of no use: 3 of 60 ms.
collects = gc.isenabled()
gc.disable()
try:
    from kwruntime import api
finally:
    if collects:
        gc.enable()

# A body asks for the version in which it last changed.
for used in '0.4.0 0.5.0 0.6.0'.split():
    GD['kwtools ' + used] = api
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
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
# 0.6.0: every release replaces this function, so a session with older code gets its error here.
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
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
# 0.6.0: every release replaces this function, so a session with older code gets its error here.
return api.run_pending_reading()
$function$;

-- functions/describe_many.sql

create or replace function kw.describe_many(ciphertexts bytea[]) returns setof kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.describe_many(ciphertexts)
$function$;

comment on function kw.describe_many(ciphertexts bytea[]) is
'Describes many ciphertexts, as kw.describe, with one look-up for all. For kw_client, kw_admin and kw_auditor. Errors: KW003.';

grant execute on function kw.describe_many(ciphertexts bytea[]) to kw_client, kw_admin, kw_auditor;

-- functions/field_generations.sql

create or replace function kw.field_generations(entity_table text, field_name text) returns setof kw.field_generation
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.field_generations(entity_table, field_name)
$function$;

comment on function kw.field_generations(entity_table text, field_name text) is
'Counts the values of a column by generation, and those that are not ciphertexts of the field. It reads the headers of all values and decrypts nothing. Whether a ciphertext belongs to the key of its row is not checked. Null values are not counted. Requires SELECT on the column, and that row-level security hides no row. For kw_client, kw_admin and kw_auditor. Errors: KW003, KW100.';

grant execute on function kw.field_generations(entity_table text, field_name text) to kw_client, kw_admin, kw_auditor;

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
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.retire_generations(entity_table, field_name, max_wait_seconds, ignore_standbys)
$function$;

comment on function kw.retire_generations(entity_table text, field_name text, max_wait_seconds integer, ignore_standbys boolean) is
'Retires the wrappers of earlier generations that no value uses any more, and returns how many. It looks for ciphertexts in every bytea column of the table, waits until every transaction, snapshot, prepared transaction and standby that could hold an older one has gone, and looks again. A notice counts the generations that are left: values use them, or their wrapper has other bindings. An admin can put a retired wrapper back with kw.set_wrapper_status. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102 (not a table, a standby without hot_standby_feedback, generations that changed meanwhile), 55P03 (an older transaction or snapshot remains; it is named).';

grant execute on function kw.retire_generations(entity_table text, field_name text, max_wait_seconds integer, ignore_standbys boolean) to kw_client;

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
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

comment on function kw.shred_many(entity_table text, entity_pks text[], field_name text, shared boolean) is
'Destroys the data keys of many bindings as kw.shred does for one, all or none, and returns how many. What was shredded before is left out, so the call can be repeated. Keys that nothing protects are left out with a notice. It fails (KW302) if a key has no binding of its own but another one protects its values. A null array stands for no keys. Each data key leaves a row in kw.shred_receipts. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW302.';

grant execute on function kw.shred_many(entity_table text, entity_pks text[], field_name text, shared boolean) to kw_client;

create or replace function kw.shred_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

comment on function kw.shred_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, shared boolean) is
'Destroys the data keys of many bindings as kw.shred does for one, all or none, and returns how many. What was shredded before is left out, so the call can be repeated. Keys that nothing protects are left out with a notice. It fails (KW302) if a key has no binding of its own but another one protects its values. A null array stands for no keys. Each data key leaves a row in kw.shred_receipts. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW302.';

grant execute on function kw.shred_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, shared boolean) to kw_client;

create or replace function kw.shred_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

comment on function kw.shred_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, shared boolean) is
'Destroys the data keys of many bindings as kw.shred does for one, all or none, and returns how many. What was shredded before is left out, so the call can be repeated. Keys that nothing protects are left out with a notice. It fails (KW302) if a key has no binding of its own but another one protects its values. A null array stands for no keys. Each data key leaves a row in kw.shred_receipts. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW302.';

grant execute on function kw.shred_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, shared boolean) to kw_client;

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
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.verify_page(after, most, sample, seed, without_providers, counted)
$function$;

comment on function kw.verify_page(after bigint, most integer, sample double precision, seed bigint, without_providers text[], counted boolean) is
'Opens the next wrappers by each leg alone and through every layer, as kw.verify does, and returns how far it came. Retired wrappers are counted, not opened. A KMS that has just failed is not asked again for a short time: its legs fail. With without_providers it opens each wrapper by what remains and returns those that are lost; these providers are not asked, and nothing that they opened is used. For kw_admin and kw_operator. Errors: KW003, KW101.';

grant execute on function kw.verify_page(after bigint, most integer, sample double precision, seed bigint, without_providers text[], counted boolean) to kw_admin, kw_operator;

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
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.plan_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, max_jobs
)
$function$;

comment on function kw.plan_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, max_jobs integer) is
'Counts what the jobs of kw.schedule_rewrap() with the same arguments would cost: wrappers, items and calls of KMSs, bytes of new wraps. Changes nothing. details lists modes and keys, and what cannot be rewrapped. Logins and look-ups of keys are not counted. For kw_admin and kw_operator. Errors: KW003, KW101, KW200.';

grant execute on function kw.plan_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, max_jobs integer) to kw_admin, kw_operator;

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
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.schedule_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, scheduled_at
)
$function$;

comment on function kw.schedule_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, scheduled_at timestamptz) is
'Puts a job into the queue, kw.rewrap_jobs, for each selected wrapper that has no open job, and returns how many. What is selected by several parameters fulfils all of them; at least one is required. The job wraps the same data key again, under the same keys or others, or behind other layers. Warns of wrappers that are left out, since a key is not active or their open job has another target. A notice counts those that have such a job already. Deletes jobs that finished longer ago than setting job_days. Audited. For kw_admin. Errors: KW003, KW101, KW200.';

grant execute on function kw.schedule_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, scheduled_at timestamptz) to kw_admin;

-- functions/schedule_rotate.sql

create or replace function kw.schedule_rotate(entity_table text, field_name text default null, older_than interval default null, scheduled_at timestamptz default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.schedule_rotate(entity_table, field_name, older_than, scheduled_at)
$function$;

comment on function kw.schedule_rotate(entity_table text, field_name text, older_than interval, scheduled_at timestamptz) is
'Puts a job into the queue for each data key that bindings of a table encrypt with now, to give these bindings a new one, as kw.rotate does, and returns how many. Existing ciphertexts stay readable. Audited. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.schedule_rotate(entity_table text, field_name text, older_than interval, scheduled_at timestamptz) to kw_admin;

-- functions/set_policy_renewal.sql

create or replace function kw.set_policy_renewal(policy text, max_wrap_age interval default null, renews_one_leg boolean default false) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.set_policy_renewal(policy, max_wrap_age, renews_one_leg)
$function$;

comment on function kw.set_policy_renewal(policy text, max_wrap_age interval, renews_one_leg boolean) is
'Sets how old the wraps of a policy may become before kw.schedule_due_rewraps() schedules their renewal, and what a job does while one of two KMSs is down: it fails and is tried again, or renews the other leg alone and says so. Sets both: what is not named gets its default. Audited. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.set_policy_renewal(policy text, max_wrap_age interval, renews_one_leg boolean) to kw_admin;

-- functions/schedule_due_rewraps.sql

create or replace function kw.schedule_due_rewraps() returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.schedule_due_rewraps()
$function$;

comment on function kw.schedule_due_rewraps() is
'Puts a job into the queue for each wrapper with a leg that is older than max_wrap_age of its policy (kw.set_policy_renewal), to renew that leg, and returns how many. For a nightly run. Audited. For kw_admin and kw_operator. Errors: KW003.';

grant execute on function kw.schedule_due_rewraps() to kw_admin, kw_operator;

-- functions/claim_rewrap_jobs.sql

create or replace function kw.claim_rewrap_jobs(max_jobs integer default 1000, to_policy text default null, running_too boolean default true) returns bigint[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.claim_rewrap_jobs(max_jobs, to_policy, running_too)
$function$;

comment on function kw.claim_rewrap_jobs(max_jobs integer, to_policy text, running_too boolean) is
'Claims jobs of the queue that are due and that nobody works at, those of branches first, and returns their ids. Commit, then run them with kw.run_rewrap_jobs() in the next transaction. A job whose worker ended is claimed again. For kw_admin and kw_operator. Errors: KW003, KW101.';

grant execute on function kw.claim_rewrap_jobs(max_jobs integer, to_policy text, running_too boolean) to kw_admin, kw_operator;

-- functions/run_rewrap_jobs.sql

create or replace function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision default null) returns kw.rewrap_outcomes
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.run_rewrap_jobs(jobs, max_seconds)
$function$;

comment on function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision) is
'Runs claimed jobs, and returns what became of them. Skips jobs that another worker runs or has claimed since. Each new wrap is opened again before it replaces the old one. A wrapper that was changed meanwhile is left. A job that fails undoes no other one: it is tried again after a growing time, or rests as failed. Audited. For kw_admin and kw_operator. Errors: KW003.';

grant execute on function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision) to kw_admin, kw_operator;

-- functions/work_rewrap_jobs.sql

create or replace procedure kw.work_rewrap_jobs(max_seconds double precision default 50, max_jobs integer default 1000)
language plpgsql
as $procedure$
declare
    until pg_catalog.timestamptz := pg_catalog.clock_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(secs => max_seconds);
    claimed pg_catalog.int8[];
    is_last pg_catalog.bool := false;
begin
    loop
        claimed := kw.claim_rewrap_jobs(max_jobs => max_jobs, running_too => is_last);
        commit;
        if pg_catalog.cardinality(claimed) operator(pg_catalog.>) 0 then
            perform kw.run_rewrap_jobs(claimed);
            commit;
        elsif is_last then
            exit;
        else
            is_last := true;
        end if;
        exit when pg_catalog.clock_timestamp() operator(pg_catalog.>=) until;
    end loop;
end;
$procedure$;

comment on procedure kw.work_rewrap_jobs(max_seconds double precision, max_jobs integer) is
'Claims and runs jobs of the queue until none is due, or until the time is over, and commits by itself after every claim and every run. For pg_cron, and outside of a transaction block. Any number of sessions can call it at once. For kw_admin and kw_operator. Errors: as kw.run_rewrap_jobs.';

grant execute on procedure kw.work_rewrap_jobs(max_seconds double precision, max_jobs integer) to kw_admin, kw_operator;

-- functions/retry_rewrap_jobs.sql

create or replace function kw.retry_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.retry_rewrap_jobs(jobs)
$function$;

comment on function kw.retry_rewrap_jobs(jobs bigint[]) is
'Lets jobs that failed be tried again at once, and counts their attempts from 0. Of several failed jobs of a wrapper the last one, and none if it has an open job. Audited. For kw_admin and kw_operator. Errors: KW003.';

grant execute on function kw.retry_rewrap_jobs(jobs bigint[]) to kw_admin, kw_operator;

-- functions/cancel_rewrap_jobs.sql

create or replace function kw.cancel_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.cancel_rewrap_jobs(jobs)
$function$;

comment on function kw.cancel_rewrap_jobs(jobs bigint[]) is
'Deletes jobs that are not done and that nobody works at, and returns how many. Audited. For kw_admin. Errors: KW003.';

grant execute on function kw.cancel_rewrap_jobs(jobs bigint[]) to kw_admin;

-- functions/key_dependents.sql

create or replace function kw.key_dependents(kms_key_id bigint) returns setof kw.key_dependent
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.key_dependents(kms_key_id)
$function$;

comment on function kw.key_dependents(kms_key_id bigint) is
'Returns what needs a KMS key directly: wrappers (by a leg), layers, branches, sealed private keys, signing keys, policies, and jobs that are not done. Shredded wrappers do not count. It reads every wrapper. For kw_admin and kw_auditor. Errors: KW101.';

grant execute on function kw.key_dependents(kms_key_id bigint) to kw_admin, kw_auditor;

-- functions/safe_to_destroy.sql

create or replace function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.6.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.6.0']
return api.safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

comment on function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) is
'Answers whether a KMS key can be destroyed in its KMS, with the evidence. It waits until the transactions that may have wrapped under the key have ended; if they do not end in time, it answers no and names them. It takes no lock. A key that is active, or that anything needs, is not safe to destroy. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) to kw_admin;

-- functions/set_setting.sql

comment on function kw.set_setting(name text, value integer) is
'Sets a setting. cache_seconds: how long a session keeps an opened key (default 300). cache_keys: how many keys it keeps (default 10000; 0: none). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: the time after which kw.check_kms calls a key degraded (default 1000). health_days: how long it keeps its results (default 30). audit_log: whether audited actions are also lines in the server log (default 1). audit_days: how long audit events are kept (default 0: for ever). job_attempts: how often a job of the queue is tried before it rests as failed (default 10). job_days: how long finished jobs are kept (default 30; 0: for ever). For kw_admin. Errors: KW003.';

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
                    'kw_unwrap'::regrole, 'kw_grantor'::regrole, 'kw_auditor'::regrole
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
    kw.kms_providers, kw.kms_keys, kw.crypto_algorithms, kw.encryption_policies, kw.policy_kms_keys,
    kw.encryption_bindings, kw.binding_generations, kw.entities, kw.entity_fields, kw.field_grants,
    kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.settings, kw.audit_events,
    kw.key_dependencies, kw.closed_keys, kw.key_usage, kw.installation, kw.kem_levels, kw.branch_levels,
    kw.wrapper_levels, kw.policy_layer_keys, kw.crypto_inventory, kw.algorithm_statuses, kw.loads_to_check,
    kw.former_wraps, kw.rewrap_progress, kw.shred_receipts
to kw_admin, kw_auditor;

grant select (
    id, wrapper_uuid, kms1_key_id, kms2_key_id, crypto_suite, wrap_version, wrap1_version, wrap2_version,
    dek_class, policy_id, status, created_at, rotated_at, owner, owner_name, installation, wrap1_at, wrap2_at
) on kw.key_wrappers to kw_admin, kw_auditor;

grant select on kw.kms_providers, kw.kms_keys, kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.rewrap_progress to kw_operator;
