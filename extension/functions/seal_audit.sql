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
declare
    failed pg_catalog.text;
    problem pg_catalog.text;
    details pg_catalog.text;
    advice pg_catalog.text;
begin
    loop
        exit when kw.append_audit(max_events) operator(pg_catalog.<) max_events;
        commit;
    end loop;
    commit;
    -- What was recorded is signed, even where rows are not what it says of them.
    begin
        perform kw.append_state();
    exception
        when sqlstate 'KW211' or sqlstate 'KW102' then
            get stacked diagnostics
                failed = returned_sqlstate, problem = message_text,
                details = pg_exception_detail, advice = pg_exception_hint;
    end;
    commit;
    checkpoint := kw.sign_checkpoint(again);
    size := pg_catalog.split_part(checkpoint, E'\n', 2);
    commit;
    if failed is not null then
        -- Each of these errors has a detail and a hint.
        raise exception using
            errcode = failed, message = problem, detail = details, hint = advice;
    end if;
end;
$procedure$;

comment on procedure kw.seal_audit(inout size bigint, inout checkpoint text, max_events integer, again boolean) is
'Appends every committed event that is not in the log yet, and the state of the sealed rows, signs a checkpoint, and returns the size of the log and the checkpoint. Commits by itself after every batch, and before it signs. If nothing is new, returns the newest checkpoint. For pg_cron, and outside of a transaction block. For kw_admin and kw_operator. If rows are not what the log says, it signs the checkpoint without a state and then fails. Errors: as kw.append_audit, kw.append_state and kw.sign_checkpoint.';

grant execute on procedure kw.seal_audit(inout size bigint, inout checkpoint text, max_events integer, again boolean) to kw_admin, kw_operator;
