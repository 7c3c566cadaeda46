"""NIST levels through branches: what kw.wrapper_levels tells, and what floors make of it."""

import itertools
from random import Random

import psycopg
import pytest

from tests.sql.session import Session
from tests.sql.test_inventory import inventory, level, rename_algorithm

LEVEL_OF_KEM = {3: "ML-KEM-768", 5: "ML-KEM-1024", 0: "X25519"}


@pytest.fixture
def levels(session: Session) -> dict[int | None, int]:
    """Branches by level, each under a root of its own; ``None`` is a KMS key."""
    made: dict[int | None, int] = {None: session.key()}
    for number, algorithm in LEVEL_OF_KEM.items():
        session.policy(f"root {number}", "single", session.key(), layers=[session.kem(algorithm)])
        made[number], _ = session.branch(f"root {number}")
    return made


def wrapped(session: Session, mode: str, *legs: int, layers: tuple[int, ...] = ()) -> str:
    """Wrap a data key under these legs and layers."""
    name = f"policy {session.value('select count(*) from kw.encryption_policies')}"
    session.policy(name, mode, *legs, layers=layers)
    return str(session.value("select kw.wrap(policy => %s)", name))


def is_the_floor(session: Session, wrapper: str, expected: int | None) -> None:
    """The view has this level, and floors let it pass up to it, in all that looks at them."""
    assert level(session, wrapper) == expected
    policy = session.value(
        "select p.policy_name from kw.encryption_policies p join kw.key_wrappers w"
        " on w.policy_id = p.id where w.wrapper_uuid = %s",
        wrapper,
    )
    for floor in range(1, 6):
        session.rows("select kw.set_floor('people', 'ssn', %s)", floor)
        session.rows("begin")
        calls = (
            ("select kw.bind('people', '1', 'ssn', policy => %s)", policy),
            ("select kw.bind('people', '2', 'ssn', wrapper => %s)", wrapper),
        )
        if floor <= (expected or 0):
            for call, argument in calls:
                session.rows(call, argument)
            session.rows("select kw.bind_policy('people', 'ssn', %s)", policy)
            session.rows("select kw.rotate('people', '1', 'ssn')")
            session.rows("select kw.relayer(%s)", wrapper)
            session.rows("select kw.rewrap(%s)", wrapper)
        for call, argument in calls if floor > (expected or 0) else ():
            session.rows("savepoint before")
            assert f"requires NIST level {floor}" in session.refused("KW104", call, argument)
            session.rows("rollback to before")
        session.rows("rollback")


@pytest.mark.parametrize("leg", [None, 0, 3, 5])
def test_one_leg_gives_what_its_branch_has(
    session: Session, levels: dict[int | None, int], leg: int | None
) -> None:
    wrapper = wrapped(session, "single", levels[leg])
    is_the_floor(session, wrapper, leg or None)


@pytest.mark.parametrize(("one", "two"), list(itertools.permutations([None, 0, 3, 5], 2)))
def test_two_legs_give_the_lower_where_one_suffices_and_the_higher_where_both_are_needed(
    session: Session, levels: dict[int | None, int], one: int | None, two: int | None
) -> None:
    pair = one or 0, two or 0
    either = wrapped(session, "either", levels[one], levels[two])
    assert level(session, either) == (min(pair) or None)
    both = wrapped(session, "both", levels[one], levels[two])
    assert level(session, both) == (max(pair) or None)


def test_a_layer_of_its_own_and_a_branch_give_the_higher_of_the_two(
    session: Session, levels: dict[int | None, int]
) -> None:
    for own, leg in itertools.product([0, 3, 5], [None, 0, 3, 5]):
        wrapper = wrapped(session, "single", levels[leg], layers=(session.kem(LEVEL_OF_KEM[own]),))
        assert level(session, wrapper) == (max(own, leg or 0) or None)


def test_it_is_looked_for_through_three_branches(session: Session) -> None:
    above, layers = 1, [session.kem("ML-KEM-768")]
    for depth in range(3):
        session.policy(f"depth {depth}", "single", above, layers=[] if depth else layers)
        above, _ = session.branch(f"depth {depth}")
    assert session.values("select nist_level from kw.branch_levels") == [3, 3, 3]
    is_the_floor(session, wrapped(session, "single", above), 3)


