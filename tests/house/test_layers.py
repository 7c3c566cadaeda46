"""Which part may know which."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from kwruntime import errors

from kwtools import attempts
from scripts import error_table

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "plpython" / "kwruntime"
SHARED = ROOT / "plpython" / "kwshared"
COMMAND = ROOT / "src" / "kwtools"


def imports(path: Path) -> set[str]:
    """Return the top-level packages that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            found.add((node.module or "").split(".")[0])
    return found


def files(folder: Path) -> Iterator[Path]:
    """Yield the Python files below a folder; there must be some."""
    found = sorted(folder.rglob("*.py"))
    assert found
    yield from found


def test_the_command_never_imports_the_runtime() -> None:
    assert [path for path in files(COMMAND) if "kwruntime" in imports(path)] == []


def test_the_runtime_never_imports_the_command_or_a_client() -> None:
    for path in files(RUNTIME):
        assert not imports(path) & {"kwtools", "psycopg", "psycopg2", "testing"}, path


def test_what_both_share_imports_the_standard_library_only() -> None:
    for path in files(SHARED):
        assert imports(path) <= sys.stdlib_module_names | {"kwshared"}, path


def test_an_auditors_reader_shares_no_code_with_the_writer_of_the_log() -> None:
    """So an error of the writer is not one of the reader too (ADR 28)."""
    for path in files(COMMAND / "evidence"):
        assert imports(path) <= sys.stdlib_module_names | {"kwtools", "cryptography"}, path
        assert set(re.findall(r"from kwtools\.(\w+)", path.read_text())) <= {"evidence"}, path


def test_the_formats_of_the_log_know_no_package_of_ciphers_and_no_other_shared_module() -> None:
    for path in files(SHARED / "tlog"):
        used = set(re.findall(r"from kwshared\.(\w+)", path.read_text()))
        assert used <= {"tlog"}, path


def test_what_both_share_leaves_slow_modules_to_those_who_need_them() -> None:
    """A first call of a session loads it."""
    slow = {"pathlib", "dataclasses", "tomllib", "secrets", "random", "tempfile", "subprocess"}
    for path in files(SHARED):
        assert not imports(path) & slow, path


# From the bottom to the top: each room uses only what stands before it.
ROOMS = (
    "escapes", "errors", "cache", "batches", "session", "crypto", "foreign", "postgres", "kms",
    "call", "store", "keys", "seals", "rules", "wrappers", "fields", "views",
    "protection", "admin", "api",
)  # fmt: skip


def modules() -> dict[str, Path]:
    """Return the runtime's modules by their names below ``kwruntime``."""
    return {
        ".".join(path.relative_to(RUNTIME).with_suffix("").parts): path
        for path in files(RUNTIME)
        if path.name not in ("__init__.py", "_version.py") or path.parent.name == "providers"
    }


def uses() -> dict[str, set[str]]:
    """Return which modules of the runtime each one imports."""
    found: dict[str, set[str]] = {}
    known = modules()
    for name, path in known.items():
        used = found[name] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kwruntime"):
                base = (node.module or "").removeprefix("kwruntime").lstrip(".")
                for alias in node.names:
                    whole = f"{base}.{alias.name}".lstrip(".")
                    init = f"{base}.__init__"
                    used.add(whole if whole in known else init if init in known else base)
    return found


def test_higher_rooms_use_lower_ones_and_never_the_other_way() -> None:
    rank = {room: number for number, room in enumerate(ROOMS)}
    for name, used in uses().items():
        for other in used - {"_version"}:
            assert rank[other.split(".")[0]] <= rank[name.split(".")[0]], f"{name} uses {other}"


