"""Floors: what kw.set_floor asks of new wrappers of a field."""

import pytest

from tests.sql.session import Session


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
        assert "floor of NIST level 3" in floored.refused("KW104", f"select {call}")
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
        assert "floor" in refused
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
    session.value("select kw.encrypt_text('people', 1, 'ssn', 'value')")
    session.value("select kw.relayer(%s, 'strong')", wrapper)
    assert session.value(
        "select nist_level from kw.crypto_inventory where field_name = 'ssn'"
    ) == 5  # fmt: skip


def test_a_floor_moves_with_its_table_and_can_be_taken_away(floored: Session) -> None:
    floored.value("select kw.bind('people', 1, 'ssn', policy => 'strong')")
    floored.rows("alter table people rename to clients")
    floored.value("select kw.rebind('people', 'clients')")
    floored.refused("KW104", "select kw.bind('clients', 2, 'ssn')")
    floored.value("select kw.set_floor('clients', 'ssn', null)")
    floored.value("select kw.bind('clients', 2, 'ssn')")


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