@pytest.mark.parametrize("seed", range(3))
def test_view_and_floors_agree_with_what_is_written_of_levels(session: Session, seed: int) -> None:
    draw = Random(seed)
    known: dict[int, tuple[int, int]] = {session.key(): (0, 0) for _ in range(8)}  # level, depth
    kems = {session.kem(name): number for number, name in LEVEL_OF_KEM.items()}
    wrappers: list[tuple[str, int]] = []
    while len(wrappers) < 16:
        mode = draw.choice(["single", "either", "both"])
        legs = draw.sample(sorted(known), 1 if mode == "single" else 2)
        layers = draw.sample(sorted(kems), draw.choice([0, 0, 1, 2]))
        name = f"drawn {session.value('select count(*) from kw.encryption_policies')}"
        try:
            session.policy(name, mode, *legs, layers=layers)
        except psycopg.Error as error:
            if error.sqlstate != "KW103":
                raise
            continue
        through = max(known[leg][0] for leg in legs)
        if mode == "either":
            through = min(known[leg][0] for leg in legs)
        expected = max([through, *(kems[layer] for layer in layers)])
        depth = 1 + max(known[leg][1] for leg in legs)
        if depth <= 3 and draw.random() < 0.6:
            known[session.branch(name)[0]] = expected, depth
        wrappers.append((str(session.value("select kw.wrap(policy => %s)", name)), expected))
    found = {wrapper: level(session, wrapper) for wrapper, _ in wrappers}
    assert found == {wrapper: expected or None for wrapper, expected in wrappers}
    for wrapper, expected in wrappers[-3:]:
        is_the_floor(session, wrapper, expected or None)


def test_it_is_in_the_inventory(session: Session, levels: dict[int | None, int]) -> None:
    session.policy("below", "single", levels[5])
    session.bind("people", "*", "ssn", policy="below")
    session.bind("people", "*", "note")
    ssn, note = (inventory(session, f"field_name = '{name}'")[0] for name in ("ssn", "note"))
    assert (ssn["nist_level"], ssn["is_post_quantum"], ssn["layers"]) == (5, True, [])
    assert "ML-KEM-1024" in ssn["algorithms"]
    assert (note["nist_level"], note["is_post_quantum"]) == (None, False)


def test_a_destroyed_branch_gives_nothing(session: Session, levels: dict[int | None, int]) -> None:
    wrapper = wrapped(session, "single", levels[5])
    session.rows(
        "update kw.key_wrappers w set status = 'invalid', dek_wrap1 = '' from kw.kms_keys k"
        " where k.id = %s and w.wrapper_uuid = k.external_key_ref",
        levels[5],
    )
    assert level(session, wrapper) is None
    assert not session.rows("select * from kw.branch_levels where kms_key_id = %s", levels[5])


def test_a_cycle_ends(session: Session, levels: dict[int | None, int]) -> None:
    wrapper = wrapped(session, "single", levels[0])
    for branch, above in ((0, 3), (3, 0)):
        session.rows(
            "update kw.key_wrappers w set kms1_key_id = %s from kw.kms_keys k"
            " where k.id = %s and w.wrapper_uuid = k.external_key_ref",
            levels[above],
            levels[branch],
        )
    assert level(session, wrapper) == 3
    assert [row["nist_level"] for row in inventory(session, "dek_class = 'branch'")]
    session.rows("select kw.set_floor('people', 'ssn', 5)")
    session.refused("KW104", "select kw.bind('people', '1', 'ssn', wrapper => %s)", wrapper)


# -- what stands above a floor stays above it ----------------------------------------------------


@pytest.fixture
def floored(session: Session) -> tuple[int, str, str]:
    """A branch of level 3 (key, uuid), and a wrapper under it that a field with that floor has."""
    session.policy("strong", "single", 1, layers=[session.kem("ML-KEM-768")])
    session.policy("plain", "single", 1)
    key, uuid = session.branch("strong")
    session.policy("below", "single", key)
    wrapper = session.bind("people", "1", "ssn", policy="below")
    session.rows("select kw.set_floor('people', 'ssn', 3)")
    return key, uuid, wrapper


def rows(session: Session) -> list[tuple[object, ...]]:
    """Return all that a refusal must leave as it was."""
    return session.rows("select to_jsonb(w) from kw.key_wrappers w order by id") + session.rows(
        "select to_jsonb(l) from kw.key_wrapper_layers l order by id"
    )


