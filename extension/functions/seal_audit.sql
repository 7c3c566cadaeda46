-- @param size: returned: how many entries the log has
-- @param checkpoint: returned: the signed checkpoint of these entries
-- @param max_events: how many events are appended in a transaction, 1 to 100000
-- @param again: whether to sign even if nothing is new
-- @example
--   call kw.seal_audit() \gset
--   select :size > 5 as is_sealed;
-- A procedure that commits cannot have a SET clause: so every name and operator is qualified.
create or replace procedure kw.seal_audit(
    inout size bigint default null,
    inout checkpoint text default null,
    max_events integer default 10000,
    again boolean default false
)
language plpgsql
as $procedure$
begin
    loop
        exit when kw.append_audit(max_events) operator(pg_catalog.<) max_events;
        commit;
    end loop;
    commit;
    checkpoint := kw.sign_checkpoint(again);
    size := pg_catalog.split_part(checkpoint, E'\n', 2);
    commit;
end;
$procedure$;

comment on procedure kw.seal_audit(inout size bigint, inout checkpoint text, max_events integer, again boolean) is
'Appends every committed event that is not in the log yet, signs a checkpoint, and returns the size of the log and the checkpoint. Commits by itself after every batch, and before it signs. If nothing is new, returns the newest checkpoint. For pg_cron, and outside of a transaction block. For kw_admin and kw_operator. Errors: as kw.append_audit and kw.sign_checkpoint.';

grant execute on procedure kw.seal_audit(inout size bigint, inout checkpoint text, max_events integer, again boolean) to kw_admin, kw_operator;
