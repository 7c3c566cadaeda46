"""KEM keys: made, registered by their public key alone, sealed under others, probed, refused."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from kwruntime.crypto import kem
from kwshared.algorithms import KEMS

from tests.conftest import Keystore
from tests.sql.session import Session

DEK = b"k" * 32
ALIASES = {
    "x25519": "X25519",
    "secp256r1": "P-256",
    "prime256v1": "P-256",
    "DHKEM(P-256, HKDF-SHA256)": "P-256",
    "mlkem768": "ML-KEM-768",
    "MLKEM1024": "ML-KEM-1024",
    "X-Wing": "ML-KEM-768+X25519",
    "mlkem768-x25519": "ML-KEM-768+X25519",
}


def _public(algorithm: str) -> bytes:
    one = KEMS[algorithm]
    return kem.public_of(one, kem.generate(one))


def _collector(session: Session, algorithm: str = "ML-KEM-768") -> int:
    """Register a KEM key whose private key is nowhere; policy ``collect`` seals to it."""
    query = "select kw.add_kem_key('local', %s, %s, %s)"
    key = int(session.value(query, f"away-{uuid4().hex}", algorithm, _public(algorithm)))
    session.policy("collect", "either", 1, 2, layers=[key])
    return key


def _seals_and_opens(session: Session, key: int, algorithm: str) -> None:
    stored, public = session.rows(
        "select algorithm, public_key from kw.kms_keys where id = %s", key
    )[0]
    assert (stored, len(public)) == (algorithm, KEMS[algorithm].public_bytes)
    name = uuid4().hex
    session.policy(name, "single", 1, layers=[key])
    wrapper = session.value("select kw.wrap(%s, %s)", DEK, name)
    assert session.layers(wrapper) == [key]
    assert session.value("select kw.unwrap(%s)", wrapper) == DEK


# -- made here --------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", list(KEMS))
def test_each_kem_is_made_in_the_local_keystore(
    session: Session, connect: Callable[..., Session], algorithm: str
) -> None:
    key = session.kem(algorithm)
    _seals_and_opens(session, key, algorithm)
    _seals_and_opens(connect(), key, algorithm)


@pytest.mark.parametrize(("alias", "name"), list(ALIASES.items()))
def test_a_kem_is_known_by_its_other_names(session: Session, alias: str, name: str) -> None:
    query = "select algorithm from kw.kms_keys where id = %s"
    added = session.value("select kw.add_kem_key('local', 'x', %s, %s)", alias, _public(name))
    for key in (session.kem(alias), session.sealed_kem(1, alias), added):
        assert session.value(query, key) == name


def test_a_kem_key_file_that_is_there_is_registered_by_its_reference(session: Session) -> None:
    reference = uuid4().hex
    key = session.value("select kw.create_kms_key('local', %s, 'wrap', 'P-256')", reference)
    public = session.value("select public_key from kw.kms_keys where id = %s", key)
    session.rows("delete from kw.kms_keys where id = %s", key)
    session.refused("KW003", "select kw.add_kms_key('local', %s, 'wrap', 'ML-KEM-768')", reference)
    again = session.value("select kw.add_kms_key('local', %s, 'wrap', 'secp256r1')", reference)
    assert session.value("select public_key from kw.kms_keys where id = %s", again) == public
    _seals_and_opens(session, again, "P-256")


def test_a_kem_key_of_a_wrong_purpose_is_refused_before_a_file_is_made(session: Session) -> None:
    reference = uuid4().hex
    query = "select kw.create_kms_key('local', %s, %s, 'X25519')"
    for purpose in ("encrypt", "sign"):
        session.refused("KW003", query, reference, purpose)
    session.value(query, reference, "wrap")  # so a file of that name does not exist


# -- sealed under another key -----------------------------------------------------------------


@pytest.mark.parametrize("algorithm", list(KEMS))
def test_a_private_key_is_sealed_under_a_local_key(
    session: Session, connect: Callable[..., Session], algorithm: str
) -> None:
    key = session.sealed_kem(1, algorithm)
    sealed = session.value(
        "select sealed_key from kw.kem_private_keys where kms_key_id = %s and sealed_by_key_id = 1",
        key,
    )
    assert len(sealed) >= KEMS[algorithm].private_bytes + 16
    _seals_and_opens(session, key, algorithm)
    _seals_and_opens(connect(), key, algorithm)


def test_a_private_key_is_sealed_under_a_branch(
    session: Session, connect: Callable[..., Session]
) -> None:
    branch, uuid = session.branch("default")
    key = session.sealed_kem(branch, "ML-KEM-1024")
    session.policy("far", "single", 1, layers=[key])
    wrapper = session.value("select kw.wrap(%s, 'far')", DEK)
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s)", wrapper) == DEK
    session.rows("select kw.rewrap(%s)", uuid)
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s)", wrapper) == DEK
    session.rows("select kw.set_wrapper_status(%s, 'retired')", uuid)
    for one in (session, connect()):
        assert "layer 1" in one.refused("KW212", "select kw.unwrap(%s)", wrapper)


@pytest.mark.parametrize(("status", "state"), [("retired", None), ("disabled", "KW200")])
def test_the_status_of_the_sealing_key_counts_in_every_session(
    session: Session, connect: Callable[..., Session], status: str, state: str | None
) -> None:
    other = connect()
    sealing = session.key()
    key = session.sealed_kem(sealing)
    session.policy("sealed", "either", 1, 2, layers=[key])
    wrapper = session.value("select kw.wrap(%s, 'sealed')", DEK)
    assert other.value("select kw.unwrap(%s)", wrapper) == DEK
    session.rows("select kw.set_kms_key_status(%s, %s)", sealing, status)
    for one in (session, other, connect()):
        if state is None:
            assert one.value("select kw.unwrap(%s)", wrapper) == DEK
        else:
            answer = one.refused(state, "select kw.unwrap(%s)", wrapper)
            assert "layer 1" in answer
            assert f"key {sealing} " in answer
    session.refused("KW200", "select kw.create_kem_key('another', 'X25519', %s)", sealing)
    session.rows("select kw.set_kms_key_status(%s, 'active')", sealing)
    for one in (session, other):
        assert one.value("select kw.unwrap(%s)", wrapper) == DEK


@pytest.mark.parametrize(
    "edit",
    [
        "sealed_key = (select sealed_key from kw.kem_private_keys where kms_key_id = {other})",
        "sealed_key = set_byte(sealed_key, 0, get_byte(sealed_key, 0) # 1)",
        "sealed_key = set_byte(sealed_key, 40, get_byte(sealed_key, 40) # 128)",
        "sealed_key = substr(sealed_key, 1, length(sealed_key) - 1)",
        "sealed_key = ''",
        "sealed_by_key_id = 2",
        "kms_key_id = {third}",
    ],
)
def test_a_sealed_private_key_that_was_edited_or_swapped_opens_nothing(
    session: Session, connect: Callable[..., Session], edit: str
) -> None:
    key, other = session.sealed_kem(1), session.sealed_kem(1)
    public = session.value("select public_key from kw.kms_keys where id = %s", key)
    third = session.value("select kw.add_kem_key('local', 'third', 'X25519', %s)", public)
    session.policy("one", "single", 1, layers=[key])
    wrapper = session.value("select kw.wrap(%s, 'one')", DEK)
    assert session.value("select kw.unwrap(%s)", wrapper) == DEK  # and is kept
    change = edit.format(other=other, third=third)
    session.rows(f"update kw.kem_private_keys set {change} where kms_key_id = %s", key)
    state = "KW201" if "kms_key_id = {third}" in edit else "KW211"
    for one in (session, connect()):
        assert "layer 1" in one.refused(state, "select kw.unwrap(%s)", wrapper)


# -- registered by the public key -------------------------------------------------------------


@pytest.mark.parametrize("algorithm", list(KEMS))
def test_a_public_key_alone_seals_and_does_not_open(
    session: Session, connect: Callable[..., Session], algorithm: str
) -> None:
    key = _collector(session, algorithm)
    wrapper = session.value("select kw.wrap(%s, 'collect')", DEK)
    session.bind("people", "1", "ssn", policy="collect")
    for one in (session, connect()):
        answer = one.refused("KW201", "select kw.unwrap(%s)", wrapper)
        assert f"wrapper {wrapper}" in answer
        assert "layer 1" in answer
        assert (
            session.value("select external_key_ref from kw.kms_keys where id = %s", key) in answer
        )


def test_verify_reports_a_layer_whose_private_key_is_not_here(session: Session) -> None:
    _collector(session)
    for mode, keys in (("single", (1,)), ("both", (1, 2))):
        layers = session.values("select max(id) from kw.kms_keys")
        session.policy(f"collect {mode}", mode, *keys, layers=layers)
    for policy in ("collect", "collect single", "collect both"):
        wrapper = session.value("select kw.wrap(%s, %s)", DEK, policy)
        found = session.rows("select wrapper, sqlstate, problem from kw.verify(%s)", wrapper)
        assert found
        for named, state, problem in found:
            assert (named, state) == (wrapper, "KW201")
            assert "layer 1" in problem
    assert len(session.values("select distinct wrapper from kw.verify()")) == 3


def test_who_gets_the_private_key_opens_what_was_sealed_to_the_public_one(
    session: Session, connect: Callable[..., Session], make_keystore: Callable[..., Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    session.rows("select kw.create_kms_key(%s, 'pair', 'wrap', 'ML-KEM-768+X25519')", store.name)
    file = store.directory / "pair.jwk"
    content, status = file.read_bytes(), file.stat()
    public = session.value("select public_key from kw.kms_keys where external_key_ref = 'pair'")
    session.rows("delete from kw.kms_keys where external_key_ref = 'pair'")
    file.rename(store.directory / "elsewhere")
    key = session.value("select kw.add_kem_key(%s, 'pair', 'X-Wing', %s)", store.name, public)
    session.policy("collect", "single", 1, layers=[key])
    wrapper = session.value("select kw.wrap(%s, 'collect')", DEK)
    session.refused("KW201", "select kw.unwrap(%s)", wrapper)
    (store.directory / "elsewhere").rename(file)
    assert (file.read_bytes(), file.stat().st_ino) == (content, status.st_ino)
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s)", wrapper) == DEK


@pytest.mark.parametrize("algorithm", list(KEMS))
def test_what_is_no_public_key_is_refused(session: Session, algorithm: str) -> None:
    query = "select kw.add_kem_key('local', 'bad', %s, %s)"
    public = _public(algorithm)
    others = [_public(other) for other in KEMS if other != algorithm]
    for bad in (b"", public[:-1], public + b"\0", *others):
        assert algorithm in session.refused("KW003", query, algorithm, bad)
    session.refused("KW003", query, algorithm, None)
    session.value(query, algorithm, public)


def test_points_and_coefficients_off_their_ranges_are_refused(session: Session) -> None:
    query = "select kw.add_kem_key('local', 'bad', %s, %s)"
    point = bytearray(_public("P-256"))
    point[-1] ^= 1
    compressed = bytes([2 + (point[-1] ^ 1) % 2]) + bytes(point[1:33])
    for bad in (bytes(point), b"\x04" + b"\0" * 64, compressed, b"\x06" + bytes(point[1:])):
        session.refused("KW003", query, "P-256", bad)
    # FIPS 203, section 7.2: a coefficient that is not below q is refused.
    for name in ("ML-KEM-768", "ML-KEM-1024", "ML-KEM-768+X25519"):
        session.refused("KW003", query, name, b"\xff" * 384 + _public(name)[384:])


def test_an_all_zero_x25519_key_never_seals(session: Session) -> None:
    """With such a point the shared secret is known to all (RFC 9180, section 7.1.4)."""
    for name, public in (
        ("X25519", b"\0" * 32),
        ("ML-KEM-768+X25519", _public("ML-KEM-768") + b"\0" * 32),
    ):
        query = "select kw.add_kem_key('local', %s, %s, %s)"
        session.refused("KW003", query, name, name, public)


# -- refused ----------------------------------------------------------------------------------


def test_what_is_no_kem_makes_no_kem_key(session: Session) -> None:
    for name in ("AES-256-GCM", "ML-DSA-65", "RSA-2048", "", "ML-KEM-512"):
        session.refused("KW003", "select kw.create_kem_key('a', %s, 1)", name)
        session.refused("KW003", "select kw.add_kem_key('local', 'a', %s, 'x')", name)
    for null in (
        "kw.create_kem_key(null, 'X25519', 1)",
        "kw.create_kem_key('a', null, 1)",
        "kw.create_kem_key('a', 'X25519', null)",
        "kw.add_kem_key(null, 'a', 'X25519', 'x')",
        "kw.add_kem_key('local', null, 'X25519', 'x')",
        "kw.add_kem_key('local', 'a', null, 'x')",
        "kw.set_algorithm_status(null, 'active')",
        "kw.set_algorithm_status('X25519', null)",
        "kw.set_algorithm_status('X25519', 'gone')",
        "kw.set_algorithm_status('X448', 'active')",
    ):
        session.refused("KW003", f"select {null}")
    assert session.value("select count(*) from kw.kms_keys where public_key is not null") == 0


def test_names_that_are_taken_too_long_or_empty_are_refused(session: Session) -> None:
    public = _public("X25519")
    session.value("select kw.add_kem_key('local', 'taken', 'X25519', %s)", public)
    for query in (
        "select kw.add_kem_key('local', %s, 'P-256', decode(%s, 'hex'))",
        "select kw.create_kem_key(%s, 'X25519', 1) where %s <> ''",
    ):
        hexed = _public("P-256").hex()
        session.refused("KW102", query, "taken", hexed)
        session.refused("KW003", query, "", hexed)
        session.refused("KW003", query, "n" * 513, hexed)
    session.refused("KW102", "select kw.create_kms_key('local', 'taken', 'wrap', 'X25519')")
    session.refused("KW101", "select kw.add_kem_key('none', 'a', 'X25519', %s)", public)
    session.refused("KW101", "select kw.create_kem_key('a', 'X25519', 999)")
    session.rows("select kw.set_provider_enabled('local', false)")
    session.refused("KW102", "select kw.add_kem_key('local', 'a', 'X25519', %s)", public)
    session.refused("KW200", "select kw.create_kem_key('a', 'X25519', 1)")


def test_a_kem_key_wraps_no_leg_and_seals_no_private_key(session: Session) -> None:
    key = session.kem()
    for policy in (
        ("single", key, None),
        ("either", 1, key),
        ("both", key, 2),
    ):
        query = "select kw.create_policy('bad', %s, %s, %s)"
        assert "KEM key" in session.refused("KW200", query, *policy)
    session.refused("KW200", "select kw.create_kem_key('a', 'X25519', %s)", key)
    wrapper = session.value("select kw.wrap(%s)", DEK)
    for one in ("kms1_key_id", "kms2_key_id"):
        session.refused("KW200", f"select kw.rewrap(%s, {one} => %s)", wrapper, key)
    session.rows("select kw.add_policy_key('default', %s, 100)", key)
    for _ in range(3):
        row = session.wrapper(str(session.value("select kw.wrap()")))
        assert {row["kms1_key_id"], row["kms2_key_id"]} == {1, 2}


def test_a_key_that_wraps_legs_seals_no_layer(session: Session) -> None:
    query = "select kw.create_policy('bad', 'single', 1, layers => %s::bigint[])"
    branch, _ = session.branch("default")
    key = session.kem()
    for layers in ([2], [1], [branch], [key, 2]):
        assert "not a KEM key" in session.refused("KW003", query, layers)
    session.refused("KW003", query, [key, key])
    session.refused("KW003", query, [key, None])
    session.refused("KW101", query, [999])
    session.refused("KW003", query, [session.kem() for _ in range(9)])
    session.rows("select kw.set_kms_key_status(%s, 'retired')", key)
    session.refused("KW200", query, [key])


def test_a_private_key_is_not_sealed_deeper_than_it_could_be_opened(session: Session) -> None:
    session.policy("depth 0", "single", 1)
    branches = []
    for depth in range(3):
        branch, _ = session.branch(f"depth {depth}")
        branches.append(branch)
        session.policy(f"depth {depth + 1}", "single", branch)
    for branch in branches[:2]:
        _seals_and_opens(session, session.sealed_kem(branch), "X25519")
    query = "select kw.create_kem_key('deep', 'X25519', %s)"
    assert "too deep" in session.refused("KW102", query, branches[2])


def test_branches_and_other_providers_hold_no_kem_keys(session: Session) -> None:
    session.branch("default")
    query = "select kw.create_kms_key('branches', 'default', 'wrap', 'X25519')"
    assert "create_kem_key" in session.refused("KW003", query)
    query = "select kw.add_kem_key('branches', 'a', 'X25519', %s)"
    session.refused("KW003", query, _public("X25519"))


# -- status -----------------------------------------------------------------------------------


def test_a_kem_key_that_bears_the_name_of_a_branch_is_none(session: Session) -> None:
    session.policy("root", "single", 1)
    session.policy("layered", "single", 2, layers=[session.kem("ML-KEM-768")])
    branch, uuid = session.branch("layered")
    session.rows("select kw.add_provider('further', 'wrapper')")
    further = session.value("select kw.create_kms_key('further', 'root')")
    depends = "select depends_on_id, how from kw.key_dependencies where kms_key_id = %s"
    of_branch = session.rows(depends, branch)
    for name, sealing in ((f"{uuid} ", branch), (uuid, further)):
        query = "select kw.create_kem_key(%s, 'ML-KEM-768', %s)"
        key = session.value(query, name, sealing)
        assert session.rows(depends, key) == [(sealing, "seal")]
    assert session.rows(depends, branch) == of_branch
    session.rows("select kw.relayer(%s)", uuid)
    session.rows("select kw.rewrap(%s, 1)", uuid)


def test_a_retired_kem_key_opens_and_seals_no_more(
    session: Session, connect: Callable[..., Session]
) -> None:
    first, second = session.kem(), session.kem()
    session.policy("two", "single", 1, layers=[first, second])
    session.rows("select kw.set_policy_layers('two', 1, 2)")
    wrapper = session.value("select kw.wrap(%s, 'two')", DEK)
    session.rows("select kw.set_kms_key_status(%s, 'retired')", first)
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s)", wrapper) == DEK
        assert session.layers(one.value("select kw.wrap(null, 'two')")) == [second]
    session.rows("select kw.set_kms_key_status(%s, 'retired')", second)
    for one in (session, connect()):
        answer = one.refused("KW200", "select kw.wrap(null, 'two')")
        assert "requires 1 usable KEM keys and has 0" in answer


def test_a_disabled_kem_key_closes_every_session_at_the_next_statement(
    session: Session, connect: Callable[..., Session]
) -> None:
    key, other = session.kem(), connect()
    session.policy("one", "either", 1, 2, layers=[key])
    wrapper = session.bind("people", "1", "ssn", policy="one")
    sealed = session.encrypt("people", "1", "ssn", b"value")
    assert other.decrypt("people", "1", "ssn", sealed) == b"value"
    session.heard()
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", key)
    assert "1 wrappers cannot be opened" in session.heard()
    for one in (session, other, connect()):
        answer = one.refused("KW200", "select kw.unwrap(%s)", wrapper)
        assert "layer 1" in answer
        assert f"key {key} " in answer
        one.refused("KW200", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
        one.refused("KW200", "select kw.encrypt('people', '1', 'ssn', 'x')")
    session.rows("select kw.set_kms_key_status(%s, 'active')", key)
    for one in (session, other):
        assert one.decrypt("people", "1", "ssn", sealed) == b"value"


def test_a_wrapper_that_closes_by_its_layers_is_counted_once(session: Session) -> None:
    sealing, other = session.key(), session.kem()
    layers = [session.sealed_kem(sealing), other, session.sealed_kem(sealing)]
    session.policy("layered", "either", sealing, 1, layers=layers)
    session.policy("legs", "either", sealing, 1)
    for policy in ("layered", "layered", "legs"):
        session.rows("select kw.wrap(null, %s)", policy)
    for key, told in (
        (sealing, "2 wrappers cannot be opened, 1 depend on their other leg"),
        (other, "2 wrappers cannot be opened, 0 depend on their other leg"),
        (1, "0 wrappers cannot be opened, 3 depend on their other leg"),
    ):
        session.heard()
        session.rows("select kw.set_kms_key_status(%s, 'disabled')", key)
        assert told in session.heard()
        session.rows("select kw.set_kms_key_status(%s, 'active')", key)


def test_a_layer_sealed_to_a_key_that_is_disabled_meanwhile_is_counted(
    session: Session, connect: Callable[..., Session]
) -> None:
    """Neither waits for the other: the next wrap is refused, and what was made counts as closed."""
    key, admin, other = session.kem(), connect(autocommit=False), connect()
    session.policy("one", "single", 1, layers=[key])
    other.value("select kw.wrap(null, 'one')")
    admin.rows("select kw.set_kms_key_status(%s, 'disabled')", key)
    wrapper = other.value("select kw.wrap(null, 'one')")  # the change is not committed yet
    admin.connection.commit()
    other.refused("KW200", "select kw.wrap(null, 'one')")
    other.refused("KW200", "select kw.unwrap(%s)", wrapper)
    closed = "select needed, other_leg from kw.key_usage where kms_key_id = %s"
    assert session.rows(closed, key) == [(2, 0)]
    session.rows("select kw.set_kms_key_status(%s, 'active')", key)
    assert other.value("select kw.unwrap(%s)", wrapper)


# -- independent keys -------------------------------------------------------------------------


def test_mode_both_is_refused_where_one_root_opens_both_legs_by_a_sealed_key(
    session: Session,
) -> None:
    """The branch's layer adds no root: its private key is sealed under the key of its leg."""
    layer = session.sealed_kem(1)
    session.policy("below 1", "single", 1, layers=[layer])
    branch, _ = session.branch("below 1")
    query = "select kw.create_policy('bad', %s, %s, %s)"
    assert "One root key alone" in session.refused("KW103", query, "both", 1, branch)
    session.refused("KW103", query, "either", 1, branch)
    session.policy("good", "both", 2, branch)
    wrapper = session.value("select kw.wrap(%s, 'good')", DEK)
    assert session.value("select kw.unwrap(%s)", wrapper) == DEK


