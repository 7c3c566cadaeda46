create or replace function kw.grant_field(
    entity_table text,
    field_name text,
    grantee name,
    may_read boolean default true,
    may_write boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.grant_field(entity_table, field_name, grantee, may_read, may_write)
$function$;

comment on function kw.grant_field(entity_table text, field_name text, grantee name, may_read boolean, may_write boolean) is
'Lets a role and its members decrypt (may_read) or encrypt (may_write) a field (null: every field) of a table, or of an external entity. Replaces an earlier grant. Audited. For kw_client and kw_grantor; requires the owner of the table, or kw_grantor for an external entity. Errors: KW003, KW100, KW101 (no such role).';

grant execute on function kw.grant_field(entity_table text, field_name text, grantee name, may_read boolean, may_write boolean) to kw_client, kw_grantor;
