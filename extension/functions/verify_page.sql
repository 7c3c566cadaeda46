-- @param after: go on after this `kw.key_wrappers.id`: `last_id` of the page before
-- @param most: how many wrappers to read
-- @param sample: the share of all wrappers to check, greater than 0, at most 1
-- @param seed: which sample; the same seed selects the same wrappers
-- @param without_providers: providers that count as gone; each wrapper is opened by what remains
-- @param counted: whether to count how many wrappers remain after the page
-- @returns: one row: what was checked, how far it came, and what does not open
-- @example
--   select * from kw.verify_page(most => 2, counted => true);
--   select p.checked, r.sqlstate, count(r.id)
--   from kw.verify_page(without_providers => array['local']) p
--   cross join jsonb_to_recordset(p.problems) r (id bigint, sqlstate text)
--   group by p.checked, r.sqlstate order by r.sqlstate;
create or replace function kw.verify_page(
    after bigint default 0,
    most integer default 1000,
    sample double precision default 1,
    seed bigint default 0,
    without_providers text[] default '{}',
    counted boolean default false
) returns kw.verify_page_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.verify_page(after, most, sample, seed, without_providers, counted)
$function$;

comment on function kw.verify_page(after bigint, most integer, sample double precision, seed bigint, without_providers text[], counted boolean) is
'Opens the next wrappers by each leg alone and through every layer, as kw.verify does, and returns how far it came. Retired wrappers are counted, not opened. The page that comes to the end opens the sealed private keys of signing keys, too. A KMS that has just failed is not asked again for a short time: its legs fail. With without_providers it opens each wrapper by what remains and returns those that are lost; these providers are not asked, and nothing that they opened is used. For kw_admin and kw_operator. Errors: KW003, KW101.';

grant execute on function kw.verify_page(after bigint, most integer, sample double precision, seed bigint, without_providers text[], counted boolean) to kw_admin, kw_operator;
