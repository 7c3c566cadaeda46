create type kw.verify_page_result as (
    checked integer,
    retired integer,
    last_id bigint,
    remaining bigint,
    problems jsonb
);
comment on type kw.verify_page_result is 'How many wrappers were opened, how many are retired and were not, the id to go on after (null: nothing was left), how many remain (if asked for), and an array of what does not open, each as kw.verify_result.';