def test_mode_either_is_refused_where_the_loss_of_one_root_closes_both_legs(
    session: Session,
) -> None:
    layer = session.sealed_kem(1)
    session.policy("below 2", "single", 2, layers=[layer])
    branch, _ = session.branch("below 2")  # needs 1 and 2
    query = "select kw.create_policy('bad', 'either', %s, %s)"
    for key in (1, 2):
        assert "independent roots" in session.refused("KW103", query, key, branch)
        session.policy(f"both {key}", "both", key, branch)  # no root alone opens the branch
    session.policy("good", "either", session.key(), branch)


# -- probed -----------------------------------------------------------------------------------


def test_check_kms_probes_kem_keys(session: Session) -> None:
    session.rows("select kw.set_setting('degraded_ms', 600000)")  # a busy machine makes none slow
    branch, _ = session.branch("default")
    made = [session.kem(name) for name in KEMS]
    made += [session.sealed_kem(1), session.sealed_kem(branch)]
    away = _collector(session)
    found = dict(session.rows("select kms_key_id, (status, error) from kw.check_kms()"))
    assert {found[key] for key in made} == {("up", None)}
    status, error = found[away]
    assert status == "degraded"
    assert error.startswith("KW201")
    assert session.value("select status from kw.check_kms(%s)", away) == "degraded"
    session.rows("update kw.kem_private_keys set sealed_key = sealed_key || 'x'")
    for key in made[-2:]:
        status, error = session.rows("select status, error from kw.check_kms(%s)", key)[0]
        assert status == "down"
        assert error.startswith("KW211")
    session.rows("select kw.set_kms_key_status(%s, 'retired')", made[0])
    session.refused("KW200", "select kw.check_kms(%s)", made[0])


