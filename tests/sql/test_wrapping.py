"""Data keys wrapped and opened, one and many."""

from collections.abc import Callable

import pytest

from tests.conftest import Database
from tests.sql.session import Session, marked

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(params=["single", "either", "both"])
def mode(request: pytest.FixtureRequest, session: Session) -> str:
    """Each mode in turn; the policy ``chosen`` is of that mode."""
    keys = (1,) if request.param == "single" else (1, 2)
    session.policy("chosen", request.param, *keys)
    return str(request.param)


def test_a_given_key_comes_back_as_it_was_in_every_mode(session: Session, mode: str) -> None:
    dek = bytes(range(32))
    wrapper = session.value("select kw.wrap(%s, 'chosen')", dek)
    assert session.value("select kw.unwrap(%s)", wrapper) == dek
    row = session.wrapper(str(wrapper))
    assert row["crypto_suite"]["mode"] == mode
    assert row["crypto_suite"]["dek_bytes"] == 32
    assert (row["dek_wrap2"] is None) == (row["kms2_key_id"] is None) == (mode == "single")
    assert dek.hex() not in str(row)


def test_a_fresh_key_has_32_bytes_and_is_another_each_time(session: Session, mode: str) -> None:
    first, second = (session.value("select kw.wrap(policy => 'chosen')") for _ in range(2))
    keys = [session.value("select kw.unwrap(%s)", wrapper) for wrapper in (first, second)]
    assert [len(key) for key in keys] == [32, 32]
    assert keys[0] != keys[1]


def test_it_opens_in_a_session_that_has_opened_nothing(
    session: Session, connect: Callable[..., Session], mode: str
) -> None:
    wrapper = session.value("select kw.wrap(%s, 'chosen')", b"k" * 16)
    assert connect().value("select kw.unwrap(%s)", wrapper) == b"k" * 16


@pytest.mark.parametrize("length", [16, 17, 31, 32, 33, 63, 64])
def test_keys_of_16_to_64_bytes_are_taken(session: Session, length: int) -> None:
    wrapper = session.value("select kw.wrap(%s)", b"k" * length)
    assert session.value("select kw.unwrap(%s)", wrapper) == b"k" * length
    assert session.wrapper(str(wrapper))["crypto_suite"]["dek_bytes"] == length


@pytest.mark.parametrize("length", [0, 1, 15, 65, 256])
def test_keys_of_other_lengths_are_refused_and_not_shown(session: Session, length: int) -> None:
    answer = session.refused("KW003", "select kw.wrap(%s)", b"k" * length)
    assert f"16 to 64 bytes, not {length}" in answer
    assert "kkk" not in answer
    assert session.value("select count(*) from kw.key_wrappers") == 0


def test_many_keys_come_back_in_order_and_null_makes_a_fresh_one(session: Session) -> None:
    first, second = marked(2)
    wrappers = session.value("select kw.wrap_many(%s::bytea[])", [first, None, second, first])
    assert len(set(wrappers)) == 4
    wanted = [wrappers[2], wrappers[0], None, wrappers[1], wrappers[0], wrappers[3]]
    keys = session.value("select kw.unwrap_many(%s::uuid[])", wanted)
    assert keys[:3] == [second, first, None]
    assert keys[4:] == [first, first]
    assert len(keys[3]) == 32
    assert keys[3] not in (first, second)


def test_one_key_of_a_wrong_length_keeps_all_of_a_batch_out(session: Session) -> None:
    session.refused("KW003", "select kw.wrap_many(%s::bytea[])", [b"k" * 32, b"short"])
    assert session.value("select count(*) from kw.key_wrappers") == 0


def test_null_and_nothing(session: Session) -> None:
    assert session.value("select kw.unwrap(null)") is None
    assert session.value("select kw.unwrap_many(null)") is None
    assert session.value("select kw.unwrap_many('{}')") == []
    assert session.value("select kw.wrap_many(null)") is None
    assert session.value("select kw.wrap_many('{}')") == []
    assert session.value("select kw.unwrap_many('{null}')") == [None]


