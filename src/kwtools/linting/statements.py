"""Rules of statements: nothing is adopted, everything is named, typed and explained."""

from collections.abc import Iterator
from typing import Any

from pglast.enums import AlterTableType, ConstrType, ObjectType, RoleSpecType
from pglast.visitors import Visitor

from kwtools.linting._rule import Breaks, Rule
from kwtools.linting._sources import Sources, kind

_SHORTEST_COMMENT = 4
_TIMES = frozenset({"timestamptz", "timestamp", "date", "time", "timetz"})


def _adopts(sources: Sources) -> Breaks:
    for one in sources.every:
        for node in _nodes(one.node):
            is_added = getattr(node, "subtype", None) == AlterTableType.AT_AddColumn
            if getattr(node, "if_not_exists", False) or (is_added and node.missing_ok):
                yield one.file, f"{kind(node)} says IF NOT EXISTS"
            if getattr(node, "replace", False) and kind(node) != "CreateFunctionStmt":
                yield one.file, f"{kind(node)} says OR REPLACE"


def _qualified(sources: Sources) -> Breaks:
    for one in sources.every:
        # A body is pinned to pg_catalog; its search_path is the rule of functions.
        if kind(one.node) in ("CreateFunctionStmt", "DoStmt"):
            continue
        nodes = list(_nodes(one.node))
        common = {node.ctename for node in nodes if kind(node) == "CommonTableExpr"}
        for node in nodes:
            if kind(node) == "RangeVar" and node.schemaname is None:
                name = node.relname
                if not name.startswith("pg_") and name not in common:
                    yield one.file, f"{name} stands without its schema"


def _functions_of_kw(sources: Sources) -> Breaks:
    for one in sources.every:
        if kind(one.node) == "CreateFunctionStmt" and one.node.funcname[0].sval != "kw":
            yield one.file, f"{one.node.funcname[-1].sval} is not made in schema kw"


def _public(sources: Sources) -> Breaks:
    for one in sources.every:
        if kind(one.node) == "GrantStmt" and one.node.is_grant:
            for grantee in one.node.grantees:
                if grantee.roletype == RoleSpecType.ROLESPEC_PUBLIC:
                    yield one.file, "a grant to PUBLIC"


def _commented(sources: Sources) -> Breaks:
    made: dict[str, str] = {}
    told: dict[str, tuple[str, str]] = {}
    for one in sources.installed:
        made |= dict.fromkeys(_made(one.node), one.file)
        if kind(one.node) == "CommentStmt":
            told[_object_of(one.node)] = one.file, one.node.comment or ""
    for name, file in made.items():
        if name not in told:
            yield file, f"{name} has no comment"
    for name, (file, comment) in told.items():
        if len(comment) < _SHORTEST_COMMENT:
            yield file, f"the comment of {name} says nothing"


def _made(statement: Any) -> Iterator[str]:
    """Yield what a statement makes that needs a comment."""
    match kind(statement):
        case "CreateStmt":
            yield statement.relation.relname
            for element in statement.tableElts or ():
                if kind(element) == "ColumnDef":
                    yield f"{statement.relation.relname}.{element.colname}"
        case "ViewStmt":
            yield statement.view.relname
        case "CreateFunctionStmt":
            yield f"{statement.funcname[-1].sval}()"
        case "CompositeTypeStmt":
            yield f"type {statement.typevar.relname}"
        case "CreateDomainStmt":
            yield f"type {statement.domainname[-1].sval}"
        case "DefineStmt":
            yield f"type {statement.defnames[-1].sval}"
        case "CreateSchemaStmt":
            yield f"schema {statement.schemaname}"
        case "CreateEventTrigStmt":
            yield f"event trigger {statement.trigname}"


def _object_of(statement: Any) -> str:
    """Return what a comment is about, as ``_made`` names it."""
    type_, named = statement.objtype, statement.object
    if type_ in (ObjectType.OBJECT_FUNCTION, ObjectType.OBJECT_PROCEDURE):
        return f"{named.objname[-1].sval}()"
    if type_ in (ObjectType.OBJECT_TYPE, ObjectType.OBJECT_DOMAIN):
        return f"type {named.names[-1].sval}"
    if type_ == ObjectType.OBJECT_SCHEMA:
        return f"schema {named.sval}"
    if type_ == ObjectType.OBJECT_EVENT_TRIGGER:
        return f"event trigger {named.sval}"
    return ".".join(part.sval for part in named[1:])


def _times(sources: Sources) -> Breaks:
    for one in sources.every:
        if kind(one.node) in ("CreateStmt", "AlterTableStmt"):
            for node in _nodes(one.node):
                if kind(node) == "ColumnDef" and node.typeName is not None:
                    name = node.typeName.names[-1].sval
                    digits = [part.val.ival for part in node.typeName.typmods or ()]
                    if name in _TIMES and (name, digits) != ("timestamptz", [6]):
                        yield one.file, f"column {node.colname} is a {name}, not timestamptz(6)"


def _foreign_keys(sources: Sources) -> Breaks:
    for one in sources.every:
        for node in _nodes(one.node):
            is_foreign = kind(node) == "Constraint" and node.contype == ConstrType.CONSTR_FOREIGN
            if is_foreign and not (node.conname or "").startswith("fk_"):
                yield one.file, f"foreign key {node.conname or 'without a name'}"


class _All(Visitor):
    """Collects every node of a statement."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[Any] = []

    def visit(self, ancestors: Any, node: Any) -> None:
        self.nodes.append(node)


def _nodes(statement: Any) -> list[Any]:
    found = _All()
    found(statement)
    return found.nodes


STATEMENT_RULES = (
    Rule(
        "adopts",
        "IF NOT EXISTS and OR REPLACE adopt what an attacker made before (CVE-2022-2625).",
        "Leave it out: CREATE fails where the name is taken.",
        _adopts,
    ),
    Rule(
        "qualified",
        "A name without a schema means what the installing role's search_path says.",
        "Write kw. or pg_catalog. before the name.",
        _qualified,
    ),
    Rule(
        "schema",
        "OR REPLACE of a function is safe only in the schema that the script has made itself.",
        "Make it in schema kw.",
        _functions_of_kw,
    ),
    Rule(
        "public",
        "PUBLIC is every role, those of tomorrow too.",
        "Grant it to the kw_ roles that need it.",
        _public,
    ),
    Rule(
        "comment",
        "Tables, columns, types and functions are read in psql, by people who have no docs.",
        "Add comment on.",
        _commented,
    ),
    Rule(
        "timestamptz",
        "A time without a zone means something else in every session.",
        "Use timestamptz(6).",
        _times,
    ),
    Rule(
        "foreign-key",
        "The names of foreign keys are part of the interface: the drawing and errors have them.",
        "Name it: constraint fk_TABLE_WHAT references ….",
        _foreign_keys,
    ),
)
