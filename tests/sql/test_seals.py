"""A deployment: its phases, and that every function that writes leaves every row with its seal."""

import re
from collections.abc import Callable

import pytest
from kwruntime.store import sealed_rows

from tests.conftest import Database, Keystore
from tests.sql.session import Session

CHECK = "select table_name, row_key, problem from kw.check_seals()"
PHASES = ("adopting", "adopted", "sealed")
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
    insert into people (id, note) select 1, kw.encrypt_text('people', '1', 'note', 'v')
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
    select kw.shred('persons', '2', 'number')
    select kw.shred('persons', '3', 'number', shared => true)
    select kw.shred('persons', '1', shared => true)
    select kw.shred_many('persons', array['4', '5', '99'], 'number')
    select kw.shred_many_by_bigint('persons', array[6, 77], 'number')
    select kw.shred_many_by_uuid('tokens', array['00000000-0000-0000-0000-000000000002']::uuid[])
    select kw.shred('persons', '*', 'note', whole => true)
"""
_AGAIN = "drop table persons; create table persons (like other_people including all)"
STATEMENTS = [line.strip().replace("AGAIN", _AGAIN) for line in WRITES.strip().splitlines()]
# They write no row that is sealed, or are tried apart.
OTHERS = {
    *("check_kms", "safe_to_destroy", "sign", "sign_many", "encrypt", "reencrypt_many"),
    *("encrypt_many", "encrypt_text_many", "is_ciphertext", "entity_key"),
    *("create_deployment", "seal_rows", "seal_deployment", "accept_rows"),
}


@pytest.fixture
def people(session: Session) -> Session:
    """The superuser's session, with the tables that the writes of this module name."""
    session.rows("create table public.other_people (like public.people including all)")
    session.rows("create table public.tokens (id uuid primary key, value bytea)")
    return session


def begin(session: Session, phase: str = "sealed") -> None:
    """Create a deployment and bring it into a phase; adopted: nothing without a seal is left."""
    session.rows("select kw.create_deployment()")
    if phase != "adopting":
        assert session.value("select kw.seal_rows()") > 0
    if phase == "sealed":
        session.rows("select kw.seal_deployment()")


@pytest.mark.parametrize("phase", PHASES)
def test_every_function_that_writes_leaves_every_row_with_its_seal(
    people: Session, make_keystore: Callable[[], Keystore], phase: str
) -> None:
    store = make_keystore().name
    begin(people, phase)
    for statement in STATEMENTS:
        people.rows(statement.replace("STORE", store))
        assert people.rows(CHECK) == [], statement
    empty = [
        table
        for table in people.values(SEALED_TABLES)
        if not people.value(f"select count(*) from kw.{table}")
    ]
    assert empty == [], "the writes leave no row there"
    if phase == "adopting":
        people.rows("select kw.seal_rows()")
    people.rows("select kw.seal_deployment()")
    assert people.rows(CHECK) == []


def test_every_function_that_writes_is_among_the_writes(session: Session) -> None:
    writing = session.values(
        "select distinct regexp_replace(proname, '_by_(bigint|uuid)$', '') from pg_proc"
        " where pronamespace = 'kw'::regnamespace and proname !~ '^_' and provolatile = 'v'"
    )
    called = {name for line in STATEMENTS for name in re.findall(r"\bkw\.(\w+)\(", line)}
    assert {*writing} - OTHERS <= called


def test_adoption_goes_on_where_it_stopped_and_ends_when_nothing_is_left(people: Session) -> None:
    people.rows(
        "select kw.bind_many('people', array(select n::text from generate_series(1, 20) n))"
    )
    begin(people, "adopting")
    assert people.rows(CHECK) == [], "rows without a seal are accepted"
    assert "have no seal" in people.refused("KW102", "select kw.seal_deployment()")
    sealed = [people.value("select kw.seal_rows(7)") for _ in range(3)]
    assert sealed == [7, 7, 7]
    while found := people.value("select kw.seal_rows(7)"):
        sealed.append(found)
    counts = [people.value(f"select count(*) from kw.{table}") for table in TABLES]
    made_with_it = 2  # the deployment and its wrapper
    assert sum(sealed) == sum(counts) - made_with_it
    people.rows("select kw.seal_deployment()")
    people.rows("select kw.seal_deployment()")
    assert people.rows(CHECK) == []
    assert people.rows("select key_no, incarnation, phase from kw.deployments") == [
        (1, 0, "sealed")
    ]
    assert "sealed" in people.refused("KW102", "select kw.seal_rows()")
    actions = people.values(
        "select action from kw.audit_events where action ~ 'seal|deploy' order by id"
    )
    assert actions == ["create_deployment", *["seal_rows"] * len(sealed), "seal_deployment"]


def test_change_numbers_rise_and_no_two_rows_share_one(people: Session) -> None:
    begin(people)
    numbers = f"select change_no from kw.{' union all select change_no from kw.'.join(TABLES)}"
    people.rows("select kw.bind_many('people', array['1', '2'])")
    before = people.values(numbers)
    assert len(set(before)) == len(before)
    people.rows("select kw.rotate('people', '1')")
    renewed = set(people.values(numbers)) - set(before)
    assert renewed
    assert min(renewed) > max(before)


