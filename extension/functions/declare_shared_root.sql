-- @param provider: the one provider
-- @param other: the other provider
-- @example
--   select kw.declare_shared_root('local', 'archive');
create or replace function kw.declare_shared_root(provider text, other text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.declare_shared_root(provider, other)
$function$;

comment on function kw.declare_shared_root(provider text, other text) is
'Declares that two providers share a root: one who has the keys of one can open the other. Examples are keys restored or imported into both, or one that unseals the other. From the next statement on, the keys of both count as one root. Policies of mode both or either with such keys make no new wrappers; a warning names them. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.declare_shared_root(provider text, other text) to kw_admin;
