"""The errors of the interface, read from the classes of ``kwruntime.errors``: the one table."""

import ast
from pathlib import Path
from typing import NamedTuple

ERRORS = Path(__file__).resolve().parents[1] / "plpython" / "kwruntime" / "errors.py"


class Error(NamedTuple):
    """A class of errors, and when it is raised."""

    sqlstate: str
    name: str
    when: str


def errors() -> list[Error]:
    """Return the classes that have an SQLSTATE of their own: ours, then PostgreSQL's own."""
    found = []
    for node in ast.parse(ERRORS.read_text()).body:
        if isinstance(node, ast.ClassDef) and node.name != "KwError":
            for part in node.body:
                if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "sqlstate":
                    told = (ast.get_docstring(node) or "").split("\n")[0]
                    found.append(Error(ast.literal_eval(part.value), node.name, told))
    return sorted(found, key=lambda one: (not one.sqlstate.startswith("KW"), one.sqlstate))


def table() -> str:
    """Return the table for the docs."""
    rows = ["| SQLSTATE | class | when |", "| --- | --- | --- |"]
    for one in errors():
        when = one.when[0].lower() + one.when[1:].rstrip(".")
        rows.append(f"| {one.sqlstate} | `{one.name}` | {when} |")
    return "\n".join(rows)
