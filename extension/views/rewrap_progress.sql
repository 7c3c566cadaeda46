create view kw.rewrap_progress as
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
comment on column kw.rewrap_progress.percent is 'How many of 100 jobs are done or failed. Rounded down: 100 if all are.';
comment on column kw.rewrap_progress.workers is 'Server processes that claimed the running jobs.';
comment on column kw.rewrap_progress.started_at is 'When a job was first claimed.';
comment on column kw.rewrap_progress.last_finished_at is 'When a job ended last.';
