"""A deployment: its phases, and that every function that writes leaves every row with its seal."""

import re
from collections.abc import Callable

import pytest

from tests.conftest import Database, Keystore
from tests.sql.importing import Maker, some_deks, take
from tests.sql.sealed import CHECK, SEALED_TABLES, STATEMENTS, TABLES, begin, make_tables
from tests.sql.session import Session

LOG = "select kw.create_log('db.example.com', '{two}')"
PHASES = ("adopting", "adopted", "sealed")
# They write no row that is sealed, or are tried apart.
OTHERS = {
    *("check_kms", "safe_to_destroy", "sign", "sign_many", "encrypt", "reencrypt_many"),
    *("record_safe_to_destroy", "record_destroyed_key", "record_verify"),
    *("encrypt_many", "encrypt_text_many", "is_ciphertext", "entity_key"),
    *("create_deployment", "seal_rows", "seal_deployment", "accept_rows"),
    *("replace_deployment_key", "reseal_rows", "acknowledge_restore"),
    # the log has proofs of its own
    *("create_log", "set_log_keys", "append_audit", "sign_checkpoint", "seal_audit"),
    *("append_state", "accept_state"),
    # test_protected_views.py checks what they write
    *("create_protected_view", "drop_protected_view", "remake_protected_view"),
    *("upsert_protected", "fill_tokens"),
    *("add_witness", "remove_witness", "add_cosignatures"),
    # test_importing.py, test_exporting.py and test_moving.py check the seals
    *("import_wrapper", "import_wrapper_many", "export_wrapper_many"),
    *("import_values", "sign_move", "accept_move"),
}


@pytest.fixture
def people(session: Session) -> Session:
    """The superuser's session, with the tables that the writes name."""
    make_tables(session)
    return session


@pytest.mark.parametrize("phase", PHASES)
def test_every_function_that_writes_leaves_every_row_with_its_seal(
    people: Session, make_keystore: Callable[[], Keystore], phase: str
) -> None:
    store = make_keystore().name
    begin(people, phase)
    for statement in STATEMENTS:
        people.rows(statement.replace("STORE", store))
        assert people.rows(CHECK) == [], statement
    people.rows(LOG)
    assert people.rows(CHECK) == []
    maker = Maker.of(people)
    for number in (1, 2):
        take(people, maker.seal(number, deks=some_deks()))
        assert people.rows(CHECK) == []
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
    events = people.value("select count(*) from kw.audit_events where seal is null")
    assert events
    sealed = [people.value("select kw.seal_rows(7)") for _ in range(3)]
    assert sealed == [7, 7, 7]
    while found := people.value("select kw.seal_rows(7)"):
        sealed.append(found)
    counts = [people.value(f"select count(*) from kw.{table}") for table in TABLES]
    made_with_it = 2  # the deployment and its wrapper
    assert sum(sealed) == sum(counts) - made_with_it + events
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


def test_adoption_finds_what_came_behind_where_it_went_on(people: Session) -> None:
    people.rows("select kw.bind_many('people', array['1', '2', '3'])")
    begin(people, "adopting")
    people.rows("begin")
    while people.value("select kw.seal_rows(3)"):
        pass
    people.rows("rollback")
    while people.value("select kw.seal_rows(3)"):
        pass
    unsealed = "select count(*) from kw.{} where seal is null"
    assert sum(people.value(unsealed.format(table)) for table in TABLES) == 0
    people.rows("select kw.seal_deployment()")


def test_an_adoption_does_not_end_before_what_was_written_without_seals_is_there(
    people: Session, connect: Callable[..., Session]
) -> None:
    early = connect()
    early.rows("begin; select kw.bind('people', '1', 'ssn')")
    begin(people, "adopted")
    said = people.refused("55P03", "select kw.seal_deployment(0)")
    assert "could still write rows without a seal by this key" in said
    early.rows("commit")
    assert "have no seal" in people.refused("KW102", "select kw.seal_deployment()")
    people.rows("select kw.seal_rows(); select kw.seal_deployment()")
    assert people.rows(CHECK) == []


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
        "replace_deployment_key()",
        "reseal_rows()",
        "acknowledge_restore('note', 'r')",
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
    people.refused("KW003", "select kw.accept_rows('rewrap_jobs', '{1}', 'r')")
    said = people.refused("KW003", "select kw.check_seals('rewrap_jobs')")
    assert "audit_events, binding_generations, " in said


