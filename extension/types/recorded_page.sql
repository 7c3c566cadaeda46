create type kw.recorded_page as (
    event bigint,
    checked integer,
    retired integer,
    last_id bigint,
    problems jsonb,
    is_complete boolean
);
comment on type kw.recorded_page is 'The event that records a verification so far, kw.audit_events.id, and of its last page: how many wrappers were opened, how many are retired and were not, the last id (null: nothing was left), what does not open, as in kw.verify_page_result, and whether the verification is complete.';