def test_without_a_deployment_nothing_is_sealed(people: Session) -> None:
    people.bind("people", "1")
    assert (
        people.rows("select from kw.key_wrappers where seal is not null or change_no is not null")
        == []
    )
    for call in (
        "seal_rows()",
        "seal_deployment()",
        "accept_rows('settings', '{}', 'r')",
        "check_seals()",
    ):
        assert "no deployment" in people.refused("KW101", f"select kw.{call}")


def test_a_database_has_one_deployment(people: Session) -> None:
    begin(people)
    assert "already" in people.refused("KW102", "select kw.create_deployment()")


@pytest.mark.parametrize(
    "call",
    [
        "create_deployment()",
        "seal_rows()",
        "seal_deployment()",
        "accept_rows('settings', '{}', 'r')",
    ],
)
def test_only_a_superuser_makes_and_seals_a_deployment(
    people: Session, db: Database, make_role: Callable[..., str], call: str
) -> None:
    if not call.startswith("create"):
        begin(people, "adopting")
    admin = Session(db.connect(make_role("kw_admin")))
    assert "superuser" in admin.refused("KW100", f"select kw.{call}")


def test_admins_operators_and_auditors_check_seals_and_others_do_not(
    people: Session, db: Database, make_role: Callable[..., str]
) -> None:
    begin(people)
    for role in ("kw_admin", "kw_operator", "kw_auditor"):
        assert Session(db.connect(make_role(role))).rows(CHECK) == []
    Session(db.connect(make_role("kw_client"))).refused("42501", CHECK)


def test_the_deployment_key_is_given_to_nobody(people: Session) -> None:
    begin(people)
    (key,) = people.values(
        "select wrapper_uuid from kw.key_wrappers where dek_class = 'deployment'"
    )
    for state, call in (
        ("KW100", "unwrap(%s)"),
        ("KW100", "bind('people', '1', wrapper => %s)"),
        ("KW100", "give_wrappers(array[%s::uuid], 'kw_client')"),
        ("KW102", "set_wrapper_status(%s, 'retired')"),
    ):
        assert "deployment" in people.refused(state, f"select kw.{call}", key)
    assert people.rows("select * from kw.verify()") == []
    people.rows("select kw.rewrap(%s)", key)
    assert people.rows(CHECK) == []


def test_accepted_rows_match_again_and_it_is_audited(people: Session) -> None:
    people.rows("select kw.set_setting('cache_seconds', 60)")
    begin(people)
    people.rows("update kw.settings set value = 61")
    problem = "row cache_seconds of kw.settings does not match its seal"
    assert people.rows(CHECK) == [("settings", "cache_seconds", problem)]
    assert problem in people.refused("KW211", "select kw.set_setting('cache_seconds', 300)")
    accept = "select kw.accept_rows('settings', %s, %s)"
    assert people.value(accept, ["cache_seconds", "cache_keys"], "in an outage") == 1
    assert people.rows(CHECK) == []
    details = people.value("select details from kw.audit_events where action = 'accept_rows'")
    assert (details["rows"], details["reason"]) == (["cache_seconds"], "in an outage")
    people.refused("KW003", accept, ["cache_seconds"], " ")
    people.refused("KW003", "select kw.accept_rows('audit_events', '{1}', 'r')")
    people.refused("KW003", "select kw.check_seals('audit_events')")


def test_the_seals_of_one_table_are_checked_alone(people: Session) -> None:
    people.rows("select kw.set_setting('cache_seconds', 60)")
    begin(people)
    people.rows("update kw.settings set value = 61; update kw.policy_kms_keys set weight = 2")
    tables = "select distinct table_name from kw.check_seals(%s) order by 1"
    assert people.values(tables, None) == ["policy_kms_keys", "settings"]
    assert people.values(tables, "settings") == ["settings"]
    assert people.values(tables, "kms_keys") == []


def test_the_sealed_tables_are_those_with_a_column_for_the_seal(session: Session) -> None:
    assert sorted(TABLES) == session.values(SEALED_TABLES)


def test_a_change_number_never_falls(
    people: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore().name
    for statement in STATEMENTS:
        people.rows(statement.replace("STORE", store))
    people.rows("select kw.create_deployment()")
    for table in TABLES:
        people.rows(f"update kw.{table} set change_no = 1000")
        for change in ("999", "null"):
            said = people.refused("KW102", f"update kw.{table} set change_no = {change}")
            assert f"of kw.{table} cannot change" in said


def test_a_call_that_is_rolled_back_leaves_the_seals_of_before(people: Session) -> None:
    begin(people)
    people.bind("people", "1", "ssn")
    people.connection.autocommit = False
    people.rows("savepoint s")
    people.rows("select kw.rotate('people', '1', 'ssn')")
    people.rows("rollback to s")
    people.rows("select kw.rotate('people', '1', 'ssn')")
    people.connection.commit()
    assert people.rows(CHECK) == []
