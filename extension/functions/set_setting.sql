-- @param name: the setting
-- @param value: its new value
-- @example
--   select kw.set_setting('cache_seconds', 60);
create or replace function kw.set_setting(name text, value integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_setting(name, value)
$function$;

comment on function kw.set_setting(name text, value integer) is
'Sets a setting. cache_seconds: how long a session keeps an opened key (default 300). cache_keys: how many keys it keeps (default 10000; 0: none). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: the time after which kw.check_kms calls a key degraded (default 1000). health_days: how long it keeps its results (default 30). audit_log: whether audited actions are also lines in the server log (default 1). audit_days: how long audit events are kept (default 0: for ever). job_attempts: how often a job of the queue is tried before it rests as failed (default 10). job_days: how long finished jobs are kept (default 30; 0: for ever). signature_level: the NIST level that signing keys need to be created, enrolled and to sign, except those of the log (default 0: none). read_audit: which reads are audited of fields without kw.set_read_audit (default 1: raw data keys; 0: none; 2: every statement). metrics_show_names: whether kw.metrics shows the names of KMS keys (default 1; 0: only their ids). For kw_admin. Errors: KW003.';

grant execute on function kw.set_setting(name text, value integer) to kw_admin;
