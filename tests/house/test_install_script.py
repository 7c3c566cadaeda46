"""What must hold of the install script beside the rules of ``kwtools lint`` (test_lint.py)."""

import re

import pglast
import pytest
from kwruntime.store import doctor_checks

from kwtools import edges, sources
from kwtools.install_script import Function, functions, script
from scripts.functions_page import topics

EXTENSION = sources.extension()


@pytest.fixture(scope="module")
def text() -> str:
    """The install script."""
    return script()


@pytest.fixture(scope="module")
def known(text: str) -> dict[str, Function]:
    """Its functions."""
    return functions(text)


def test_the_functions_without_a_pinned_search_path_are_listed(known: dict[str, Function]) -> None:
    unpinned = {
        name for name, one in known.items() if "search_path" not in one.options.get("set", "")
    }
    # kwtools lint holds all but the last to qualified names, which are C.
    listed = doctor_checks.COMMITTING, doctor_checks.OF_EACH_ROW, doctor_checks.OF_TYPES
    assert unpinned == {name for names in listed for name in names}


def test_the_functions_that_are_security_definer_are_listed(
    known: dict[str, Function],
) -> None:
    definers = {name for name, one in known.items() if one.options.get("security") == "true"}
    page = (EXTENSION.parent / "docs" / "security.md").read_text()
    table = page.split("\n### Functions with the rights of their owner\n")[1].split("\n#")[0]
    assert set(re.findall(r"^\| `kw\.(\w+)` \| \S.*\. \|$", table, re.MULTILINE)) == definers
    assert set(doctor_checks.DEFINERS) == definers


def test_what_only_reads_is_stable_and_what_writes_is_volatile(
    known: dict[str, Function],
) -> None:
    stable = {
        name.partition("_by_")[0]
        for name, one in known.items()
        if one.options.get("volatility") == "stable"
    }
    reading = {"decrypt", "decrypt_text", "decrypt_many", "decrypt_text_many"}
    reading |= {"lookup", "lookup_many", "unwrap", "unwrap_many", "verify", "verify_page", "doctor"}
    reading |= {"version", "sessions_on_older_runtimes"}
    reading |= {
        "check_algorithms",
        "check_seals",
        "check_state",
        "entities_to_reclaim",
        "key_dependents",
        "list_grants",
        "_read_as_owner",
        "_still_stands",
        "_ciphertext_out",
        "_refuse_text",
        "describe",
        "describe_many",
        "plan_rewrap",
        "plan_protection",
        "protection_status",
        "field_generations",
        "takeover_many",
        "check_takeover",
        "verify_signature",
        "verify_signature_many",
        "audit_proof",
        "audit_receipt",
        "export_values",
        "blind_index",
        "blind_index_many",
        # of protected views: they read by the snapshot of the statement
        *("_begin_view", "_view_row", "_end_view", "_collect_row", "_write_rows"),
        *("_row_text", "_typed_rows", "_typed_values"),
    }
    reading |= {f"try_{name}" for name in reading if name.startswith("decrypt")}
    assert stable == reading


def test_the_build_parts_the_script_into_statements_as_postgresql_does(text: str) -> None:
    bare = [re.sub(r"\A(\s|--.*\n)+", "", one) for one in pglast.split(text)]
    assert [one.removesuffix(";") for one in edges.statements(text)] == bare


def test_every_function_has_a_topic() -> None:
    named = [name for _, names in topics(EXTENSION) for name in names]
    files = {path.stem for path in (EXTENSION / "functions").glob("[!_]*.sql")}
    assert set(named) == files


INTERFACE = {
    "add_provider": ["name", "provider", "config"],
    "add_kms_key": ["provider", "external_key_ref", "purpose", "algorithm"],
    "create_kms_key": ["provider", "external_key_ref", "purpose", "algorithm"],
    "set_kms_key_status": ["kms_key_id", "status"],
    "create_policy": ["policy_name", "mode", "kms1_key_id", "kms2_key_id", "layers"],
    "bind_policy": ["entity_table", "field_name", "policy_name"],
    "wrap": ["dek", "policy"],
    "wrap_many": ["deks", "policy"],
    "unwrap": ["wrapper"],
    "unwrap_many": ["wrappers"],
    "bind": ["entity_table", "entity_pk", "field_name", "wrapper", "policy"],
    "lookup": ["entity_table", "entity_pk", "field_name"],
    "lookup_many": ["entity_table", "entity_pks", "field_name"],
    "encrypt": ["entity_table", "entity_pk", "field_name", "plaintext"],
    "decrypt": ["entity_table", "entity_pk", "field_name", "ciphertext"],
    "encrypt_text": ["entity_table", "entity_pk", "field_name", "plaintext"],
    "decrypt_text": ["entity_table", "entity_pk", "field_name", "ciphertext"],
    "encrypt_many": ["entity_table", "entity_pks", "field_name", "plaintexts"],
    "decrypt_many": ["entity_table", "entity_pks", "field_name", "ciphertexts"],
    "rewrap": ["wrapper", "kms1_key_id", "kms2_key_id"],
    "rotate": ["entity_table", "entity_pk", "field_name"],
    "rebind": ["entity_table"],
    "reencrypt": ["entity_table", "entity_pk", "field_name", "ciphertext"],
    "shred": ["entity_table", "entity_pk", "field_name", "whole"],
    "shred_many": ["entity_table", "entity_pks", "field_name", "shared"],
    "grant_field": ["entity_table", "field_name", "grantee"],
    "revoke_field": ["entity_table", "field_name", "grantee"],
    "verify": ["wrapper"],
    "verify_page": ["after", "most", "sample", "seed", "without_providers", "counted"],
    "version": [],
}
RETURNS = {
    "add_provider": "bigint", "add_kms_key": "bigint", "create_kms_key": "bigint",
    "create_policy": "bigint", "wrap": "uuid", "unwrap": "bytea", "bind": "uuid",
    "lookup": "uuid", "encrypt": "bytea", "decrypt": "bytea", "encrypt_text": "bytea",
    "decrypt_text": "text", "encrypt_many": "bytea[]", "decrypt_many": "bytea[]",
    "wrap_many": "uuid[]", "unwrap_many": "bytea[]", "lookup_many": "uuid[]",
    "rewrap": "integer", "rotate": "uuid", "version": "jsonb",
}  # fmt: skip
BY_KEY = [name for name, arguments in INTERFACE.items() if "entity_pk" in arguments]


def _names(one: Function) -> list[str]:
    return [argument.removeprefix("variadic ").split(" ")[0] for argument in one.arguments]


@pytest.mark.parametrize("name", INTERFACE)
def test_the_interface_has_the_names_of_the_design(known: dict[str, Function], name: str) -> None:
    wanted = INTERFACE[name]
    assert _names(known[name])[: len(wanted)] == wanted
    further = known[name].arguments[len(wanted) :]
    assert [argument for argument in further if " default " not in argument] == []
    assert known[name].returns == RETURNS.get(name, known[name].returns)


def test_a_key_may_be_a_text_a_bigint_or_a_uuid(known: dict[str, Function]) -> None:
    for name in BY_KEY:
        one = known[name]
        types = [
            next(part.split(" ")[1] for part in arguments if part.startswith("entity_pk "))
            for arguments in (one.arguments, *one.overloads)
        ]
        assert types == ["text", "bigint", "uuid"], name
