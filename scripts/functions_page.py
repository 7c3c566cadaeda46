"""Write docs/functions.md from the comments, signatures and grants of the functions.

``make docs`` runs it. It reads the install script as it is built, so it needs no server.
"""

import ast
import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pglast
from pglast.enums import FunctionParameterMode, ObjectType
from pglast.stream import RawStream

from kwtools import sources
from kwtools.build import build

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "functions.md"
ERRORS = ROOT / "plpython" / "kwruntime" / "errors.py"

_HEAD = """\
# Functions

<!-- Written by "make docs" from extension/functions/: edit the comments there. -->

All stand in schema `kw` and take their arguments by name as well. Permission is checked as the
role in force at the call, before anything else. What a call may fail with has an SQLSTATE of
class `KW`; the [last section](#errors) lists them. `docs/security.md` says who may do what and why.
"""
_INTERNAL = """
## Internal

These hold the rest together. They are not to be called, and refuse where it would matter.
"""


@dataclass
class Function:
    """One function of the interface, with its overloads."""

    name: str
    arguments: list[str]
    returns: str
    options: dict[str, str]
    comment: str = ""
    roles: list[str] = field(default_factory=list)
    overloads: list[list[str]] = field(default_factory=list)

    @property
    def signature(self) -> str:
        """The call with its arguments, on one line where it fits."""
        result = f" → {self.returns}"
        line = f"kw.{self.name}({', '.join(self.arguments)}){result}"
        if len(line) <= 100:
            return line
        return f"kw.{self.name}(\n    " + ",\n    ".join(self.arguments) + f"\n){result}"

    @property
    def further_types(self) -> str:
        """Which argument the overloads take in which other types."""
        said: dict[str, list[str]] = {}
        for overload in self.overloads:
            for argument, other in zip(self.arguments, overload, strict=True):
                if argument != other:
                    name, type_ = other.split(" ")[:2]
                    said.setdefault(name, []).append(f"`{type_}`")
        return "; ".join(
            f"`{name}` may also be of type {' or '.join(types)}" for name, types in said.items()
        )


def script() -> str:
    """Return the install script, fit to be parsed: without what only psql understands."""
    with tempfile.TemporaryDirectory() as folder:
        build(sources.extension(), sources.version(), Path(folder))
        text = (Path(folder) / f"kwtools--{sources.version()}.sql").read_text()
    return re.sub(r"^\\echo .*$", "", text, flags=re.MULTILINE)


def functions(text: str) -> dict[str, Function]:
    """Return the functions that the install script makes, by name and in its order."""
    found: dict[str, Function] = {}
    for raw in pglast.parse_sql(text):
        statement: Any = raw.stmt
        kind = type(statement).__name__
        if kind == "CreateFunctionStmt":
            made = _function(statement)
            if made.name in found:
                found[made.name].overloads.append(made.arguments)
            else:
                found[made.name] = made
        elif getattr(statement, "objtype", None) != ObjectType.OBJECT_FUNCTION:
            continue
        elif kind == "CommentStmt":
            found[statement.object.objname[-1].sval].comment = statement.comment
        elif kind == "GrantStmt":
            for granted in statement.objects:
                found[granted.objname[-1].sval].roles = [
                    grantee.rolename for grantee in statement.grantees
                ]
    return found


def _function(statement: Any) -> Function:
    arguments = []
    for parameter in statement.parameters or ():
        words = [parameter.name, _plain(parameter.argType)]
        if parameter.mode == FunctionParameterMode.FUNC_PARAM_VARIADIC:
            words.insert(0, "variadic")
        if parameter.defexpr is not None:
            words.append(f"default {_plain(parameter.defexpr)}")
        arguments.append(" ".join(words))
    options: dict[str, str] = {}
    for option in statement.options:  # "set" may come several times
        earlier = options.get(option.defname)
        told = _option(option.arg)
        options[option.defname] = told if earlier is None else f"{earlier}; {told}"
    name = statement.funcname[-1].sval
    return Function(name, arguments, _plain(statement.returnType), options)


def _option(value: Any) -> str:
    if isinstance(value, pglast.ast.String):
        return str(value.sval)
    if isinstance(value, pglast.ast.Boolean):
        return str(value.boolval).lower()
    return _plain(value)


def _plain(node: Any) -> str:
    text = RawStream()(node)
    return text.lower() if text in ("NULL", "TRUE", "FALSE") else text.replace("SETOF", "setof")


def topics(extension: Path) -> list[tuple[str, list[str]]]:
    """Return the headings of order.txt, each with the names of the functions below it."""
    found: list[tuple[str, list[str]]] = []
    for line in (extension / "order.txt").read_text().splitlines():
        if line.startswith("#"):
            found.append((line.lstrip("# "), []))
        elif line.startswith("functions/") and not line.startswith("functions/_"):
            found[-1][1].append(Path(line).stem)
    return [(heading, names) for heading, names in found if names]


def page() -> str:
    """Return the whole page."""
    known = functions(script())
    parts = [_HEAD]
    for heading, names in topics(sources.extension()):
        parts.append(f"\n## {heading[0].upper()}{heading[1:]}\n")
        parts += [_entry(known[name], _by_key(known, name)) for name in names]
    parts.append(_INTERNAL)
    parts += [_entry(one) for name, one in known.items() if name.startswith("_")]
    parts.append(f"\n## Errors\n\n{_errors()}\n")
    return "".join(parts)


def _by_key(known: dict[str, Function], name: str) -> str:
    """Tell of the forms of a function whose keys are of other types."""
    forms = {
        other.rpartition("_")[2]: f"`kw.{other}`"
        for other in known
        if other.startswith(f"{name}_by_")
    }
    return " and ".join(f"with keys of type `{key}[]` it is {form}" for key, form in forms.items())


def _entry(function: Function, by_key: str = "") -> str:
    notes = [function.further_types, by_key[:1].upper() + by_key[1:]]
    if function.roles:
        roles = ", ".join(f"`{role}`" for role in function.roles)
        notes.append(f"May be called by {roles}")
    said = "".join(f"{note}. " for note in notes if note).strip()
    body = f"\n### `kw.{function.name}`\n\n```\n{function.signature}\n```\n\n{function.comment}\n"
    return f"{body}\n{said}\n" if said else body


def _errors() -> str:
    """Return the table in the docstring of ``kwruntime.errors``."""
    told = ast.get_docstring(ast.parse(ERRORS.read_text())) or ""
    rows = [line.replace("``", "`") for line in told.splitlines() if line.startswith("|")]
    return "\n".join(rows)


def main() -> int:
    """Write the page."""
    PAGE.write_text(page())
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
