"""Rules of functions: their rights, what they promise to the planner, who may call them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pglast
from pglast.visitors import Visitor

from kwtools.linting._rule import Breaks, Rule
from kwtools.linting._sources import Defined, Sources, kind

MAY_BE_IMMUTABLE = frozenset(
    {"entity_key", "is_ciphertext", "_ciphertext_in", "_ciphertext_receive", "_ciphertext_send"}
)
"""The functions that read their arguments alone: no table, no randomness, no network."""
OF_EACH_ROW = frozenset({"_view_row", "_collect_row"})
"""The functions that are called for each row: to pin their search_path would take too long."""

_PINNED = re.compile(r"(^|; )SET search_path TO 'pg_catalog', 'pg_temp'(;|$)")
_OURS = ("kw", "pg_catalog")
_TRIGGERS = ("_guard", "_keep", "_touch", "_complete")
_GROUPS = 6  # the roles that functions are granted to
_KEY_TYPES = frozenset({"text", "bigint", "uuid"})


def _search_path(sources: Sources) -> Breaks:
    for one in sources.functions:
        if (
            not _is_qualified(one)
            and not _is_internal(one)
            and not _PINNED.search(one.function.options.get("set", ""))
        ):
            yield one.file, f"kw.{one.function.name} does not pin its search_path, pg_temp last"


def _qualified_where_not_pinned(sources: Sources) -> Breaks:
    for one in sources.functions:
        if _is_qualified(one) and one.function.options["language"] == "plpgsql":
            for name in _names_in_its_body(one.definition.text):
                yield one.file, f"kw.{one.function.name} has a name without its schema: {name}"


def _is_qualified(one: Defined) -> bool:
    """Return whether its names are qualified instead of a pinned search_path."""
    return one.function.name in OF_EACH_ROW or _commits(one)


def _commits(one: Defined) -> bool:
    """Return whether it is a procedure that commits: no search_path can be pinned there."""
    options = one.function.options
    if options["language"] != "plpgsql" or one.function.returns:
        return False
    return '"PLpgSQL_stmt_commit"' in json.dumps(pglast.parse_plpgsql(one.definition.text))


def _is_internal(one: Defined) -> bool:
    """Return whether it is code of PostgreSQL under another name, which a base type is made of."""
    return one.function.options["language"] == "internal"


def _names_in_its_body(text: str) -> list[str]:
    """Return the functions, operators, relations and types that the body does not qualify."""
    found = _Names()
    for query in _queries(pglast.parse_plpgsql(text)):
        expression = query.partition(":=")[2] or query
        select = expression if expression.upper().startswith("SELECT") else f"select {expression}"
        for raw in pglast.parse_sql(select):
            found(raw)
    return [".".join(name) for name in found.names if name[0] not in _OURS] + _types(text)


def _queries(tree: Any) -> Iterator[str]:
    """Yield the texts of the expressions and statements of a function."""
    if isinstance(tree, list):
        for one in tree:
            yield from _queries(one)
    elif isinstance(tree, dict):
        for key, one in tree.items():
            if key == "query" and isinstance(one, str):
                yield one
            else:
                yield from _queries(one)


class _Names(Visitor):
    """Collects what an expression names."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[tuple[str, ...]] = []

    def visit_FuncCall(self, ancestors: Any, node: Any) -> None:
        self.names.append(tuple(part.sval for part in node.funcname))

    def visit_A_Expr(self, ancestors: Any, node: Any) -> None:
        self.names.append(tuple(part.sval for part in node.name))

    def visit_RangeVar(self, ancestors: Any, node: Any) -> None:
        self.names.append((node.schemaname or "", node.relname))


def _types(text: str) -> list[str]:
    """Return the types of declared variables that are not of pg_catalog, or are a table's."""
    declared = text.partition("\ndeclare\n")[2].partition("\nbegin\n")[0]
    types = re.findall(r"^ +\w+ (\S+?);?(?: :=.*)?$", declared, re.MULTILINE)
    return [one for one in types if not one.startswith("pg_catalog.") or "%" in one]


def _definer(sources: Sources) -> Breaks:
    for one in sources.functions:
        is_definer = one.function.options.get("security") == "true"
        if is_definer and not sources.texts[one.file].startswith("-- SECURITY DEFINER: "):
            yield one.file, f"kw.{one.function.name} is SECURITY DEFINER and does not say why"


def _immutable(sources: Sources) -> Breaks:
    for one in sources.functions:
        name, options = one.function.name, one.function.options
        if options.get("volatility") == "immutable" and name not in MAY_BE_IMMUTABLE:
            yield one.file, f"kw.{name} is immutable"


def _stated(sources: Sources) -> Breaks:
    for one in sources.functions:
        for option in ("volatility", "parallel"):
            is_in_queries = one.function.roles and one.function.returns
            if is_in_queries and option not in one.function.options:
                yield one.file, f"kw.{one.function.name} does not state its {option}"


