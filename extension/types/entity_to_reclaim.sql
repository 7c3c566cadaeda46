create type kw.entity_to_reclaim as (
    entity_table text,
    recorded_owner name,
    present_owner name,
    grants text[],
    problem text
);
comment on type kw.entity_to_reclaim is 'A name whose table is not the recorded one.';
