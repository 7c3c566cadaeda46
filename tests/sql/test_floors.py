"""Floors: what kw.set_floor asks of new wrappers of a field."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session
from tests.sql.test_inventory import rename_algorithm


@pytest.fixture
def floored(session: Session) -> Session:
    """Policies ``weak`` (X25519) and ``strong`` (ML-KEM-768); a floor of 3 on people.ssn."""
    for number, (policy, algorithm) in enumerate([("weak", "X25519"), ("strong", "ML-KEM-768")], 3):
        key = session.value(
            "select kw.create_kms_key('local', %s, algorithm => %s)",
            f"{policy}-{session.value('select current_database()')}",
            algorithm,
        )
        assert key == number
        session.value("select kw.create_policy(%s, 'either', 1, 2, array[%s])", policy, key)
    session.value("select kw.set_floor('people', 'ssn', 3)")
    return session


def count(session: Session) -> object:
    """How many wrappers and bindings there are."""
    return session.rows(
        "select (select count(*) from kw.key_wrappers),"
        " (select count(*) from kw.encryption_bindings)"
    )


def test_a_new_wrapper_below_the_floor_is_refused_and_leaves_nothing(floored: Session) -> None:
    before = count(floored)
    for call in (
        "kw.bind('people', 1, 'ssn')",
        "kw.bind('people', 1, 'ssn', policy => 'weak')",
        "kw.bind_many('people', array['1', '2'], 'ssn', 'weak')",
        "kw.bind('people', '*', 'ssn')",
        "kw.bind('people', 1)",  # of the whole row, ssn with it
        "kw.bind('people', '*')",
    ):
        assert "requires NIST level 3" in floored.refused("KW104", f"select {call}")
    assert count(floored) == before


def test_what_reaches_the_floor_is_bound_and_other_fields_are_free(floored: Session) -> None:
    floored.value("select kw.bind('people', 1, 'ssn', policy => 'strong')")
    floored.value("select kw.bind('people', 1, 'name')")
    floored.rows("create table elsewhere (id bigint, ssn bytea)")
    floored.value("select kw.bind('elsewhere', 1, 'ssn')")


def test_a_floor_of_the_table_is_one_of_every_field(floored: Session) -> None:
    floored.value("select kw.set_floor('people', null, 1)")
    floored.refused("KW104", "select kw.bind('people', 1, 'name', policy => 'weak')")
    floored.value("select kw.bind('people', 1, 'name', policy => 'strong')")


def test_a_given_wrapper_has_to_reach_the_floor(floored: Session) -> None:
    for policy in (None, "weak"):
        wrapper = floored.value("select kw.wrap(policy => %s)", policy)
        floored.refused("KW104", "select kw.bind('people', 1, 'ssn', wrapper => %s)", wrapper)
    wrapper = floored.value("select kw.wrap(policy => 'strong')")
    floored.value("select kw.bind('people', 1, 'ssn', wrapper => %s)", wrapper)


def test_rotate_and_relayer_keep_above_the_floor(floored: Session) -> None:
    wrapper = floored.value("select kw.bind('people', 1, 'ssn', policy => 'strong')")
    for policy in ("weak", "default"):
        refused = floored.refused("KW104", "select kw.relayer(%s, %s)", wrapper, policy)
        assert (
            f"requires NIST level 3, but wrapper {wrapper} would fall from level 3 to none"
            in refused
        )
    floored.value("select kw.rotate('people', 1, 'ssn')")
    # an earlier generation is the field's, too
    floored.refused("KW104", "select kw.relayer(%s, 'weak')", wrapper)
    floored.value("select kw.relayer(%s, 'strong')", wrapper)
    floored.value("select kw.bind_policy('people', 'ssn', 'weak')")
    floored.refused("KW104", "select kw.rotate('people', 1, 'ssn')")


def test_what_was_bound_before_the_floor_opens_rewraps_and_is_brought_up(session: Session) -> None:
    key = session.value(
        "select kw.create_kms_key('local', 'pq-' || current_database(), algorithm => 'ML-KEM-1024')"
    )
    session.value("select kw.create_policy('strong', 'either', 1, 2, array[%s])", key)
    wrapper = session.value("select kw.bind('people', 1, 'ssn')")
    session.value("select kw.set_floor('people', 'ssn', 5)")
    assert len(session.value("select kw.unwrap(%s)", wrapper)) == 32
    session.value("select kw.rewrap(%s)", wrapper)
    session.value("select kw.relayer(%s)", wrapper)  # no better, and no worse
    session.value("select kw.encrypt_text('people', 1, 'ssn', 'value')")
    session.value("select kw.relayer(%s, 'strong')", wrapper)
    assert session.value(
        "select nist_level from kw.crypto_inventory where field_name = 'ssn'"
    ) == 5  # fmt: skip


@pytest.mark.parametrize("call", ["rewrap(%s, 1)", "rewrap_many(array[%s]::uuid[], 1)"])
def test_a_wrapper_does_not_leave_a_branch_that_its_floor_counts_on(
    floored: Session, call: str
) -> None:
    key = floored.value("select id from kw.kms_keys where algorithm = 'ML-KEM-768'")
    floored.policy("quantum", "single", 2, layers=[key])
    branch, _ = floored.branch("quantum")
    floored.policy("leaf", "single", branch)
    wrapper = floored.value("select kw.bind('people', 1, 'ssn', policy => 'leaf')::text")
    free = floored.value("select kw.wrap(policy => 'leaf')::text")
    before = floored.wrapper(wrapper)
    assert "would fall from level 3 to none" in floored.refused(
        "KW104", f"select kw.{call}", wrapper
    )
    assert floored.wrapper(wrapper) == before
    floored.rows(f"select kw.{call}", free)
    floored.rows(f"select kw.{call}".replace(", 1)", ")"), wrapper)


def test_a_floor_moves_with_its_table_and_can_be_taken_away(floored: Session) -> None:
    floored.value("select kw.bind('people', 1, 'ssn', policy => 'strong')")
    floored.rows("alter table people rename to clients")
    floored.value("select kw.rebind('people', 'clients')")
    floored.refused("KW104", "select kw.bind('clients', 2, 'ssn')")
    floored.value("select kw.set_floor('clients', 'ssn', null)")
    floored.value("select kw.bind('clients', 2, 'ssn')")


def test_what_an_admin_said_of_a_table_outlives_its_bindings(
    floored: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    floored.rows(f"grant create on schema public to {role}")
    floored.rows(f"alter table people owner to {role}")
    owner = connect(role)
    owner.rows("create table side (id bigint primary key, ssn bytea)")
    floored.rows("select kw.bind_policy('people', 'ssn', 'strong')")
    owner.bind("people", "1", "ssn")
    owner.rows("select kw.rebind('people', 'side')")
    owner.refused("KW104", "select kw.bind('people', 2, 'ssn', policy => 'weak')")
    owner.bind("people", "2", "ssn")  # still by the policy that was bound


def test_nothing_below_a_floor_moves_under_it(floored: Session) -> None:
    floored.rows("create table side (id bigint primary key, ssn bytea, other bytea)")
    weak = floored.bind("side", "1", "ssn", policy="weak")
    strong = floored.bind("side", "2", "ssn", policy="strong")
    before = floored.rows("select * from kw.encryption_bindings order by id")
    said = floored.refused("KW104", "select kw.rebind('side', 'people')")
    assert (
        f"requires NIST level 3, but wrapper {weak}, which would move there, has no level" in said
    )
    assert floored.rows("select * from kw.encryption_bindings order by id") == before
    floored.rows("select kw.rebind('side', 'side', null::text, null, 'ssn', 'other')")
    floored.rows("select kw.set_floor('side', 'ssn', 1)")
    move = "select kw.rebind('side', 'side', %s::text, null, 'other', 'ssn')"
    floored.refused("KW104", move, "1")
    floored.rows(move, "2")
    floored.rows("select kw.relayer(%s, 'strong')", weak)
    floored.rows("select kw.rebind('side', 'people')")
    assert floored.lookup("people", "2", "ssn") == strong


def test_what_is_below_its_floor_may_move_to_one_that_is_no_higher(floored: Session) -> None:
    floored.bind("people", "1", "name", policy="weak")
    floored.value("select kw.set_floor('people', 'name', 3)")
    floored.rows("select kw.rebind('people', 'people', null::text, null, 'name', 'ssn')")


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_level_that_is_none_is_refused(session: Session, level: int) -> None:
    session.refused("KW003", "select kw.set_floor('people', 'ssn', %s)", level)


def test_a_key_sealed_under_what_falls_promises_nothing(floored: Session) -> None:
    sealed = floored.value("select kw.create_kem_key('sealed', 'ML-KEM-768', 1)")
    assert floored.value("select nist_level from kw.kem_levels where kms_key_id = %s", sealed) == 3
    floored.rows("alter table kw.kms_keys disable trigger user")
    floored.rows("update kw.kms_keys set algorithm = 'RSA-OAEP-256' where id = 1")
    floored.value("select kw.create_policy('sealed', 'single', 2, null, array[%s])", sealed)
    floored.refused("KW104", "select kw.bind('people', 1, 'ssn', policy => 'sealed')")


@pytest.mark.parametrize(
    "call",
    [
        "kw.bind('people', 1, 'ssn', wrapper => %s)",
        "kw.rewrap(%s)",
        "kw.rewrap_many(array[%s]::uuid[])",
        "kw.relayer(%s)",
    ],
)
def test_a_wrapper_without_a_mode_is_not_authentic(floored: Session, call: str) -> None:
    wrapper = floored.value("select kw.wrap()::text")
    floored.rows("update kw.key_wrappers set crypto_suite = '{}' where wrapper_uuid = %s", wrapper)
    assert wrapper in floored.refused("KW211", f"select {call}", wrapper)


@pytest.mark.parametrize("call", ["bind", "rewrap"])
def test_the_seal_of_a_layer_does_not_fall_beside_what_counts_on_it(
    floored: Session, connect: Callable[..., Session], call: str
) -> None:
    """A branch that seals a layer's private key, moved to RSA while a wrapper is judged by it."""
    floored.policy("under 1", "single", 1)
    seal, branch = floored.branch("under 1")
    floored.policy("sealed", "single", 2, layers=[floored.sealed_kem(seal, "ML-KEM-768")])
    classical = floored.key()
    rename_algorithm(floored, classical, "RSA-OAEP-256")
    wrapper = floored.value("select kw.wrap(policy => 'sealed')::text")
    floored.bind("people", "2", "ssn", policy="strong")  # the first one of a field locks more
    query = "select kw.bind('people', 1, 'ssn', wrapper => %s)"
    if call == "rewrap":
        floored.rows(query, wrapper)
        query = "select kw.rewrap(%s, 1)"
    judging, moving = connect(autocommit=False), connect()
    judging.rows(query, wrapper)
    moving.rows("set lock_timeout = '60s'")
    if call == "rewrap":
        moving.refused("KW104", "select kw.rewrap(%s, %s)", branch, classical)
        return
    # A transaction of any role makes no admin wait: what it does is said instead.
    moving.rows("select kw.rewrap(%s, %s)", branch, classical)
    assert "WARNING: transactions in progress wrap under key" in moving.heard()
    judging.connection.commit()
    level = """
        select l.nist_level
        from kw.wrapper_levels l
        join kw.key_wrappers w on w.id = l.key_wrapper_id
        where w.wrapper_uuid = %s
    """
    assert floored.value(level, wrapper) is None


@pytest.mark.parametrize("call", ["kw.set_floor(%s, %s, 1)", "kw.bind_policy(%s, %s, 'default')"])
def test_a_table_or_column_that_does_not_exist_is_told_of(session: Session, call: str) -> None:
    for table, field, told in (
        ("people", "ssn", ""),
        ("people", None, ""),
        ("public.people", "snn", 'column "snn" of table public.people does not exist'),
        ("peple", "ssn", "table public.peple does not exist"),
        ("crm.people", None, "table crm.people does not exist"),
    ):
        session.rows(f"select {call}", table, field)
        heard = session.heard()
        assert heard.startswith(f"NOTICE: {told}") if told else not heard
        assert session.rows(
            "select 1 from kw.entity_fields where entity_table in (%s, 'public.' || %s)"
            " and field_name_norm = coalesce(%s, '')", table, table, field,
        )  # fmt: skip
