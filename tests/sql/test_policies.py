"""Policies: how new wrappers are made."""

import os
import shutil
from collections.abc import Callable

import pytest

from tests.conftest import Keystore
from tests.sql.session import Session


def legs(session: Session, wrapper: object) -> tuple[int, int | None]:
    """Return the keys of a wrapper's legs."""
    row = session.wrapper(str(wrapper))
    return row["kms1_key_id"], row["kms2_key_id"]


def test_the_default_serves_calls_that_name_none(session: Session) -> None:
    wrapper = str(session.value("select kw.wrap()"))
    assert legs(session, wrapper) == (1, 2)
    row = session.wrapper(wrapper)
    assert row["crypto_suite"]["mode"] == "either"
    named = session.value(
        "select policy_name from kw.encryption_policies where id = %s", row["policy_id"]
    )
    assert named == "default"


def test_what_a_policy_decided_stands_in_the_wrapper(session: Session) -> None:
    policy = session.policy("strict", "both", 2, 1)
    wrapper = str(session.value("select kw.wrap(policy => 'strict')"))
    row = session.wrapper(wrapper)
    assert row["policy_id"] == policy
    assert row["crypto_suite"]["mode"] == "both"
    assert legs(session, wrapper) == (2, 1)
    uuids = dict(session.rows("select id, key_uuid::text from kw.kms_keys"))
    suite = row["crypto_suite"]["legs"]
    assert [(leg["leg"], leg["kms_key"]) for leg in suite] == [(1, uuids[2]), (2, uuids[1])]


