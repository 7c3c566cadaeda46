create or replace function kw._touch_key_epoch() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    -- Random, not counted: an aborted change must not share its epoch with a later one. The last
    -- 62 random bits of a uuid, since setseed() does not foresee them.
    random_mark constant bigint := ('x' || right(replace(gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint;
begin
    begin
        -- One mark that no other transaction holds gets a new value, and the rest of those go: so
        -- there are never many more marks than writers at one time.
        with free as materialized (
            select m.id from kw.key_epoch_marks m order by m.id limit 100 for update skip locked
        ),
        one as (
            select f.id from free f limit 1
        ),
        gone as (
            delete from kw.key_epoch_marks m
            using free f
            where m.id = f.id and m.id not in (select o.id from one o)
        )
        update kw.key_epoch_marks m set mark = random_mark from one o where m.id = o.id;
        if found then
            return null;
        end if;
    exception when serialization_failure then
        -- Under REPEATABLE READ, where a mark was changed since the snapshot.
        null;
    end;
    insert into kw.key_epoch_marks (mark) values (random_mark);
    return null;
end;
$function$;

comment on function kw._touch_key_epoch() is
'Trigger: makes every session check its opened keys again after a change of a key, provider, branch or setting. Does not wait for other transactions. Internal.';