def test_doctor_accepts_kem_keys(session: Session) -> None:
    session.kem("ML-KEM-768")
    session.sealed_kem(1)
    _collector(session)
    assert session.rows("select * from kw.doctor() where not ok") == []


# -- algorithms -------------------------------------------------------------------------------


def test_every_algorithm_of_the_catalogue_passes_its_known_answer_test(session: Session) -> None:
    rows = session.rows("select class, name, status, ok, detail from kw.check_algorithms()")
    assert {name for kind, name, *_ in rows if kind == "kem"} == set(KEMS)
    assert {(status, ok, detail) for *_, status, ok, detail in rows} == {
        ("active", True, "known answer")
    }
    session.rows(
        "insert into kw.crypto_algorithms (class, name) "
        "values ('kem', 'HQC-256'), ('sig', 'X25519')"
    )
    strange = session.rows("select name, detail from kw.check_algorithms() where not ok")
    assert strange == [(name, "this version does not have it") for name in ("HQC-256", "X25519")]


def test_a_deprecated_algorithm_opens_and_is_not_chosen(
    session: Session, connect: Callable[..., Session]
) -> None:
    old, new = session.kem("P-256"), session.kem("ML-KEM-768")
    session.policy("two", "single", 1, layers=[old, new])
    session.policy("old", "single", 1, layers=[old])
    before = session.value("select kw.wrap(%s, 'two')", DEK)
    session.rows("select kw.set_algorithm_status('secp256r1', 'deprecated')")
    query = "select status from kw.check_algorithms() where name = 'P-256'"
    assert session.value(query) == "deprecated"
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s)", before) == DEK
        for policy in ("two", "old"):
            one.refused("KW200", "select kw.wrap(null, %s)", policy)
    session.rows("select kw.set_policy_layers('two', 1, 2)")
    assert session.layers(session.value("select kw.wrap(null, 'two')")) == [new]
    session.rows("select kw.relayer(%s)", before)
    assert session.layers(before) == [new]
    assert session.value("select kw.unwrap(%s)", before) == DEK
    session.rows("select kw.set_algorithm_status('P-256', 'active')")
    assert session.layers(session.value("select kw.wrap(null, 'two')")) == [old, new]


