-- SECURITY DEFINER: it reads the key tables. For a call of one value whose binding the session has
-- opened before: a look by itself, since the way through a hop in Python takes longer than all of this. It
-- answers nobody who does not know the epoch, which is random and which no client can
-- read; where nothing was ever changed it is 0, so then only for a role that the session may take. Where the
-- rest was proven already it answers who knows the random id of a binding.
-- Rows are found by their places: the same version at the same place with the same id is the same row.
create or replace function kw._still_stands(
    role oid, entity_table text, table_schema text, field_name text, key_index oid,
    entity_place tid, entity_version xid, privileges text, by_grant boolean, epoch bigint,
    binding_id bigint, binding_place tid, binding_version xid, names_key boolean, names_field boolean,
    wrapper_id bigint, wrapper_place tid, wrapper_version xid, entity_pk text, proven integer
) returns integer
language plpgsql stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
declare
    found_for integer;
begin
    -- $20: what was proven at this moment of another cell of the field. The rows are left to prove.
    if $20 is not null then
        if not exists (
            select
            from kw.encryption_bindings b, kw.key_wrappers w
            where b.ctid = $12 and b.xmin = $13 and b.id = $11 and w.ctid = $17 and w.xmin = $18 and w.id = $16
        ) then
            return 0;
        end if;
        found_for := $20;
    else
        -- A lock that was not held yet makes the session learn of privileges that others have changed. No client
        -- can keep that of pg_proc's TOAST table.
        if (pg_relation_is_updatable(2836, false) >= 0) is not true then
            return 0;
        end if;
        -- What not every call needs is asked apart: the server sets up all of a query, needed or not.
        if $9 then
            if not exists (
                select
                from kw.entities e
                join kw.field_grants g
                    on g.entity_table = e.entity_table and g.field_name_norm in ('', coalesce($4, ''))
                join kw.installation i on i.id = g.installation
                join pg_roles r on r.oid = g.grantee
                left join pg_class c on c.oid = e.relation
                where e.entity_table = $2
                    and (e.relation is null or e.relation::regclass::text = e.quoted_name)
                    and g.relation is not distinct from e.relation and g.owner is not distinct from c.relowner
                    and case when $8 = 'select' then g.may_read else g.may_write end
                    and pg_has_role($1, r.oid, 'usage')
            ) then
                return 0;
            end if;
        end if;
        found_for := (
            select
                case
                    when $8 <> 'select' and not ($14 or $15) then 1
                    when exists (
                        select
                        from kw.entity_fields f
                        where f.entity_table = $2 and f.field_name_norm in ('', coalesce($4, ''))
                            and (
                                f.has_other_spellings or f.has_shredded
                                or ($8 <> 'select' and not ($14 and $15) and f.has_keys)
                            )
                    ) then 1
                    else 2
                end
            from kw.entities e, kw.encryption_bindings b, kw.key_wrappers w
            where e.ctid = $6 and e.xmin = $7 and e.entity_table = $2
                and b.ctid = $12 and b.xmin = $13 and b.id = $11
                and w.ctid = $17 and w.xmin = $18 and w.id = $16
                and (select coalesce(bit_xor(m.mark), 0) from kw.key_epoch_marks m) = $10
                and ($10 <> 0 or pg_has_role(session_user, $1, 'member'))
                and (e.relation is null or pg_relation_is_publishable($5) is not null)
                and case
                    when $9 then true
                    when (e.relation::regclass::text = e.quoted_name) is not true then false
                    when not has_schema_privilege($1, $3, 'usage') then false
                    when $4 is null then has_table_privilege($1, e.relation, $8)
                    else has_column_privilege($1, e.relation, $4, $8)
                end
        );
    end if;
    -- Here the entity is known: it was proven, now or at this moment.
    if found_for = 1 then
        if exists (
            select
            from kw.entity_fields f
            where f.entity_table = $2 and f.field_name_norm = '' and f.has_other_spellings
            union all
            select
            from kw.encryption_bindings s
            where s.entity_table = (select e.bound_as from kw.entities e where e.entity_table = $2) and s.entity_pk in ($19, '*') and s.status = 'shredded'
                and s.field_name_norm in ('', coalesce($4, ''))
        ) then
            return 0;
        end if;
        -- To encrypt: what is bound more narrowly takes the place of this binding.
        if $8 <> 'select' and exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = (select e.bound_as from kw.entities e where e.entity_table = $2) and n.entity_pk in ($19, '*') and n.field_name_norm in ('', coalesce($4, ''))
                and (n.entity_pk <> '*', n.field_name_norm <> '') > ($14, $15)
        ) then
            return 0;
        end if;
    end if;
    return coalesce(found_for, 0);
end;
$function$;

comment on function kw._still_stands(
    oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text, integer
) is
'Returns whether a binding that the session has opened still stands, is the one for a cell, and is open to a role: 0 no, 1 yes for this key, 2 yes for every key of the field. Internal: 0 for who does not know the rows.';

grant execute on function kw._still_stands(
    oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text, integer
) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;
