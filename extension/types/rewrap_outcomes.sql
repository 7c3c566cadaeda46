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
comment on column kw.rewrap_outcomes.skipped is 'Jobs that another worker runs or has claimed since, that are not running, or that had nothing to do: the wrapper was destroyed, or has the layers already.';
