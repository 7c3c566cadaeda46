-- @param entity_table: the table or external name; null: every one
-- @returns: one row for each grant
-- @example
--   select kw.grant_field('users', 'email', 'mailer', may_write => true);
--   select entity, field_name, grantee, may_read, may_write, counts, reason from kw.list_grants('users');
create or replace function kw.list_grants(entity_table text default null)
returns table (
    entity text,
    field_name text,
    grantee text,
    may_read boolean,
    may_write boolean,
    granted_by text,
    created_at timestamptz,
    table_owner text,
    counts boolean,
    reason text
)
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.list_grants(entity_table)
$function$;

comment on function kw.list_grants(entity_table text) is
'Lists the grants of an entity, or all that the caller may see. Shows the role, the table owner at the time of the grant, whether the grant is in force, and the reason if not. For kw_client (the table owner), kw_grantor (external names), kw_admin and kw_auditor (all). Errors: KW003, KW100.';

grant execute on function kw.list_grants(entity_table text) to kw_admin, kw_client, kw_grantor, kw_auditor;
