"""What needs a KMS key, and whether another leg would still open it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Keystore
from tests.sql.session import Session

Row = dict[str, Any]


def dependents(session: Session, key_id: int, *kinds: str) -> list[Row]:
    """Return the rows of kw.key_dependents but those of policies, or of some kinds only."""
    rows = session.values("select to_jsonb(d) from kw.key_dependents(%s) d", key_id)
    return [row for row in rows if (row["kind"] in kinds if kinds else row["kind"] != "policy")]


def counts(session: Session, key_id: int, *kinds: str) -> list[tuple[Any, ...]]:
    """Return kind, mode, keys of the legs, number and opens_without of each row."""
    wanted = ("kind", "mode", "kms_key_ids", "objects", "opens_without")
    return [tuple(row[name] for name in wanted) for row in dependents(session, key_id, *kinds)]


def below(session: Session, key_id: int, kind: str) -> list[tuple[int, int]]:
    rows = dependents(session, key_id, kind)
    return [(row["below"], row["below_closed"]) for row in rows]


def wrap(session: Session, policy: str, count: int = 1) -> list[str]:
    query = "select kw.wrap_many(array_fill(null::bytea, array[%s::int]), %s)::text[]"
    return list(session.value(query, count, policy))


def opens_without(session: Session, key_id: int) -> object:
    """Return what is said of the one wrapper under a key."""
    (row,) = dependents(session, key_id, "wrapper")
    return row["opens_without"]


def provider_of(session: Session, key_id: int) -> str:
    query = "select provider from kw.kms_health where kms_key_id = %s"
    return str(session.value(query, key_id))


@pytest.fixture
def elsewhere(session: Session, make_keystore: Callable[[], Keystore]) -> int:
    """A key of a provider of its own; policy ``pair`` is of key 1 and this one."""
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    key_id = session.key(store.name)
    session.policy("pair", "either", 1, key_id)
    return key_id


# -- kinds ----------------------------------------------------------------------------------------


def test_wrappers_that_are_alike_are_one_row(session: Session) -> None:
    for mode, keys in (("single", (1,)), ("either", (1, 2)), ("both", (2, 1))):
        session.policy(mode, mode, *keys)
    wrap(session, "single", 3)
    wrap(session, "either", 4)
    (one,) = wrap(session, "both")
    rows = dependents(session, 1)
    assert counts(session, 1) == [
        ("wrapper", "either", [1, 2], 4, True),
        ("wrapper", "single", [1], 3, False),
        ("wrapper", "both", [2, 1], 1, False),
    ]
    assert [row["name"] for row in rows if row["mode"] == "both"] == [one]
    assert [row["object_id"] for row in rows if row["mode"] == "both"] == [
        session.wrapper(one)["id"]
    ]
    assert counts(session, 2) == [
        ("wrapper", "either", [1, 2], 4, True),
        ("wrapper", "both", [2, 1], 1, False),
    ]


def test_retired_and_rotated_wrappers_count_and_shredded_ones_do_not(session: Session) -> None:
    retired, _ = wrap(session, "default", 2)
    session.rows("select kw.set_wrapper_status(%s, 'retired')", retired)
    session.bind("people", "1", "ssn")
    session.rows("select kw.rotate('people', 1, 'ssn')")
    session.bind("people", "2", "ssn")
    session.rows("select kw.shred('people', 2, 'ssn')")
    rows = dependents(session, 1)
    assert {row["status"]: row["objects"] for row in rows} == {
        "active": 2, "retired": 1, "rotated": 1,
    }  # fmt: skip


def test_a_layer_needs_its_key_whatever_the_legs(session: Session) -> None:
    kem, other = session.kem(), session.kem()
    session.policy("one", "either", 1, 2, layers=[kem])
    session.policy("two", "either", 1, 2, layers=[kem, other])
    wrap(session, "one", 2)
    wrap(session, "two", 3)
    assert counts(session, kem) == [("layer", "either", [1, 2], 5, False)]
    assert counts(session, other) == [("layer", "either", [1, 2], 3, False)]
    assert counts(session, 1) == [("wrapper", "either", [1, 2], 5, True)]


def test_a_branch_is_a_row_and_what_is_below_is_counted(session: Session) -> None:
    session.policy("root", "single", 1)
    first, uuid = session.branch("root")
    second, _ = session.branch("root")
    session.policy("under first", "single", first)
    deeper, _ = session.branch("under first")
    session.policy("deep", "single", deeper)
    session.policy("aside", "either", first, 2)
    wrap(session, "under first", 2)
    wrap(session, "deep", 3)
    wrap(session, "aside", 4)
    rows = dependents(session, 1)
    assert [(row["kind"], row["object_id"], row["objects"]) for row in rows] == [
        ("branch", first, 1),
        ("branch", second, 1),
    ]
    assert rows[0]["name"] == uuid
    assert rows[0]["opens_without"] is False
    # Below the first: the branch, and nine wrappers, of which four have another leg.
    assert below(session, 1, "branch") == [(10, 6), (0, 0)]
    assert below(session, first, "branch") == [(3, 3)]
    assert counts(session, first, "wrapper") == [
        ("wrapper", "either", [first, 2], 4, True),
        ("wrapper", "single", [first], 2, False),
    ]


def test_a_branch_that_needs_the_key_by_a_layer_is_a_row_too(session: Session) -> None:
    kem = session.kem()
    session.policy("layered", "either", 1, 2, layers=[kem])
    key_id, _ = session.branch("layered")
    session.policy("leaf", "single", key_id)
    wrap(session, "leaf", 2)
    (row,) = dependents(session, kem)
    assert (row["kind"], row["object_id"], row["opens_without"]) == ("branch", key_id, False)
    assert below(session, kem, "branch") == [(2, 2)]
    assert below(session, 1, "branch") == [(2, 0)]  # opens by key 2


def test_a_sealed_private_key_is_a_row_with_the_layers_that_need_it(session: Session) -> None:
    kem = session.sealed_kem(1)
    session.policy("layered", "single", 2, layers=[kem])
    session.policy("both ways", "either", 1, 2, layers=[kem])
    wrap(session, "layered", 2)
    wrap(session, "both ways", 3)
    (row,) = dependents(session, 1, "sealed private key")
    assert (row["object_id"], row["status"], row["opens_without"]) == (kem, "active", False)
    assert (row["below"], row["below_closed"]) == (5, 5)
    # The other leg is of no use, since the layer needs the key.
    assert counts(session, 1, "wrapper") == [("wrapper", "either", [1, 2], 3, False)]


def test_signing_keys_policies_and_jobs_are_rows(session: Session) -> None:
    other = session.key()
    session.policy("p", "either", other, 2)
    (wrapper,) = wrap(session, "default")
    session.rows(
        "insert into kw.signing_keys (algo_id, name, scope, origin, public_key, kms_key_id)"
        " select id, 'signer', 'log', 'kms', '', %s from kw.crypto_algorithms where class = 'sig'"
        " limit 1",
        other,
    )
    wrappers = [wrapper, *wrap(session, "default", 3)]
    for uuid, status, leg in zip(
        wrappers, ("pending", "running", "failed", "done"), (1, 2, 1, 1), strict=True
    ):
        session.rows(
            "insert into kw.rewrap_jobs"
            f" (key_wrapper_id, target_kms{leg}_key_id, status, finished_at)"
            " select id, %s, %s, case when %s in ('failed', 'done') then now() end"
            " from kw.key_wrappers where wrapper_uuid = %s",
            *(other, status, status, uuid),
        )
    rows = session.values("select to_jsonb(d) from kw.key_dependents(%s) d", other)
    assert [(row["kind"], row["name"], row["status"], row["opens_without"]) for row in rows] == [
        ("signing key", "signer", "active", False),
        ("policy", "p", None, None),
        ("job", None, "failed", None),
        ("job", None, "pending", None),
        ("job", None, "running", None),
    ]
    assert [row["objects"] for row in rows] == [1] * 5


def test_a_key_that_nothing_needs_has_no_row_and_an_unknown_one_is_named(session: Session) -> None:
    wrap(session, "default")
    assert session.rows("select * from kw.key_dependents(%s)", session.key()) == []
    assert "KMS key 99" in session.refused("KW101", "select kw.key_dependents(99)")
    session.refused("KW003", "select kw.key_dependents(null)")


# -- whether another leg opens --------------------------------------------------------------------


def test_the_other_leg_counts_only_while_it_may_open(session: Session, elsewhere: int) -> None:
    wrap(session, "pair")
    name = provider_of(session, elsewhere)
    assert opens_without(session, 1) is True
    for status, opens in (("retired", True), ("disabled", False), ("active", True)):
        session.rows("select kw.set_kms_key_status(%s, %s)", elsewhere, status)
        assert opens_without(session, 1) is opens
    session.rows("select kw.set_provider_enabled(%s, false)", name)
    assert opens_without(session, 1) is False
    session.rows("select kw.set_provider_enabled(%s, true)", name)
    session.rows("select kw.set_kms_key_status(1, 'disabled')")  # what is destroyed need not open
    assert opens_without(session, 1) is True
    assert opens_without(session, elsewhere) is False


def test_roots_that_an_admin_declared_shared_are_lost_together(
    session: Session, elsewhere: int
) -> None:
    wrap(session, "pair")
    name = provider_of(session, elsewhere)
    session.rows("select kw.declare_shared_root('local', %s)", name)
    assert opens_without(session, 1) is False
    session.rows("select kw.undeclare_shared_root('local')")
    assert opens_without(session, 1) is True


def test_the_other_leg_is_followed_through_branches_to_its_roots(
    session: Session, elsewhere: int
) -> None:
    session.policy("above", "single", elsewhere)
    top, top_uuid = session.branch("above")
    session.policy("middle", "single", top)
    leaf, _ = session.branch("middle")
    session.policy("leg below", "either", 1, leaf)
    wrap(session, "leg below")
    assert opens_without(session, 1) is True
    for close, reopen in (
        (f"kw.set_kms_key_status({top}, 'disabled')", f"kw.set_kms_key_status({top}, 'active')"),
        (
            f"kw.set_kms_key_status({elsewhere}, 'disabled')",
            f"kw.set_kms_key_status({elsewhere}, 'active')",
        ),
        (
            f"kw.set_wrapper_status('{top_uuid}', 'retired')",
            f"kw.set_wrapper_status('{top_uuid}', 'active')",
        ),
        ("kw.set_provider_enabled('branches', false)", "kw.set_provider_enabled('branches', true)"),
    ):
        session.rows(f"select {close}")
        assert opens_without(session, 1) is False, close
        session.rows(f"select {reopen}")
        assert opens_without(session, 1) is True, close
    assert below(session, elsewhere, "branch") == [(2, 1)]


def test_a_leg_that_needs_the_same_key_through_its_branch_does_not_count(
    session: Session, elsewhere: int
) -> None:
    """Only superusers can make such wrappers: mode either requires independent keys."""
    session.policy("above", "single", elsewhere)
    leaf, uuid = session.branch("above")
    session.policy("leg below", "either", 1, leaf)
    wrap(session, "leg below")
    assert opens_without(session, 1) is True
    session.rows("update kw.key_wrappers set kms1_key_id = 1 where wrapper_uuid = %s", uuid)
    assert opens_without(session, 1) is False


def test_a_branch_of_mode_either_opens_by_its_other_leg(session: Session, elsewhere: int) -> None:
    branch, _ = session.branch("pair")
    session.policy("leaf", "single", branch)
    wrap(session, "leaf", 5)
    (row,) = dependents(session, 1)
    assert (row["kind"], row["opens_without"]) == ("branch", True)
    assert (row["below"], row["below_closed"]) == (5, 0)
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", elsewhere)
    (row,) = dependents(session, 1)
    assert (row["opens_without"], row["below"], row["below_closed"]) == (False, 5, 5)


def test_a_wrapper_that_was_damaged_is_said_to_be_lost(session: Session) -> None:
    wrap(session, "default")
    session.rows("update kw.key_wrappers set crypto_suite = '{}'")
    assert counts(session, 1) == [("wrapper", None, [1, 2], 1, False)]


# -- who, and how much ----------------------------------------------------------------------------


def test_admins_and_auditors_may_ask(
    session: Session, make_role: Callable[..., str], connect: Callable[..., Session]
) -> None:
    wrap(session, "default")
    for role in ("kw_admin", "kw_auditor"):
        assert len(counts(connect(make_role(role)), 1)) == 1
    for role in ("kw_client", "kw_operator", "kw_unwrap", "kw_grantor"):
        connect(make_role(role)).refused("42501", "select kw.key_dependents(1)")


def test_rows_do_not_grow_with_the_wrappers(session: Session) -> None:
    session.policy("root", "single", 1)
    for number in range(3):
        key_id, _ = session.branch("root")
        session.policy(f"leaf {number}", "single", key_id)
        wrap(session, f"leaf {number}", 700)
    wrap(session, "root", 700)
    assert counts(session, 1, "wrapper") == [("wrapper", "single", [1], 700, False)]
    assert below(session, 1, "branch") == [(700, 700)] * 3


def test_what_is_said_is_as_of_now_in_an_old_snapshot(
    session: Session, connect: Callable[..., Session]
) -> None:
    old = connect()
    old.rows("begin isolation level repeatable read")
    assert counts(old, 1) == []
    wrap(session, "default")
    assert counts(old, 1) == [("wrapper", "either", [1, 2], 1, True)]
