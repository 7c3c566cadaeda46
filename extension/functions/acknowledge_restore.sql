-- @param checkpoint: the last checkpoint of the log that was kept outside of the database, with its signatures
-- @param reason: why the database was restored, for the audit
-- @returns: the origin of the log of the new incarnation
-- @example
--   call kw.seal_audit() \gset
--   select split_part(kw.acknowledge_restore(:'checkpoint', 'a disk was lost'), '/', 4) as incarnation;
--   call kw.seal_audit() \gset
create or replace function kw.acknowledge_restore(checkpoint text, reason text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.acknowledge_restore(checkpoint, reason)
$function$;

comment on function kw.acknowledge_restore(checkpoint text, reason text) is
'Acknowledges that a restore has put the database back, and begins the next incarnation of its deployment: change numbers of their own, and a log of its own with the host and the keys of the one before. It returns the origin of that log. The first entry names the checkpoint, the size and root hash of the restored log, and the reason. Then call kw.seal_audit, give auditors the new verifier keys, and raise the incarnation in the provider file. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003 (not a checkpoint of this log, as after a second call), KW100, KW101 (no deployment, or no log), KW200 to KW209, KW211 (not signed by a key of the log).';

grant execute on function kw.acknowledge_restore(checkpoint text, reason text) to kw_admin;
