"""What kw.rotate makes after kw.relayer, and what KEM keys and algorithms cannot be called."""

import pytest

from tests.sql.session import Session


@pytest.fixture
def kem(session: Session) -> int:
    return session.kem("ML-KEM-768")


def mode_of(session: Session, wrapper: object) -> object:
    """The mode of a wrapper."""
    return session.value(
        "select crypto_suite ->> 'mode' from kw.key_wrappers where wrapper_uuid = %s::text",
        str(wrapper),
    )


def test_a_policy_of_another_mode_gives_layers_but_never_another_mode(
    session: Session, kem: int
) -> None:
    session.policy("both", "both", 1, 2)
    session.policy("hybrid", "either", 1, 2, layers=[kem])
    wrapper = session.value("select kw.bind('people', 1, 'ssn', policy => 'both')")
    session.value("select kw.relayer(%s, 'hybrid')", wrapper)
    assert mode_of(session, wrapper) == "both"
    rotated = session.value("select kw.rotate('people', 1, 'ssn')")
    assert mode_of(session, rotated) == "both"
    assert session.layers(rotated) == [kem]


def test_a_rotation_that_would_weaken_the_mode_is_refused(session: Session, kem: int) -> None:
    session.policy("both", "both", 1, 2)
    session.policy("one", "single", 1, layers=[kem])
    wrapper = session.value("select kw.bind('people', 1, 'ssn', policy => 'both')")
    session.value("select kw.relayer(%s, 'one')", wrapper)
    refused = session.refused("KW200", "select kw.rotate('people', 1, 'ssn')")
    assert 'requires 2 active keys for mode "both"' in refused


def test_a_name_that_no_key_file_can_have_is_refused(session: Session, kem: int) -> None:
    query = (
        "select kw.add_kem_key('local', 'not a / file', algorithm, public_key)"
        " from kw.kms_keys where id = %s"
    )
    session.refused("KW003", query, kem)


def test_a_status_of_what_is_never_chosen_is_refused(session: Session) -> None:
    session.refused("KW003", "select kw.set_algorithm_status('AES-256-GCM', 'deprecated')")
