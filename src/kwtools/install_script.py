"""What the install script makes: its functions and composite types, as pglast reads them."""

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pglast
from pglast.enums import FunctionParameterMode, ObjectType
from pglast.stream import RawStream

from kwtools import sources
from kwtools.build import build

_CALLABLE = (ObjectType.OBJECT_FUNCTION, ObjectType.OBJECT_PROCEDURE)


@dataclass
class Function:
    """One function or procedure of the interface, with its overloads."""

    name: str
    arguments: list[str]
    returns: str
    """Empty for a procedure."""
    options: dict[str, str]
    comment: str = ""
    roles: list[str] = field(default_factory=list)
    overloads: list[list[str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    @property
    def signature(self) -> str:
        """The call with its arguments, on one line where it fits."""
        result = f" → {self.returns}" if self.returns else ""
        line = f"kw.{self.name}({', '.join(self.arguments)}){result}"
        if len(line) <= 100:
            return line
        return f"kw.{self.name}(\n    " + ",\n    ".join(self.arguments) + f"\n){result}"

    def further_types(self, name: str) -> list[str]:
        """Return the other types of an argument, which overloads have."""
        found = [
            other.split(" ")[1]
            for overload in self.overloads
            for argument, other in zip(self.arguments, overload, strict=True)
            if argument != other and other.startswith(f"{name} ")
        ]
        return list(dict.fromkeys(found))


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
        elif getattr(statement, "objtype", None) not in _CALLABLE:
            continue
        elif kind == "CommentStmt":
            found[statement.object.objname[-1].sval].comment = statement.comment
        elif kind == "GrantStmt":
            for granted in statement.objects:
                found[granted.objname[-1].sval].roles = [
                    grantee.rolename for grantee in statement.grantees
                ]
    return found


def types(text: str) -> dict[str, list[str]]:
    """Return the columns of each composite type that the install script makes."""
    found = {}
    for raw in pglast.parse_sql(text):
        statement: Any = raw.stmt
        if type(statement).__name__ == "CompositeTypeStmt":
            columns = [f"{one.colname} {_plain(one.typeName)}" for one in statement.coldeflist]
            found[f"kw.{statement.typevar.relname}"] = columns
    return found


def _function(statement: Any) -> Function:
    arguments = []
    columns = []
    for parameter in statement.parameters or ():
        words = [parameter.name, _plain(parameter.argType)]
        if parameter.mode == FunctionParameterMode.FUNC_PARAM_TABLE:
            columns.append(" ".join(words))
            continue
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
    returns = "" if statement.returnType is None else _plain(statement.returnType)
    return Function(name, arguments, returns, options, columns=columns)


def _option(value: Any) -> str:
    if isinstance(value, pglast.ast.String):
        return str(value.sval)
    if isinstance(value, pglast.ast.Boolean):
        return str(value.boolval).lower()
    return _plain(value)


def _plain(node: Any) -> str:
    text = RawStream()(node)
    return text.lower() if text in ("NULL", "TRUE", "FALSE") else text.replace("SETOF", "setof")
