"""Two names of one key material, or two KMSs of which one opens the other, are one root."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.rules import root_names

from tests.conftest import Database, Keystore, unique
from tests.sql.session import Session
from testservers.provider_file import add_entry

ARN = "arn:aws:kms:{}:123456789012:key/{}"
KEK = "5b8f8a40-6e0c-4b9e-8f43-24c4d6c21d2f"


def key(number: int, kind: str, external_id: str | None, **more: object) -> dict[str, Any]:
    """Return a row as ``root_names.united`` reads it."""
    row = {"id": number, "kind": kind, "external_id": external_id, "is_kem": False}
    return {**row, "root_uuid": uuid4(), "root_group": None, **more}


def share(one: tuple[str, str], other: tuple[str, str], **more: Any) -> bool:
    """Return whether two keys are one root."""
    found = root_names.united([key(1, *one, **more), key(2, *other, **more)])
    return found[1] == found[2]


SAME = [
    (("aws", ARN.format("eu-west-1", "mrk-1a")), ("aws", ARN.format("us-east-1", "mrk-1a"))),
    (("aws", ARN.format("eu-west-1", KEK)), ("aws", ARN.format("eu-west-1", KEK))),
    (("vault", "c1/team/a/transit/k"), ("vault", "c1/team/a/transit/k@1:1764118769")),
    (("vault", "c1//team/transit/k@1:17"), ("vault", "c1/team/transit/k@3:19")),
    (("azure", "v.vault.azure.net/Crm@" + "0" * 32), ("azure", "v.vault.azure.net/crm")),
    (("pkcs11", "hsm-a/ab12#010203"), ("pkcs11", "hsm-b/ab12#010203")),
    (("pkcs11", "hsm-a/ab12"), ("pkcs11", "hsm-a/ab12#010203")),
    (("gcp", "projects/p/k"), ("gcp", "projects/p/k")),
]
OTHERS = [
    (("aws", ARN.format("eu-west-1", "mrk-1a")), ("aws", ARN.format("us-east-1", "mrk-1b"))),
    (("aws", ARN.format("eu-west-1", KEK)), ("aws", ARN.format("us-east-1", KEK))),
    (("vault", "c1//transit/k@1:17"), ("vault", "c2//transit/k@1:17")),
    (("azure", "v.vault.azure.net/a"), ("azure", "w.vault.azure.net/a")),
    (("pkcs11", "hsm-a/ab12#010203"), ("pkcs11", "hsm-b/ab12#010204")),
    (("pkcs11", "hsm-a/ab12"), ("pkcs11", "hsm-b/ab12")),
    (("local", "x"), ("kmip", "x")),
]


@pytest.mark.parametrize(("one", "other"), SAME, ids=str)
def test_ids_of_one_key_are_one_root(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert share(one, other)
    assert share(other, one)


@pytest.mark.parametrize(("one", "other"), OTHERS, ids=str)
def test_ids_of_two_keys_are_two_roots(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not share(one, other)


def test_a_kem_key_is_one_root_whatever_provider_it_is_registered_with() -> None:
    assert share(("local", "thumbprint"), ("vault", "thumbprint"), is_kem=True)


names = st.lists(
    st.tuples(
        st.sampled_from([None, "a", "b", "c"]),
        st.sampled_from(["r1", "r2", "r3", "r4"]),
        st.sampled_from([None, 1, 2]),
    ),
    min_size=1,
    max_size=8,
)


@given(names, st.randoms(use_true_random=False))
def test_what_shares_any_name_shares_the_root_in_whatever_order(
    given_names: Any, random: Any
) -> None:
    rows = [
        key(number, "local", external, root_uuid=found, root_group=group)
        for number, (external, found, group) in enumerate(given_names)
    ]

    def partition(of: list[dict[str, Any]]) -> set[frozenset[int]]:
        united = root_names.united(of)
        return {frozenset(one for one in united if united[one] == root) for root in united.values()}

    shuffled = list(rows)
    random.shuffle(shuffled)
    assert partition(rows) == partition(shuffled)
    united = root_names.united(rows)
    for one in rows:
        for other in rows:
            names_of = [{*root_names.names_of(row)} for row in (one, other)]
            if names_of[0] & names_of[1]:
                assert united[one["id"]] == united[other["id"]]


# -- two keys in one KMS ------------------------------------------------------------------------

INDEPENDENT = """select ok, detail, hint from kw.doctor() where "check" = 'independent keys'"""
NOTHING_KNOWN = (True, "by what their KMSs report and what was declared", None)


def test_a_policy_whose_keys_are_in_one_folder_is_named(session: Session, db: Database) -> None:
    session.policy("strict", "both", 1, 2)
    session.policy("alone", "single", 1)
    rows = session.rows(INDEPENDENT)
    folder = db.place.keystore
    assert [row[:2] for row in rows] == [
        (True, f'policy "default" of mode either depends on one KMS: folder {folder}'),
        (True, f'policy "strict" of mode both depends on one KMS: folder {folder}'),
    ]
    assert all(hint.startswith("Create a key in another KMS") for *_, hint in rows)


def test_the_advice_ends_when_it_was_followed(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    other = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", other.name)
    made = session.key(other.name)
    session.rows("select kw.add_policy_key('default', %s)", made)
    assert "depends on one KMS" in session.rows(INDEPENDENT)[0][1]  # it is drawn last
    session.rows("select kw.add_policy_key('default', %s, priority => 9)", made)
    assert session.rows(INDEPENDENT) == [NOTHING_KNOWN]
    drawn = session.rows(
        "select kms1_key_id, kms2_key_id from kw.key_wrappers where wrapper_uuid = kw.wrap()::text"
    )
    assert all(made in keys for keys in drawn)


def test_two_providers_of_one_folder_are_one_kms(
    session: Session, db: Database, make_keystore: Callable[[], Keystore]
) -> None:
    one, again = make_keystore(), unique("again").replace("_", "-")
    add_entry(db.place, again, kind="local", directory=str(one.directory), sql_may_create=True)
    for name in (one.name, again):
        session.rows("select kw.add_provider(%s, 'local')", name)
    session.policy("folder", "either", session.key(one.name), session.key(again))
    told = [detail for _, detail, _ in session.rows(INDEPENDENT)]
    assert f'policy "folder" of mode either depends on one KMS: folder {one.directory}' in told


def test_branches_below_one_kms_depend_on_it(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    other = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", other.name)
    session.rows("select kw.add_provider('branches', 'wrapper')")
    session.policy("first", "single", 1)
    session.policy("second", "single", 2)
    session.policy("third", "single", session.key(other.name))
    first, second, third = (session.branch(name)[0] for name in ("first", "second", "third"))
    session.policy("one KMS", "either", first, second)
    session.policy("two KMSs", "either", first, third)
    told = " ".join(detail for _, detail, _ in session.rows(INDEPENDENT))
    assert 'policy "one KMS" of mode either depends on one KMS' in told
    assert '"two KMSs"' not in told


def test_where_no_two_keys_are_compared_they_do_not_count_as_independent(
    target: Database,
) -> None:
    session = Session(target.connect())
    session.rows("create extension kwtools cascade")
    assert session.rows(INDEPENDENT) == [(True, "no keys exist yet", "Run kwtools init.")]
    session.rows("select kw.add_provider('local', 'local')")
    session.policy("default", "single", session.key())
    assert session.rows(INDEPENDENT) == [(True, "no policy has two keys to compare", None)]


# -- what an admin declares ---------------------------------------------------------------------


@pytest.fixture
def keystore(make_keystore: Callable[[], Keystore]) -> Keystore:
    """Another keystore."""
    return make_keystore()


@pytest.fixture
def pair(session: Session, keystore: Keystore) -> tuple[int, int]:
    """A key of provider ``local``, and one of another keystore; policies of both by each mode."""
    session.rows("select kw.add_provider(%s, 'local')", keystore.name)
    keys = session.key(), session.key(keystore.name)
    for mode in ("both", "either"):
        session.policy(mode, mode, *keys)
    return keys


def test_keys_of_providers_that_share_a_root_are_not_independent(
    session: Session,
    pair: tuple[int, int],
    keystore: Keystore,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
) -> None:
    wrappers = [session.value("select kw.wrap(policy => %s)", mode) for mode in ("both", "either")]
    admin, other = connect(make_role("kw_admin")), connect()
    assert other.value("select kw.wrap(policy => 'both')")
    admin.rows("select kw.declare_shared_root('local', %s)", keystore.name)
    assert '"both", "either"' in admin.heard()
    for mode in ("both", "either"):  # in a session that knew them as two
        other.refused("KW103", "select kw.wrap(policy => %s)", mode)
        other.refused("KW103", "select kw.create_policy(%s, %s, %s, %s)", "new", mode, *pair)
    for wrapper in wrappers:  # what is there opens
        other.value("select kw.unwrap(%s)", wrapper)
    problems = session.values("select detail from kw.doctor() where not ok")
    of_policies = [problem for problem in problems if "not independent" in problem]
    assert len(of_policies) == 3  # and the policy of two keys of ``local``
    assert len(problems) == 5, problems  # and the wrappers made before, of either mode
    assert session.rows(
        "select object, details ->> 'other' from kw.audit_events"
        " where action = 'declare_shared_root'"
    ) == [("local", keystore.name)]


def test_only_a_superuser_takes_a_shared_root_back(
    session: Session,
    pair: tuple[int, int],
    keystore: Keystore,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
) -> None:
    admin = connect(make_role("kw_admin"))
    admin.rows("select kw.declare_shared_root('local', %s)", keystore.name)
    for name in ("local", keystore.name):
        admin.refused("KW100", "select kw.undeclare_shared_root(%s)", name)
    connect(make_role("kw_client")).refused("42501", "select kw.declare_shared_root('local', 'x')")
    connect(make_role("kw_client")).refused("42501", "select kw.undeclare_shared_root('local')")
    session.rows("select kw.undeclare_shared_root(%s)", keystore.name)
    assert session.value("select kw.wrap(policy => 'both')")
    assert session.rows("select * from kw.kms_providers where root_group is not null") == []
    session.refused("KW102", "select kw.undeclare_shared_root('local')")
    assert (
        session.value("select count(*) from kw.audit_events where action = 'undeclare_shared_root'")
        == 1
    )


def test_declarations_join_and_a_provider_leaves_alone(session: Session) -> None:
    for name in ("a", "b", "c", "d"):
        session.rows("insert into kw.kms_providers (name, provider) values (%s, 'local')", name)
    groups = "select count(distinct root_group) from kw.kms_providers where name = any(%s)"
    for one, other in (("a", "b"), ("c", "d"), ("d", "a")):
        session.rows("select kw.declare_shared_root(%s, %s)", one, other)
    assert session.value(groups, ["a", "b", "c", "d"]) == 1
    session.rows("select kw.undeclare_shared_root('a')")
    assert session.value("select root_group from kw.kms_providers where name = 'a'") is None
    assert session.value(groups, ["b", "c", "d"]) == 1


def test_what_cannot_share_a_root_is_refused(session: Session) -> None:
    session.refused("KW003", "select kw.declare_shared_root('local', 'local')")
    session.refused("KW101", "select kw.declare_shared_root('local', 'nobody')")
    session.refused("KW101", "select kw.undeclare_shared_root('nobody')")


def test_a_declaration_that_is_rolled_back_counts_for_nothing(
    session: Session, pair: tuple[int, int], keystore: Keystore, connect: Callable[..., Session]
) -> None:
    other = connect(autocommit=False)
    other.rows("select kw.declare_shared_root('local', %s)", keystore.name)
    other.refused("KW103", "select kw.wrap(policy => 'both')")
    other.connection.rollback()
    assert other.value("select kw.wrap(policy => 'both')")


def test_the_root_of_a_key_does_not_change(session: Session) -> None:
    session.refused("KW102", "update kw.kms_keys set root_uuid = gen_random_uuid() where id = 1")
