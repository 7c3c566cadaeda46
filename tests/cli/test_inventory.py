"""``kwtools inventory``: the table, its filters, and the bill of materials."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from kwtools import cbom
from kwtools.errors import CheckFailed
from tests.cli.conftest import Kwtools
from tests.conftest import Database


@pytest.fixture
def protected(db: Database) -> Database:
    """A database in which ``people.ssn`` has a hybrid layer and ``people.name`` has none."""
    db.sql("create table people (id bigint primary key, name bytea, ssn bytea)")
    key = "select kw.create_kms_key('local', gen_random_uuid()::text, 'wrap', 'X-Wing')"
    layered = "select kw.create_policy('layered', 'either', 1, 2, array[%s]::bigint[])"
    db.sql(layered, db.sql(key)[0][0])
    db.sql("select kw.bind('people', '*', 'ssn', policy => 'layered')")
    db.sql("select kw.bind('people', '*', 'name')")
    return db


def listed(kwtools: Kwtools, db: Database, *options: str) -> list[tuple[str, str]]:
    code, out, err = kwtools("inventory", "--json", "--dsn", db.dsn, *options)
    assert (code, err) == (0, "")
    return [(row["entity_table"], row["field_name"]) for row in json.loads(out)]


def written(kwtools: Kwtools, db: Database, file: Path) -> dict[str, Any]:
    code, out, err = kwtools("inventory", "--dsn", db.dsn, "--cbom", file)
    assert (code, err) == (0, "")
    assert out == f"{file}: 2 rows of the inventory, 3 KMS keys, 0 signing keys\n"
    return json.loads(file.read_text())  # type: ignore[no-any-return]


def by_reference(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["bom-ref"]: one for one in document["components"]}


def test_every_field_is_a_line(kwtools: Kwtools, protected: Database) -> None:
    code, out, err = kwtools("inventory", "--dsn", protected.dsn)
    assert (code, err) == (0, "")
    legs = ["HKDF-SHA-256+AES-256-GCM", "1 AES-256-GCM, 2 AES-256-GCM"]
    first = ["field", "kwtools/2", "XAES-256-GCM", "either", *legs]
    assert [line.split("\t") for line in out.splitlines()] == [
        ["public.people", "name", *first, "", "classical", "1", "1", "0", "1"],
        ["public.people", "ssn", *first, "3 ML-KEM-768+X25519", "3", "1", "1", "0", "1"],
    ]


def test_json_has_what_the_view_has(kwtools: Kwtools, protected: Database) -> None:
    _, out, _ = kwtools("inventory", "--json", "--dsn", protected.dsn)
    query = "select to_jsonb(i) from kw.crypto_inventory i order by field_name"
    assert json.loads(out) == [row for (row,) in protected.sql(query)]


def test_nothing_protected_is_an_empty_list(kwtools: Kwtools, db: Database) -> None:
    assert kwtools("inventory", "--dsn", db.dsn) == (0, "", "")
    assert listed(kwtools, db) == []


def test_what_is_not_post_quantum_is_filtered(kwtools: Kwtools, protected: Database) -> None:
    assert listed(kwtools, protected, "--not-post-quantum") == [("public.people", "name")]


@pytest.mark.parametrize("name", ["X25519", "x25519", "DHKEM(X25519, HKDF-SHA256)", "mlkem768"])
def test_an_algorithm_is_known_by_every_name(
    kwtools: Kwtools, protected: Database, name: str
) -> None:
    assert listed(kwtools, protected, "--algorithm", name) == [("public.people", "ssn")]


def test_filters_go_together(kwtools: Kwtools, protected: Database) -> None:
    options = ["--not-post-quantum", "--algorithm"]
    assert listed(kwtools, protected, *options, "sha2-256") == [("public.people", "name")]
    assert listed(kwtools, protected, *options, "X-Wing") == []
    assert listed(kwtools, protected, *options, "ML-DSA-65") == []  # known, and not used


def test_a_name_of_no_algorithm_is_an_error(kwtools: Kwtools, protected: Database) -> None:
    code, out, err = kwtools("inventory", "--dsn", protected.dsn, "--algorithm", "ROT13")
    assert (code, out) == (2, "")
    assert 'algorithm "ROT13" does not exist. Use one of AES-256-GCM, ' in err


def test_an_auditor_may_run_it_and_a_client_may_not(
    kwtools: Kwtools, protected: Database, make_role: Callable[..., str], tmp_path: Path
) -> None:
    place, name = protected.place, protected.name
    auditor = place.dsn(name, make_role("kw_auditor"))
    assert kwtools("inventory", "--dsn", auditor, "--cbom", tmp_path / "cbom.json")[0] == 0
    client = place.dsn(name, make_role("kw_client"))
    code, _, err = kwtools("inventory", "--dsn", client, "--cbom", tmp_path / "other.json")
    assert (code, "permission denied" in err) == (3, True)
    assert [file.name for file in tmp_path.iterdir()] == ["cbom.json"]


def test_the_bill_is_valid_by_the_published_schema(
    kwtools: Kwtools, protected: Database, tmp_path: Path
) -> None:
    document = written(kwtools, protected, tmp_path / "cbom.json")
    text = (tmp_path / "cbom.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["component"]["name"] == protected.name


def test_the_bill_has_every_algorithm_with_its_category(
    kwtools: Kwtools, protected: Database, tmp_path: Path
) -> None:
    found = by_reference(written(kwtools, protected, tmp_path / "cbom.json"))
    properties = {
        one["name"]: one["cryptoProperties"]["algorithmProperties"]
        for reference, one in found.items()
        if reference.startswith("algorithm:")
    }
    assert {name: one.get("nistQuantumSecurityLevel") for name, one in properties.items()} == {
        "AES-256-GCM": 5,
        "HKDF-SHA-256": None,
        "ML-KEM-768": 3,
        "ML-KEM-768+X25519": 3,
        "SHA-256": 2,
        "X25519": 0,
        "XAES-256-GCM": 5,
    }
    assert properties["ML-KEM-768"] == {
        "primitive": "kem",
        "parameterSetIdentifier": "768",
        "cryptoFunctions": ["decapsulate", "encapsulate", "keygen"],
        "nistQuantumSecurityLevel": 3,
    }
    assert properties["ML-KEM-768+X25519"]["primitive"] == "combiner"


def test_the_bill_has_blind_indexes_with_their_fields(
    kwtools: Kwtools, protected: Database, tmp_path: Path
) -> None:
    protected.sql("select kw.create_index_key('people', 'ssn')")
    file = tmp_path / "cbom.json"
    assert kwtools("inventory", "--dsn", protected.dsn, "--cbom", file)[0] == 0
    found = by_reference(json.loads(file.read_text()))
    properties = found["algorithm:HMAC-SHA-256"]["cryptoProperties"]["algorithmProperties"]
    assert properties["primitive"] == "mac"
    field = found["field:public.people/ssn"]["properties"]
    protections = [one["value"] for one in field if one["name"] == "kwtools:protection"]
    assert any("cipher none" in one for one in protections)


def test_every_algorithm_of_the_catalogue_has_a_shape(db: Database) -> None:
    names = {name for (name,) in db.sql("select name from kw.crypto_algorithms")}
    assert names <= cbom._SHAPES.keys()


def test_the_bill_names_every_kms_key_and_holds_none(
    kwtools: Kwtools, protected: Database, tmp_path: Path
) -> None:
    protected.sql("select kw.set_kms_key_status(2, 'retired')")
    found = by_reference(written(kwtools, protected, tmp_path / "cbom.json"))
    keys = protected.sql("select id, key_uuid::text from kw.kms_keys order by id")
    states = {1: "active", 2: "deactivated", 3: "active"}
    for key_id, uuid in keys:
        material = found[f"key:{uuid}"]["cryptoProperties"]["relatedCryptoMaterialProperties"]
        algorithm = "ML-KEM-768+X25519" if key_id == 3 else "AES-256-GCM"
        assert material.pop("creationDate")
        assert material == {
            "type": "private-key" if key_id == 3 else "secret-key",
            "id": uuid,
            "state": states[key_id],
            "algorithmRef": f"algorithm:{algorithm}",
        }


def test_the_bill_says_what_a_field_depends_on(
    kwtools: Kwtools, protected: Database, tmp_path: Path
) -> None:
    document = written(kwtools, protected, tmp_path / "cbom.json")
    depends = {one["ref"]: set(one.get("dependsOn", [])) for one in document["dependencies"]}
    assert depends.keys() == by_reference(document).keys() | {"database"}
    assert depends["database"] == {"field:public.people/name", "field:public.people/ssn"}
    (kem,) = (
        depends["field:public.people/ssn"]
        - depends["field:public.people/name"]
        - {
            "algorithm:ML-KEM-768+X25519",
            "algorithm:ML-KEM-768",
            "algorithm:X25519",
        }
    )
    assert depends[kem] == {"algorithm:ML-KEM-768+X25519"}
    assert depends["algorithm:ML-KEM-768+X25519"] == {"algorithm:ML-KEM-768", "algorithm:X25519"}
    (ssn,) = (one for one in document["components"] if one["name"] == "public.people.ssn")
    assert {"name": "kwtools:nist_level", "value": "3"} in ssn["properties"]


def test_bills_of_one_inventory_differ_in_serial_number_and_time_alone(
    kwtools: Kwtools, protected: Database, tmp_path: Path
) -> None:
    first, second = (written(kwtools, protected, tmp_path / name) for name in ("a", "b"))
    assert first["serialNumber"] != second["serialNumber"]
    texts = {
        re.sub(r'"(serialNumber|timestamp)": "[^"]+"', "", (tmp_path / name).read_text())
        for name in ("a", "b")
    }
    assert len(texts) == 1


def test_a_bill_that_is_not_valid_is_an_error_and_no_file(
    kwtools: Kwtools, protected: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cbom.json"
    file.write_text("the last one")

    def refuse(text: str) -> str:
        raise CheckFailed("the document is not valid CycloneDX: so it is")

    with pytest.raises(CheckFailed, match="not valid"):
        cbom._valid('{"bomFormat": "CycloneDX", "specVersion": "1.6", "unheard": 1}')
    monkeypatch.setattr(cbom, "_valid", refuse)
    code, out, err = kwtools("inventory", "--dsn", protected.dsn, "--cbom", file)
    assert (code, out) == (1, "")
    assert "not valid" in err
    assert [one.read_text() for one in tmp_path.iterdir()] == ["the last one"]


def test_a_write_that_fails_leaves_the_last_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cbom.json"
    cbom.write(file, "first")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            cbom.write(file, "second")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["first"]
    cbom.write(file, "third")
    assert file.read_text() == "third"


@pytest.mark.filterwarnings("error")
def test_a_bill_of_nothing_has_the_keys(kwtools: Kwtools, db: Database, tmp_path: Path) -> None:
    file = tmp_path / "cbom.json"
    code, out, err = kwtools("inventory", "--dsn", db.dsn, "--cbom", file)
    assert (code, err) == (0, "")
    assert out == f"{file}: 0 rows of the inventory, 2 KMS keys, 0 signing keys\n"
    assert len(json.loads(file.read_text())["components"]) == 3  # and their algorithm


def test_where_a_bill_cannot_go(kwtools: Kwtools, db: Database, tmp_path: Path) -> None:
    code, _, err = kwtools("inventory", "--dsn", db.dsn, "--cbom", tmp_path)
    assert (code, err) == (2, f"kwtools: {tmp_path} is not a file\n")
    missing = tmp_path / "missing" / "cbom.json"
    assert kwtools("inventory", "--dsn", db.dsn, "--cbom", missing)[0] == 3


@pytest.mark.parametrize("option", [["--json"], ["--not-post-quantum"], ["--algorithm", "X25519"]])
def test_a_bill_is_of_everything(
    kwtools: Kwtools, db: Database, tmp_path: Path, option: list[str]
) -> None:
    file = tmp_path / "cbom.json"
    code, _, err = kwtools("inventory", "--dsn", db.dsn, "--cbom", file, *option)
    assert (code, "cannot be combined with another option" in err) == (2, True)
    assert not file.exists()


@pytest.fixture
def with_signing_keys(protected: Database) -> Database:
    """Three signing keys: one post-quantum, one retired, one whose private key is elsewhere."""
    protected.sql("select kw.create_signing_key('pq', 'ML-DSA-65', 'application:a', 1)")
    protected.sql("select kw.create_signing_key('old', 'ES256', 'application:a', 2)")
    protected.sql("select kw.set_signing_key_status('old', 'retired')")
    protected.sql(
        "select kw.import_signing_key('away', 'Ed25519', 'import', "
        "'\\xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')"
    )
    return protected


def test_signing_keys_are_a_list_of_their_own(
    kwtools: Kwtools, with_signing_keys: Database
) -> None:
    dsn = with_signing_keys.dsn
    code, out, err = kwtools("inventory", "--dsn", dsn, "--signing-keys")
    assert (code, err) == (0, "")
    lines = [line.split("\t")[:8] for line in out.splitlines()]
    assert lines == [
        ["1", "pq", "application:a", "ML-DSA-65", "local", "1", "3", "active"],
        ["2", "old", "application:a", "ECDSA-P-256", "local", "2", "classical", "retired"],
        ["3", "away", "import", "Ed25519", "imported", "", "classical", "active"],
    ]
    for options, expected in (
        ((), ["pq", "old", "away"]),
        (("--not-post-quantum",), ["old", "away"]),
        (("--algorithm", "es256"), ["old"]),
        (("--algorithm", "AES-256-GCM"), ["pq", "old"]),
    ):
        _, out, _ = kwtools("inventory", "--dsn", dsn, "--signing-keys", "--json", *options)
        assert [row["name"] for row in json.loads(out)] == expected
    rows = json.loads(kwtools("inventory", "--dsn", dsn, "--signing-keys", "--json")[1])
    query = "select to_jsonb(i) from kw.signing_inventory i order by signing_key_id"
    assert [row["algorithms"] for row in rows] == [
        row["algorithms"] for (row,) in with_signing_keys.sql(query)
    ]
    assert len(listed(kwtools, with_signing_keys)) == 2  # the other list stays what it is


def test_the_bill_of_materials_has_signing_keys_with_what_they_depend_on(
    kwtools: Kwtools, with_signing_keys: Database, tmp_path: Path
) -> None:
    file = tmp_path / "cbom.json"
    code, out, _ = kwtools("inventory", "--dsn", with_signing_keys.dsn, "--cbom", file)
    assert (code, out) == (
        0,
        f"{file}: 2 rows of the inventory, 3 KMS keys, 3 signing keys\n",
    )
    document = json.loads(file.read_text())
    found = by_reference(document)
    material = {
        name: found[f"signing-key:{name}"]["cryptoProperties"]["relatedCryptoMaterialProperties"]
        for name in ("pq", "old", "away")
    }
    assert [(one["type"], one["state"], one["algorithmRef"]) for one in material.values()] == [
        ("private-key", "active", "algorithm:ML-DSA-65"),
        ("private-key", "deactivated", "algorithm:ECDSA-P-256"),
        ("public-key", "active", "algorithm:Ed25519"),
    ]
    depends = {one["ref"]: one.get("dependsOn", []) for one in document["dependencies"]}
    sealing = with_signing_keys.sql("select key_uuid::text from kw.kms_keys where id = 1")[0][0]
    assert {f"key:{sealing}", "algorithm:ML-DSA-65"} <= set(depends["signing-key:pq"])
    assert depends["signing-key:away"] == ["algorithm:Ed25519"]
    assert "signing-key:pq" in depends["database"]
    kind = found["algorithm:ECDSA-P-256"]["cryptoProperties"]["algorithmProperties"]
    assert (kind["primitive"], kind["nistQuantumSecurityLevel"]) == ("signature", 0)
    (sealed,) = with_signing_keys.sql(
        "select encode(private_key_enc, 'hex') from kw.signing_keys where name = 'pq'"
    )[0]
    assert sealed not in file.read_text()


def test_the_bill_of_materials_has_the_kms_key_that_is_a_private_key(
    kwtools: Kwtools, protected: Database, tmp_path: Path
) -> None:
    (key,) = protected.sql(
        "insert into kw.kms_keys (provider_id, external_key_ref, purpose, algorithm)"
        " select provider_id, 'signs', 'sign', 'ECDSA-P-256' from kw.kms_keys where id = 1"
        " returning key_uuid::text"
    )[0]
    protected.sql(
        "insert into kw.signing_keys (algo_id, name, scope, origin, public_key, kms_key_id)"
        " select a.id, 'held', 'application:a', 'kms', 'x', k.id from kw.crypto_algorithms a"
        " join kw.kms_keys k on k.purpose = 'sign' where a.name = 'ECDSA-P-256'"
    )
    file = tmp_path / "cbom.json"
    assert kwtools("inventory", "--dsn", protected.dsn, "--cbom", file)[0] == 0
    document = json.loads(file.read_text())
    held = by_reference(document)[f"key:{key}"]
    material = held["cryptoProperties"]["relatedCryptoMaterialProperties"]
    assert (material["type"], material["algorithmRef"]) == ("private-key", "algorithm:ECDSA-P-256")
    assert {"name": "kwtools:purpose", "value": "sign"} in held["properties"]
    depends = {one["ref"]: one.get("dependsOn", []) for one in document["dependencies"]}
    assert set(depends["signing-key:held"]) == {
        f"key:{key}", "algorithm:ECDSA-P-256", "algorithm:SHA-256",
    }  # fmt: skip


def test_what_is_not_protected_is_guessed(
    kwtools: Kwtools, db: Database, make_role: Callable[..., str]
) -> None:
    db.sql("create table users (id bigint primary key, email text, ssn bytea)")
    db.sql("select kw.bind('users', '*', 'ssn')")
    dsn = db.place.dsn(db.name, make_role("kw_auditor"))
    code, out, err = kwtools("inventory", "--unprotected", "--dsn", dsn)
    assert code == 0
    assert out.split("\t") == [
        *("public.users", "email", "text", "e-mail address", "its name says so"),
        "kwtools encrypt-column --plan public.users email\n",
    ]
    assert "this is a guess" in err
    assert "the statistics of 2 columns were not looked at" in err
    code, out, _ = kwtools("inventory", "--unprotected", "--json", "--dsn", dsn)
    assert [row["column"] for row in json.loads(out)] == ["email"]
    assert kwtools("inventory", "--unprotected", "--signing-keys", "--dsn", dsn)[0] == 2
