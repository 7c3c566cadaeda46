"""Which part may know which."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "plpython" / "kwruntime"
COMMAND = ROOT / "src" / "kwtools"
SQLSTATE = re.compile(r"KW\d{3}")


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


def test_one_module_knows_the_server_programming_interface() -> None:
    assert [path.name for path in files(RUNTIME) if "plpy" in imports(path)] == ["spi.py"]


def test_what_is_only_bytes_in_and_bytes_out_knows_no_database() -> None:
    for name in ("envelope", "ciphertext", "encoding", "kdf", "xaes", "keystore", "errors"):
        source = (RUNTIME / f"{name}.py").read_text()
        assert "spi" not in re.findall(r"\bspi\b", source), name
        assert "queries" not in re.findall(r"\bqueries\b", source), name


def test_every_sql_text_stands_in_one_module() -> None:
    written = re.compile(r"\b(select|insert into|update|delete from) .*\bkw\.", re.IGNORECASE)
    for path in files(RUNTIME):
        if path.name != "queries.py":
            assert written.findall(path.read_text()) == [], path


@pytest.mark.parametrize("folder", [RUNTIME, COMMAND], ids=lambda folder: folder.name)
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
                    assert raises or "plpy.SPIError" in before, f"{path}:{handler.lineno}"
                before.append(caught)


# -- errors ---------------------------------------------------------------------------------------


def _errors() -> dict[str, str]:
    """Return the classes of errors.py that set an SQLSTATE of their own, by it."""
    tree = ast.parse((RUNTIME / "errors.py").read_text())
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name != "KwError":
            for part in node.body:
                if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "sqlstate":
                    state = ast.literal_eval(part.value)
                    assert state not in found, f"{state} has two classes"
                    found[state] = node.name
    return found


def test_every_sqlstate_is_documented_and_every_documented_one_exists() -> None:
    told = ast.get_docstring(ast.parse((RUNTIME / "errors.py").read_text())) or ""
    rows = dict(re.findall(r"^\| (KW\d{3}|40001|55P03) \| ``(\w+)`` \|", told, re.MULTILINE))
    assert rows == _errors()
    page = (ROOT / "docs" / "functions.md").read_text()
    assert {*SQLSTATE.findall(page), "40001", "55P03"} == set(rows)  # two are PostgreSQL's own


def test_no_sqlstate_is_raised_that_is_not_documented() -> None:
    raised: set[str] = set()
    for path in [*files(RUNTIME), *sorted((ROOT / "extension").rglob("*.sql"))]:
        raised |= set(SQLSTATE.findall(path.read_text()))
    assert raised <= _errors().keys()
