create or replace function kw._touch_key_epoch() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    -- Random, not counted: an aborted change must not share its epoch with a later one.
    update kw.key_epoch set epoch = gen_random_uuid();
    return null;
end;
$function$;

comment on function kw._touch_key_epoch() is
'Trigger: a key, a provider, a branch or a setting changed, so every session checks its opened keys again. Internal.';
