-- SECURITY DEFINER: every role runs event triggers, and only kw_owner may write the guard's table.
create or replace function kw._guard_drop() returns event_trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
    if tg_event = 'ddl_command_end' then
        -- The command left the extension alone: nothing of the guard outlives it.
        set constraints kw.hold immediate;
        delete from kw."keys live: first set kwtools.allow_drop = 'all keys'" g where g.pid = pg_backend_pid();
        return;
    end if;
    if current_setting('kwtools.allow_drop', true) = 'all keys' then
        return;
    end if;
    if exists (select from kw.key_wrappers w where w.status <> 'invalid' and w.dek_class <> 'deployment')
        or exists (select from kw.kem_private_keys)
        or exists (select from kw.signing_keys s where s.private_key_enc is not null)
    then
        set constraints kw.hold deferred; -- where the transaction said SET CONSTRAINTS ALL IMMEDIATE
        insert into kw."keys live: first set kwtools.allow_drop = 'all keys'" values (pg_backend_pid());
    end if;
end;
$function$;

comment on function kw._guard_drop() is
'Event trigger: makes PostgreSQL refuse to drop the extension while data keys or private keys exist. Internal.';
