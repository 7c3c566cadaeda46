-- @param again: whether to sign even if the newest checkpoint has all entries
-- @returns: the checkpoint of all entries, a signed note
-- @example
--   select split_part(kw.sign_checkpoint(), E'\n', 2) as size;
create or replace function kw.sign_checkpoint(again boolean default false) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.sign_checkpoint(again)
$function$;

comment on function kw.sign_checkpoint(again boolean) is
'Signs a checkpoint of the log by each of its keys, stores it, writes it to the server log, and returns it. If the newest checkpoint has all entries already, returns that one. It checks first that the log continues the newest checkpoint. Refuses in a transaction that appended events, since a checkpoint must not outlive its entries. For kw_admin and kw_operator. Errors: KW101 (no log, or an empty one), KW102 (events were appended in this transaction, or a key does not sign), KW200 to KW209, KW211 (the log, or a row of its keys, was changed).';

grant execute on function kw.sign_checkpoint(again boolean) to kw_admin, kw_operator;
