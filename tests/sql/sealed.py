"""A database whose rows are sealed: the calls that write, and its deployment."""

from kwruntime.store import sealed_rows

from tests.sql.session import Session

CHECK = "select table_name, row_key, problem from kw.check_seals()"
SEALED_TABLES = """
    select c.relname from pg_class c
    where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r' and exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'change_no'
    )
    order by 1
"""
TABLES = [table.name for table in sealed_rows.TABLES]
WRAPPER = "(select max(wrapper_uuid)::uuid from kw.key_wrappers where owner is not null)"
BOUND = "kw.lookup('people', '1', 'ssn')"
RUNNING = "(select array_agg(id) from kw.rewrap_jobs where status = 'running')"
PUBLIC_KEY = r"'\xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'"

# One after the other, each in a transaction of its own. STORE is a second local provider.
WRITES = f"""
    select kw.add_provider('STORE', 'local')
    select kw.add_provider('branches', 'wrapper')
    select kw.set_provider_enabled('STORE', false)
    select kw.set_provider_enabled('STORE', true)
    select kw.declare_shared_root('local', 'STORE')
    select kw.undeclare_shared_root('STORE')
    select kw.create_kms_key('STORE', 'seals-3')
    select kw.create_kms_key('STORE', 'seals-4')
    select kw.create_kms_key('branches', 'default')
    select kw.add_kms_key('STORE', 'seals-4', if_not_exists => true)
    select kw.set_kms_key_status(4, 'retired')
    select kw.set_kms_key_status(4, 'active')
    select kw.create_kms_key('STORE', 'seals-kem', 'wrap', 'X25519')
    select kw.create_kem_key('seals-sealed', 'X25519', 1)
    select kw.add_kem_key('local', 'seals-offline', 'X25519', decode(repeat('09', 32), 'hex'))
    select kw.create_policy('other', 'either', 1, 3, notes => 'of the tests')
    select kw.create_policy('layered', 'either', 1, 2, array[6, 7]::bigint[])
    select kw.create_policy('leaf', 'single', 5)
    select kw.add_policy_key('layered', 6, 9, 2)
    select kw.set_policy_layers('layered', 1, 2, 'defined', '{{"purpose": "{{policy}}"}}')
    select kw.set_policy_renewal('default', interval '1 year', true)
    select kw.set_algorithm_status('X25519', 'deprecated')
    select kw.set_algorithm_status('X25519', 'active')
    select kw.set_setting('cache_seconds', 60)
    select kw.set_setting('cache_seconds', 300)
    select kw.create_signing_key('one', 'Ed25519', 'application:seals', 1, false)
    select kw.create_signing_key('two', 'Ed25519', 'log', 1)
    select kw.import_signing_key('three', 'Ed25519', 'import', {PUBLIC_KEY})
    select kw.set_signing_key_status('one', 'active')
    select kw.set_signing_key_status('one', 'retired')
    select kw.set_signing_key_status('one', 'compromised')
    select kw.wrap()
    select kw.wrap('imported key, 16')
    select kw.wrap_many(array[null, null]::bytea[], 'layered')
    select kw.give_wrappers(array[{WRAPPER}], 'kw_client')
    select kw.bind('people', 1, 'ssn')
    select kw.bind('people', 1)
    select kw.bind('people', '*', 'note')
    select kw.bind('people', 2, 'ssn', wrapper => {WRAPPER})
    select kw.bind('people', 3, 'ssn', wrapper => {BOUND})
    select kw.bind('other_people', 3, 'ssn', wrapper => {BOUND})
    select kw.grant_field('elsewhere.crm', 'b', 'postgres', true, true)
    select kw.bind('elsewhere.crm', 'a', 'b')
    select kw.bind_many('people', array['4', '5', '6', '1'], 'ssn')
    select kw.bind_many('people', array['4', '5'], 'name', 'layered')
    select kw.bind_many_by_bigint('people', array[7, 8], 'ssn')
    select kw.bind_many_by_uuid('tokens', array['00000000-0000-0000-0000-000000000002']::uuid[])
    select kw.bind_policy('people', 'ssn', 'leaf')
    select kw.bind('people', 9, 'ssn')
    select kw.bind_policy('people', 'ssn', 'other')
    select kw.set_floor('people', 'ssn', 1)
    select kw.set_floor('people', 'ssn', null)
    select kw.set_read_audit('people', 'ssn', 'statements')
    insert into people (id, note) select 1, kw.encrypt_text('people', '1', 'note', 'v')
    select kw.set_protected_field('people', 'ssn', token_column => 't')
    select kw.set_protected_field('people', 'ssn', 'text', 'cell')
    select kw.create_index_key('people', 'ssn', 'digits')
    select kw.create_index_key('people', 'name', 'email', 64, 'tenant', 'layered')
    select kw.rotate_index_key('people', 'ssn')
    select kw.cancel_index_rotation('people', 'ssn')
    select kw.rotate_index_key('people', 'name', 'layered')
    alter table people add t bytea, add u bytea, add check (t is null or u is not null)
    select kw.finish_index_rotation('people', 'name', 't', 'u')
    select kw.rotate('people', '1', 'ssn')
    select kw.rotate('people', '*', 'note')
    update people set note = kw.reencrypt('people', id, 'note', note)
    select kw.retire_generations('people', 'note', 0)
    select kw.rotate('people', '*', 'note')
    select kw.rewrap({BOUND})
    select kw.rewrap({BOUND}, null, 4)
    select kw.rewrap(external_key_ref::uuid) from kw.kms_keys where id = 5
    select kw.rewrap_many(kw.lookup_many('people', array['4', '5', '6'], 'ssn'), 3)
    select kw.relayer({BOUND}, 'layered')
    select kw.relayer_many(kw.lookup_many('people', array['4', '5'], 'ssn'), 'layered')
    select kw.relayer_many(kw.lookup_many('people', array['4', '5'], 'ssn'), 'default')
    select kw.set_wrapper_status({BOUND}, 'retired')
    select kw.set_wrapper_status({BOUND}, 'active')
    select kw.schedule_rewrap(policy => 'default')
    select kw.claim_rewrap_jobs()
    select * from kw.run_rewrap_jobs({RUNNING})
    select kw.schedule_rotate('people', 'ssn')
    select kw.claim_rewrap_jobs()
    select * from kw.run_rewrap_jobs({RUNNING})
    select kw.schedule_rewrap(entity_table => 'people', to_policy => 'layered')
    call kw.work_rewrap_jobs()
    select kw.schedule_due_rewraps()
    select kw.retry_rewrap_jobs()
    select kw.cancel_rewrap_jobs()
    select kw.grant_field('people', 'ssn', 'kw_client')
    select kw.grant_field('people', 'ssn', 'kw_client', true, true)
    select kw.grant_field('people', null, 'kw_client')
    select kw.confirm_grants('people')
    select kw.confirm_grants()
    select kw.revoke_field('people', null, 'kw_client')
    select kw.rebind('people', entity_pk => '7', to_entity_pk => '70')
    select kw.rebind('people', entity_pk => '70', field_name => 'ssn', to_field_name => 'name')
    alter table people rename column ssn to number
    select kw.rebind('people', field_name => 'ssn', to_field_name => 'number')
    alter table people rename to persons
    select kw.rebind('people', 'persons')
    AGAIN
    select kw.reclaim_entity('persons')
    AGAIN
    select kw.reclaim_entities()
    select kw.check_restore()
    select kw.shred_index_key('persons', 'number')
    select kw.shred('persons', '2', 'number')
    select kw.shred('persons', '3', 'number', shared => true)
    select kw.shred('persons', '1', shared => true)
    select kw.shred_many('persons', array['4', '5', '99'], 'number')
    select kw.shred_many_by_bigint('persons', array[6, 77], 'number')
    select kw.shred_many_by_uuid('tokens', array['00000000-0000-0000-0000-000000000002']::uuid[])
    select kw.shred('persons', '*', 'note', whole => true)
    insert into other_people (id, name) select n, 'n' || n from generate_series(1, 3) n
    select kw.protect_expand('other_people', 'name')
    select kw.protect_backfill('other_people', 'name')
    select kw.protect_undo('other_people', 'name')
    call kw.protect('other_people', 'name', until => 'backfilled')
    select kw.protect_verify('other_people', 'name'), kw.protect_verify('other_people', 'name')
    select kw.protect_cut_over('other_people', 'name')
    select kw.protect_contract('other_people', 'name')
    select kw.protect_expand('tokens', 'note', shown_by => 'view', search => 'equality')
    select kw.protect_backfill('tokens', 'note'), kw.protect_backfill('tokens', 'note')
    select kw.protect_verify('tokens', 'note'), kw.protect_verify('tokens', 'note')
    select kw.protect_cut_over('tokens', 'note')
    insert into tokens (id, note) values ('00000000-0000-0000-0000-000000000009', 'by the view')
    select kw.protect_undo('tokens', 'note')
"""
_AGAIN = "drop table persons; create table persons (like other_people including all)"
STATEMENTS = [line.strip().replace("AGAIN", _AGAIN) for line in WRITES.strip().splitlines()]


def make_tables(session: Session) -> None:
    """Make the tables that the writes name, beside public.people."""
    session.rows("create table public.other_people (like public.people including all)")
    session.rows("create table public.tokens (id uuid primary key, value bytea, note text)")


def begin(session: Session, phase: str = "sealed") -> None:
    """Create a deployment and bring it into a phase; adopted: nothing without a seal is left."""
    session.rows("select kw.create_deployment()")
    if phase != "adopting":
        assert session.value("select kw.seal_rows()") > 0
    if phase == "sealed":
        session.rows("select kw.seal_deployment()")
