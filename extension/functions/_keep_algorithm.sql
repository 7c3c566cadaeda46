create or replace function kw._keep_algorithm() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    update kw.crypto_algorithms a
    set status = new.status
    where a.class = new.class and a.name = new.name and a.variant is not distinct from new.variant;
    if found then
        return null;
    end if;
    return new;
end;
$function$;

comment on function kw._keep_algorithm() is
'Trigger: an algorithm that is there already, as when a dump is restored, only gets its status. Internal.';
