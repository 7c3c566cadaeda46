-- @param continues: the event of the page before, `kw.audit_events.id`; null: begin
-- @param most: how many wrappers to read
-- @param sample: as of `kw.verify_page`, the same in each page
-- @param seed: as of `kw.verify_page`, the same in each page
-- @param without_providers: as of `kw.verify_page`, the same in each page
-- @returns: one row: the event, and what was found in this page
-- @example
--   select checked, problems, is_complete from kw.record_verify(most => 1000);
create or replace function kw.record_verify(
    continues bigint default null,
    most integer default 1000,
    sample double precision default 1,
    seed bigint default 0,
    without_providers text[] default '{}'
) returns kw.recorded_page
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.record_verify(continues, most, sample, seed, without_providers)
$function$;

comment on function kw.record_verify(continues bigint, most integer, sample double precision, seed bigint, without_providers text[]) is
'Verifies the next wrappers as kw.verify_page does, and records it as an event, so that a run has a receipt. The event has the totals of the run since its beginning, counted by the database: how many wrappers opened, how many problems, when it began. The one whose details have complete = true is that of the whole run. For kw_admin and kw_operator. Errors: KW003, KW101, KW102 (the run is complete, or has other options).';

grant execute on function kw.record_verify(continues bigint, most integer, sample double precision, seed bigint, without_providers text[]) to kw_admin, kw_operator;
