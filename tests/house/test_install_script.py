"""What must hold of the install script, as it is built, without a server."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pglast
import pytest
from kwruntime.store import doctor_checks
from pglast.enums import ObjectType
from pglast.visitors import Visitor

from kwtools import edges, sources
from scripts.functions_page import topics
from scripts.install_script import Function, functions, script

EXTENSION = sources.extension()
MAY_BE_IMMUTABLE = {"entity_key", "is_ciphertext"}  # reads its arguments alone
PINNED = re.compile(r"(^|; )SET search_path TO 'pg_catalog', 'pg_temp'(;|$)")


def kind(node: Any) -> str:
    """Return the name of a node's class."""
    return type(node).__name__


@pytest.fixture(scope="module")
def text() -> str:
    """The install script."""
    return script()


@pytest.fixture(scope="module")
def statements(text: str) -> tuple[Any, ...]:
    """Its statements."""
    return tuple(raw.stmt for raw in pglast.parse_sql(text))


@pytest.fixture(scope="module")
def known(text: str) -> dict[str, Function]:
    """Its functions."""
    return functions(text)


def test_every_function_pins_its_search_path_with_pg_temp_last(known: dict[str, Function]) -> None:
    unpinned = [name for name, one in known.items() if not PINNED.search(one.options["set"])]
    assert unpinned == []


def test_the_functions_that_are_security_definer_are_listed_and_say_why(
    known: dict[str, Function],
) -> None:
    definers = {name for name, one in known.items() if one.options.get("security") == "true"}
    page = (EXTENSION.parent / "docs" / "security.md").read_text()
    table = page.split("\n### Functions with the rights of their owner\n")[1].split("\n#")[0]
    assert set(re.findall(r"^\| `kw\.(\w+)` \| \S.*\. \|$", table, re.MULTILINE)) == definers
    assert set(doctor_checks.DEFINERS) == definers
    for name in definers:
        source = (EXTENSION / "functions" / f"{name}.sql").read_text()
        assert source.startswith("-- SECURITY DEFINER: ")


def test_only_what_reads_its_arguments_alone_is_immutable(known: dict[str, Function]) -> None:
    immutable = {
        name for name, one in known.items() if one.options.get("volatility") == "immutable"
    }
    assert immutable <= MAY_BE_IMMUTABLE


def test_what_only_reads_is_stable_and_what_writes_is_volatile(
    known: dict[str, Function],
) -> None:
    stable = {
        name.partition("_by_")[0]
        for name, one in known.items()
        if one.options.get("volatility") == "stable"
    }
    reading = {"decrypt", "decrypt_text", "decrypt_many", "decrypt_text_many"}
    reading |= {"lookup", "lookup_many", "unwrap", "unwrap_many", "verify", "doctor", "version"}
    reading |= {
        "check_algorithms",
        "entities_to_reclaim",
        "list_grants",
        "_read_as_owner",
        "_still_stands",
        "describe",
    }
    reading |= {f"try_{name}" for name in reading if name.startswith("decrypt")}
    assert stable == reading


def test_no_python_runs_in_parallel(known: dict[str, Function]) -> None:
    python = {name for name, one in known.items() if one.options["language"].startswith("plpython")}
    assert len(python) > 30
    unsafe = {name for name in python if known[name].options.get("parallel") == "unsafe"}
    assert unsafe == python
    assert {known[name].options["language"] for name in python} == {"plpython3u"}


def test_strict_is_said_of_nothing(known: dict[str, Function]) -> None:
    # Null in is null out where the comment says so; the runtime decides it argument by argument.
    assert [name for name, one in known.items() if "strict" in one.options] == []


def test_the_build_parts_the_script_into_statements_as_postgresql_does(text: str) -> None:
    bare = [re.sub(r"\A(\s|--.*\n)+", "", one) for one in pglast.split(text)]
    assert [one.removesuffix(";") for one in edges.statements(text)] == bare


def test_nothing_that_exists_is_adopted(statements: tuple[Any, ...]) -> None:
    adopting = []

    class Finds(Visitor):
        def visit(self, ancestors: Any, node: Any) -> None:
            if getattr(node, "if_not_exists", False):
                adopting.append(type(node).__name__)
            if getattr(node, "replace", False) and kind(node) != "CreateFunctionStmt":
                adopting.append(type(node).__name__)

    Finds()(statements)
    assert adopting == []
    # A function is replaced on an upgrade; in a schema that the script itself has made.
    names = [
        statement.funcname[0].sval
        for statement in statements
        if kind(statement) == "CreateFunctionStmt"
    ]
    assert set(names) == {"kw"}


def test_what_is_made_or_changed_is_named_with_its_schema(statements: tuple[Any, ...]) -> None:
    unqualified: set[str] = set()
    common: set[str] = set()

    class Finds(Visitor):
        def visit_RangeVar(self, ancestors: Any, node: Any) -> None:
            if node.schemaname is None and not node.relname.startswith("pg_"):
                unqualified.add(node.relname)

        def visit_CommonTableExpr(self, ancestors: Any, node: Any) -> None:
            common.add(node.ctename)

    for statement in statements:
        # A function's body is pinned to pg_catalog, where its common table expressions stand too.
        if kind(statement) not in ("CreateFunctionStmt", "DoStmt"):
            Finds()(statement)
    assert unqualified <= common


def _columns(statement: Any) -> Iterator[str]:
    for element in statement.tableElts or ():
        if kind(element) == "ColumnDef":
            yield f"{statement.relation.relname}.{element.colname}"


