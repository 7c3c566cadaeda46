"""Layers between a DEK and its legs: as the policy wants them, kept, renewed, added, dropped."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from kwshared.algorithms import KEMS
from psycopg import sql

from tests.conftest import Database
from tests.sql.session import Session, marked

DEK = b"k" * 32
MODES = {"single": (1,), "either": (1, 2), "both": (1, 2)}
ROWS = """
select w.id, to_jsonb(w) - 'policy_id' as wrapper, (
    select jsonb_agg(to_jsonb(l) order by l.layer_no)
    from kw.key_wrapper_layers l
    where l.key_wrapper_id = w.id
)
from kw.key_wrappers w
order by w.id
"""


def _row(session: Session, wrapper: object) -> list[tuple[Any, ...]]:
    return session.rows(f"select * from ({ROWS}) r where r.wrapper ->> 'wrapper_uuid' = %s",
                        str(wrapper))  # fmt: skip


def _unwraps(session: Session, wrapper: object) -> bytes:
    return bytes(session.value("select kw.unwrap(%s)", wrapper))


# -- how many, and which ----------------------------------------------------------------------


@pytest.mark.parametrize("count", range(9))
@pytest.mark.parametrize("mode", list(MODES))
def test_none_to_eight_layers_open_in_every_mode(
    session: Session, connect: Callable[..., Session], mode: str, count: int
) -> None:
    names = list(KEMS)
    keys = [session.kem(names[number % len(names)]) for number in range(count)]
    session.policy("layered", mode, *MODES[mode], layers=keys)
    wrappers = session.value("select kw.wrap_many(%s, 'layered')", [*marked(3), b"s" * 16, None])
    assert [session.layers(wrapper) for wrapper in wrappers] == [keys] * 5
    for one in (session, connect()):
        opened = one.value("select kw.unwrap_many(%s)", wrappers)
        assert opened[:4] == [*marked(3), b"s" * 16]
    suite = session.wrapper(str(wrappers[0]))["crypto_suite"]
    assert [layer["layer"] for layer in suite["layers"]] == list(range(1, count + 1))
    assert session.rows("select * from kw.verify()") == []


@pytest.mark.parametrize(
    ("least", "most", "usable", "made"),
    [
        (0, 0, 3, 0), (0, 2, 3, 2), (1, 3, 3, 3), (3, 3, 3, 3), (0, 8, 3, 3), (0, 8, 0, 0),
        (1, 8, 1, 1), (2, 8, 1, None), (1, 1, 0, None), (4, 8, 3, None),
    ],
)  # fmt: skip
def test_a_wrapper_gets_as_many_layers_as_its_policy_allows_and_keys_are_usable(
    session: Session, least: int, most: int, usable: int, made: int | None
) -> None:
    keys = [session.kem() for _ in range(3)]
    session.policy("layered", "single", 1, layers=keys)
    session.rows("select kw.set_policy_layers('layered', %s, %s)", least, most)
    for key in keys[usable:]:
        session.rows("select kw.set_kms_key_status(%s, 'retired')", key)
    if made is None:
        assert f"requires {least} usable KEM keys and has {usable}" in session.refused(
            "KW200", "select kw.wrap(null, 'layered')"
        )
        assert session.value("select count(*) from kw.key_wrappers") == 0
    else:
        assert session.layers(session.value("select kw.wrap(null, 'layered')")) == keys[:made]


def test_numbers_of_layers_that_no_policy_has_are_refused(session: Session) -> None:
    session.policy("layered", "single", 1)
    for numbers in ((-1, 0), (2, 1), (0, 9), (9, 9), (None, 1), (0, None), (0, 2**31 - 1)):
        session.refused("KW003", "select kw.set_policy_layers('layered', %s, %s)", *numbers)
    query = "select kw.set_policy_layers('layered', 0, 1, %s)"
    for selection in ("first", "", None, "RANDOM"):
        session.refused("KW003", query, selection)
    session.refused(
        "KW003", "select kw.set_policy_layers('layered', 0, 1, allow_experimental => null)"
    )
    session.refused("KW101", "select kw.set_policy_layers('none', 0, 1)")
    found = session.rows(
        "select min_layers, max_layers, layer_selection from kw.encryption_policies "
        "where policy_name = 'layered'"
    )
    assert found == [(0, 0, "defined")]


@pytest.fixture
def four(session: Session) -> list[int]:
    """Four KEM keys of policy ``layered``, the last of them of the highest priority."""
    keys = [session.kem() for _ in range(4)]
    session.policy("layered", "single", 1, layers=keys)
    session.rows("select kw.add_policy_key('layered', %s, 100)", keys[3])
    return [keys[3], *keys[:3]]


def _chosen(
    session: Session, selection: str, count: int, wraps: int
) -> list[tuple[UUID, list[int]]]:
    session.rows("select kw.set_policy_layers('layered', 0, %s, %s)", count, selection)
    query = "select kw.wrap_many(array_fill(null::bytea, array[%s]), 'layered')"
    wrappers = session.value(query, wraps)
    return [(wrapper, session.layers(wrapper)) for wrapper in wrappers]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_defined_takes_the_highest_priority_first(
    session: Session, four: list[int], count: int
) -> None:
    assert [keys for _, keys in _chosen(session, "defined", count, 5)] == [four[:count]] * 5


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_round_robin_goes_around_from_wrapper_to_wrapper(
    session: Session, connect: Callable[..., Session], four: list[int], count: int
) -> None:
    found = [keys for _, keys in _chosen(session, "round_robin", count, 8)]
    found += [keys for _, keys in _chosen(connect(), "round_robin", count, 4)]
    start = four.index(found[0][0])
    around = four * 8
    assert found == [around[start + step : start + step + count] for step in range(12)]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_hash_mod_takes_them_by_the_wrapper(session: Session, four: list[int], count: int) -> None:
    around = four * 2
    starts: Counter[int] = Counter()
    for wrapper, keys in _chosen(session, "hash_mod", count, 60):
        start = int.from_bytes(sha256(wrapper.bytes).digest(), "big") % 4
        assert keys == around[start : start + count]
        starts[start] += 1
    assert len(starts) == 4  # 60 draws miss one of four 1 time in ten million


@pytest.mark.parametrize("count", [2, 3])
def test_random_draws_by_weight_below_the_highest_priority(
    session: Session, four: list[int], count: int
) -> None:
    for key in four[1:]:  # one priority, and one of them a hundred times as heavy
        session.rows(
            "select kw.add_policy_key('layered', %s, 1, %s)", key, 1 + 299 * (key == four[3])
        )
    found = [keys for _, keys in _chosen(session, "random", count, 100)]
    assert {keys[0] for keys in found} == {four[0]}
    assert all(len(set(keys)) == count for keys in found)
    second = Counter(keys[1] for keys in found)
    assert second[four[3]] > 85
    if count == 3:
        assert {keys[2] for keys in found} >= set(four[1:3])


# -- what layers bind -------------------------------------------------------------------------


def test_the_template_is_filled_for_each_layer(
    session: Session, connect: Callable[..., Session]
) -> None:
    keys = [session.kem(), session.kem("ML-KEM-768")]
    session.policy("päper", "either", 1, 2, layers=keys)
    template = {
        "bb": "{wrapper}/{policy}/{class}/{layer}/{key}/{layer}",
        "a": 'quotes " \\ / \u0001 \b\f\n\r\t \x7f \u2028 ünd 🦀',
        "": "",
        "é": "x",
        "zzz": "no placeholder",
    }
    session.rows(
        "select kw.set_policy_layers('päper', 2, 2, aad_template => %s)", json.dumps(template)
    )
    wrapper = session.value("select kw.wrap(%s, 'päper')", DEK)
    found = session.values(
        "select l.aad from kw.key_wrapper_layers l "
        "join kw.key_wrappers w on w.id = l.key_wrapper_id "
        "where w.wrapper_uuid = %s::text order by l.layer_no",
        str(wrapper),
    )
    for number, (aad, key) in enumerate(zip(found, keys, strict=True), 1):
        uuid = session.value("select key_uuid::text from kw.kms_keys where id = %s", key)
        filled = f"{wrapper}/päper/field/{number}/{uuid}/{number}"
        assert aad == template | {"bb": filled}
    for one in (session, connect()):
        assert _unwraps(one, wrapper) == DEK
    # Another template is for new layers; what was bound stays.
    session.rows(
        "select kw.set_policy_layers('päper', 2, 2, aad_template => '{\"b\": \"{class}\"}')"
    )
    assert _unwraps(session, wrapper) == DEK
    session.rows("select kw.relayer(%s)", wrapper)
    query = "select distinct aad::text from kw.key_wrapper_layers"
    assert session.values(query) == ['{"b": "field"}']
    assert _unwraps(connect(), wrapper) == DEK


@pytest.mark.parametrize("template", ["{}", "null", None])
def test_an_empty_template_binds_nothing_more(session: Session, template: str | None) -> None:
    session.policy("layered", "single", 1, layers=[session.kem()])
    session.rows("select kw.set_policy_layers('layered', 1, 1, aad_template => %s)", template)
    wrapper = session.value("select kw.wrap(%s, 'layered')", DEK)
    assert session.values("select aad from kw.key_wrapper_layers") == [None]
    assert _unwraps(session, wrapper) == DEK


@pytest.mark.parametrize(
    "template",
    [
        '"text"', "[]", "1",  "true", '{"a": 1}', '{"a": null}', '{"a": {}}', '{"a": ["x"]}',
        '{"a": "{unknown}"}', '{"a": "{"}', '{"a": "}"}', '{"a": "{{wrapper}}"}', '{"a": "{}"}',
        '{"a": "{wrapper"}', '{"a": "wrapper}"}', '{"a": "{Wrapper}"}', '{"a": "{ wrapper }"}',
        '{"a": "{wrapper!r}"}', '{"a": "{wrapper}", "b": "{dek}"}',
    ],
)  # fmt: skip
def test_a_bad_template_is_refused(session: Session, template: str) -> None:
    session.policy("layered", "single", 1)
    query = "select kw.set_policy_layers('layered', 0, 0, aad_template => %s)"
    session.refused("KW003", query, template)


@pytest.mark.parametrize("encoding", ["LATIN1", "EUC_JP"])
def test_what_layers_bind_does_not_hang_on_the_databases_encoding(
    db: Database, encoding: str
) -> None:
    """jsonb orders members by the bytes that the encoding has for them."""
    name = f"{db.name}_encoded"
    with db.place.connect() as connection:
        connection.execute(
            sql.SQL("create database {} encoding {} template template0 locale 'C'").format(
                sql.Identifier(name), sql.Literal(encoding)
            )
        )
    try:
        with db.place.connect(name) as connection:
            connection.execute("create extension kwtools cascade")
            connection.execute("select kw.add_provider('local', 'local')")
            connection.execute("select kw.add_kms_key('local', 'test-1')")
            connection.execute(
                "select kw.create_kms_key('local', %s, 'wrap', 'P-256')", [uuid4().hex]
            )
            connection.execute("select kw.create_policy('default', 'single', 1, layers => '{2}')")
            letter, others = ("é", "ab") if encoding == "LATIN1" else ("漢", "abc")
            template = json.dumps({letter: "x", others: letter, "z": "y"})
            connection.execute(
                "select kw.set_policy_layers('default', 1, 1, aad_template => %s)", [template]
            )
            row = connection.execute("select kw.unwrap(kw.wrap(%s))", [DEK]).fetchone()
            assert row == (DEK,)
    finally:
        with db.place.connect() as connection:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )


# -- the life of a wrapper with layers ---------------------------------------------------------


@pytest.mark.parametrize("mode", list(MODES))
def test_fields_are_encrypted_rotated_rewrapped_verified_and_shredded_behind_layers(
    session: Session, connect: Callable[..., Session], mode: str
) -> None:
    keys = [session.kem(), session.kem("ML-KEM-768+X25519")]
    session.policy("layered", mode, *MODES[mode], layers=keys)
    first = session.bind("people", "1", "ssn", policy="layered")
    old = session.encrypt("people", "1", "ssn", b"old")
    second = str(session.value("select kw.rotate('people', 1, 'ssn')"))
    assert session.layers(second) == session.layers(first) == keys
    new = session.encrypt("people", "1", "ssn", b"new")
    for wrapper in (first, second):
        before = _row(session, wrapper)[0]
        assert session.value("select kw.rewrap(%s)", wrapper) == 2
        assert session.value("select kw.rewrap(%s, %s)", wrapper, session.key()) == 3
        after = _row(session, wrapper)[0]
        assert after[2] == before[2]  # the layers stay as they were
        assert after[1]["dek_wrap1"] != before[1]["dek_wrap1"]
    for one in (session, connect()):
        assert one.decrypt("people", "1", "ssn", old) == b"old"
        assert one.decrypt("people", "1", "ssn", new) == b"new"
    assert session.rows("select * from kw.verify()") == []
    assert session.value("select kw.shred('people', 1, 'ssn')") == 2
    assert session.value("select count(*) from kw.key_wrapper_layers") == 0
    for one in (session, connect()):
        one.refused("KW301", "select kw.decrypt('people', '1', 'ssn', %s)", old)
        one.refused("KW212", "select kw.unwrap(%s)", first)
    session.refused("KW212", "select kw.relayer(%s)", first)


def test_in_mode_either_one_leg_and_the_layers_suffice(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.policy("layered", "either", 1, 2, layers=[session.kem()])
    wrapper = session.value("select kw.wrap(%s, 'layered')", DEK)
    for down in (1, 2):
        session.rows("select kw.set_kms_key_status(%s, 'disabled')", down)
        for one in (session, connect()):
            assert _unwraps(one, wrapper) == DEK
        session.rows("select kw.set_kms_key_status(%s, 'active')", down)


def test_a_branch_has_layers_too(session: Session, connect: Callable[..., Session]) -> None:
    keys = [session.kem("ML-KEM-768"), session.sealed_kem(2)]
    session.policy("layered", "single", 1, layers=keys)
    session.rows(
        "select kw.set_policy_layers('layered', 2, 2, aad_template => '{\"c\": \"{class}\"}')"
    )
    branch, uuid = session.branch("layered")
    assert session.layers(uuid) == keys
    assert set(session.values("select aad ->> 'c' from kw.key_wrapper_layers")) == {"branch"}
    session.policy("below", "single", branch)
    wrapper = session.value("select kw.wrap(%s, 'below')", DEK)
    for one in (session, connect()):
        assert _unwraps(one, wrapper) == DEK
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", keys[0])
    for one in (session, connect()):
        assert "layer 1" in one.refused("KW200", "select kw.unwrap(%s)", wrapper)


# -- relayer ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(MODES))
def test_relayer_adds_renews_changes_and_drops_layers_and_keeps_the_key(
    session: Session, connect: Callable[..., Session], mode: str
) -> None:
    one, two, three = session.kem(), session.kem("ML-KEM-768"), session.sealed_kem(2, "P-256")
    for name, layers in (("none", []), ("first", [one]), ("more", [two, three, one])):
        session.policy(name, mode, *MODES[mode], layers=layers)
    wrapper = session.bind("people", "1", "ssn", policy="none")
    sealed = session.encrypt("people", "1", "ssn", b"value")
    dek = _unwraps(session, wrapper)
    other = connect()
    assert other.decrypt("people", "1", "ssn", sealed) == b"value"
    more = [two, three, one]
    plan: list[tuple[str | None, list[int]]] = [
        ("first", [one]), ("first", [one]), ("more", more), (None, more), ("first", [one]),
        ("none", []), ("more", more),
    ]  # fmt: skip
    seen: list[Any] = []
    for version, (policy, layers) in enumerate(plan, 2):
        before = _row(session, wrapper)[0]
        assert session.value("select kw.relayer(%s, %s)", wrapper, policy) == version
        after = _row(session, wrapper)[0]
        for name in ("crypto_suite", "dek_wrap1"):
            assert after[1][name] != before[1][name]
        for name in ("mode", "commitment", "class"):
            assert after[1]["crypto_suite"][name] == before[1]["crypto_suite"][name]
        for name in ("kms1_key_id", "kms2_key_id", "status", "dek_class", "wrapper_uuid"):
            assert after[1][name] == before[1][name]
        assert session.layers(wrapper) == layers
        seen += [layer["kem_ciphertext"] for layer in after[2] or []]
        for session_ in (session, other, connect()):
            assert _unwraps(session_, wrapper) == dek
            assert session_.decrypt("people", "1", "ssn", sealed) == b"value"
    assert len(set(seen)) == len(seen)  # no encapsulation is used again
    rotated = session.value("select kw.rotate('people', 1, 'ssn')")
    assert session.layers(rotated) == [two, three, one]  # the policy became the wrapper's


def test_relayer_many_takes_mixed_wrappers_in_order(
    session: Session, connect: Callable[..., Session]
) -> None:
    key = session.kem()
    deks = marked(6)
    wrappers: list[UUID] = []
    for number, (mode, keys) in enumerate(MODES.items()):
        for layers in ([], [key]):
            name = f"{mode} {len(layers)}"
            session.policy(name, mode, *keys, layers=layers)
            wrappers.append(session.value("select kw.wrap(%s, %s)", deks[len(wrappers)], name))
        session.rows("select kw.rewrap(%s) from generate_series(1, %s)", wrappers[-1], number)
    session.policy("hybrid", "single", 2, layers=[session.kem("ML-KEM-768"), key])
    given = [*reversed(wrappers), wrappers[0], wrappers[0]]
    query = "select kw.relayer_many(%s::uuid[], 'hybrid')"
    assert session.value(query, given) == [4, 2, 3, 2, 2, 2, 2, 2]
    layers = session.values(
        "select id from kw.kms_keys where public_key is not null order by id desc"
    )
    assert [session.layers(wrapper) for wrapper in wrappers] == [layers] * 6
    assert connect().value("select kw.unwrap_many(%s::uuid[])", wrappers) == deks
    # With no policy, each has its own one again: all are of "hybrid" now.
    again = session.value("select kw.relayer_many(%s::uuid[])", wrappers)
    assert again == [3, 3, 3, 4, 3, 5]
    assert connect().value("select kw.unwrap_many(%s::uuid[])", wrappers) == deks
    for wrapper, mode in zip(wrappers, [m for m in MODES for _ in (0, 1)], strict=True):
        assert session.wrapper(str(wrapper))["crypto_suite"]["mode"] == mode
    assert session.rows("select * from kw.verify()") == []


def test_relayer_many_without_a_policy_gives_each_its_own(session: Session) -> None:
    keys = [session.kem() for _ in range(2)]
    wrappers: list[UUID] = []
    for key in keys:
        session.policy(f"of {key}", "either", 1, 2)
        wrappers.append(session.value("select kw.wrap(null, %s)", f"of {key}"))
        session.rows("select kw.add_policy_key(%s, %s, 1)", f"of {key}", key)
        session.rows("select kw.set_policy_layers(%s, 1, 1)", f"of {key}")
    assert session.value("select kw.relayer_many(%s::uuid[])", wrappers) == [2, 2]
    assert [session.layers(wrapper) for wrapper in wrappers] == [[key] for key in keys]


def test_relayer_many_of_none_and_of_null(session: Session) -> None:
    wrapper = session.value("select kw.wrap()")
    assert session.value("select kw.relayer_many('{}')") == []
    session.refused("KW003", "select kw.relayer_many(null)")
    session.refused("KW003", "select kw.relayer(null)")
    before = session.rows(ROWS)
    query = "select kw.relayer_many(%s::uuid[])"
    session.refused("KW003", query, [wrapper, None])
    session.refused("KW003", query, [[wrapper], [wrapper]])
    session.refused("KW101", query, [wrapper, uuid4()])
    session.refused("KW101", "select kw.relayer(%s)", uuid4())
    session.refused("KW101", "select kw.relayer(%s, 'none')", wrapper)
    assert session.rows(ROWS) == before


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        ("kw.set_kms_key_status({leg}, 'disabled')", "KW200"),
        ("kw.set_kms_key_status({leg}, 'retired')", "KW200"),
        ("kw.set_kms_key_status({old}, 'disabled')", "KW200"),
        ("kw.set_kms_key_status({new}, 'retired')", "KW200"),
        ("kw.set_algorithm_status('ML-KEM-768', 'deprecated')", "KW200"),
        ("kw.set_wrapper_status('{last}', 'retired')", "KW212"),
    ],
)
def test_a_relayer_that_fails_leaves_everything_as_it_was(
    session: Session, spoil: str, state: str
) -> None:
    old, new, leg = session.kem(), session.kem("ML-KEM-768"), session.key()
    session.policy("classical", "either", 1, 2)
    session.policy("last", "single", leg, layers=[old])
    session.policy("hybrid", "single", 1, layers=[new])
    wrappers = [session.value("select kw.wrap(null, 'classical')") for _ in range(2)]
    wrappers.append(session.value("select kw.wrap(null, 'last')"))
    session.rows(f"select {spoil.format(old=old, new=new, leg=leg, last=wrappers[-1])}")
    before = session.rows(ROWS)
    session.refused(state, "select kw.relayer_many(%s::uuid[], 'hybrid')", wrappers)
    session.refused(state, "select kw.relayer(%s, 'hybrid')", wrappers[-1])
    assert session.rows(ROWS) == before


def test_relayer_is_audited_and_for_admins(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    wrapper = session.value("select kw.wrap()")
    other = connect(make_role("kw_client", "kw_unwrap"))
    for query in ("kw.relayer(%s)", "kw.relayer_many(array[%s]::uuid[])"):
        other.refused("42501", f"select {query}", wrapper)
    admin = connect(make_role("kw_admin"))
    assert admin.value("select kw.relayer(%s)", wrapper) == 2
    query = "select details::text from kw.audit_events where action = 'relayer'"
    assert str(wrapper) in session.values(query)[0]


def test_an_open_branch_is_relayered_under_its_children(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.policy("root", "single", 1)
    session.policy("hybrid", "single", 2, layers=[session.kem("ML-KEM-768")])
    branch, uuid = session.branch("root")
    session.policy("below", "single", branch)
    wrapper = session.value("select kw.wrap(%s, 'below')", DEK)
    child = _row(session, wrapper)
    other = connect()
    assert _unwraps(other, wrapper) == DEK
    for version, policy in enumerate(("hybrid", "root", "hybrid"), 2):
        assert session.value("select kw.relayer(%s, %s)", uuid, policy) == version
        assert _row(session, wrapper) == child
        for one in (session, other, connect()):
            assert _unwraps(one, wrapper) == DEK


@pytest.fixture
def chain(session: Session) -> list[tuple[int, str]]:
    """Three branches, each under the one before it; policy ``depth n`` wraps under the nth."""
    session.policy("depth 0", "single", 1)
    branches = []
    for depth in range(3):
        branches.append(session.branch(f"depth {depth}"))
        session.policy(f"depth {depth + 1}", "single", branches[-1][0])
    return branches


def test_every_branch_of_a_chain_is_relayered(
    session: Session, connect: Callable[..., Session], chain: list[tuple[int, str]]
) -> None:
    """Its legs stay where they are, so that branches below it are no reason to refuse it."""
    wrapper = session.value("select kw.wrap(%s, 'depth 3')", DEK)
    session.policy("hybrid", "single", 2, layers=[session.kem("ML-KEM-768")])
    uuids = [uuid for _, uuid in chain]
    assert session.value("select kw.relayer_many(%s::uuid[], 'hybrid')", uuids) == [2, 2, 2]
    for one in (session, connect()):
        assert _unwraps(one, wrapper) == DEK
    for uuid in uuids:
        assert session.value("select kw.rewrap(%s)", uuid) == 3
    for one in (session, connect()):
        assert _unwraps(one, wrapper) == DEK


def test_a_branch_cannot_be_hung_on_itself_by_a_layer(
    session: Session, chain: list[tuple[int, str]]
) -> None:
    for number, (branch, _) in enumerate(chain[:2]):
        key = session.sealed_kem(branch)
        session.policy(f"circle {number}", "single", 1, layers=[key])
        before = session.rows(ROWS)
        for _, uuid in chain[: number + 1]:
            answer = session.refused("KW102", f"select kw.relayer(%s, 'circle {number}')", uuid)
            assert "depend on itself" in answer
        assert session.rows(ROWS) == before


def test_a_branch_does_not_get_too_deep_by_the_layers_of_another(
    session: Session, connect: Callable[..., Session], chain: list[tuple[int, str]]
) -> None:
    aside, aside_uuid = session.branch("depth 0")
    key = session.sealed_kem(aside)
    session.policy("layered", "single", 2, layers=[key])
    below, _ = session.branch("layered")  # two deep: aside, below
    session.policy("below", "single", below)
    wrapper = session.value("select kw.wrap(%s, 'below')", DEK)
    # Under the second of the chain, a dependent through a layer would be four deep.
    session.refused("KW102", "select kw.rewrap(%s, %s)", aside_uuid, chain[1][0])
    assert _unwraps(connect(), wrapper) == DEK


def test_a_branch_is_not_made_too_deep_by_its_layers(
    session: Session, connect: Callable[..., Session], chain: list[tuple[int, str]]
) -> None:
    aside, aside_uuid = session.branch("depth 0")
    key = session.sealed_kem(aside)
    session.rows("select kw.rewrap(%s, %s)", aside_uuid, chain[1][0])  # now three deep itself
    session.policy("layered", "single", 2, layers=[key])
    wrapper = session.value("select kw.wrap(%s, 'layered')", DEK)
    assert _unwraps(connect(), wrapper) == DEK
    assert "3 deep" in session.refused("KW102", "select kw.create_kms_key('branches', 'layered')")


def test_keys_three_branches_deep_by_sealed_private_keys_serve_every_session(
    session: Session, connect: Callable[..., Session]
) -> None:
    """Depth counts branches: the KEM keys between them are no steps of their own."""
    layers: list[int] = []
    for depth in range(3):
        session.policy(f"depth {depth}", "single", 2, layers=layers)
        branch, _ = session.branch(f"depth {depth}")
        if depth < 2:
            layers = [session.sealed_kem(branch)]
    session.policy("deep", "single", branch)
    session.policy("deep either", "either", branch, session.key())
    other = connect()
    for pk, policy in (("1", "deep"), ("2", "deep either")):
        wrapper = session.bind("people", pk, "ssn", policy=policy)
        sealed = session.encrypt("people", pk, "ssn", b"value")
        for one in (session, other, connect()):
            assert one.decrypt("people", pk, "ssn", sealed) == b"value"
            assert len(_unwraps(one, wrapper)) == 32
        session.rows("select kw.set_setting('degraded_ms', 2000)")  # a new epoch
        for one in (session, other):
            assert one.decrypt("people", pk, "ssn", sealed) == b"value"
    # What closes at the top closes at the bottom, also for a wrap.
    session.rows("select kw.set_kms_key_status(2, 'disabled')")
    for one in (session, other):
        one.refused("KW200", "select kw.wrap(null, 'deep')")


# -- sessions side by side --------------------------------------------------------------------


def _waits(session: Session, other: Session, work: threading.Thread) -> None:
    query = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    pid = other.connection.info.backend_pid
    while work.is_alive() and not session.value(query, pid):
        pass


@pytest.mark.parametrize("policy", ["hybrid", "none"])
@pytest.mark.parametrize(
    "call", ["kw.relayer(%s, 'hybrid')", "kw.relayer(%s, 'none')", "kw.rewrap(%s)"]
)
def test_a_call_that_waits_for_a_relayer_goes_on_from_it(
    session: Session, connect: Callable[..., Session], policy: str, call: str
) -> None:
    session.policy("none", "single", 1)
    session.policy("hybrid", "single", 2, layers=[session.kem()])
    wrapper = session.value(
        "select kw.wrap(%s, %s)", DEK, "none" if policy == "hybrid" else "hybrid"
    )
    first, second = connect(autocommit=False), connect()
    first.rows("select kw.relayer(%s, %s)", wrapper, policy)
    outcome: list[object] = []

    def work() -> None:
        try:
            outcome.append(second.value(f"select {call}", wrapper))
        except psycopg.Error as error:
            outcome.append(error)

    waiting = threading.Thread(target=work)
    waiting.start()
    _waits(session, second, waiting)
    first.connection.commit()
    waiting.join()
    assert outcome == [3]
    assert _unwraps(session, wrapper) == DEK
    assert _unwraps(second, wrapper) == DEK


def test_readers_and_writers_never_see_a_half_relayered_wrapper(
    session: Session, connect: Callable[..., Session]
) -> None:
    """Each query of a call may have a snapshot of its own."""
    session.policy("none", "single", 1)
    session.policy("hybrid", "single", 2, layers=[session.kem(), session.kem()])
    wrapper = session.bind("people", "1", "ssn", policy="none")
    session.rows("select kw.set_setting('cache_keys', 0)")  # so that each call opens
    dek = _unwraps(session, wrapper)
    done = threading.Event()
    failures: list[str] = []

    def use(one: Session) -> None:
        while not done.is_set():
            try:
                sealed = one.encrypt("people", "1", "ssn", b"value")
                assert one.decrypt("people", "1", "ssn", sealed) == b"value"
                assert _unwraps(one, wrapper) == dek
            except psycopg.Error as error:
                failures.append(str(error))
                return

    workers = [threading.Thread(target=use, args=(connect(),)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for round_ in range(200):
        session.rows("select kw.relayer(%s, %s)", wrapper, ("hybrid", "hybrid", "none")[round_ % 3])
    done.set()
    for worker in workers:
        worker.join()
    assert failures == []


def test_sessions_that_bind_the_same_cells_leave_no_stray_layers(
    session: Session, connect: Callable[..., Session]
) -> None:
    keys = [session.kem(), session.kem()]
    session.policy("layered", "either", 1, 2, layers=keys)
    cells = [str(number) for number in range(40)]
    sessions = [connect() for _ in range(4)]
    start = threading.Barrier(len(sessions))
    found: list[object] = []

    def bind(one: Session) -> None:
        one.rows("select kw.version()")
        start.wait()
        query = "select kw.bind_many('people', %s, 'ssn', 'layered')"
        try:
            found.append(one.value(query, cells))
        except psycopg.Error as error:
            found.append(error)

    workers = [threading.Thread(target=bind, args=(one,)) for one in sessions]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == [found[0]] * len(sessions)
    assert session.value("select count(*) from kw.key_wrappers") == 40
    assert session.value("select count(*) from kw.key_wrapper_layers") == 80
    assert session.rows("select * from kw.verify()") == []


def test_a_read_only_transaction_opens_layers(
    session: Session, connect: Callable[..., Session]
) -> None:
    branch, _ = session.branch("default")
    session.policy("layered", "both", 1, 2, layers=[session.kem(), session.sealed_kem(branch)])
    wrapper = session.bind("people", "1", "ssn", policy="layered")
    sealed = session.encrypt("people", "1", "ssn", b"value")
    dek = _unwraps(session, wrapper)
    reader = connect()
    reader.rows("set default_transaction_read_only = on")
    for _ in range(2):
        assert reader.decrypt("people", "1", "ssn", sealed) == b"value"
        assert _unwraps(reader, wrapper) == dek
        assert reader.encrypt("people", "1", "ssn", b"more")
        assert reader.rows("select * from kw.verify()") == []
    reader.refused("25006", "select kw.relayer(%s)", wrapper)


def test_a_repeatable_read_transaction_opens_what_is_there_now(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.policy("none", "single", 1)
    session.policy("hybrid", "single", 2, layers=[session.kem()])
    wrapper = session.value("select kw.wrap(%s, 'none')", DEK)
    old = connect(autocommit=False)
    old.rows("set transaction isolation level repeatable read")
    assert _unwraps(old, wrapper) == DEK
    for policy in ("hybrid", "hybrid", "none"):
        session.rows("select kw.relayer(%s, %s)", wrapper, policy)
        assert _unwraps(old, wrapper) == DEK
    old.refused("40001", "select kw.relayer(%s)", wrapper)


def test_a_relayer_that_is_rolled_back_leaves_no_trace(
    session: Session, connect: Callable[..., Session]
) -> None:
    key = session.sealed_kem(1)
    session.policy("hybrid", "single", 2, layers=[key])
    wrapper = session.value("select kw.wrap(%s)", DEK)
    before = session.rows(ROWS)
    one = connect(autocommit=False)
    one.rows("select kw.relayer(%s, 'hybrid')", wrapper)
    assert _unwraps(one, wrapper) == DEK
    one.connection.rollback()
    for each in (one, session):
        assert _unwraps(each, wrapper) == DEK
    assert session.rows(ROWS) == before