def test_events_that_no_log_has_are_checked_and_accepted(people: Session) -> None:
    people.rows("select kw.set_setting('cache_seconds', 60)")
    begin(people)
    people.rows("alter table kw.audit_events disable trigger user")
    (edited,) = people.values(
        "update kw.audit_events set object = 'another' where action = 'seal_deployment'"
        " returning id"
    )
    (added,) = people.values(
        "insert into kw.audit_events (id, acting_role, action, object)"
        " overriding system value values (-7, 'someone', 'bind', 'x') returning id"
    )
    people.rows("alter table kw.audit_events enable always trigger guard_immutable")
    found = [
        ("audit_events", str(added), "event -7 of kw.audit_events has no seal"),
        (
            "audit_events",
            str(edited),
            f"event {edited} of kw.audit_events does not match its seal",
        ),
    ]
    assert people.rows(CHECK) == found
    assert len(people.rows("select * from kw.check_seals('audit_events')")) == 2
    assert people.rows("select * from kw.check_seals('settings')") == []
    accept = "select kw.accept_rows('audit_events', %s, 'a test')"
    assert people.value(accept, [str(added), str(edited)]) == 2
    assert people.rows(CHECK) == []


@pytest.mark.parametrize(
    ("what", "value"),
    [("changes", "'\\x01'"), ("details", "(repeat('[', 3000) || repeat(']', 3000))::jsonb")],
)
def test_an_event_that_no_function_can_have_written_is_never_sealed(
    people: Session, what: str, value: str
) -> None:
    begin(people, "adopting")
    people.rows("alter table kw.audit_events disable trigger user")
    event = people.value(
        f"update kw.audit_events set {what} = {value}, seal = null"
        " where id = (select min(id) from kw.audit_events) returning id"
    )
    problem = f"event {event} of kw.audit_events has {what} that cannot be read"
    accept = "select kw.accept_rows('audit_events', %s, 'a test')"
    assert problem in people.refused("KW211", accept, [str(event)])
    assert problem in people.refused("KW211", "select kw.seal_rows(10000)")
    assert event in [int(key) for _, key, _ in people.rows(CHECK)]


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
    take(people, Maker.of(people).seal())
    people.rows(LOG)
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


@pytest.mark.parametrize(
    ("close", "reopen"),
    [
        ("set_provider_enabled('local', false)", "set_provider_enabled('local', true)"),
        ("set_kms_key_status(1, 'disabled')", "set_kms_key_status(1, 'active')"),
    ],
    ids=("provider", "key"),
)
def test_what_the_deployment_key_depends_on_can_be_closed_and_opened_again(
    people: Session, connect: Callable[..., Session], close: str, reopen: str
) -> None:
    people.rows("select kw.create_policy('one', 'single', 1)")
    people.rows("select kw.bind('people', '1', 'ssn')")
    people.rows("select kw.create_deployment('one'), kw.seal_rows()")
    people.rows("select kw.seal_deployment()")
    for number, one in enumerate((people, connect()), 2):
        one.rows(f"select kw.{close}")
        bind = f"select kw.bind('people', '{number}', 'ssn')"
        assert "cannot be opened" in one.refused("KW200", bind)
        one.rows(f"select kw.{reopen}")
        one.rows(bind)
        assert one.rows(CHECK) == []


def test_a_row_that_was_edited_while_its_key_was_closed_is_refused_when_it_opens(
    people: Session,
) -> None:
    people.rows("select kw.create_policy('one', 'single', 1)")
    people.rows("select kw.create_deployment('one'), kw.seal_rows()")
    people.rows("select kw.seal_deployment()")
    people.rows("select kw.set_kms_key_status(1, 'disabled')")
    people.rows("alter table kw.kms_keys disable trigger user")
    people.rows("update kw.kms_keys set purpose = 'both' where id = 1")
    people.rows("alter table kw.kms_keys enable trigger user")
    assert "does not match its seal" in people.refused(
        "KW211", "select kw.set_kms_key_status(1, 'active')"
    )
    assert people.value("select status from kw.kms_keys where id = 1") == "disabled"