def test_an_experimental_algorithm_needs_a_policy_that_allows_it(session: Session) -> None:
    key = session.kem("ML-KEM-1024")
    session.policy("one", "single", 1, layers=[key])
    session.rows("select kw.set_algorithm_status('ML-KEM-1024', 'experimental')")
    session.refused("KW200", "select kw.wrap(null, 'one')")
    allow = "select kw.set_policy_layers('one', 1, 1, allow_experimental => %s)"
    session.rows(allow, True)
    wrapper = session.value("select kw.wrap(%s, 'one')", DEK)
    assert session.layers(wrapper) == [key]
    session.rows(allow, False)
    session.refused("KW200", "select kw.wrap(null, 'one')")
    assert session.value("select kw.unwrap(%s)", wrapper) == DEK
    session.rows("select kw.set_policy_layers('one', 0, 1)")
    assert session.layers(session.value("select kw.wrap(null, 'one')")) == []
    # What a policy allows of experimental ones says nothing of deprecated ones.
    session.rows("select kw.set_algorithm_status('ML-KEM-1024', 'deprecated')")
    session.rows("select kw.set_policy_layers('one', 1, 1, allow_experimental => true)")
    session.refused("KW200", "select kw.wrap(null, 'one')")


def test_changes_of_kem_keys_and_algorithms_are_audited(session: Session) -> None:
    session.sealed_kem(1)
    session.value("select kw.add_kem_key('local', 'a', 'X25519', %s)", _public("X25519"))
    session.rows("select kw.set_algorithm_status('X-Wing', 'deprecated')")
    session.rows("select kw.set_algorithm_status('X-Wing', 'deprecated')")
    actions = session.values("select action from kw.audit_events order by id desc limit 3")
    assert actions == ["set_algorithm_status", "add_kms_key", "add_kms_key"]
