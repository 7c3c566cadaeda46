-- @param field_name: the field; null: every field
-- @param grantee: the role that gets the right, with its members
-- @param may_read: whether it may decrypt
-- @param may_write: whether it may encrypt
-- @example
--   create role mailer;
--   grant kw_client to mailer;
--   create view contacts as select id, email as encrypted from users where id < 3;
--   grant select on contacts to mailer;
--   select kw.grant_field('users', 'email', 'mailer');
--   set role mailer;
--   select id, kw.decrypt_text('users', id, 'email', encrypted) as email from contacts order by id;
--   reset role;
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
'Lets a role and its members decrypt (may_read) or encrypt (may_write) a field (null: every field) of a table or external entity. Replaces an earlier grant. Audited. For kw_client and kw_grantor; requires the table owner, or kw_grantor for an external entity. Errors: KW003, KW100, KW101 (role does not exist).';

grant execute on function kw.grant_field(entity_table text, field_name text, grantee name, may_read boolean, may_write boolean) to kw_client, kw_grantor;
