"""kw.crypto_inventory: the keys that protect every field, and their dependencies."""

from collections.abc import Callable
from typing import Any

import pytest
from psycopg.rows import dict_row

from tests.sql.session import Session

AES, XAES = "AES-256-GCM", "XAES-256-GCM"
DIRECT = "HKDF-SHA-256+AES-256-GCM"


def inventory(session: Session, where: str = "true") -> list[dict[str, Any]]:
    """Return the rows of the inventory, those with a table first."""
    with session.connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            f"select * from kw.crypto_inventory where {where}"
            " order by entity_table, field_name nulls first, field_cipher, layers, dek_class"
        ).fetchall()


def fields(session: Session, where: str) -> list[tuple[Any, ...]]:
    """Return table and field of the rows that a query finds."""
    return [(row["entity_table"], row["field_name"]) for row in inventory(session, where)]


def kem(session: Session, algorithm: str) -> int:
    """Make a KEM key of provider local and return its id."""
    query = "select kw.create_kms_key('local', gen_random_uuid()::text, 'wrap', %s)"
    return int(session.value(query, algorithm))


def layered(session: Session, name: str, *kems: int, mode: str = "either") -> None:
    """Make a policy with these layers."""
    second = None if mode == "single" else 2
    query = "select kw.create_policy(%s, %s, 1, %s, %s::bigint[])"
    session.rows(query, name, mode, second, list(kems))


def level(session: Session, wrapper: str) -> int | None:
    """Return what kw.wrapper_levels has for a wrapper."""
    query = """
        select v.nist_level
        from kw.wrapper_levels v
        join kw.key_wrappers w on w.id = v.key_wrapper_id
        where w.wrapper_uuid = %s
    """
    return session.value(query, str(wrapper))  # type: ignore[no-any-return]


def rename_algorithm(session: Session, key: int, algorithm: str, found: str | None = None) -> None:
    """Let a key stand for one of another KMS."""
    session.rows("alter table kw.kms_keys disable trigger guard_immutable")
    session.rows(
        "update kw.kms_keys set algorithm = %s, external_key_id = coalesce(%s, external_key_id)"
        " where id = %s",
        algorithm,
        found,
        key,
    )
    session.rows("alter table kw.kms_keys enable trigger guard_immutable")


def test_a_field_is_listed_with_all_that_protects_it(session: Session) -> None:
    session.bind("people", "*", "ssn")
    (row,) = inventory(session)
    assert row == {
        "entity_table": "public.people",
        "field_name": "ssn",
        "dek_class": "field",
        "format": "kwtools/2",
        "field_cipher": XAES,
        "mode": "either",
        "leg_suites": [DIRECT, DIRECT],
        "kms_key_ids": [1, 2],
        "kms_algorithms": [AES, AES],
        "layers": [],
        "layer_key_ids": [],
        "algorithms": [AES, "HKDF-SHA-256", "SHA-256", XAES],
        "nist_level": None,
        "is_post_quantum": False,
        "wrappers": 1,
        "active_wrappers": 1,
        "earlier_wrappers": 0,
        "bindings": 1,
    }


def test_layers_are_listed_in_their_order_and_with_their_parts(session: Session) -> None:
    hybrid, large = kem(session, "ML-KEM-768+X25519"), kem(session, "ML-KEM-1024")
    layered(session, "layered", hybrid, large, mode="single")
    session.bind("people", "1", "ssn", policy="layered")
    (row,) = inventory(session)
    assert row["layers"] == ["ML-KEM-768+X25519", "ML-KEM-1024"]
    assert row["layer_key_ids"] == [hybrid, large]
    assert (row["leg_suites"], row["kms_key_ids"], row["mode"]) == ([DIRECT], [1], "single")
    assert row["algorithms"] == [
        *(AES, "HKDF-SHA-256", "ML-KEM-1024", "ML-KEM-768", "ML-KEM-768+X25519", "SHA-256"),
        "X25519",
    ]
    assert (row["nist_level"], row["is_post_quantum"]) == (5, True)


def test_fields_that_are_not_post_quantum_yet_are_found_until_they_are_layered(
    session: Session,
) -> None:
    layered(session, "layered", kem(session, "ML-KEM-768"))
    layered(session, "classical layer", kem(session, "X25519"))
    session.bind("people", "*", "ssn", policy="layered")
    note = session.bind("people", "*", "note", policy="classical layer")
    name = session.bind("people", "*", "name")
    found = [("public.people", "name"), ("public.people", "note")]
    assert fields(session, "not is_post_quantum") == found
    for wrapper in (note, name):
        session.rows("select kw.relayer(%s, 'layered')", wrapper)
    assert fields(session, "not is_post_quantum") == []
    assert {row["nist_level"] for row in inventory(session)} == {3}


def test_what_depends_on_an_algorithm_is_found(session: Session) -> None:
    layered(session, "hybrid", kem(session, "ML-KEM-768+X25519"))
    layered(session, "ec", kem(session, "X25519"))
    session.bind("people", "*", "ssn", policy="hybrid")
    session.bind("people", "*", "note", policy="ec")
    session.bind("people", "*", "name")
    assert fields(session, "'X25519' = any (algorithms)") == [
        ("public.people", "note"),
        ("public.people", "ssn"),
    ]
    assert fields(session, "'ML-KEM-768' = any (algorithms)") == [("public.people", "ssn")]


