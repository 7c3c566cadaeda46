-- @param min_layers: how many layers a new wrapper gets at least
-- @param max_layers: how many layers a new wrapper gets at most, 8 or fewer
-- @param layer_selection: `defined`, `round_robin`, `random` or `hash_mod`
-- @param aad_template: an object of texts that each layer is bound to; null: none
-- @param allow_experimental: whether KEMs of status `experimental` may be used
-- @example
--   select kw.set_policy_layers('layered', 1, 1, aad_template => '{"purpose": "{policy}"}');
create or replace function kw.set_policy_layers(
    policy_name text,
    min_layers integer,
    max_layers integer,
    layer_selection text default 'defined',
    aad_template jsonb default null,
    allow_experimental boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_policy_layers(policy_name, min_layers, max_layers, layer_selection, aad_template, allow_experimental)
$function$;

comment on function kw.set_policy_layers(policy_name text, min_layers integer, max_layers integer, layer_selection text, aad_template jsonb, allow_experimental boolean) is
'Sets the number of KEM layers of new wrappers of a policy, each sealed to another KEM key of the policy. kw.create_policy and kw.add_policy_key name the keys. layer_selection chooses them: defined, the highest priority first; round_robin; random, by weight; hash_mod, by the wrapper_uuid. aad_template is an object of texts that every layer binds; {wrapper}, {policy}, {class}, {layer} and {key} are filled in. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.set_policy_layers(policy_name text, min_layers integer, max_layers integer, layer_selection text, aad_template jsonb, allow_experimental boolean) to kw_admin;
