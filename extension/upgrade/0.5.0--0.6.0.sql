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

-- @include tables/former_wraps.sql
-- @include types/rewrap_plan.sql
-- @include types/rewrap_outcomes.sql
-- @include types/field_generation.sql

-- @include types/key_dependent.sql
-- @include types/destroy_check.sql
-- @include tables/shred_receipts.sql

-- @include types/verify_page_result.sql

-- After every new table.
-- @include tables/guard_writes.sql
-- @include tables/restore_guards.sql