def _parallel(sources: Sources) -> Breaks:
    for one in sources.functions:
        options = one.function.options
        if options["language"].startswith("plpython"):
            if options["language"] != "plpython3u":
                yield one.file, f"kw.{one.function.name} is in {options['language']}"
            if options.get("parallel", "unsafe") != "unsafe":
                yield one.file, f"kw.{one.function.name} is parallel {options['parallel']}"


def _strict(sources: Sources) -> Breaks:
    for one in sources.functions:
        if "strict" in one.function.options and not _is_internal(one):
            yield one.file, f"kw.{one.function.name} is strict"


def _comment(sources: Sources) -> Breaks:
    for one in sources.functions:
        name, comment, roles = one.function.name, one.function.comment, one.function.roles
        if "Internal" in comment:
            continue
        if "For " not in comment:
            yield one.file, f"the comment of kw.{name} does not say who may call it"
        elif len(roles) < _GROUPS:
            for role in roles:
                if role and role not in comment:  # null is PUBLIC, of another rule
                    yield one.file, f"the comment of kw.{name} does not name {role}"


def _granted(sources: Sources) -> Breaks:
    for one in sources.functions:
        is_called = not one.function.name.startswith(_TRIGGERS) and not _is_internal(one)
        if is_called and not one.function.roles:
            yield one.file, f"nobody may call kw.{one.function.name}"


def _overload_types(sources: Sources) -> Breaks:
    for one in sources.functions:
        first = one.function.arguments
        for overload in one.function.overloads:
            for argument, other in zip(first, overload, strict=False):
                types = {argument.split(" ")[1], other.split(" ")[1]}
                if argument != other and not types <= _KEY_TYPES:
                    yield one.file, f"kw.{one.function.name} has overloads of {sorted(types)}"


def _overload_grants(sources: Sources) -> Breaks:
    granted: dict[tuple[str, str], list[list[str]]] = {}
    for one in sources.installed:
        if kind(one.node) == "GrantStmt":
            for named in one.node.objects or ():
                if kind(named) == "ObjectWithArgs":
                    roles = [grantee.rolename for grantee in one.node.grantees]
                    granted.setdefault((one.file, named.objname[-1].sval), []).append(roles)
    for defined in sources.functions:
        of_each = granted.get((defined.file, defined.function.name), [])
        distinct = [roles for number, roles in enumerate(of_each) if roles not in of_each[:number]]
        wanted = len(defined.function.overloads) + 1
        if len(distinct) > 1 or len(of_each) not in (0, wanted):
            yield defined.file, f"the grants of kw.{defined.function.name} differ by overload"


FUNCTION_RULES = (
    Rule(
        "search-path",
        "A caller's search_path or pg_temp could put other functions in the place of ours.",
        "Add set search_path = pg_catalog, pg_temp.",
        _search_path,
    ),
    Rule(
        "qualified-procedure",
        "COMMIT fails where a search_path is pinned, and for each row it takes too long.",
        "Write pg_catalog. or kw. before every function, operator, table and type.",
        _qualified_where_not_pinned,
    ),
    Rule(
        "definer",
        "A function with the rights of its owner is a door: each needs its reason.",
        "Use SECURITY INVOKER, or begin the file with -- SECURITY DEFINER: and the reason.",
        _definer,
    ),
    Rule(
        "immutable",
        "The planner calls an immutable function once and keeps the result.",
        "Use stable or volatile. If it reads its arguments alone, add it to MAY_BE_IMMUTABLE.",
        _immutable,
    ),
    Rule(
        "stated",
        "A default that nobody chose is a guess: volatile and unsafe cost plans, stable allows"
        " too much.",
        "State immutable, stable or volatile, and parallel safe, restricted or unsafe.",
        _stated,
    ),
    Rule(
        "parallel",
        "PL/Python crashes the server in a parallel worker of PostgreSQL 15 to 17.",
        "Use language plpython3u and parallel unsafe.",
        _parallel,
    ),
    Rule(
        "strict",
        "The runtime refuses or returns null argument by argument, and says which.",
        "Leave out strict.",
        _strict,
    ),
    Rule(
        "callers",
        "\\df+ is what an administrator reads first.",
        "Write For and the roles of the grant into the comment, or Internal.",
        _comment,
    ),
    Rule(
        "granted",
        "Nothing is granted to PUBLIC, so a function without a grant is of no use.",
        "Add grant execute on function, beside the definition.",
        _granted,
    ),
    Rule(
        "overload-types",
        "A literal of unknown type would make calls ambiguous or pick the wrong one.",
        "Give the other form a name of its own (_text, _many, _by_bigint).",
        _overload_types,
    ),
    Rule(
        "overload-grants",
        "Who may call one form may call the other.",
        "Use the overload directive for the whole file, grants included.",
        _overload_grants,
    ),
)