def test_a_branch_keeps_the_layers_that_floors_below_it_need(
    session: Session, floored: tuple[int, str, str]
) -> None:
    _, uuid, wrapper = floored
    session.bind("people", "2", "ssn", policy="below")
    session.policy("stronger", "single", 1, layers=[session.kem("ML-KEM-1024")])
    before = rows(session)
    said = session.refused("KW104", "select kw.relayer(%s, 'plain')", uuid)
    assert "(and 1 like it) would fall from level 3 to none" in said
    assert rows(session) == before
    session.rows("select kw.relayer(%s)", uuid)  # renewed
    session.rows("select kw.relayer(%s, 'stronger')", uuid)
    session.rows("select kw.relayer(%s, 'strong')", uuid)
    # Where the wrapper has a layer of its own, the branch need not have one.
    for one in (wrapper, str(session.lookup("people", "2", "ssn"))):
        session.rows("select kw.relayer(%s, 'strong')", one)
    session.rows("select kw.relayer(%s, 'plain')", uuid)
    session.refused("KW104", "select kw.relayer(%s, 'plain')", wrapper)


def test_what_was_below_its_floor_before_does_not_keep_a_branch_from_changing(
    session: Session, floored: tuple[int, str, str]
) -> None:
    _, uuid, _ = floored
    session.rows("select kw.set_floor('people', 'ssn', null)")
    session.rows("select kw.relayer(%s, 'plain')", uuid)
    session.rows("select kw.set_floor('people', 'ssn', 5)")
    session.rows("select kw.relayer(%s, 'strong')", uuid)
    session.refused("KW104", "select kw.relayer(%s, 'plain')", uuid)
    session.rows("select kw.set_floor('people', 'ssn', null)")
    session.rows("select kw.relayer(%s, 'plain')", uuid)


def test_a_leg_leaves_a_branch_only_for_what_reaches_the_floor(
    session: Session, floored: tuple[int, str, str]
) -> None:
    _, _, wrapper = floored
    other, other_uuid = session.branch("strong")
    before = rows(session)
    session.refused("KW104", "select kw.rewrap(%s, 1)", wrapper)
    assert rows(session) == before
    session.rows("select kw.rewrap(%s)", wrapper)
    session.rows("select kw.rewrap(%s, %s)", wrapper, other)
    session.refused("KW104", "select kw.relayer(%s, 'plain')", other_uuid)
    session.rows("select kw.set_floor('people', 'ssn', null)")
    session.rows("select kw.rewrap(%s, 1)", wrapper)


def test_a_branch_below_leaves_its_branch_only_for_what_reaches_the_floor(
    session: Session, floored: tuple[int, str, str]
) -> None:
    key, uuid, _ = floored
    session.policy("aside", "single", key)
    lower, lower_uuid = session.branch("aside")
    session.policy("lowest", "single", lower)
    session.bind("people", "2", "ssn", policy="lowest")
    before = rows(session)
    for call in ("kw.rewrap(%s, 2)", "kw.rewrap(%s, 1)"):
        session.refused("KW104", f"select {call}", lower_uuid)
    session.refused("KW104", "select kw.relayer(%s, 'plain')", uuid)
    assert rows(session) == before
    session.rows("select kw.relayer(%s, 'strong')", lower_uuid)
    session.rows("select kw.rewrap(%s, 2)", lower_uuid)


def test_layers_count_through_the_branch_that_seals_their_private_keys(session: Session) -> None:
    """The level of a seal is that of its key, so it is checked when that key changes."""
    session.policy("under 1", "single", 1)
    seal, uuid = session.branch("under 1")
    session.policy("sealed", "single", 2, layers=[session.sealed_kem(seal, "ML-KEM-768")])
    classical = session.key()
    rename_algorithm(session, classical, "RSA-OAEP-256")
    wrapper = session.bind("people", "1", "ssn", policy="sealed")
    session.rows("select kw.set_floor('people', 'ssn', 3)")
    assert level(session, wrapper) == 3
    session.refused("KW104", "select kw.rewrap(%s, %s)", uuid, classical)
    session.rows("select kw.rewrap(%s, 2)", uuid)


def test_the_planner_expects_a_row_for_each_branch_and_wrapper(session: Session) -> None:
    """Else a database of many branches, as one with a branch for each tenant, gets bad plans."""
    session.policy("root", "single", 1)
    key, _ = session.branch("root")
    session.rows("select kw.create_kms_key('branches', 'root') from generate_series(2, 600)")
    session.policy("below", "single", key)
    session.rows("select kw.wrap_many(array_fill(null::bytea, array[1400]), 'below')")
    session.rows("analyze")
    for view, rows in (("branch_levels", 600), ("wrapper_levels", 2000)):
        plan = session.value(f"explain (format json) select * from kw.{view}")
        assert rows / 10 < plan[0]["Plan"]["Plan Rows"] < rows * 10
