create or replace function kw._keep_algorithm() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    present kw.crypto_algorithms;
begin
    select * into present
    from kw.crypto_algorithms a
    where a.class = new.class and a.name = new.name and a.variant is not distinct from new.variant;
    if not found then
        return new;
    end if;
    if present.status <> new.status then
        insert into kw.algorithm_statuses (algorithm_id, status)
        values (present.id, new.status)
        on conflict (algorithm_id) do update set status = excluded.status;
    end if;
    return null;
end;
$function$;

comment on function kw._keep_algorithm() is
'Trigger: updates only the status of an algorithm that already exists, as in an older dump or a subscription. Internal.';