def test_everything_has_a_comment_that_says_something(statements: tuple[Any, ...]) -> None:
    made: set[str] = set()
    told: dict[str, str] = {}
    for statement in statements:
        if kind(statement) == "CreateStmt":
            made |= {statement.relation.relname, *_columns(statement)}
        elif kind(statement) == "CreateFunctionStmt":
            made.add(f"{statement.funcname[-1].sval}()")
        elif kind(statement) == "CompositeTypeStmt":
            made.add(f"type {statement.typevar.relname}")
        elif kind(statement) == "CreateSchemaStmt":
            made.add(f"schema {statement.schemaname}")
        elif kind(statement) == "CreateEventTrigStmt":
            made.add(f"event trigger {statement.trigname}")
        elif kind(statement) == "CommentStmt":
            told[_commented(statement)] = statement.comment
    assert made - told.keys() == set()
    assert [name for name, comment in told.items() if len(comment) < 4] == []


def _commented(statement: Any) -> str:
    type_, named = statement.objtype, statement.object
    if type_ == ObjectType.OBJECT_FUNCTION:
        return f"{named.objname[-1].sval}()"
    if type_ == ObjectType.OBJECT_TYPE:
        return f"type {named.names[-1].sval}"
    if type_ == ObjectType.OBJECT_SCHEMA:
        return f"schema {named.sval}"
    if type_ == ObjectType.OBJECT_EVENT_TRIGGER:
        return f"event trigger {named.sval}"
    return ".".join(part.sval for part in named[1:])


def test_a_function_stands_in_a_file_of_its_name_and_its_comment_says_who_may_call(
    known: dict[str, Function],
) -> None:
    files = {path.stem for path in (EXTENSION / "functions").glob("*.sql")}
    assert files == {name.partition("_by_")[0] for name in known}
    for name, one in known.items():
        told = "Internal" in one.comment or "For " in one.comment
        assert told, f"kw.{name} does not say who may call it"
        assert one.roles or name.startswith(("_guard", "_keep", "_touch", "_complete")), (
            f"nobody may call kw.{name}"
        )
        for role in one.roles:
            assert role in one.comment or "Internal" in one.comment or len(one.roles) == 6, (
                f"the comment of kw.{name} does not name {role}"
            )


FOLDERS = {
    "tables": ("CreateStmt", "relation"),
    "views": ("ViewStmt", "view"),
    "types": ("CompositeTypeStmt", "typevar"),
}
"""What each folder holds one of a file, and where the parse has its name."""
OF_EVERY_TABLE = {"drop_guard", "guard_writes", "restore_guards"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_table_a_view_or_a_type_stands_in_a_file_of_its_name(folder: str) -> None:
    made, name = FOLDERS[folder]
    for path in (EXTENSION / folder).glob("*.sql"):
        parsed = [raw.stmt for raw in pglast.parse_sql(path.read_text())]
        kinds = {kind(one) for one in parsed}
        assert not kinds & ({of for of, _ in FOLDERS.values()} | {"InsertStmt"}) - {made}, path
        if path.stem not in OF_EVERY_TABLE:
            names = [getattr(one, name).relname for one in parsed if kind(one) == made]
            assert names == [path.stem]


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
    "grant_field": ["entity_table", "field_name", "grantee"],
    "revoke_field": ["entity_table", "field_name", "grantee"],
    "verify": ["wrapper"],
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


def test_no_overload_is_between_bytea_and_text_or_a_scalar_and_an_array(
    known: dict[str, Function],
) -> None:
    for name, one in known.items():
        for overload in one.overloads:
            for first, other in zip(one.arguments, overload, strict=True):
                if first != other:
                    assert {first.split(" ")[1], other.split(" ")[1]} <= {
                        "text",
                        "bigint",
                        "uuid",
                    }, name


def test_the_grants_of_every_overload_are_the_same(text: str) -> None:
    granted = re.findall(
        r"^grant execute on function kw\.(\w+)\(.*\) to (.*);$", text, re.MULTILINE
    )
    for name in BY_KEY:
        roles = [to for function, to in granted if function == name]
        assert len(roles) == 3
        assert len(set(roles)) == 1


# -- how it is written ----------------------------------------------------------------------------

SOURCES = [
    path for path in sorted(EXTENSION.rglob("*.sql")) if path.parent != EXTENSION / "released"
]
KEYWORDS = re.compile(
    r"\b(SELECT|FROM|WHERE|INSERT|INTO|UPDATE|DELETE|CREATE|ALTER|DROP|TABLE|FUNCTION|RETURNS|"
    r"LANGUAGE|AS|AND|OR|NOT|NULL|DEFAULT|COMMENT|ON|IS|GRANT|REVOKE|TO|BEGIN|END|SET|PRIMARY|"
    r"KEY|REFERENCES|UNIQUE|CHECK|CONSTRAINT|INDEX|TRIGGER|EXECUTE|FOR|EACH|ROW|WHEN|RAISE|IF|"
    r"VALUES|JOIN|LEFT|CROSS|CASE|THEN|ELSE|IN|EXISTS|STABLE|VOLATILE|IMMUTABLE|PARALLEL)\b"
)
TEXTS_AND_COMMENTS = re.compile(r"'(?:[^']|'')*'|--[^\n]*")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(EXTENSION).as_posix())
def test_sql_is_written_one_way(path: Path) -> None:
    source = path.read_text()
    assert KEYWORDS.findall(TEXTS_AND_COMMENTS.sub("''", source)) == []
    assert "\t" not in source
    assert source.endswith("\n")
    assert not source.endswith("\n\n")
    assert re.findall(r"[ ]+$", source, re.MULTILINE) == []