def test_no_imports_of_the_runtime_go_in_a_circle() -> None:
    graph = {name: used - {name} for name, used in uses().items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_only_one_room_knows_the_server_programming_interface() -> None:
    knowing = {path.parent.name for path in files(RUNTIME) if "plpy" in imports(path)}
    assert knowing == {"postgres"}


def test_what_is_only_bytes_in_and_bytes_out_knows_no_database() -> None:
    for name, used in uses().items():
        if name.startswith(("crypto.", "foreign.")) or name in (
            "errors",
            "escapes",
            "kms.keystore",
        ):
            assert not any(other.startswith(("postgres", "store", "call")) for other in used), name


def test_sql_texts_stand_with_the_tables() -> None:
    written = re.compile(r"\b(select|insert into|update|delete from) .*\bkw\.", re.IGNORECASE)
    for name, path in modules().items():
        if name.split(".")[0] not in ("store", "postgres", "call"):
            assert written.findall(path.read_text()) == [], path


MAKERS = {"dict", "list", "set", "deque", "defaultdict", "Counter", "OrderedDict", "Cache"}
CHANGERS = {
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "put", "remove",
    "setdefault", "update",
}  # fmt: skip


def changes(tree: ast.Module) -> Iterator[str]:
    """Yield what changes, or is made to change, at the level of a module."""
    top = set[str]()
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {one.id for one in targets if isinstance(one, ast.Name)}
            top |= names
            made = node.value.func if isinstance(node.value, ast.Call) else None
            is_made = isinstance(made, ast.Name) and made.id in MAKERS
            if is_made or (node.value is not None and ast.unparse(node.value) in ("{}", "[]")):
                yield f"{node.lineno}: {', '.join(names)} begins empty"
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        own = {one.arg for one in ast.walk(function) if isinstance(one, ast.arg)}
        own |= {
            one.id
            for one in ast.walk(function)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        }
        for part in ast.walk(function):
            if isinstance(part, ast.Global):
                yield f"{part.lineno}: global {', '.join(part.names)}"
            if not isinstance(part, ast.Subscript | ast.Attribute):
                continue
            is_set = isinstance(part.ctx, ast.Store | ast.Del)
            is_changer = isinstance(part, ast.Attribute) and part.attr in CHANGERS
            is_foreign = isinstance(part.value, ast.Name) and part.value.id not in own
            if (is_set or is_changer) and is_foreign and ast.unparse(part.value) in top | imported:
                yield f"{part.lineno}: {ast.unparse(part)}"


def test_nothing_at_module_level_changes() -> None:
    """State lives in ``session``; a memo of a pure function is none."""
    for name, path in [*modules().items(), *((path.stem, path) for path in files(SHARED))]:
        found = list(changes(ast.parse(path.read_text())))
        # Settings of the backend itself, put back at once.
        if name == "postgres.backend":
            found = [one for one in found if ".value" not in one]
        assert found == [], name


@pytest.mark.parametrize(
    "text",
    [
        "_kept = {}",
        "_kept: list[int] = []",
        "KEPT = Cache(10)",
        "KEPT = dict()",
        "KEPT = {1: 2}\ndef f(): KEPT[1] = 3",
        "KEPT = {1: 2}\ndef f(): del KEPT[1]",
        "KEPT = {1}\ndef f(): KEPT.add(3)",
        "from kwruntime import other\ndef f(): other.kept = 3",
        "LAST = 1\ndef f():\n    global LAST\n    LAST = 2",
    ],
)
def test_what_changes_at_module_level_is_found(text: str) -> None:
    assert list(changes(ast.parse(text)))


@pytest.mark.parametrize("path", [*files(RUNTIME), *files(SHARED)], ids=lambda path: path.stem)
def test_files_and_functions_of_the_runtime_are_short(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 500
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


@pytest.mark.parametrize("folder", [RUNTIME, SHARED, COMMAND], ids=lambda folder: folder.name)
def test_no_handler_swallows_everything(folder: Path) -> None:
    for path in files(folder):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{path}:{node.lineno} has a bare except"


def test_a_cancelled_query_is_not_swallowed_by_the_runtime() -> None:
    """A handler of ``Exception`` in the runtime raises again, or comes after plpy's errors."""
    for path in files(RUNTIME):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Try):
                continue
            before: list[str] = []
            for handler in node.handlers:
                caught = ast.unparse(handler.type) if handler.type else ""
                if caught in ("Exception", "BaseException"):
                    last = handler.body[-1]
                    raises = isinstance(last, ast.Raise) and last.exc is None
                    assert raises or "SPIError" in before, f"{path}:{handler.lineno}"
                before.append(caught)


# -- errors ---------------------------------------------------------------------------------------


CODE = re.compile(r"\bKW\d{3}\b")


def _errors() -> dict[str, str]:
    """Return the classes of errors.py by their SQLSTATEs: the one table."""
    found = {one.sqlstate: one.name for one in error_table.errors()}
    assert len(found) == len(error_table.errors()), "an SQLSTATE has two classes"
    return found


def test_every_error_says_when_it_is_raised_and_is_on_the_page() -> None:
    page = (ROOT / "docs" / "functions.md").read_text()
    for one in error_table.errors():
        assert one.when.endswith("."), one
    assert error_table.table() in page, "run make docs"


def test_operators_are_told_what_to_do_about_every_error() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    table = page[page.index("## Errors and what to do") :]
    rows = re.findall(r"^\| (KW.*?) \|", table, re.MULTILINE)
    told = {state for row in rows for state in row.split(", ")}
    of_callers = {"KW003"}  # an argument: the message says which
    assert told == {state for state in _errors() if state.startswith("KW")} - of_callers


def test_no_sqlstate_is_named_that_does_not_exist() -> None:
    folders = {
        RUNTIME: "*.py", COMMAND: "*.py", ROOT / "extension": "*", ROOT / "docs": "*.md",
    }  # fmt: skip
    known = _errors().keys()
    for folder, pattern in folders.items():
        named = {
            path: CODE.findall(path.read_text()) for path in folder.rglob(pattern) if path.is_file()
        }
        assert any(named.values()), folder
        for path, states in named.items():
            assert set(states) <= known, path


def test_sql_raises_our_states_and_those_of_postgresql_by_their_names() -> None:
    """Of what is not released: a state by a number would be a second table."""
    raised = re.compile(r"\b(?:errcode|sqlstate) *= *'([^']*)'")
    found: set[str] = set()
    for path in [*(ROOT / "extension").rglob("*.sql"), ROOT / "extension" / "runtime.py.in"]:
        if "released" not in path.parts:
            found |= set(raised.findall(path.read_text()))
    assert found
    assert {one for one in found if not one.islower()} <= _errors().keys()


def test_the_command_stops_for_the_errors_that_are_outages() -> None:
    """So the command's mapping follows errors.py, which it cannot import."""
    outages = {one.sqlstate for one in vars(errors).values() if getattr(one, "is_outage", False)}
    assert set(attempts.OUTAGE) == outages


def test_every_state_stands_on_the_page_of_the_architecture() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    asked = re.compile(r"\b(?:session|settings|epoch|last|call)\.of\((\w+)\)", re.IGNORECASE)
    states = {name for path in files(RUNTIME) for name in asked.findall(path.read_text())}
    assert len(states) > 10
    assert sorted(name for name in states if f"`{name}`" not in page) == []
