-- @overload entity_pk: text bigint uuid
create or replace function kw.shred(
    entity_table text,
    entity_pk text,
    field_name text default null,
    whole boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return kw.shred(entity_table, entity_pk, field_name, whole)
$function$;

comment on function kw.shred(entity_table text, entity_pk text, field_name text, whole boolean) is
'Destroys the data keys of a binding for good, the rotated ones too, and returns how many. Refuses keys that other bindings share; the binding of every row (*) needs whole => true. Final only once backups, WAL and replicas with the wraps have expired. Audited. For kw_client; takes the owner of the table. Errors: KW003, KW100, KW102, KW301, KW302.';

grant execute on function kw.shred(entity_table text, entity_pk text, field_name text, whole boolean) to kw_client;
