\echo Use "ALTER EXTENSION kwtools UPDATE TO '0.9.0'" to load this file. \quit

-- upgrade/begin.sql

-- Names are compared with what was recorded: without quotes where none are needed.
set local quote_all_identifiers = off;
-- What the extension has already: privileges.sql leaves the grants on it alone.
select pg_catalog.set_config('kwtools.members_before', coalesce(pg_catalog.string_agg(
    pg_catalog.format('%s:%s', d.classid::oid, d.objid), ' '
), ''), true)
from pg_catalog.pg_depend d
join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e';
-- Who may call what: where a function of the same name takes the place of one that the upgrade
-- drops, privileges.sql gives it these.
select pg_catalog.set_config('kwtools.calls_before', coalesce(pg_catalog.jsonb_agg(
    pg_catalog.jsonb_build_object(
        'name', p.proname, 'oid', p.oid::bigint, 'grantee', a.grantee::bigint, 'grantable', a.is_grantable
    )
), '[]')::text, true)
from pg_catalog.pg_proc p
cross join pg_catalog.aclexplode(p.proacl) a
where p.pronamespace = 'kw'::regnamespace and a.grantee not in (0, p.proowner);
-- Every session reads its rows again. So a call of older code that is running calls a function of this release, which ends it.
insert into kw.key_epoch_marks (mark)
values (('x' || pg_catalog.right(pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint);

-- upgrade/0.8.0--0.9.0.sql

-- Columns that other tools encrypted.
create type kw.takeover_finding as (
    finding text,
    values bigint,
    example_keys text[]
);
comment on type kw.takeover_finding is 'How many values of a column that another tool encrypted open, or why they do not (kw.check_takeover).';
-- The type of columns.
-- The name alone: the functions that read and write the type have to exist before it.
create type kw.ciphertext_bytes;
-- PostgreSQL's own code for bytea, under the name that CREATE TYPE needs. Strict, since PostgreSQL calls it
-- with null otherwise. It resolves no name, so it has no search_path.
create or replace function kw._ciphertext_in(value cstring) returns kw.ciphertext_bytes
language internal immutable strict parallel safe
as 'byteain';

comment on function kw._ciphertext_in(value cstring) is 'Reads kw.ciphertext_bytes as bytea is read. Internal.';
-- See kw._ciphertext_in. Stable: it follows bytea_output.
create or replace function kw._ciphertext_out(value kw.ciphertext_bytes) returns cstring
language internal stable strict parallel safe
as 'byteaout';

comment on function kw._ciphertext_out(value kw.ciphertext_bytes) is 'Writes kw.ciphertext_bytes as bytea is written. Internal.';
-- See kw._ciphertext_in.
create or replace function kw._ciphertext_receive(value internal) returns kw.ciphertext_bytes
language internal immutable strict parallel safe
as 'bytearecv';

comment on function kw._ciphertext_receive(value internal) is 'Reads kw.ciphertext_bytes from the binary protocol. Internal.';
-- See kw._ciphertext_in.
create or replace function kw._ciphertext_send(value kw.ciphertext_bytes) returns bytea
language internal immutable strict parallel safe
as 'byteasend';

comment on function kw._ciphertext_send(value kw.ciphertext_bytes) is 'Writes kw.ciphertext_bytes to the binary protocol. Internal.';
-- A type of its own, not a domain over bytea: the operators of bytea would apply to a domain. It has no
-- operators, and a category of its own, so that PostgreSQL finds no conversion to a type that has some.
create type kw.ciphertext_bytes (
    input = kw._ciphertext_in,
    output = kw._ciphertext_out,
    receive = kw._ciphertext_receive,
    send = kw._ciphertext_send,
    like = pg_catalog.bytea,
    category = 'k'
);
create cast (bytea as kw.ciphertext_bytes) without function as assignment;
create cast (kw.ciphertext_bytes as bytea) without function;
comment on type kw.ciphertext_bytes is 'Bytes without operators: the type below kw.ciphertext. For columns use kw.ciphertext, which refuses what is not a ciphertext.';
-- Without a cast of its own a type becomes text in every assignment, and in || with a text.
create or replace function kw._refuse_text(value kw.ciphertext_bytes) returns text
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception 'cannot cast type kw.ciphertext to text'
        using errcode = 'cannot_coerce',
        hint = 'Use kw.decrypt_text for the plaintext, or encode(column::bytea, ''hex'') for the ciphertext.';
end;
$function$;

comment on function kw._refuse_text(value kw.ciphertext_bytes) is
'The casts of kw.ciphertext to text: they fail. Internal. Errors: 42846.';

grant execute on function kw._refuse_text(value kw.ciphertext_bytes) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;
-- The form is that of kw.is_ciphertext. Written out: a function would need EXECUTE of each writer, of a
-- subscription's too, and takes ten times as long.
--
-- Not valid: every value is checked all the same, and there are none from before. The dump of pg_upgrade creates
-- domains, with their valid constraints, before casts: then value::bytea would fail.
create domain kw.ciphertext as kw.ciphertext_bytes;
alter domain kw.ciphertext add constraint is_ciphertext check (
    (
        length(value::bytea) >= 42 and substr(value::bytea, 1, 2) in (decode('c101', 'hex'), decode('c201', 'hex'))
        or length(value::bytea) >= 54 and substr(value::bytea, 1, 2) in (decode('c102', 'hex'), decode('c202', 'hex'))
    )
    and substr(value::bytea, 3, 8) between decode('0000000000000001', 'hex') and decode('7fffffffffffffff', 'hex')
    and substr(value::bytea, 11, 4) between decode('00000001', 'hex') and decode('7fffffff', 'hex')
) not valid;
create cast (kw.ciphertext_bytes as text) with function kw._refuse_text(kw.ciphertext_bytes);
create cast (kw.ciphertext_bytes as varchar) with function kw._refuse_text(kw.ciphertext_bytes);
create cast (kw.ciphertext_bytes as bpchar) with function kw._refuse_text(kw.ciphertext_bytes);
comment on domain kw.ciphertext is 'A field ciphertext, or null. It refuses plaintext, and has no operators: ciphertexts cannot be compared, sorted or indexed. Assign what kw.encrypt returns; read as bytea: column::bytea.';
-- Blind indexes. Each row has met the old constraint, and so meets the new one, which allows more. To look at
-- each under the lock would stop all calls for as long as it takes to read the wrappers.
alter table kw.key_wrappers
    drop constraint key_wrappers_dek_class_check,
    add constraint key_wrappers_dek_class_check
    check (dek_class in ('field', 'branch', 'deployment', 'index')) not valid;
update pg_catalog.pg_constraint
set convalidated = true
where conrelid = 'kw.key_wrappers'::pg_catalog.regclass and conname = 'key_wrappers_dek_class_check';
-- One row a blind index: tokens of equal values of a field are equal. A shredded one keeps its row.
create table kw.blind_indexes (
    index_uuid uuid primary key default gen_random_uuid(),
    entity_table varchar(64) collate "C" not null check (entity_table like '%_._%'),
    field_name varchar(64) collate "C" not null check (field_name <> ''),
    tenant varchar(64) collate "C" check (tenant <> ''),
    normaliser text collate "C" not null check (
        normaliser in ('raw', 'trim', 'digits', 'phone', 'ascii-lower', 'unicode-14', 'email')
    ),
    bits smallint not null check (bits between 8 and 128),
    generation integer not null default 1 check (generation > 0),
    key_wrapper_id bigint not null unique
        constraint fk_bi_kw references kw.key_wrappers (id) on delete restrict,
    next_wrapper_id bigint unique
        constraint fk_bi_next references kw.key_wrappers (id) on delete restrict,
    status text not null default 'live' check (status in ('live', 'shredded')),
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    check (next_wrapper_id <> key_wrapper_id)
);
create index blind_indexes_of_field on kw.blind_indexes (entity_table, field_name, coalesce(tenant, ''));
create unique index blind_indexes_once
on kw.blind_indexes (entity_table, field_name, coalesce(tenant, '')) where status = 'live';

create trigger guard_immutable
before update on kw.blind_indexes
for each row
when (
    old.index_uuid <> new.index_uuid or old.tenant is distinct from new.tenant or old.normaliser <> new.normaliser
    or old.bits <> new.bits or old.created_at <> new.created_at or new.generation < old.generation
    or (old.status = 'shredded' and new.status <> 'shredded')
)
execute function kw._guard_immutable(
    'The uuid, tenant, normaliser and bits of a blind index never change, its generation never falls, and a shredded one stays so: tokens depend on them.'
);

create trigger guard_change_no
before update on kw.blind_indexes
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.blind_indexes
    enable always trigger guard_change_no,
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.blind_indexes', '');

comment on table kw.blind_indexes is 'Blind indexes: what tokens of a field''s values are made with. See docs/format.md.';
comment on column kw.blind_indexes.index_uuid is 'Random name of the index. Its keys are derived with it.';
comment on column kw.blind_indexes.entity_table is 'The entity, by the name that bindings have (kw.entities.bound_as).';
comment on column kw.blind_indexes.field_name is 'The field whose values get tokens.';
comment on column kw.blind_indexes.tenant is 'Of tokens that only compare within a tenant: which one. Null: of the whole table.';
comment on column kw.blind_indexes.normaliser is 'What is done to a value before its token is made.';
comment on column kw.blind_indexes.bits is 'How many bits of the hash a token has.';
comment on column kw.blind_indexes.generation is 'The generation of the key that makes tokens; each token names it.';
comment on column kw.blind_indexes.key_wrapper_id is 'The wrapper of class index that holds the key.';
comment on column kw.blind_indexes.next_wrapper_id is 'While the key is being replaced: the wrapper of the next generation.';
comment on column kw.blind_indexes.status is 'live; or shredded: no token can be made any more.';
comment on column kw.blind_indexes.created_at is 'When it was made.';
comment on column kw.blind_indexes.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.blind_indexes.seal is 'MAC of the row by the deployment key. See docs/format.md.';
-- From plaintext to encrypted columns.
create table kw.protections (
    id bigint generated by default as identity primary key,
    entity_table varchar(64) collate "C" not null,
    field_name varchar(64) collate "C" not null,
    status text not null default 'expanded' check (
        status in ('expanded', 'backfilled', 'verified', 'cut_over', 'contracted', 'undone')
    ),
    key_scope text not null check (key_scope in ('table', 'column', 'row', 'cell')),
    value_type text not null,
    shown_by text not null default 'column' check (shown_by in ('column', 'view')),
    search text check (search = 'equality'),
    ciphertext_column text not null,
    plaintext_column text not null,
    token_column text,
    index_uuid uuid,
    base_table text,
    column_default text,
    is_not_null boolean not null,
    position text[],
    skipped_after text[],
    encrypted bigint not null default 0 check (encrypted >= 0),
    verified bigint not null default 0 check (verified >= 0),
    differing bigint not null default 0 check (differing >= 0),
    differing_keys text[] not null default '{}',
    complete_from bigint,
    taken_over_from text,
    takeover_options jsonb check ((taken_over_from is null) = (takeover_options is null)),
    created_at timestamptz(6) not null default clock_timestamp(),
    changed_at timestamptz(6) not null default clock_timestamp(),
    check ((search is null) = (token_column is null)),
    check ((shown_by = 'view') = (base_table is not null))
) with (fillfactor = 50);

-- A column is protected once at a time.
create unique index one_protection_of_a_column on kw.protections (entity_table, field_name)
where status not in ('contracted', 'undone');

-- The condition lets a batch pass without a call.
create trigger guard_status
before update on kw.protections
for each row
when (old.status <> new.status)
execute function kw._guard_status(
    'expanded>backfilled', 'backfilled>verified', 'verified>cut_over', 'cut_over>contracted',
    'expanded>undone', 'backfilled>undone', 'verified>undone', 'cut_over>undone'
);

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.protections
    enable always trigger guard_status;

select pg_extension_config_dump('kw.protections', '');
select pg_extension_config_dump('kw.protections_id_seq', '');

comment on table kw.protections is 'Plaintext columns on their way to encrypted ones, and those that have arrived (kw.protect). kw.protection_status shows an owner his own.';
comment on column kw.protections.id is 'Key of the row. The names of the trigger, its function and the constraints contain it.';
comment on column kw.protections.entity_table is 'The table.';
comment on column kw.protections.field_name is 'The column, as it was named at the beginning; the field that is bound.';
comment on column kw.protections.status is 'The phase that is complete: expanded, backfilled, verified, cut_over, contracted; or undone.';
comment on column kw.protections.key_scope is 'What a data key covers: table, column, row or cell.';
comment on column kw.protections.value_type is 'The type of the plaintext.';
comment on column kw.protections.shown_by is 'What has the name of the column after cut over: column: the encrypted one; view: one of a protected view that has the name of the table.';
comment on column kw.protections.search is 'How values are found: equality: by the tokens of a blind index; null: not at all.';
comment on column kw.protections.ciphertext_column is 'The name of the encrypted column until it is cut over.';
comment on column kw.protections.plaintext_column is 'The name of the plaintext column after that, until it is dropped.';
comment on column kw.protections.token_column is 'The column of the tokens.';
comment on column kw.protections.index_uuid is 'The blind index that makes them.';
comment on column kw.protections.base_table is 'The name that the table has while a view has its own.';
comment on column kw.protections.column_default is 'The default that the plaintext column had; an undo restores it.';
comment on column kw.protections.is_not_null is 'Whether the plaintext column is NOT NULL.';
comment on column kw.protections.position is 'The last primary key that the backfill or the verification has passed; null: none.';
comment on column kw.protections.skipped_after is 'The primary key after which the backfill has skipped a row that another transaction held: the next pass begins there; empty: at the beginning.';
comment on column kw.protections.encrypted is 'How many values the backfill has encrypted.';
comment on column kw.protections.verified is 'How many rows were verified.';
comment on column kw.protections.differing is 'How many of them differ: their ciphertext does not decrypt to their plaintext.';
comment on column kw.protections.differing_keys is 'The entity_pk of the first of these rows.';
comment on column kw.protections.complete_from is 'The transaction from which on every snapshot shows all ciphertexts: older ones must end before cut over.';
comment on column kw.protections.taken_over_from is 'Which tool encrypted the values before, as the source of kw.takeover_many; null: they were plaintext.';
comment on column kw.protections.takeover_options is 'The options of the takeover. The old key is not among them: nothing stores it.';
comment on column kw.protections.created_at is 'When it began.';
comment on column kw.protections.changed_at is 'When it was last worked at.';
create type kw.protection_step as (
    kind text,
    name text,
    detail text,
    is_obstacle boolean
);
comment on type kw.protection_step is 'What the protection of a column does, meets or leaves (kw.plan_protection).';
create type kw.protection_progress as (
    id bigint,
    entity_table text,
    field_name text,
    status text,
    key_scope text,
    value_type text,
    shown_by text,
    search text,
    token_column text,
    index_statements text[],
    rows_estimated bigint,
    encrypted bigint,
    verified bigint,
    differing bigint,
    differing_keys text[],
    created_at timestamptz,
    changed_at timestamptz,
    taken_over_from text
);
comment on type kw.protection_progress is 'How far the protection of a column is (kw.protection_status).';
-- Protected views.
create type kw.token_batch as (
    passed integer,
    filled integer,
    skipped integer,
    unreadable text[],
    "position" text[]
);
comment on type kw.token_batch is 'What a call of kw.fill_tokens has done.';
create table kw.protected_fields (
    id uuid not null default gen_random_uuid() constraint protected_fields_id_key unique,
    entity_table varchar(64) collate "C" not null,
    field_name varchar(64) collate "C" not null,
    value_type text not null,
    key_scope text collate "C" not null check (key_scope in ('table', 'column', 'row', 'cell')),
    ciphertext_column name not null,
    token_column name,
    index_uuid uuid,
    tenant_column name,
    next_token_column name,
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    constraint protected_fields_pkey primary key (entity_table, field_name)
);

create trigger guard_change_no
before update on kw.protected_fields
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.protected_fields
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.protected_fields', '');

comment on table kw.protected_fields is 'The fields of tables that protected views decrypt and encrypt (kw.set_protected_field). A view keeps a copy from when it was made.';
comment on column kw.protected_fields.id is 'Random name of the row, for its seal.';
comment on column kw.protected_fields.entity_table is 'The entity.';
comment on column kw.protected_fields.field_name is 'The field, and the column of views.';
comment on column kw.protected_fields.value_type is 'The type of its values, as SQL writes it. They are encrypted in the typed encoding (docs/format.md).';
comment on column kw.protected_fields.key_scope is 'What one data key protects: the table, the column, a row or a cell. Views bind new keys of rows and cells.';
comment on column kw.protected_fields.ciphertext_column is 'The column of the table that holds the ciphertexts.';
comment on column kw.protected_fields.token_column is 'The column that holds tokens of the blind index; null: none.';
comment on column kw.protected_fields.index_uuid is 'The blind index; null: none.';
comment on column kw.protected_fields.tenant_column is 'The column that names the tenant of the blind index; null: the index of the whole table.';
comment on column kw.protected_fields.next_token_column is 'The column of the tokens by the next key; null: none. Views fill it if the table has it.';
comment on column kw.protected_fields.created_at is 'When it was set.';
comment on column kw.protected_fields.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.protected_fields.seal is 'MAC of the row by the deployment key. See docs/format.md.';
-- Names, as pg_dump writes views. Nothing that reads or writes a row trusts this table: a view has what it needs
-- in its definition and its triggers.
create table kw.protected_views (
    view_name text collate "C" constraint protected_views_pkey primary key,
    entity_table varchar(64) collate "C" not null,
    shredded_as_null boolean not null,
    columns text[],
    created_at timestamptz(6) not null default now()
);

select pg_extension_config_dump('kw.protected_views', '');

comment on table kw.protected_views is 'The views that kw.create_protected_view has made.';
comment on column kw.protected_views.view_name is 'schema.view, quoted where needed.';
comment on column kw.protected_views.entity_table is 'The entity that it shows.';
comment on column kw.protected_views.shredded_as_null is 'Whether it shows null for what is shredded or does not decrypt.';
comment on column kw.protected_views.columns is 'The columns that it shows; null: every column.';
comment on column kw.protected_views.created_at is 'When it was made.';
-- With the rights of the role that alters the table: its owner. It never fails that statement.
create or replace function kw._keep_views() returns event_trigger
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
declare
    stale record;
    advice text;
begin
    if current_setting('row_security') = 'off' then
        return; -- a script of pg_dump, which makes the views itself
    end if;
    for stale in
        select distinct v.oid::regclass::text as name, v.relowner = c.relowner as is_own
        from pg_event_trigger_ddl_commands() d
        join pg_class c on c.oid = d.objid
        join pg_depend p
            on p.refclassid = d.classid and p.refobjid = d.objid and p.classid = 'pg_rewrite'::regclass
        join pg_rewrite r on r.oid = p.objid
        join pg_class v on v.oid = r.ev_class and v.oid <> p.refobjid and v.relkind = 'v'
        join pg_trigger t on t.tgrelid = v.oid and t.tgfoid = to_regprocedure('kw._begin_view()')
        where d.classid = 'pg_class'::regclass and not d.in_extension
    loop
        -- Anybody may make a view of the table, and hold a lock of it for as long as he likes.
        if not stale.is_own then
            raise warning 'protected view % is not up to date: its owner does not own the table', stale.name
                using hint = 'Change its owner and call kw.remake_protected_view, or drop it.';
            continue;
        end if;
        begin
            perform kw.remake_protected_view(stale.name);
        exception
            when others then
                get stacked diagnostics advice = pg_exception_hint;
                raise warning 'protected view % is not up to date: %', stale.name, sqlerrm
                    using hint = coalesce(
                        nullif(advice, ''), 'Call kw.remake_protected_view, or drop the view and create it again.'
                    );
        end;
    end loop;
end;
$function$;

comment on function kw._keep_views() is
'Event trigger: makes the protected views of an altered table again; a warning where it cannot. Internal.';
create event trigger kwtools_keep_views on ddl_command_end
when tag in ('ALTER TABLE')
execute function kw._keep_views();
alter event trigger kwtools_keep_views enable always;
comment on event trigger kwtools_keep_views is 'Makes the protected views of an altered table again.';
-- Members of pg_write_all_data may write every table: here the write fails. ALWAYS, since
-- session_replication_role = replica turns ordinary triggers off.
do $guards$
declare
    target regclass;
begin
    for target in
        select c.oid::regclass
        from pg_catalog.pg_class c
        where c.relnamespace = 'kw'::pg_catalog.regnamespace and c.relkind = 'r'
            and not exists (
                select
                from pg_catalog.pg_trigger t
                where t.tgrelid = c.oid and t.tgname = 'guard_writes'
            )
        order by c.relname
    loop
        execute pg_catalog.format(
            'create trigger guard_writes before insert or update or delete or truncate on %1$s
            for each statement when (current_user <> ''kw_owner'')
            execute function kw._guard_writes();
            alter table %1$s enable always trigger guard_writes',
            target
        );
    end loop;
end;
$guards$;
-- After all tables. What is dumped may be loaded in any order, and every trigger fires in every session.
do $guards$
declare
    one record;
begin
    for one in
        select c.oid::regclass as name
        from pg_catalog.pg_extension e
        join pg_catalog.pg_class c on c.oid = any (e.extconfig) and c.relkind = 'r'
        where e.extname = 'kwtools' and not exists (
            select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgname = 'a_load_begins'
        )
    loop
        execute format(
            'create trigger a_load_begins before insert on %s for each statement'
            ' when (current_setting(''row_security'') = ''off'') execute function kw._guard_load()', one.name
        );
        execute format(
            'create trigger z_load_ends after insert on %s for each statement'
            ' when (current_setting(''row_security'') = ''off'') execute function kw._guard_load()', one.name
        );
    end loop;
    for one in
        select t.tgrelid::regclass as name, t.tgname as trigger
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_class c on c.oid = t.tgrelid and c.relnamespace = 'kw'::regnamespace
        where not t.tgisinternal and t.tgenabled = 'O'
    loop
        execute format('alter table %s enable always trigger %I', one.name, one.trigger);
    end loop;
end;
$guards$;

-- functions/_keep_reads.sql

create or replace function kw._keep_reads() returns trigger
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.keep_reads(TD['new']['id'])
$function$;

-- tables/key_wrappers.sql

comment on column kw.key_wrappers.dek_class is 'field: its DEK protects fields. branch: it wraps other DEKs, and is never returned. deployment: it seals the rows of kw, and is never returned. index: it makes the tokens of a blind index, and is never returned.';

-- tables/entities.sql

comment on column kw.entities.quoted_name is 'The name of the table as SQL writes it, quoted where needed. Not that of the entity where a protected view has that.';

-- views/crypto_inventory.sql

create or replace view kw.crypto_inventory as
with recursive reached (kms_key_id, reached_id) as (
    select k.id, k.id from kw.kms_keys k
    union
    select r.kms_key_id, d.depends_on_id
    from reached r
    join kw.key_dependencies d on d.kms_key_id = r.reached_id
),
uses as (
    select
        b.key_wrapper_id, b.id as binding_id, b.entity_table, b.field_name,
        b.suite, true as is_current
    from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.id, b.entity_table, b.field_name, b.suite, false
    from kw.binding_generations g
    join kw.encryption_bindings b on b.id = g.binding_id
    union all
    select x.key_wrapper_id, null, x.entity_table, x.field_name, null, true
    from kw.blind_indexes x
    union all
    select x.next_wrapper_id, null, x.entity_table, x.field_name, null, true
    from kw.blind_indexes x
    where x.next_wrapper_id is not null
    union all
    select w.id, null, null, null, null, true
    from kw.key_wrappers w
    where not exists (select from kw.encryption_bindings b where b.key_wrapper_id = w.id)
        and not exists (select from kw.binding_generations g where g.key_wrapper_id = w.id)
        and not exists (select from kw.blind_indexes x where w.id in (x.key_wrapper_id, x.next_wrapper_id))
),
layers as (
    select
        l.key_wrapper_id,
        array_agg(a.name::text order by l.layer_no) as kems,
        array_agg(l.kms_key_id order by l.layer_no) as key_ids
    from kw.key_wrapper_layers l
    join kw.crypto_algorithms a on a.id = l.kem_algo_id
    group by l.key_wrapper_id
),
wrappers as materialized (
    select
        w.id,
        w.dek_class,
        w.status,
        w.crypto_suite ->> 'format' as format,
        w.crypto_suite ->> 'mode' as mode,
        w.crypto_suite ->> 'kdf' as kdf,
        w.crypto_suite #>> '{legs,0,wrap}' as suite1,
        w.crypto_suite #>> '{legs,1,wrap}' as suite2,
        w.kms1_key_id,
        w.kms2_key_id,
        l.kems,
        l.key_ids,
        v.nist_level
    from kw.key_wrappers w
    join kw.wrapper_levels v on v.key_wrapper_id = w.id
    left join layers l on l.key_wrapper_id = w.id
    where w.status <> 'invalid'
),
grouped as (
    select
        coalesce(e.entity_table, u.entity_table) as entity_table,
        u.field_name,
        w.dek_class,
        w.format,
        case u.suite when 1 then 'AES-256-GCM' when 2 then 'XAES-256-GCM' end as field_cipher,
        w.mode,
        w.kdf,
        array_remove(array[w.suite1, w.suite2], null) as leg_suites,
        array_remove(array[w.kms1_key_id, w.kms2_key_id], null) as kms_key_ids,
        coalesce(w.kems, '{}') as layers,
        coalesce(w.key_ids, '{}') as layer_key_ids,
        w.nist_level,
        count(distinct w.id) as wrappers,
        count(distinct w.id) filter (where u.is_current and w.status = 'active') as active_wrappers,
        count(distinct u.binding_id) as bindings
    from uses u
    join wrappers w on w.id = u.key_wrapper_id
    left join kw.entities e on e.bound_as = u.entity_table
    group by
        coalesce(e.entity_table, u.entity_table), u.field_name, u.suite, w.dek_class, w.format, w.mode, w.kdf, w.suite1, w.suite2,
        w.kms1_key_id, w.kms2_key_id, w.kems, w.key_ids, w.nist_level
),
beneath as materialized (
    select r.kms_key_id, array_agg(distinct k.algorithm::text) as names
    from reached r
    join kw.kms_keys k on k.id = r.reached_id
    group by r.kms_key_id
)
select
    g.entity_table,
    g.field_name,
    g.dek_class,
    g.field_cipher,
    g.mode,
    g.leg_suites,
    g.kms_key_ids,
    array(
        select k.algorithm::text
        from unnest(g.kms_key_ids) with ordinality u (kms_key_id, leg)
        join kw.kms_keys k on k.id = u.kms_key_id
        order by u.leg
    ) as kms_algorithms,
    g.layers,
    g.layer_key_ids,
    -- What is put together of others is its parts, too; the suite of a leg is nothing but its parts.
    array(
        select distinct p.name collate "C"
        from (
            select unnest(
                g.leg_suites || g.layers
                || array[g.kdf, g.field_cipher, case g.dek_class when 'index' then 'HMAC-SHA-256' end]
            )
            union all
            select unnest(b.names) from beneath b where b.kms_key_id = any(g.kms_key_ids || g.layer_key_ids)
        ) n (name)
        cross join lateral unnest(
            string_to_array(n.name, '+')
            || case when n.name not like '%HKDF-SHA-256+%' then n.name end
            || case when n.name in ('HKDF-SHA-256', 'HMAC-SHA-256') then 'SHA-256' when n.name = 'XAES-256-GCM' then 'AES-256-GCM' end
        ) p (name)
        where p.name <> 'leg-key'
        order by 1
    ) as algorithms,
    g.nist_level,
    g.nist_level is not null as is_post_quantum,
    g.wrappers,
    g.active_wrappers,
    g.wrappers - g.active_wrappers as earlier_wrappers,
    g.bindings,
    g.format
from grouped g;

comment on column kw.crypto_inventory.dek_class is 'field, branch, deployment or index, as of the wrappers.';

comment on column kw.crypto_inventory.field_cipher is 'The cipher of the values, by the suite of the binding: AES-256-GCM or XAES-256-GCM. Null without a table, and of blind indexes, whose values are hashed.';

-- functions/_load.sql

create or replace function kw._load() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
# The one place that touches sys.path. The folder was fixed when the extension was installed.
import ctypes
import os
import stat
import sys

version = '0.9.0'
folder = f'MODULE_PATHNAME/{version}/cp{sys.version_info[0]}{sys.version_info[1]}'


def refuse(message, hint, raises=plpy.error, sqlstate='KW001'):
    # Beyond ASCII it would not cross plpy in every encoding.
    message, hint = (told.encode('ascii', 'backslashreplace').decode() for told in (message, hint))
    raises(message, sqlstate=sqlstate, hint=hint)


# After pg_upgrade: the runtime reads the server's memory, which differs between major versions.
# Asked without plpy.execute, which would crash a parallel worker.
option = ctypes.PyDLL(None).GetConfigOption
option.restype, option.argtypes = ctypes.c_char_p, (ctypes.c_char_p, ctypes.c_bool, ctypes.c_bool)
major = int(option(b'server_version_num', False, False)) // 10000
if major not in (15, 16, 17, 18):
    refuse(
        f'kwtools {version} does not support PostgreSQL {major}',
        'Install a version of kwtools that supports this server, then: alter extension kwtools update.',
    )
try:
    found = os.stat(folder)
    os.stat(f'{folder}/kwruntime/takeover.py')
except OSError as error:
    refuse(
        f'runtime of kwtools {version} cannot be read at {error.filename}: {error.strerror}',
        'Run make install on the server.',
    )
if found.st_uid not in (0, os.geteuid()) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
    refuse(
        f'{folder} can be changed by users other than root and the user of the server',
        f'Run: chown -R root {folder}; chmod -R go-w {folder}',
    )
sys.dont_write_bytecode = True


def takeover():
    # By its path, since the package of this name may be that of another version.
    import importlib.util

    spec = importlib.util.spec_from_file_location('kwtools_takeover', f'{folder}/kwruntime/takeover.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# What another version has loaded (ADR 0027). Until all is known to fit, it stays as it is.
for name in ('kwruntime', 'kwshared', 'cryptography'):
    loaded = sys.modules.get(name)
    if loaded is None or loaded.__file__.startswith(folder + '/'):
        continue
    before = os.path.dirname(os.path.dirname(loaded.__file__))
    if name == 'cryptography' and not os.path.isdir(f'{before}/kwruntime'):
        refuse(
            f'this session has loaded another cryptography: {loaded.__file__}',
            'Reconnect, and call kwtools before other PL/Python code that imports it.',
        )
    taking = takeover()
    if taking.is_running():
        refuse(
            f'could not serialize access: kwtools was updated to {version} while this call ran',
            'Repeat the transaction.',
            sqlstate='40001',
        )
    try:
        others = ', '.join(taking.other_packages(before, folder))
    except OSError as error:
        others = f'{error.filename}: {error.strerror}'
    if others:
        refuse(
            f'this session runs another version of kwtools than {version}, with other packages ({others}), and ends',
            'Connect again.',
            raises=plpy.fatal,
        )
    for key in [key for key in GD if str(key).startswith('kwtools ')]:
        del GD[key]
    taking.forget()
    taking.move(before, folder)
sys.path[:] = [folder, *(path for path in sys.path if path != folder)]
import gc
import mmap

# All that is loaded stays, so looking for garbage meanwhile is of no use: 3 of 60 ms.
collects = gc.isenabled()
gc.disable()
try:
    from kwruntime import api

    # Shows to others which version's code this process runs (/proc/PID/maps).
    with open(f'{folder}/kwruntime/_version.py', 'rb') as file:
        GD['kwtools mapped'] = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
except Exception as error:
    takeover().forget()  # the next call tries again
    refuse(
        f'runtime of kwtools {version} cannot be loaded from {folder}: {type(error).__name__}: {error}',
        'Run make install on the server.',
    )
finally:
    if collects:
        gc.enable()
GD['kwtools 0.9.0'] = api
$function$;

-- functions/_as_owner.sql

create or replace function kw._as_owner() returns void
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
set lock_timeout = '5s'
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.run_pending()
$function$;

-- functions/_read_as_owner.sql

create or replace function kw._read_as_owner() returns void
language plpython3u stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.run_pending_reading()
$function$;

-- functions/_still_stands.sql

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

-- functions/_text.sql

create or replace function kw._text() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.pending_text()
$function$;

-- functions/encrypt.sql

create or replace function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

-- functions/encrypt_text.sql

create or replace function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

-- functions/encrypt_many.sql

create or replace function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

-- functions/encrypt_text_many.sql

create or replace function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

-- functions/decrypt.sql

create or replace function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/decrypt_text.sql

create or replace function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/decrypt_many.sql

create or replace function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/decrypt_text_many.sql

create or replace function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/try_decrypt.sql

create or replace function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/try_decrypt_text.sql

create or replace function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/try_decrypt_many.sql

create or replace function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/try_decrypt_text_many.sql

create or replace function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/reencrypt.sql

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk text,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk bigint,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk uuid,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

-- functions/reencrypt_many.sql

create or replace function kw.reencrypt_many(
    entity_table text,
    entity_pks text[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks text[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

create or replace function kw.reencrypt_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks bigint[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

create or replace function kw.reencrypt_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks uuid[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

-- functions/describe.sql

create or replace function kw.describe(ciphertext bytea) returns kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.describe(ciphertext)
$function$;

-- functions/describe_many.sql

create or replace function kw.describe_many(ciphertexts bytea[]) returns setof kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.describe_many(ciphertexts)
$function$;

-- functions/takeover_many.sql

create or replace function kw.takeover_many(
    source text,
    key bytea,
    ciphertexts bytea[],
    options jsonb default '{}',
    nonces bytea[] default null,
    associated bytea[] default null,
    key_uuids uuid[] default null
) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.takeover_many(source, key, ciphertexts, options, nonces, associated, key_uuids)
$function$;

comment on function kw.takeover_many(source text, key bytea, ciphertexts bytea[], options jsonb, nonces bytea[], associated bytea[], key_uuids uuid[]) is
'Decrypts many values that another tool encrypted, with the key of that tool, for kw.encrypt_many. The key is not stored. Values of pgcrypto-pgp, pgsodium-det and pgsodium-secretbox are opened by the extension that wrote them, with the rights of the caller. Fails if a value does not open. For kw_client. Errors: KW003, KW101 (the extension is not installed), KW300.';

grant execute on function kw.takeover_many(source text, key bytea, ciphertexts bytea[], options jsonb, nonces bytea[], associated bytea[], key_uuids uuid[]) to kw_client;

-- functions/check_takeover.sql

create or replace function kw.check_takeover(
    entity_table text,
    column_name text,
    source text,
    key bytea default null,
    options jsonb default '{}',
    nonce_column text default null,
    associated_columns text[] default null,
    key_column text default null,
    max_rows bigint default null
) returns setof kw.takeover_finding
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.check_takeover(
    entity_table, column_name, source, key, options, nonce_column, associated_columns, key_column, max_rows
)
$function$;

comment on function kw.check_takeover(entity_table text, column_name text, source text, key bytea, options jsonb, nonce_column text, associated_columns text[], key_column text, max_rows bigint) is
'Tries to open every value of a column that another tool encrypted, and counts what kw.takeover_many would take and what not, and why. It shows no value and changes nothing. The key is not stored. Requires SELECT on the columns, and that row-level security hides no row. For kw_client. Errors: KW003, KW100, KW101 (the extension is not installed).';

grant execute on function kw.check_takeover(entity_table text, column_name text, source text, key bytea, options jsonb, nonce_column text, associated_columns text[], key_column text, max_rows bigint) to kw_client;

-- functions/_row_text.sql

create or replace function kw._row_text(one_row anyelement) returns text
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
begin
    return one_row::text;
end;
$function$;

comment on function kw._row_text(one_row anyelement) is
'Returns a row as text that every session reads alike. Internal: for protected views. Errors: none.';

grant execute on function kw._row_text(one_row anyelement) to kw_client;

-- functions/_typed_rows.sql

create or replace function kw._typed_rows(sample anyelement, texts text[]) returns setof anyelement
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
declare
    one text;
begin
    foreach one in array texts loop
        sample := one;
        return next sample;
    end loop;
end;
$function$;

comment on function kw._typed_rows(sample anyelement, texts text[]) is
'Returns the rows that kw._row_text() made texts of, in order. Internal: for protected views. Errors: none.';

grant execute on function kw._typed_rows(sample anyelement, texts text[]) to kw_client;

-- functions/_typed_values.sql

create or replace function kw._typed_values(statement text, old_rows text[], new_rows text[]) returns text[]
language plpgsql stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
declare
    found text[];
begin
    execute statement into found using old_rows, new_rows;
    return found;
end;
$function$;

comment on function kw._typed_values(statement text, old_rows text[], new_rows text[]) is
'Runs a query of a protected view under the settings of the typed encoding, with the rights of the caller. Internal. Errors: those of the query.';

grant execute on function kw._typed_values(statement text, old_rows text[], new_rows text[]) to kw_client;

-- functions/_begin_view.sql

create or replace function kw._begin_view() returns trigger
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.begin_view(TD['relid'], TD['event'], TD['table_schema'], TD['table_name'], TD['args'][0])
$function$;

comment on function kw._begin_view() is
'Trigger of protected views: a statement begins. Internal. Errors: KW002.';

grant execute on function kw._begin_view() to kw_client, kw_grantor;

-- functions/_view_row.sql

create or replace function kw._view_row() returns trigger
language plpgsql stable parallel unsafe
as $function$
declare
    state pg_catalog.int2;
    stored pg_catalog.text;
begin
    -- The texts under the settings in force: most often kw._typed_rows() reads them alike.
    state := kw._collect_row(
        tg_relid, old::pg_catalog.text, new::pg_catalog.text,
        case when tg_nargs operator(pg_catalog.=) 1 then false end
    );
    if state is not null then
        if state operator(pg_catalog.=) 0 then
            state := kw._collect_row(tg_relid, kw._row_text(old), kw._row_text(new), true);
        end if;
        if state operator(pg_catalog.>) 0 then
            stored := kw._write_rows(tg_relid, tg_op);
        end if;
        if state operator(pg_catalog.=) 2 and stored is null then
            return null;
        elsif state operator(pg_catalog.=) 2 and tg_op operator(pg_catalog.<>) 'DELETE' then
            execute pg_catalog.format(
                'select * from kw._typed_rows(null::%I.%I, array[$1])', tg_table_schema, tg_table_name
            ) into new using stored;
            return new;
        end if;
    end if;
    -- The row of a DELETE has no new values.
    return coalesce(new, old);
end;
$function$;

comment on function kw._view_row() is
'Trigger of protected views: collects a row for the end of the statement. Internal. Errors: as kw._end_view().';

grant execute on function kw._view_row() to kw_client, kw_grantor;

-- functions/_end_view.sql

create or replace function kw._end_view() returns trigger
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.end_view(TD['relid'], TD['event'])
$function$;

comment on function kw._end_view() is
'Trigger of protected views: writes the rows of the statement. Internal. Errors: as kw.encrypt and kw.bind; KW003 for a generated column, 40001 if a row was changed meanwhile.';

grant execute on function kw._end_view() to kw_client, kw_grantor;

-- functions/_collect_row.sql

create or replace function kw._collect_row(
    view_id oid, old_row text, new_row text, is_pinned boolean
) returns smallint
language plpython3u stable parallel unsafe
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.collect_row(view_id, old_row, new_row, is_pinned)
$function$;

comment on function kw._collect_row(view_id oid, old_row text, new_row text, is_pinned boolean) is
'Keeps a row of a statement on a protected view. Returns 1 if the rows must be written now, 2 if each row is, else null; 0 if it must be called again with texts that were made under pinned settings. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._collect_row(view_id oid, old_row text, new_row text, is_pinned boolean) to kw_client;

-- functions/_write_rows.sql

create or replace function kw._write_rows(view_id oid, operation text) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.write_rows(view_id, operation)
$function$;

comment on function kw._write_rows(view_id oid, operation text) is
'Writes the rows of a statement on a protected view so far. Returns the stored row if each row is written alone; null if a trigger of the table kept it out. Internal: refuses a direct call. Errors: as kw._end_view().';

grant execute on function kw._write_rows(view_id oid, operation text) to kw_client;

-- functions/_write_view.sql

create or replace function kw._write_view() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.run_pending_writing()
$function$;

comment on function kw._write_view() is
'Runs the write that the runtime prepared, with the rights of the caller. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._write_view() to kw_client;

-- functions/set_protected_field.sql

create or replace function kw.set_protected_field(
    entity_table text,
    field_name text,
    value_type text default null,
    key_scope text default null,
    token_column name default null,
    ciphertext_column name default null,
    tenant_column name default null,
    next_token_column name default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_protected_field(entity_table, field_name, value_type, key_scope, token_column, ciphertext_column, tenant_column, next_token_column)
$function$;

comment on function kw.set_protected_field(entity_table text, field_name text, value_type text, key_scope text, token_column name, ciphertext_column name, tenant_column name, next_token_column name) is
'Sets how protected views decrypt and encrypt a field of a table. Views that exist stay as they are until kw.remake_protected_view. Audited. For kw_client and kw_grantor; requires the table owner. Errors: KW003 (also for a type whose text depends on the session), KW100, KW102 (the field is being protected; a tenant_column where the trigger of kw.protect writes tokens), KW211.';

grant execute on function kw.set_protected_field(entity_table text, field_name text, value_type text, key_scope text, token_column name, ciphertext_column name, tenant_column name, next_token_column name) to kw_client, kw_grantor;

-- functions/create_protected_view.sql

create or replace function kw.create_protected_view(
    entity_table text,
    view_name text default null,
    shredded_as_null boolean default false,
    columns text[] default null
) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.create_protected_view(entity_table, view_name, shredded_as_null, columns)
$function$;

comment on function kw.create_protected_view(entity_table text, view_name text, shredded_as_null boolean, columns text[]) is
'Creates a view of a table that shows its protected fields (kw.set_protected_field) decrypted, and encrypts what is written through it. It has the privileges of the table, is used with the rights of the caller, and belongs to the table owner. Audited. For kw_client and kw_grantor; requires the table owner. Errors: KW003, KW100, KW101 (no protected field), KW102.';

grant execute on function kw.create_protected_view(entity_table text, view_name text, shredded_as_null boolean, columns text[]) to kw_client, kw_grantor;

-- functions/remake_protected_view.sql

create or replace function kw.remake_protected_view(view_name text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.remake_protected_view(view_name)
$function$;

comment on function kw.remake_protected_view(view_name text) is
'Makes a protected view again, of the columns, defaults, triggers, privileges and protected fields that the table has now. Renamed columns are renamed, new ones come last. An event trigger calls it after ALTER TABLE. Audited. For kw_client and kw_grantor; requires the owner of view and table. Errors: KW100, KW101, 42P16 if a column changed its type or is gone: then drop the view and create it again.';

grant execute on function kw.remake_protected_view(view_name text) to kw_client, kw_grantor;

-- functions/upsert_protected.sql

create or replace function kw.upsert_protected(view_name text, rows jsonb) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.upsert_protected(view_name, rows)
$function$;

comment on function kw.upsert_protected(view_name text, rows jsonb) is
'Inserts rows through a protected view, or changes the given columns of the rows that have their primary key: INSERT ON CONFLICT, which views cannot do. Values are as jsonb_populate_record reads them, dates in ISO form. For kw_client; requires SELECT, INSERT and UPDATE of the table. Errors: KW003, KW101, as kw.encrypt and kw.bind, 21000 if a key is there twice.';

grant execute on function kw.upsert_protected(view_name text, rows jsonb) to kw_client;

-- functions/drop_protected_view.sql

create or replace function kw.drop_protected_view(view_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.drop_protected_view(view_name)
$function$;

comment on function kw.drop_protected_view(view_name text) is
'Drops a view that kw.create_protected_view has made. The table and its keys stay. Audited. For kw_client and kw_grantor; requires the view owner. Errors: KW003, KW100, KW101, 2BP01 if something depends on the view.';

grant execute on function kw.drop_protected_view(view_name text) to kw_client, kw_grantor;

-- functions/entity_key.sql

create or replace function kw.entity_key(variadic parts text[]) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
declare
    key text := parts[1];
begin
    if array_position(parts, null) is not null or cardinality(parts) = 0 then
        return null;
    end if;
    if cardinality(parts) > 1 then
        key := to_jsonb(parts)::text;
    elsif key = '*' or left(key, 1) in (E'\\', '[', '#') then
        key := E'\\' || key;
    end if;
    if char_length(key) <= 64 then
        return key;
    end if;
    return '#' || translate(encode(sha256(convert_to(key, 'UTF8')), 'base64'), '+/=', '-_');
end;
$function$;

-- functions/bind.sql

create or replace function kw.bind(
    entity_table text,
    entity_pk text,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

create or replace function kw.bind(
    entity_table text,
    entity_pk bigint,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

create or replace function kw.bind(
    entity_table text,
    entity_pk uuid,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

-- functions/bind_many.sql

create or replace function kw.bind_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

create or replace function kw.bind_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

create or replace function kw.bind_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

-- functions/lookup.sql

create or replace function kw.lookup(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.lookup(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.lookup(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

-- functions/lookup_many.sql

create or replace function kw.lookup_many(entity_table text, entity_pks text[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

create or replace function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

create or replace function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

-- functions/rotate.sql

create or replace function kw.rotate(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.rotate(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.rotate(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

-- functions/field_generations.sql

create or replace function kw.field_generations(entity_table text, field_name text) returns setof kw.field_generation
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.field_generations(entity_table, field_name)
$function$;

-- functions/retire_generations.sql

create or replace function kw.retire_generations(
    entity_table text,
    field_name text,
    max_wait_seconds integer default 60,
    ignore_standbys boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.retire_generations(entity_table, field_name, max_wait_seconds, ignore_standbys)
$function$;

-- functions/rebind.sql

create or replace function kw.rebind(
    entity_table text,
    to_entity_table text default null,
    entity_pk text default null,
    to_entity_pk text default null,
    field_name text default null,
    to_field_name text default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.rebind(entity_table, to_entity_table, entity_pk, to_entity_pk, field_name, to_field_name)
$function$;

comment on function kw.rebind(entity_table text, to_entity_table text, entity_pk text, to_entity_pk text, field_name text, to_field_name text) is
'Moves bindings after a rename of the table, a key or a field, and returns how many. Their ciphertexts stay readable. Ciphertexts of a wider binding require kw.reencrypt; a notice names this case. A binding cannot move to a field whose floor (kw.set_floor) it does not reach. It moves from or to a place beneath a shredded binding only with its whole table. Protected fields, protected views and open protections follow; views and triggers are made again. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW104, KW301.';

-- functions/shred.sql

create or replace function kw.shred(
    entity_table text,
    entity_pk text,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

create or replace function kw.shred(
    entity_table text,
    entity_pk bigint,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

create or replace function kw.shred(
    entity_table text,
    entity_pk uuid,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

-- functions/shred_many.sql

create or replace function kw.shred_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

create or replace function kw.shred_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

create or replace function kw.shred_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

-- functions/create_index_key.sql

create or replace function kw.create_index_key(
    entity_table text,
    field_name text,
    normaliser text default 'raw',
    bits integer default 128,
    tenant text default null,
    policy text default null,
    if_not_exists boolean default false
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.create_index_key(entity_table, field_name, normaliser, bits, tenant, policy, if_not_exists)
$function$;

comment on function kw.create_index_key(entity_table text, field_name text, normaliser text, bits integer, tenant text, policy text, if_not_exists boolean) is
'Creates the key of a blind index over a field, wrapped by a policy like other data keys (null: that of the field, else default), and returns the index. Then kw.blind_index makes tokens: equal values have equal tokens, so a column of tokens finds, joins and keeps values unique. Normalisers: raw, trim, digits, phone, ascii-lower, unicode-14 (case), email. Normaliser, bits and tenant never change. Fewer bits hide frequency: some different values share a token, which the query has to filter. if_not_exists: if there is one of this normaliser and bits, returns it. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102 (already exists, or differs), KW104, KW200 to KW209.';

grant execute on function kw.create_index_key(entity_table text, field_name text, normaliser text, bits integer, tenant text, policy text, if_not_exists boolean) to kw_client;

-- functions/blind_index.sql

create or replace function kw.blind_index(entity_table text, field_name text, value text, tenant text default null, next_key boolean default false) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.blind_index(entity_table, field_name, value, tenant, next_key)
$function$;

comment on function kw.blind_index(entity_table text, field_name text, value text, tenant text, next_key boolean) is
'Returns the token of a value of a field: 5 bytes, and the bits of the blind index. Equal values, once normalised, have equal tokens. Null for null. A token confirms a guess of its value, so this requires the right to read the field, to store tokens too. For kw_client. Errors: KW003 (also a value that the normaliser does not take), KW100, KW101, KW301 (shredded), KW302 (no blind index).';

grant execute on function kw.blind_index(entity_table text, field_name text, value text, tenant text, next_key boolean) to kw_client;

-- functions/blind_index_many.sql

create or replace function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text default null, next_key boolean default false) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.blind_index_many(entity_table, field_name, plaintexts, tenant, next_key)
$function$;

comment on function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text, next_key boolean) is
'Returns the tokens of many values of a field, in order, as kw.blind_index. For kw_client. Errors: as kw.blind_index.';

grant execute on function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text, next_key boolean) to kw_client;

-- functions/rotate_index_key.sql

create or replace function kw.rotate_index_key(entity_table text, field_name text, policy text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.rotate_index_key(entity_table, field_name, policy)
$function$;

comment on function kw.rotate_index_key(entity_table text, field_name text, policy text) is
'Begins to replace the keys of all blind indexes of a field, and returns the next generation. Until kw.finish_index_rotation, kw.blind_index goes on with the present keys, and with next_key => true it uses the next ones. Have writers fill a second column of tokens from now on, and fill the rest in batches. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102 (already being replaced; the column is being protected; the trigger of kw.protect has no column for the next tokens), KW104, KW302 (no blind index), KW200 to KW209.';

grant execute on function kw.rotate_index_key(entity_table text, field_name text, policy text) to kw_client;

-- functions/finish_index_rotation.sql

create or replace function kw.finish_index_rotation(
    entity_table text,
    field_name text,
    token_column text,
    next_column text,
    max_wait_seconds integer default 60,
    ignore_standbys boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.finish_index_rotation(entity_table, field_name, token_column, next_column, max_wait_seconds, ignore_standbys)
$function$;

comment on function kw.finish_index_rotation(entity_table text, field_name text, token_column text, next_column text, max_wait_seconds integer, ignore_standbys boolean) is
'Puts the next keys of a field in force, and returns how many. It requires a validated constraint check (token_column is null or next_column is not null), checks the generation of the tokens, waits until no transaction, snapshot or standby is older, exchanges the names of the two columns, has views that name them show the new columns, and destroys the earlier keys, all in one transaction. A query that asks kw.blind_index in the statement finds every row before, meanwhile and after. Writers that fill both columns go on. Call it alone in its transaction. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102 (not being replaced, rows without a next token, other objects depend on the columns), 55P03 (an older transaction or snapshot remains; it is named).';

grant execute on function kw.finish_index_rotation(entity_table text, field_name text, token_column text, next_column text, max_wait_seconds integer, ignore_standbys boolean) to kw_client;

-- functions/fill_tokens.sql

create or replace function kw.fill_tokens(
    entity_table text,
    field_name text,
    after text[] default null,
    max_rows integer default 1000
) returns kw.token_batch
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.fill_tokens(entity_table, field_name, after, max_rows)
$function$;

comment on function kw.fill_tokens(entity_table text, field_name text, after text[], max_rows integer) is
'Fills the tokens that rows of a protected field lack, or that are of another generation, in the order of the primary key: those of token_column, or of next_token_column while the key of the blind index is being replaced. Each value is decrypted in the server. Commit after each call. Rows that another transaction holds are left for another pass. Triggers of the table fire. For kw_client; requires the table owner, who may read the field. Errors: KW003, KW100, KW101, KW102, KW302 (no blind index), and as kw.blind_index.';

grant execute on function kw.fill_tokens(entity_table text, field_name text, after text[], max_rows integer) to kw_client;

-- functions/cancel_index_rotation.sql

create or replace function kw.cancel_index_rotation(entity_table text, field_name text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.cancel_index_rotation(entity_table, field_name)
$function$;

comment on function kw.cancel_index_rotation(entity_table text, field_name text) is
'Destroys the next keys of a field whose keys are being replaced, and returns how many. The present keys and tokens stay. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102 (not being replaced), KW302 (no blind index).';

grant execute on function kw.cancel_index_rotation(entity_table text, field_name text) to kw_client;

-- functions/shred_index_key.sql

create or replace function kw.shred_index_key(entity_table text, field_name text, tenant text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.shred_index_key(entity_table, field_name, tenant)
$function$;

comment on function kw.shred_index_key(entity_table text, field_name text, tenant text) is
'Destroys the key of a blind index and returns how many data keys. No token can be made of it any more. Tokens that are stored stay, and tell which values were equal: set them to null. Then kw.create_index_key can create another. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW302 (no blind index).';

grant execute on function kw.shred_index_key(entity_table text, field_name text, tenant text) to kw_client;

-- functions/wrap.sql

create or replace function kw.wrap(dek bytea default null, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.wrap(dek, policy)
$function$;

-- functions/wrap_many.sql

create or replace function kw.wrap_many(deks bytea[], policy text default null) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.wrap_many(deks, policy)
$function$;

-- functions/export_wrapper_many.sql

create or replace function kw.export_wrapper_many(
    wrappers uuid[],
    recipient jsonb,
    signer text,
    number bigint default null,
    valid_seconds integer default 86400
) returns kw.exported_bundle
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.export_wrapper_many(wrappers, recipient, signer, number, valid_seconds)
$function$;

-- functions/import_wrapper.sql

create or replace function kw.import_wrapper(note bytea, bundle bytea, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.import_wrapper(note, bundle, policy)
$function$;

-- functions/import_wrapper_many.sql

create or replace function kw.import_wrapper_many(
    note bytea,
    bundle bytea,
    policy text default null
) returns setof kw.imported_wrapper
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.import_wrapper_many(note, bundle, policy)
$function$;

-- functions/export_values.sql

create or replace function kw.export_values(
    wrapper uuid,
    entity_table text,
    entity_pks text[],
    field_name text,
    ciphertexts bytea[],
    sealed_as text default null
) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.export_values(wrapper, entity_table, entity_pks, field_name, ciphertexts, sealed_as)
$function$;

-- functions/import_values.sql

create or replace function kw.import_values(
    wrapper uuid,
    entity_table text,
    entity_pks text[],
    field_name text,
    sealed bytea[],
    sealed_as text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.import_values(wrapper, entity_table, entity_pks, field_name, sealed, sealed_as)
$function$;

-- functions/sign_move.sql

create or replace function kw.sign_move(wrapper uuid, manifest bytea, signer text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.sign_move(wrapper, manifest, signer)
$function$;

-- functions/accept_move.sql

create or replace function kw.accept_move(wrapper uuid, manifest bytea, note bytea) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.accept_move(wrapper, manifest, note)
$function$;

-- functions/give_wrappers.sql

create or replace function kw.give_wrappers(wrappers uuid[], new_owner text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.give_wrappers(wrappers, new_owner)
$function$;

-- functions/unwrap.sql

create or replace function kw.unwrap(wrapper uuid) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.unwrap(wrapper)
$function$;

-- functions/unwrap_many.sql

create or replace function kw.unwrap_many(wrappers uuid[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.unwrap_many(wrappers)
$function$;

-- functions/rewrap.sql

create or replace function kw.rewrap(wrapper uuid, kms1_key_id bigint default null, kms2_key_id bigint default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.rewrap(wrapper, kms1_key_id, kms2_key_id)
$function$;

-- functions/rewrap_many.sql

create or replace function kw.rewrap_many(
    wrappers uuid[],
    kms1_key_id bigint default null,
    kms2_key_id bigint default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.rewrap_many(wrappers, kms1_key_id, kms2_key_id)
$function$;

-- functions/relayer.sql

create or replace function kw.relayer(
    wrapper uuid,
    policy text default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.relayer(wrapper, policy)
$function$;

-- functions/relayer_many.sql

create or replace function kw.relayer_many(
    wrappers uuid[],
    policy text default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.relayer_many(wrappers, policy)
$function$;

-- functions/set_wrapper_status.sql

create or replace function kw.set_wrapper_status(wrapper uuid, status text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_wrapper_status(wrapper, status)
$function$;

-- functions/verify.sql

create or replace function kw.verify(wrapper uuid default null, after bigint default 0, most integer default null) returns setof kw.verify_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.verify(wrapper, after, most)
$function$;

-- functions/verify_page.sql

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
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.verify_page(after, most, sample, seed, without_providers, counted)
$function$;

-- functions/record_verify.sql

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
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.record_verify(continues, most, sample, seed, without_providers)
$function$;

-- functions/plan_rewrap.sql

create or replace function kw.plan_rewrap(
    kms_key_id bigint default null,
    provider text default null,
    policy text default null,
    entity_table text default null,
    field_name text default null,
    older_than interval default null,
    wrappers uuid[] default null,
    new_kms_key_id bigint default null,
    kms1_key_id bigint default null,
    kms2_key_id bigint default null,
    to_policy text default null,
    max_jobs integer default 1000
) returns kw.rewrap_plan
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.plan_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, max_jobs
)
$function$;

-- functions/schedule_rewrap.sql

create or replace function kw.schedule_rewrap(
    kms_key_id bigint default null,
    provider text default null,
    policy text default null,
    entity_table text default null,
    field_name text default null,
    older_than interval default null,
    wrappers uuid[] default null,
    new_kms_key_id bigint default null,
    kms1_key_id bigint default null,
    kms2_key_id bigint default null,
    to_policy text default null,
    scheduled_at timestamptz default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.schedule_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, scheduled_at
)
$function$;

-- functions/schedule_rotate.sql

create or replace function kw.schedule_rotate(entity_table text, field_name text default null, older_than interval default null, scheduled_at timestamptz default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.schedule_rotate(entity_table, field_name, older_than, scheduled_at)
$function$;

-- functions/set_policy_renewal.sql

create or replace function kw.set_policy_renewal(policy text, max_wrap_age interval default null, renews_one_leg boolean default false) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_policy_renewal(policy, max_wrap_age, renews_one_leg)
$function$;

-- functions/schedule_due_rewraps.sql

create or replace function kw.schedule_due_rewraps() returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.schedule_due_rewraps()
$function$;

-- functions/claim_rewrap_jobs.sql

create or replace function kw.claim_rewrap_jobs(max_jobs integer default 1000, to_policy text default null, running_too boolean default true) returns bigint[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.claim_rewrap_jobs(max_jobs, to_policy, running_too)
$function$;

-- functions/run_rewrap_jobs.sql

create or replace function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision default null) returns kw.rewrap_outcomes
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.run_rewrap_jobs(jobs, max_seconds)
$function$;

-- functions/retry_rewrap_jobs.sql

create or replace function kw.retry_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.retry_rewrap_jobs(jobs)
$function$;

-- functions/cancel_rewrap_jobs.sql

create or replace function kw.cancel_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.cancel_rewrap_jobs(jobs)
$function$;

-- functions/create_kms_key.sql

create or replace function kw.create_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.create_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

-- functions/add_kms_key.sql

create or replace function kw.add_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.add_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

-- functions/create_kem_key.sql

create or replace function kw.create_kem_key(
    external_key_ref text,
    algorithm text,
    sealed_by_key_id bigint,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.create_kem_key(external_key_ref, algorithm, sealed_by_key_id, if_not_exists)
$function$;

-- functions/add_kem_key.sql

create or replace function kw.add_kem_key(
    provider text,
    external_key_ref text,
    algorithm text,
    public_key bytea,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.add_kem_key(provider, external_key_ref, algorithm, public_key, if_not_exists)
$function$;

-- functions/set_kms_key_status.sql

create or replace function kw.set_kms_key_status(kms_key_id bigint, status text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_kms_key_status(kms_key_id, status)
$function$;

-- functions/key_dependents.sql

create or replace function kw.key_dependents(kms_key_id bigint) returns setof kw.key_dependent
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.key_dependents(kms_key_id)
$function$;

-- functions/safe_to_destroy.sql

create or replace function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

-- functions/record_safe_to_destroy.sql

create or replace function kw.record_safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.record_safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

-- functions/record_destroyed_key.sql

create or replace function kw.record_destroyed_key(kms_key_id bigint) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.record_destroyed_key(kms_key_id)
$function$;

-- functions/create_policy.sql

create or replace function kw.create_policy(
    policy_name text,
    mode text,
    kms1_key_id bigint,
    kms2_key_id bigint default null,
    layers bigint[] default '{}',
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.create_policy(policy_name, mode, kms1_key_id, kms2_key_id, layers, notes, if_not_exists)
$function$;

-- functions/add_policy_key.sql

create or replace function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer default 0, weight integer default 1) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.add_policy_key(policy_name, kms_key_id, priority, weight)
$function$;

-- functions/set_policy_layers.sql

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
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_policy_layers(policy_name, min_layers, max_layers, layer_selection, aad_template, allow_experimental)
$function$;

-- functions/bind_policy.sql

create or replace function kw.bind_policy(entity_table text, field_name text, policy_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.bind_policy(entity_table, field_name, policy_name)
$function$;

-- functions/set_floor.sql

create or replace function kw.set_floor(entity_table text, field_name text, nist_level integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_floor(entity_table, field_name, nist_level)
$function$;

-- functions/set_read_audit.sql

create or replace function kw.set_read_audit(entity_table text, field_name text, reads text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_read_audit(entity_table, field_name, reads)
$function$;

-- functions/set_algorithm_status.sql

create or replace function kw.set_algorithm_status(
    algorithm text,
    status text
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_algorithm_status(algorithm, status)
$function$;

-- functions/add_provider.sql

create or replace function kw.add_provider(
    name text,
    provider text,
    config jsonb default '{}',
    probe boolean default true,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.add_provider(name, provider, config, probe, if_not_exists)
$function$;

-- functions/set_provider_enabled.sql

create or replace function kw.set_provider_enabled(name text, enabled boolean) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_provider_enabled(name, enabled)
$function$;

-- functions/declare_shared_root.sql

create or replace function kw.declare_shared_root(provider text, other text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.declare_shared_root(provider, other)
$function$;

-- functions/undeclare_shared_root.sql

create or replace function kw.undeclare_shared_root(provider text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.undeclare_shared_root(provider)
$function$;

-- functions/create_signing_key.sql

create or replace function kw.create_signing_key(
    name text,
    algorithm text,
    scope text,
    kms_key_id bigint,
    activate boolean default true,
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.create_signing_key(name, algorithm, scope, kms_key_id, activate, notes, if_not_exists)
$function$;

-- functions/import_signing_key.sql

create or replace function kw.import_signing_key(
    name text,
    algorithm text,
    scope text,
    public_key bytea,
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.import_signing_key(name, algorithm, scope, public_key, notes, if_not_exists)
$function$;

-- functions/set_signing_key_status.sql

create or replace function kw.set_signing_key_status(
    name text,
    status text,
    compromised_at timestamptz default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_signing_key_status(name, status, compromised_at)
$function$;

-- functions/sign.sql

create or replace function kw.sign(
    name text,
    message bytea,
    context bytea default ''
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.sign(name, message, context)
$function$;

-- functions/sign_many.sql

create or replace function kw.sign_many(
    name text,
    messages bytea[],
    context bytea default ''
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.sign_many(name, messages, context)
$function$;

-- functions/verify_signature.sql

create or replace function kw.verify_signature(
    name text,
    message bytea,
    signature bytea,
    context bytea default '',
    signed_at timestamptz default null
) returns boolean
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.verify_signature(name, message, signature, context, signed_at)
$function$;

-- functions/verify_signature_many.sql

create or replace function kw.verify_signature_many(
    name text,
    messages bytea[],
    signatures bytea[],
    context bytea default '',
    signed_at timestamptz[] default null
) returns boolean[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.verify_signature_many(name, messages, signatures, context, signed_at)
$function$;

-- functions/create_deployment.sql

create or replace function kw.create_deployment(policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.create_deployment(policy)
$function$;

-- functions/seal_rows.sql

create or replace function kw.seal_rows(most integer default 10000) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.seal_rows(most)
$function$;

-- functions/seal_deployment.sql

create or replace function kw.seal_deployment(max_wait_seconds integer default 60) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.seal_deployment(max_wait_seconds)
$function$;

-- functions/replace_deployment_key.sql

create or replace function kw.replace_deployment_key(
    policy text default null,
    lost boolean default false,
    reason text default null
) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.replace_deployment_key(policy, lost, reason)
$function$;

-- functions/reseal_rows.sql

create or replace function kw.reseal_rows(
    inout place text default null,
    most integer default 10000,
    out resealed bigint
)
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.reseal_rows(place, most)
$function$;

-- functions/accept_rows.sql

create or replace function kw.accept_rows(table_name text, row_keys text[], reason text) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.accept_rows(table_name, row_keys, reason)
$function$;

-- functions/check_seals.sql

create or replace function kw.check_seals(table_name text default null) returns setof kw.seal_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.check_seals(table_name)
$function$;

-- functions/create_log.sql

create or replace function kw.create_log(host text, signing_keys text[]) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.create_log(host, signing_keys)
$function$;

-- functions/set_log_keys.sql

create or replace function kw.set_log_keys(signing_keys text[]) returns text[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_log_keys(signing_keys)
$function$;

-- functions/append_audit.sql

create or replace function kw.append_audit(max_events integer default 10000) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.append_audit(max_events)
$function$;

-- functions/append_state.sql

create or replace function kw.append_state() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.append_state()
$function$;

-- functions/accept_state.sql

create or replace function kw.accept_state(reason text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
api.accept_state(reason)
$function$;

-- functions/sign_checkpoint.sql

create or replace function kw.sign_checkpoint(again boolean default false) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.sign_checkpoint(again)
$function$;

-- functions/check_state.sql

create or replace function kw.check_state(checkpoint text default null) returns setof kw.seal_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.check_state(checkpoint)
$function$;

-- functions/audit_proof.sql

create or replace function kw.audit_proof(event bigint) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.audit_proof(event)
$function$;

-- functions/audit_receipt.sql

create or replace function kw.audit_receipt(wrapper uuid, event bigint default null) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.audit_receipt(wrapper, event)
$function$;

-- functions/add_witness.sql

create or replace function kw.add_witness(verifier_key text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.add_witness(verifier_key)
$function$;

-- functions/remove_witness.sql

create or replace function kw.remove_witness(verifier_key text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.remove_witness(verifier_key)
$function$;

-- functions/add_cosignatures.sql

create or replace function kw.add_cosignatures(note text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.add_cosignatures(note)
$function$;

-- functions/plan_protection.sql

create or replace function kw.plan_protection(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}',
    old_key bytea default null
) returns setof kw.protection_step
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.plan_protection(
    entity_table, column_name, key_scope, shown_by, search, normaliser, taken_over_from, takeover_options, old_key
)
$function$;

comment on function kw.plan_protection(entity_table text, column_name text, key_scope text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) is
'Returns what kw.protect would do with a column, and changes nothing: size and time, locks, the indexes and constraints that are dropped with the plaintext, what depends on the column and stops that, triggers and publications that the backfill fires, roles that may write the column but not encrypt, with shown_by => view also what breaks when a view has the name of the table, and where plaintext remains. Of a takeover it tries each value, as kw.check_takeover. For kw_client; requires the table owner. Errors: KW003, KW100, KW101.';

grant execute on function kw.plan_protection(entity_table text, column_name text, key_scope text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) to kw_client;

-- functions/protect_expand.sql

create or replace function kw.protect_expand(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    policy text default null,
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}'
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.protect_expand(
    entity_table, column_name, key_scope, policy, shown_by, search, normaliser, taken_over_from, takeover_options
)
$function$;

comment on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb) is
'Begins to protect a column: binds a data key, adds the encrypted column, and a trigger that encrypts what is written from now on; with search => equality also the key of a blind index, and a column and a trigger for its tokens. If the protection has begun or is complete, does nothing, and refuses another key_scope, shown_by, search or normaliser that is not the default (KW102); until the backfill has ended, it takes other takeover_options. Of a takeover the trigger does not encrypt, but empties the ciphertext of a value that changes, for the next backfill. Refused (KW102) if kw.plan_protection has obstacles. Locks the table for milliseconds, and gives up its place among those who wait every 0.2 seconds. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, and as kw.bind and kw.create_index_key.';

grant execute on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb) to kw_client;

-- functions/protect_backfill.sql

create or replace function kw.protect_backfill(
    entity_table text,
    column_name text,
    max_rows integer default 1000,
    old_key bytea default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.protect_backfill(entity_table, column_name, max_rows, old_key)
$function$;

comment on function kw.protect_backfill(entity_table text, column_name text, max_rows integer, old_key bytea) is
'Encrypts the values of the next rows of a column that is being protected, in the order of the primary key. Rows that another transaction holds are left for a later pass. Ends early where the rows of the call have been locked for 0.1 seconds, so that writers do not wait for long. Commit after each call, and call it until it returns 0. Of a takeover, values that do not open fail the call, which names their keys; after the verification, it encrypts values that were written since, and returns 0 where fewer than max_rows were left. Triggers of the table fire, and see dates in the style ISO and time zone UTC. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW300, and as kw.encrypt.';

grant execute on function kw.protect_backfill(entity_table text, column_name text, max_rows integer, old_key bytea) to kw_client;

-- functions/protect_verify.sql

create or replace function kw.protect_verify(
    entity_table text,
    column_name text,
    max_rows integer default 1000,
    old_key bytea default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.protect_verify(entity_table, column_name, max_rows, old_key)
$function$;

comment on function kw.protect_verify(entity_table text, column_name text, max_rows integer, old_key bytea) is
'Decrypts the next rows of a column that was backfilled, and compares the SHA-256 of each value with that of its plaintext, which of a takeover is opened with the old key. Commit after each call, and call it until it returns 0. If rows differ, the column is not verified: kw.protection_status names their keys, and the next call begins again. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, and as kw.decrypt.';

grant execute on function kw.protect_verify(entity_table text, column_name text, max_rows integer, old_key bytea) to kw_client;

-- functions/protect_cut_over.sql

create or replace function kw.protect_cut_over(
    entity_table text,
    column_name text,
    old_key bytea default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.protect_cut_over(entity_table, column_name, old_key)
$function$;

comment on function kw.protect_cut_over(entity_table text, column_name text, old_key bytea) is
'Gives the name of a verified column to the encrypted one: from now on writers encrypt. With shown_by => view a protected view takes the name of the table as well, so that readers and writers go on with plaintext; the table is then named with _protected at its end. A trigger keeps the plaintext in step until kw.protect_contract, so that kw.protect_undo loses nothing. If it is cut over, does nothing. Of a takeover it encrypts the last values, 500 at most, under its lock, and a trigger empties the old value of a ciphertext that changes. Locks the table for milliseconds; of a takeover while it reads the table for those values. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW300, 55P03 while older transactions could still need the plaintext.';

grant execute on function kw.protect_cut_over(entity_table text, column_name text, old_key bytea) to kw_client;

-- functions/protect_contract.sql

create or replace function kw.protect_contract(entity_table text, column_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.protect_contract(entity_table, column_name)
$function$;

comment on function kw.protect_contract(entity_table text, column_name text) is
'Drops the plaintext column of a column that was cut over, with its trigger. This cannot be undone. Of a takeover it reads the table before it locks it. Refused (KW102) while views, generated columns or other objects depend on the plaintext column. Old tuples keep plaintext until the table is rewritten; a notice says how. Audited. For kw_client; requires the table owner. Errors: KW100, KW101, KW102.';

grant execute on function kw.protect_contract(entity_table text, column_name text) to kw_client;

-- functions/protect_undo.sql

create or replace function kw.protect_undo(
    entity_table text,
    column_name text,
    discard_newer boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.protect_undo(entity_table, column_name, discard_newer)
$function$;

comment on function kw.protect_undo(entity_table text, column_name text, discard_newer boolean) is
'Takes a protection back in any phase before kw.protect_contract: the column has its name, its values and its defaults again, and the encrypted column and the triggers are dropped. What was written meanwhile stays. Of a takeover it is refused (KW102) while values exist only encrypted by kwtools, unless discard_newer is true. The binding of the data key stays, too. Locks the table for milliseconds. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102.';

grant execute on function kw.protect_undo(entity_table text, column_name text, discard_newer boolean) to kw_client;

-- functions/protection_status.sql

create or replace function kw.protection_status(entity_table text default null) returns setof kw.protection_progress
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.protection_status(entity_table)
$function$;

comment on function kw.protection_status(entity_table text) is
'Returns how far the protections of columns are, and the statements that make indexes of tokens which they wait for, to be run outside of a transaction block: those of tables that the role owns, and all of them for kw_admin and kw_auditor. For kw_client, kw_admin and kw_auditor. Errors: KW003.';

grant execute on function kw.protection_status(entity_table text) to kw_client, kw_admin, kw_auditor;

-- functions/protect.sql

create or replace procedure kw.protect(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    policy text default null,
    until text default 'verified',
    max_rows integer default 1000,
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}',
    old_key bytea default null
)
language plpgsql
as $procedure$
declare
    phases constant pg_catalog.text[] := array['expanded', 'backfilled', 'verified', 'cut_over', 'contracted'];
    -- 0 for what is not a phase.
    last constant pg_catalog.int4 := coalesce(pg_catalog.array_position(phases, until), 0);
    passed pg_catalog.int4;
begin
    if last operator(pg_catalog.=) 0 then
        raise exception 'until is not a phase of a protection'
            using errcode = 'KW003', hint = 'Use expanded, backfilled, verified, cut_over or contracted.';
    end if;
    perform kw.protect_expand(entity_table, column_name, key_scope, policy, shown_by, search, normaliser, taken_over_from, takeover_options);
    commit;
    if last operator(pg_catalog.>=) 2 then
        loop
            passed := kw.protect_backfill(entity_table, column_name, max_rows, old_key => old_key);
            commit;
            exit when passed operator(pg_catalog.=) 0;
        end loop;
    end if;
    if last operator(pg_catalog.>=) 3 then
        loop
            passed := kw.protect_verify(entity_table, column_name, max_rows, old_key => old_key);
            commit;
            exit when passed operator(pg_catalog.=) 0;
        end loop;
        if exists (select from kw.protection_status(entity_table) s where s.field_name operator(pg_catalog.=) column_name and s.status operator(pg_catalog.=) 'backfilled') then
            raise exception 'rows differ from their ciphertexts'
                using errcode = 'KW102', hint = 'Use kw.protection_status, which names their keys.';
        end if;
    end if;
    if last operator(pg_catalog.>=) 4 then
        -- Of a takeover, what was written during the verification.
        loop
            passed := kw.protect_backfill(entity_table, column_name, max_rows, old_key => old_key);
            commit;
            exit when passed operator(pg_catalog.=) 0;
        end loop;
        perform kw.protect_cut_over(entity_table, column_name, old_key => old_key);
        commit;
    end if;
    if last operator(pg_catalog.>=) 5 then
        perform kw.protect_contract(entity_table, column_name);
        commit;
    end if;
end;
$procedure$;

comment on procedure kw.protect(entity_table text, column_name text, key_scope text, policy text, until text, max_rows integer, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) is
'Takes a plaintext column to an encrypted one while it is used, phase by phase, and continues where an earlier call ended: kw.protect_expand, kw.protect_backfill and kw.protect_verify, and, if asked for, kw.protect_cut_over and kw.protect_contract. Commits by itself after each batch and each phase. Call it outside of a transaction block. For kw_client; requires the table owner. Errors: as these functions.';

grant execute on procedure kw.protect(entity_table text, column_name text, key_scope text, policy text, until text, max_rows integer, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) to kw_client;

-- functions/grant_field.sql

create or replace function kw.grant_field(
    entity_table text,
    field_name text,
    grantee name,
    may_read boolean default true,
    may_write boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.grant_field(entity_table, field_name, grantee, may_read, may_write)
$function$;

-- functions/revoke_field.sql

create or replace function kw.revoke_field(entity_table text, field_name text, grantee name) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.revoke_field(entity_table, field_name, grantee)
$function$;

-- functions/list_grants.sql

create or replace function kw.list_grants(entity_table text default null)
returns table (
    entity text,
    field_name text,
    grantee text,
    may_read boolean,
    may_write boolean,
    granted_by text,
    created_at timestamptz,
    table_owner text,
    counts boolean,
    reason text
)
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.list_grants(entity_table)
$function$;

-- functions/check_kms.sql

create or replace function kw.check_kms(kms_key_id bigint default null) returns setof kw.kms_check_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.check_kms(kms_key_id)
$function$;

-- functions/check_algorithms.sql

create or replace function kw.check_algorithms() returns setof kw.algorithm_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.check_algorithms()
$function$;

-- functions/doctor.sql

create or replace function kw.doctor() returns setof kw.doctor_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.doctor()
$function$;

-- functions/version.sql

create or replace function kw.version() returns jsonb
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.version()
$function$;

-- functions/set_setting.sql

create or replace function kw.set_setting(name text, value integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.set_setting(name, value)
$function$;

-- functions/check_restore.sql

create or replace function kw.check_restore() returns setof kw.doctor_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.check_restore()
$function$;

-- functions/acknowledge_restore.sql

create or replace function kw.acknowledge_restore(checkpoint text, reason text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.acknowledge_restore(checkpoint, reason)
$function$;

-- functions/entities_to_reclaim.sql

create or replace function kw.entities_to_reclaim() returns setof kw.entity_to_reclaim
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.entities_to_reclaim()
$function$;

-- functions/reclaim_entity.sql

create or replace function kw.reclaim_entity(entity_table text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.reclaim_entity(entity_table)
$function$;

-- functions/reclaim_entities.sql

create or replace function kw.reclaim_entities() returns setof kw.entity_to_reclaim
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.reclaim_entities()
$function$;

-- functions/confirm_grants.sql

create or replace function kw.confirm_grants(entity_table text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.9.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.9.0']
return api.confirm_grants(entity_table)
$function$;

-- privileges.sql

do $owner$
declare
    member record;
    -- Set by an upgrade: grants that somebody made on what was there are left alone.
    before text[] := pg_catalog.string_to_array(
        pg_catalog.current_setting('kwtools.members_before', true), ' '
    );
    calls_before jsonb := coalesce(
        nullif(pg_catalog.current_setting('kwtools.calls_before', true), ''), '[]'
    )::jsonb;
    grantee pg_catalog.regrole;
    grantable boolean;
    kind text;
begin
    for member in
        select
            i.type,
            i.identity,
            p.proname,
            pg_catalog.format('%s:%s', d.classid::oid, d.objid) = any (before) as was_there,
            coalesce(c.relowner, p.proowner, t.typowner) as owner,
            coalesce(c.relacl, p.proacl, t.typacl, n.nspacl) as acl
        from pg_catalog.pg_depend d
        join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
        left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
        left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid
        left join pg_catalog.pg_type t on d.classid = 'pg_catalog.pg_type'::regclass and t.oid = d.objid
        left join pg_catalog.pg_namespace n on d.classid = 'pg_catalog.pg_namespace'::regclass and n.oid = d.objid
        cross join pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
        where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
            and i.type in ('table', 'view', 'sequence', 'type', 'function', 'procedure', 'schema')
            -- Since PostgreSQL 17 row types and arrays are members, too; they follow their table or type.
            and (t.oid is null or t.typcategory <> 'A' and not exists (
                select from pg_catalog.pg_class r where r.oid = t.typrelid and r.relkind <> 'c'
            ))
    loop
        kind := replace(member.type, 'view', 'table'); -- as GRANT calls it
        -- ALTER TABLE locks a table against its readers, even if nothing changes.
        if member.type in ('table', 'view', 'type', 'function', 'procedure') and member.owner <> 'kw_owner'::regrole then
            execute pg_catalog.format('alter %s %s owner to kw_owner', member.type, member.identity);
        end if;
        execute pg_catalog.format('revoke all on %s %s from public', kind, member.identity);
        -- What ALTER DEFAULT PRIVILEGES of the installing role gave away.
        for grantee in
            select distinct a.grantee
            from pg_catalog.aclexplode(member.acl) a
            where member.was_there is not true and a.grantee not in (0, a.grantor) and (
                member.type not in ('function', 'procedure') or a.grantee not in (
                    'kw_admin'::regrole, 'kw_operator'::regrole, 'kw_client'::regrole,
                    'kw_unwrap'::regrole, 'kw_grantor'::regrole, 'kw_auditor'::regrole, 'kw_signer'::regrole
                )
            )
        loop
            execute pg_catalog.format('revoke all on %s %s from %s', kind, member.identity, grantee);
        end loop;
        -- What was granted on the function that a new one of its name takes the place of.
        for grantee, grantable in
            select b.grantee, pg_catalog.bool_or(b.grantable)
            from pg_catalog.jsonb_to_recordset(calls_before) b(name text, oid oid, grantee oid, grantable boolean)
            where member.type = 'function' and member.was_there is not true and b.name = member.proname
                and not exists (select from pg_catalog.pg_proc f where f.oid = b.oid)
            group by b.grantee
        loop
            execute pg_catalog.format(
                'grant execute on function %s to %s%s',
                member.identity, grantee, case when grantable then ' with grant option' else '' end
            );
        end loop;
    end loop;
end;
$owner$;

grant usage on type kw.ciphertext to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

grant select on
    kw.kms_providers, kw.kms_keys, kw.crypto_algorithms, kw.encryption_policies, kw.policy_kms_keys,
    kw.encryption_bindings, kw.binding_generations, kw.entities, kw.entity_fields, kw.field_grants,
    kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.settings, kw.audit_events,
    kw.key_dependencies, kw.closed_keys, kw.key_usage, kw.installation, kw.kem_levels, kw.branch_levels,
    kw.wrapper_levels, kw.policy_layer_keys, kw.crypto_inventory, kw.algorithm_statuses, kw.loads_to_check,
    kw.former_wraps, kw.rewrap_progress, kw.shred_receipts, kw.signing_inventory,
    kw.deployments, kw.blind_indexes, kw.import_sources, kw.imported_wrappers, kw.generation_usage, kw.witnesses, kw.log_cosignatures,
    kw.logs, kw.log_keys, kw.log_leaves, kw.log_tiles, kw.log_checkpoints,
    kw.state_buckets, kw.protections, kw.protected_fields, kw.protected_views
to kw_admin, kw_auditor;
