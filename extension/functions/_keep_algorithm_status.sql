create or replace function kw._keep_algorithm_status() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    update kw.crypto_algorithms a
    set status = new.status
    where a.id = new.algorithm_id and a.status <> new.status;
    return null;
end;
$function$;

comment on function kw._keep_algorithm_status() is
'Trigger: shows the status that an admin gave an algorithm in the catalogue. Internal.';
