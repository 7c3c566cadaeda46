-- SECURITY DEFINER: it writes the audit at commit, whatever role is in force then.
create or replace function kw._keep_reads() returns trigger
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.keep_reads(TD['new']['id'])
$function$;

comment on function kw._keep_reads() is
'Trigger: writes the audit events of the reads that the transaction has counted. Internal. Errors: KW001.';
