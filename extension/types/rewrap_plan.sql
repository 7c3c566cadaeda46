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