@pytest.mark.parametrize(
    ("arguments", "sqlstate", "said"),
    [
        ("'p', 'single', 1, 2", "KW003", 'mode "single" requires one key'),
        ("'p', 'either', 1", "KW003", 'mode "either" requires two keys'),
        ("'p', 'both', 1", "KW003", 'mode "both" requires two keys'),
        ("'p', 'both', 1, 1", "KW003", "the two keys must differ"),
        ("'p', 'any', 1", "KW003", '"any"'),
        ("'p', 'single', 99", "KW101", "99"),
        ("'p', 'either', 1, 99", "KW101", "99"),
        ("'default', 'single', 1", "KW102", '"default" already exists'),
        ("null, 'single', 1", "KW003", "policy_name is null"),
        ("'p', null, 1", "KW003", "mode is null"),
        ("'p', 'single', null", "KW003", "kms1_key_id is null"),
        ("'p', 'either', 1, 2, array[1::bigint]", "KW003", "is not a KEM key"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(
    session: Session, arguments: str, sqlstate: str, said: str
) -> None:
    before = session.rows("select policy_name from kw.encryption_policies")
    assert said in session.refused(sqlstate, f"select kw.create_policy({arguments})")
    assert session.rows("select policy_name from kw.encryption_policies") == before


def test_a_policy_takes_keys_that_wrap(session: Session) -> None:
    signing = session.value(
        "insert into kw.kms_keys (provider_id, external_key_ref, purpose)"
        " values (1, 'signs', 'sign') returning id"
    )
    assert "cannot wrap" in session.refused(
        "KW200", "select kw.create_policy('p', 'single', %s)", signing
    )
    session.rows("select kw.set_kms_key_status(2, 'retired')")
    session.refused("KW200", "select kw.create_policy('p', 'single', 2)")
    session.rows("select kw.set_kms_key_status(2, 'disabled')")
    session.refused("KW200", "select kw.create_policy('p', 'single', 2)")
    session.rows("select kw.set_kms_key_status(2, 'active')")
    session.rows("select kw.set_provider_enabled('local', false)")
    session.refused("KW200", "select kw.create_policy('p', 'single', 2)")


def test_the_key_of_the_highest_priority_is_leg_1_and_the_next_leg_2(session: Session) -> None:
    third, fourth = session.key(), session.key()
    session.rows("select kw.add_policy_key('default', %s, 10)", third)
    session.rows("select kw.add_policy_key('default', %s, 9)", fourth)
    assert legs(session, session.value("select kw.wrap()")) == (third, fourth)
    session.rows("select kw.add_policy_key('default', %s, -1)", fourth)
    assert legs(session, session.value("select kw.wrap()")) == (third, 1)


def test_a_key_that_may_not_wrap_is_passed_over(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    other = make_keystore().name
    session.rows("select kw.add_provider(%s, 'local')", other)
    third = session.key(other)
    session.rows("select kw.add_policy_key('default', %s, 10)", third)
    assert legs(session, session.value("select kw.wrap()")) == (third, 1)
    session.rows("select kw.set_kms_key_status(1, 'retired')")
    assert legs(session, session.value("select kw.wrap()")) == (third, 2)
    session.rows("select kw.set_provider_enabled(%s, false)", other)
    answer = session.refused("KW200", "select kw.wrap()")
    assert '"default" requires 2 active keys for mode "either" and has 1' in answer
    session.rows("select kw.set_kms_key_status(1, 'active')")
    assert legs(session, session.value("select kw.wrap()")) == (1, 2)


def test_among_keys_of_one_priority_the_weight_decides_how_often(session: Session) -> None:
    def weighted() -> tuple[int, int | None]:
        return legs(session, session.value("select kw.wrap(policy => 'weighted')"))

    rare, frequent = session.key(), session.key()
    session.policy("weighted", "single", rare)
    session.rows("select kw.add_policy_key('weighted', %s, 5, 1)", rare)
    session.rows("select kw.add_policy_key('weighted', %s, 5, 1000000000)", frequent)
    made = {weighted() for _ in range(20)}
    # One in a billion would make this fail without cause.
    assert made == {(frequent, None)}
    session.rows("select kw.add_policy_key('weighted', %s, 5, 1000000000)", rare)
    made = {weighted() for _ in range(60)}
    assert made == {(frequent, None), (rare, None)}


@pytest.mark.parametrize("weight", [0, -1])
def test_a_weight_is_at_least_one(session: Session, weight: int) -> None:
    session.refused("KW003", "select kw.add_policy_key('default', 1, 1, %s)", weight)


def test_a_mode_must_be_honest_through_branches(session: Session) -> None:
    session.policy("under_1", "single", 1)
    session.policy("under_2", "single", 2)
    below_1, _ = session.branch("under_1")
    also_below_1, _ = session.branch("under_1")
    below_2, _ = session.branch("under_2")
    below_either, _ = session.branch("default")
    for mode in ("either", "both"):
        for pair in ((1, below_1), (below_1, also_below_1), (below_1, 1)):
            answer = session.refused(
                "KW103", "select kw.create_policy('p', %s, %s, %s)", mode, *pair
            )
            assert "one root key" in answer.lower()
        session.policy(f"independent {mode}", mode, below_1, below_2)
    # What any of two roots opens is opened by root 1 alone, with the leg of root 1.
    session.refused("KW103", "select kw.create_policy('p', 'both', 1, %s)", below_either)
    session.policy("either of either", "either", 1, below_either)


def test_a_branch_that_takes_both_roots_is_no_second_way_in(session: Session) -> None:
    session.policy("strict", "both", 1, 2)
    strict, _ = session.branch("strict")
    third = session.key()
    # Loss of root 1 closes leg 1 and, with it, the branch.
    session.refused("KW103", "select kw.create_policy('p', 'either', 1, %s)", strict)
    session.policy("survives", "either", third, strict)
    session.policy("three", "both", third, strict)


def test_the_same_key_file_under_two_names_is_one_root(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    session.rows("select kw.create_kms_key(%s, 'one')", store.name)
    copy = store.directory / "two.jwk"
    shutil.copy2(store.directory / "one.jwk", copy)
    status = store.directory.stat()
    os.chown(copy, status.st_uid, status.st_gid)
    first = session.value("select id from kw.kms_keys where external_key_ref = 'one'")
    second = session.value("select kw.add_kms_key(%s, 'two')", store.name)
    session.refused("KW103", "select kw.create_policy('p', 'both', %s, %s)", first, second)


def test_a_draw_that_would_not_be_honest_takes_the_next_key(session: Session) -> None:
    session.policy("under_1", "single", 1)
    below_1, _ = session.branch("under_1")
    session.rows("select kw.add_policy_key('default', %s, 10)", below_1)
    assert legs(session, session.value("select kw.wrap()")) == (below_1, 2)
    session.rows("select kw.set_kms_key_status(2, 'retired')")
    session.refused("KW103", "select kw.wrap()")


def test_a_policy_of_a_field_goes_before_that_of_its_table_and_the_default(
    session: Session,
) -> None:
    session.policy("for table", "both", 1, 2)
    session.policy("for field", "single", 2)

    def mode(wrapper: str) -> str:
        return str(session.wrapper(wrapper)["crypto_suite"]["mode"])

    session.bind("people", "*", None)
    session.rows("select kw.bind_policy('people', 'ssn', 'for field')")
    assert mode(session.bind("people", "1", "ssn")) == "single"
    assert mode(session.bind("people", "1", "note")) == "either"
    session.rows("select kw.bind_policy('public.people', null, 'for table')")
    assert mode(session.bind("people", "2", "ssn")) == "single"
    assert mode(session.bind("people", "2", "note")) == "both"
    assert mode(session.bind("people", "2", None)) == "both"
    assert mode(session.bind("people", "*", "ssn")) == "single"
    # What was bound before keeps its wrapper, and gets the policy when it is rotated.
    assert mode(str(session.lookup("people", "1", "note"))) == "either"
    assert mode(session.value("select kw.rotate('people', '1', 'note')::text")) == "both"


def test_the_owner_of_the_table_may_choose_another_policy_and_a_client_may_not(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner_name, client_name = make_role("kw_client"), make_role("kw_client")
    session.rows(f"alter table people owner to {owner_name}")
    session.rows(f"grant insert on people to {client_name}")
    session.policy("weak", "single", 1)
    owner, client = connect(owner_name), connect(client_name)
    # Nothing was said of the field: any policy may be named.
    client.bind("people", "1", "ssn", policy="weak")
    session.policy("strict", "both", 1, 2)
    session.rows("select kw.bind_policy('people', 'ssn', 'strict')")
    client.refused("KW100", "select kw.bind('people', '2', 'ssn', policy => 'weak')")
    client.refused("KW100", "select kw.bind_many('people', '{2}', 'ssn', 'weak')")
    chosen = client.bind("people", "2", "ssn", policy="strict")
    assert session.wrapper(chosen)["crypto_suite"]["mode"] == "both"
    chosen = owner.bind("people", "3", "ssn", policy="weak")
    assert session.wrapper(chosen)["crypto_suite"]["mode"] == "single"


def test_policies_are_for_admins(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    client = connect(make_role("kw_client", "kw_unwrap", "kw_operator", "kw_grantor"))
    client.refused("42501", "select kw.create_policy('p', 'single', 1)")
    client.refused("42501", "select kw.add_policy_key('default', 1)")
    client.refused("42501", "select kw.bind_policy('people', 'ssn', 'default')")
    admin = connect(make_role("kw_admin"))
    admin.policy("p", "single", 1)
    admin.refused("KW101", "select kw.bind_policy('people', 'ssn', 'unknown')")
    admin.refused("KW101", "select kw.add_policy_key('unknown', 1)")
    admin.refused("KW101", "select kw.add_policy_key('p', 99)")


def test_the_name_and_mode_of_a_policy_never_change(session: Session) -> None:
    for change in ("mode = 'single'", "policy_name = 'p'", "id = 99"):
        session.refused("KW102", f"update kw.encryption_policies set {change}")
    session.rows("update kw.encryption_policies set notes = 'kept'")