def test_an_algorithm_of_a_root_key_is_found_below_branches_and_seals(session: Session) -> None:
    root = session.key()
    session.policy("root", "single", root)
    branch, _ = session.branch("root")
    query = "select kw.create_kem_key('sealed', 'ML-KEM-768', %s)"
    layered(session, "layered", session.value(query, branch))
    session.policy("below", "single", branch)
    session.bind("people", "*", "ssn", policy="layered")
    session.bind("people", "*", "note", policy="below")
    session.bind("people", "*", "name")
    rename_algorithm(session, root, "RSA-OAEP-256")
    assert fields(session, "'RSA-OAEP-256' = any (algorithms)") == [
        ("public.people", "note"),
        ("public.people", "ssn"),
        (None, None),  # the branch
    ]
    assert session.rows("select * from kw.key_dependencies order by 1, 2") == [
        (branch, root, "leg"),
        (branch + 1, branch, "seal"),
    ]


def test_the_level_of_a_wrapper_is_the_highest_of_its_layers(session: Session) -> None:
    for name, kems in (("3", ["ML-KEM-768", "X25519"]), ("5", ["ML-KEM-768", "ML-KEM-1024"])):
        layered(session, name, *(kem(session, one) for one in kems))
        assert level(session, session.value("select kw.wrap(policy => %s)", name)) == int(name)
    assert level(session, session.value("select kw.wrap()")) is None


@pytest.mark.parametrize(
    ("algorithm", "found", "expected"),
    [
        ("AES-256-GCM", None, 3),
        ("aes256-gcm96", None, 3),
        ("A256KW", None, 3),
        ("GOOGLE_SYMMETRIC_ENCRYPTION", None, 3),
        ("SYMMETRIC_DEFAULT", "arn:aws:kms:eu-central-1:1:key/2", 3),
        ("SYMMETRIC_DEFAULT", "arn:aws-cn:kms:cn-north-1:1:key/2", None),
        ("RSA-OAEP-256", None, None),
        ("aes128-gcm96", None, None),
    ],
)
@pytest.mark.parametrize("by", ["root", "branch"])
def test_a_layer_promises_no_more_than_what_seals_its_private_key(
    session: Session, by: str, algorithm: str, found: str | None, expected: int | None
) -> None:
    seal = root = session.key()
    if by == "branch":
        session.policy("either", "either", 1, root)
        seal, _ = session.branch("either")
    query = "select kw.create_kem_key('sealed', 'ML-KEM-768', %s)"
    layered(session, "layered", session.value(query, seal))
    wrapper = session.bind("people", "*", "ssn", policy="layered")
    rename_algorithm(session, root, algorithm, found)
    assert level(session, wrapper) == expected
    (row,) = inventory(session, "entity_table is not null")
    assert (row["nist_level"], row["is_post_quantum"]) == (expected, expected is not None)


def test_earlier_generations_count_until_they_are_shredded(session: Session) -> None:
    layered(session, "layered", kem(session, "ML-KEM-768"))
    session.bind("people", "1", "ssn")
    session.rows("select kw.rotate('people', '1', 'ssn')")
    session.rows("select kw.relayer(kw.rotate('people', '1', 'ssn'), 'layered')")
    counts = ("layers", "wrappers", "active_wrappers", "earlier_wrappers", "bindings")
    assert [tuple(row[name] for name in counts) for row in inventory(session)] == [
        ([], 2, 0, 2, 1),
        (["ML-KEM-768"], 1, 1, 0, 1),
    ]
    session.rows("select kw.shred('people', '1', 'ssn')")
    assert inventory(session) == []


def test_a_row_tells_what_is_bound_how(session: Session) -> None:
    for pk in ("1", "2", "*"):
        session.bind("people", pk, "ssn")
    session.bind("people", "1")
    shared = session.bind("people", "*", "note")
    session.bind("people", "*", "name", wrapper=shared)
    found = [
        (row["field_name"], row["field_cipher"], row["wrappers"], row["bindings"])
        for row in inventory(session)
    ]
    assert found == [
        (None, AES, 1, 1),
        ("name", XAES, 1, 1),
        ("note", XAES, 1, 1),
        ("ssn", AES, 2, 2),
        ("ssn", XAES, 1, 1),
    ]


def test_branches_and_data_keys_without_a_binding_stand_without_a_table(session: Session) -> None:
    session.branch("default")
    session.rows("select kw.wrap() from generate_series(1, 2)")
    retired = session.value("select kw.wrap()")
    session.rows("select kw.set_wrapper_status(%s, 'retired')", retired)
    counts = ("entity_table", "field_cipher", "dek_class", "active_wrappers", "earlier_wrappers")
    assert [tuple(row[name] for name in counts) for row in inventory(session)] == [
        (None, None, "branch", 1, 0),
        (None, None, "field", 2, 1),
    ]


@pytest.mark.parametrize("view", ["crypto_inventory", "wrapper_levels", "key_dependencies"])
def test_admins_and_auditors_may_look(
    session: Session,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    view: str,
) -> None:
    session.bind("people", "*", "ssn")
    for role in ("kw_admin", "kw_auditor"):
        connect(make_role(role)).rows(f"select * from kw.{view}")
    for role in ("kw_operator", "kw_client", "kw_unwrap", "kw_grantor"):
        connect(make_role(role)).refused("42501", f"select * from kw.{view}")