def test_an_unknown_wrapper_is_named(session: Session) -> None:
    known = session.value("select kw.wrap()")
    assert NOBODY in session.refused("KW101", "select kw.unwrap(%s)", NOBODY)
    query = "select kw.unwrap_many(%s::uuid[])"
    assert NOBODY in session.refused("KW101", query, [str(known), NOBODY])


def test_an_unknown_policy_is_named(session: Session) -> None:
    assert '"strict"' in session.refused("KW101", "select kw.wrap(policy => 'strict')")
    session.rows("delete from kw.policy_kms_keys; delete from kw.encryption_policies")
    assert '"default"' in session.refused("KW101", "select kw.wrap()")


@pytest.mark.parametrize(
    "call",
    [
        "kw.wrap_many(array[[null, null]]::bytea[])",
        "kw.unwrap_many(array[[null, null]]::uuid[])",
        "kw.bind_many('people', array[['1', '2']], 'ssn')",
        "kw.lookup_many('people', array[['1', '2']], 'ssn')",
        "kw.encrypt_many('people', array[['1', '2']], 'ssn', array[['a', 'b']]::bytea[])",
        "kw.encrypt_many('people', array['1'], 'ssn', array[['a', 'b']]::bytea[])",
        "kw.encrypt_many('people', array[['1', '2']], 'ssn', array['a']::bytea[])",
        "kw.encrypt_text_many('people', array['1'], 'ssn', array[['a', 'b']])",
        "kw.decrypt_many('people', array['1'], 'ssn', array[['a', 'b']]::bytea[])",
        "kw.decrypt_text_many('people', array['1'], 'ssn', array[['a', 'b']]::bytea[])",
        "kw.reencrypt_many('people', array['1'], 'ssn', array[['a', 'b']]::bytea[])",
        "kw.reencrypt_many('people', array['1'], 'ssn', array['a']::bytea[], array[['2', '3']])",
    ],
)
def test_an_array_of_arrays_is_refused(session: Session, call: str) -> None:
    session.bind("people", "*", "ssn")
    assert "one dimension" in session.refused("KW003", f"select {call}")


def test_a_wrapper_made_in_a_transaction_that_is_undone_is_gone(session: Session) -> None:
    session.rows("begin")
    wrapper = session.value("select kw.wrap()")
    assert len(session.value("select kw.unwrap(%s)", wrapper)) == 32
    session.rows("rollback")
    session.refused("KW101", "select kw.unwrap(%s)", wrapper)


def test_giving_and_getting_keys_takes_its_role(
    db: Database, connect: Callable[..., Session], make_role: Callable[..., str], session: Session
) -> None:
    client, importer = connect(make_role("kw_client")), connect(make_role("kw_unwrap"))
    wrapper = client.value("select kw.wrap()")
    client.refused("KW100", "select kw.wrap(%s)", b"k" * 32)
    client.refused("KW100", "select kw.wrap_many(%s::bytea[])", [None, b"k" * 32])
    client.refused("42501", "select kw.unwrap(%s)", wrapper)
    client.refused("42501", "select kw.unwrap(%s)", NOBODY)
    assert len(importer.value("select kw.unwrap(%s)", wrapper)) == 32
    assert importer.value("select kw.wrap(%s)", b"k" * 32)
    nobody = connect(make_role())
    nobody.refused("42501", "select kw.wrap()")


def test_arguments_go_by_name_too(session: Session) -> None:
    wrapper = session.value("select kw.wrap(policy => 'default', dek => %s)", b"k" * 24)
    assert session.value("select kw.unwrap(wrapper => %s)", wrapper) == b"k" * 24
    assert session.value("select kw.unwrap_many(wrappers => array[%s::uuid])", wrapper)
