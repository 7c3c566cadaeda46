create type kw.token_batch as (
    passed integer,
    filled integer,
    skipped integer,
    unreadable text[],
    "position" text[]
);
comment on type kw.token_batch is 'What a call of kw.fill_tokens has done.';
