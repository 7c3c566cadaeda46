-- A subscription (session_replication_role = replica) brings the times of its publisher, whose clock they are of.
create or replace function kw._keep_signing_times() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    is_copy constant boolean := current_setting('session_replication_role') = 'replica';
    is_true boolean := true;
begin
    if new.activated_at is distinct from old.activated_at then
        is_true := old.activated_at is null and new.status = 'active';
        new.activated_at := case when is_copy then new.activated_at else clock_timestamp() end;
    end if;
    if old.status = 'active' and new.status <> 'active' then
        new.retired_at := case when is_copy then new.retired_at else clock_timestamp() end;
    elsif new.retired_at is distinct from old.retired_at then
        is_true := false;
    end if;
    -- What is learnt later can only be worse.
    if new.compromised_at > coalesce(old.compromised_at, clock_timestamp()) and not is_copy then
        is_true := false;
    end if;
    if not is_true then
        raise exception 'the times of row % of kw.% follow its status', old.id, tg_table_name
            using errcode = 'KW102',
            detail = 'A key is activated and retired once, now. The moment of a compromise is past, and moves back only.';
    end if;
    return new;
end;
$function$;

comment on function kw._keep_signing_times() is
'Trigger: sets when a signing key was activated and retired, and refuses other changes of its times. Internal. Errors: KW102.';
