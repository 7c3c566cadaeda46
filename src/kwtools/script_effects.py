"""What an upgrade script locks, rewrites, scans, indexes and writes, read from its statements.

The lock modes are those of PostgreSQL's documentation of each command. Tables that the scripts
make are left out: no other session sees them before the commit. ACCESS SHARE is left out, too.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LOCK, REWRITE, SCAN, INDEX, WRITE, UNREAD = "lock", "rewrite", "scan", "index", "write", "unread"

SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"
MODES = (
    "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", SHARE_UPDATE_EXCLUSIVE, "SHARE",
    SHARE_ROW_EXCLUSIVE, "EXCLUSIVE", ACCESS_EXCLUSIVE,
)  # fmt: skip
"""From the weakest to the strongest."""

_LONGEST = 80  # characters of a statement that are shown
_PLACEHOLDER = "chosen_at_run_time"
_FORMAT = re.compile(r"%(?:\d+\$)?[sIL]")
# Defaults of these are computed once. Any other function may give each row a value of its own.
_STABLE = {"now", "transaction_timestamp", "statement_timestamp"}
_NO_TABLE = {
    "CompositeTypeStmt", "CreateFunctionStmt", "GrantStmt", "VariableSetStmt", "CreateSeqStmt",
    "CreateEventTrigStmt", "AlterEventTrigStmt", "CreateEnumStmt", "CreateDomainStmt",
    "AlterFunctionStmt", "AlterOwnerStmt", "GrantRoleStmt", "CreateRoleStmt", "CreateSchemaStmt",
    "AlterDefaultPrivilegesStmt", "DefineStmt", "CreateCastStmt", "AlterDomainStmt",
}  # fmt: skip
_WEAKER = {
    SHARE_UPDATE_EXCLUSIVE: {
        "AT_SetStatistics", "AT_SetRelOptions", "AT_ResetRelOptions", "AT_ValidateConstraint",
        "AT_ClusterOn", "AT_DropCluster", "AT_SetOptions", "AT_ResetOptions",
    },
    SHARE_ROW_EXCLUSIVE: {
        "AT_EnableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig", "AT_DisableTrig",
        "AT_EnableTrigAll", "AT_DisableTrigAll", "AT_EnableTrigUser", "AT_DisableTrigUser",
    },
}  # fmt: skip
_REWRITES = {"AT_AlterColumnType", "AT_SetLogged", "AT_SetUnLogged", "AT_SetAccessMethod"}


class Effect(NamedTuple):
    """One thing that a script does to a table."""

    kind: str
    table: str
    """Qualified, or the text by which a block finds tables when it runs."""
    detail: str = ""
    """The lock mode, or what is done."""


@dataclass
class Reader:
    """Reads the scripts of an upgrade path, one after the other."""

    _made: set[str] = field(default_factory=set)
    _found: dict[Effect, None] = field(default_factory=dict)
    _template: str = ""

    def read(self, script: str) -> list[Effect]:
        """Return what a script does, the strongest lock of each table only.

        Raises ``pglast.parser.ParseError`` where it is not SQL.
        """
        import pglast  # only this needs it, and it takes its time to load

        self._found = {}
        text = re.sub(r"\A\\echo [^\n]*", "", script)
        for raw in pglast.parse_sql(text):
            start = raw.stmt_location or 0
            end = start + raw.stmt_len if raw.stmt_len else None
            self._statement(raw.stmt, text[start:end])
        return list(_strongest(self._found))

    def _add(self, kind: str, table: str, detail: str = "") -> None:
        if _PLACEHOLDER in table:
            table = f"chosen at run time: {self._template}"
        if table not in self._made:
            self._found[Effect(kind, table, detail)] = None

    # -- statements --------------------------------------------------------------------------

    def _statement(self, statement: Any, text: str) -> None:
        kind = type(statement).__name__
        handlers: dict[str, Callable[[Any], None]] = {
            "AlterTableStmt": self._alter_table,
            "CreateStmt": self._create,
            "CreateTrigStmt": self._create_trigger,
            "IndexStmt": self._index,
            "DropStmt": self._drop,
            "ViewStmt": self._view,
            "CommentStmt": self._comment,
            "LockStmt": self._lock,
            "TruncateStmt": self._truncate,
            "RenameStmt": self._change_relation,
            "AlterObjectSchemaStmt": self._change_relation,
            "SelectStmt": self._query,
            "InsertStmt": self._query,
            "UpdateStmt": self._query,
            "DeleteStmt": self._query,
        }
        if kind == "DoStmt":
            self._block(statement, text)
        elif kind in handlers:
            handlers[kind](statement)
        elif kind not in _NO_TABLE:
            self._add(UNREAD, "unknown tables", f"{kind}: {_one_line(text)}")

    def _alter_table(self, statement: Any) -> None:
        table = _name(statement.relation)
        for command in statement.cmds:
            self._alteration(table, command)

    def _alteration(self, table: str, command: Any) -> None:
        subtype = command.subtype.name
        modes = (mode for mode, weaker in _WEAKER.items() if subtype in weaker)
        mode = next(modes, ACCESS_EXCLUSIVE)
        if subtype == "AT_AddColumn":
            self._column(table, command.def_, is_new_table=False)
        elif subtype == "AT_AddConstraint":
            if command.def_.contype.name == "CONSTR_FOREIGN":
                mode = SHARE_ROW_EXCLUSIVE
            self._constraint(table, command.def_)
        elif subtype == "AT_SetNotNull":
            self._add(SCAN, table, f"not null of column {command.name}")
        elif subtype in _REWRITES:
            self._add(REWRITE, table, subtype.removeprefix("AT_"))
        self._add(LOCK, table, mode)

    def _create(self, statement: Any) -> None:
        table = _name(statement.relation)
        self._made.add(table)
        for element in statement.tableElts or ():
            if type(element).__name__ == "ColumnDef":
                self._column(table, element, is_new_table=True)
            elif type(element).__name__ == "Constraint":
                self._constraint(table, element)

    def _column(self, table: str, column: Any, *, is_new_table: bool) -> None:
        for constraint in column.constraints or ():
            kind = constraint.contype.name
            of_column = f"column {column.colname}"
            if kind == "CONSTR_FOREIGN":
                self._add(LOCK, _name(constraint.pktable), SHARE_ROW_EXCLUSIVE)
            elif is_new_table:
                continue
            elif kind in ("CONSTR_IDENTITY", "CONSTR_GENERATED") or (
                kind == "CONSTR_DEFAULT" and _may_differ_by_row(constraint.raw_expr)
            ):
                self._add(REWRITE, table, f"new {of_column}")
            elif kind in ("CONSTR_CHECK", "CONSTR_UNIQUE", "CONSTR_PRIMARY"):
                self._constraint(table, constraint)

    def _constraint(self, table: str, constraint: Any) -> None:
        kind = constraint.contype.name
        name = constraint.conname or "without a name"
        if kind == "CONSTR_FOREIGN":
            self._add(LOCK, _name(constraint.pktable), SHARE_ROW_EXCLUSIVE)
        if kind in ("CONSTR_FOREIGN", "CONSTR_CHECK") and not constraint.skip_validation:
            self._add(SCAN, table, f"constraint {name}")
        if kind in ("CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_EXCLUSION"):
            self._add(INDEX, table, f"constraint {name}")

    def _create_trigger(self, statement: Any) -> None:
        self._add(LOCK, _name(statement.relation), SHARE_ROW_EXCLUSIVE)
        if statement.constrrel is not None:
            self._add(LOCK, _name(statement.constrrel), SHARE_ROW_EXCLUSIVE)

    def _index(self, statement: Any) -> None:
        table = _name(statement.relation)
        self._add(LOCK, table, "SHARE")
        self._add(INDEX, table, statement.idxname or "")

    def _drop(self, statement: Any) -> None:
        kind = statement.removeType.name
        for one in statement.objects:
            names = [part.sval for part in one] if isinstance(one, tuple) else []
            if kind in ("OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW"):
                self._add(LOCK, ".".join(names), ACCESS_EXCLUSIVE)
            elif kind in ("OBJECT_TRIGGER", "OBJECT_RULE"):
                self._add(LOCK, ".".join(names[:-1]), ACCESS_EXCLUSIVE)
            elif kind == "OBJECT_INDEX":
                self._add(LOCK, f"the table of index {'.'.join(names)}", ACCESS_EXCLUSIVE)

    def _view(self, statement: Any) -> None:
        view = _name(statement.view)
        if statement.replace:
            self._add(LOCK, view, ACCESS_EXCLUSIVE)
        else:
            self._made.add(view)

    def _comment(self, statement: Any) -> None:
        names = [part.sval for part in statement.object] if _is_list(statement.object) else []
        kind = statement.objtype.name
        if kind == "OBJECT_COLUMN":
            names = names[:-1]
        if kind in ("OBJECT_COLUMN", "OBJECT_TABLE", "OBJECT_VIEW"):
            self._add(LOCK, ".".join(names), SHARE_UPDATE_EXCLUSIVE)

    def _lock(self, statement: Any) -> None:
        for relation in statement.relations:
            self._add(LOCK, _name(relation), MODES[statement.mode - 1])

    def _truncate(self, statement: Any) -> None:
        for relation in statement.relations:
            self._add(LOCK, _name(relation), ACCESS_EXCLUSIVE)
            self._add(REWRITE, _name(relation), "truncate")

    def _change_relation(self, statement: Any) -> None:
        if statement.relation is not None:
            self._add(LOCK, _name(statement.relation), ACCESS_EXCLUSIVE)

    def _query(self, statement: Any) -> None:
        for node in _nodes(statement):
            kind = type(node).__name__
            if kind in ("InsertStmt", "UpdateStmt", "DeleteStmt"):
                self._add(LOCK, _name(node.relation), "ROW EXCLUSIVE")
                self._add(WRITE, _name(node.relation), kind.removesuffix("Stmt").lower())
            elif kind == "FuncCall" and node.funcname[0].sval == "kw":
                name = ".".join(part.sval for part in node.funcname)
                self._add(UNREAD, "unknown tables", f"call of {name}")

    # -- blocks ------------------------------------------------------------------------------

    def _block(self, statement: Any, text: str) -> None:
        import pglast

        languages = [one.arg.sval for one in statement.args if one.defname == "language"]
        if languages not in ([], ["plpgsql"]):
            self._add(UNREAD, "unknown tables", f"block in {languages[0]}")
            return
        parsed = pglast.parse_plpgsql(text)
        for kind, expression in _of_block(
            json.loads(parsed) if isinstance(parsed, str) else parsed
        ):
            if kind == "PLpgSQL_stmt_execsql":
                for raw in pglast.parse_sql(expression):
                    self._statement(raw.stmt, expression)
            else:
                self._dynamic(expression)

    def _dynamic(self, expression: str) -> None:
        """Read the statement that a block puts together when it runs."""
        import pglast

        template = _template(pglast.parse_sql(f"select {expression}")[0].stmt)
        text = _FORMAT.sub(_PLACEHOLDER, template)
        self._template = _one_line(template)
        for attempt in (text, text.replace(_PLACEHOLDER, "table", 1)):
            try:
                statements = pglast.parse_sql(attempt)
            except pglast.parser.ParseError:
                continue
            for raw in statements:
                self._statement(raw.stmt, attempt)
            return
        if not template.lower().startswith(("grant ", "revoke ")):
            self._add(UNREAD, "unknown tables", self._template)


def _strongest(found: dict[Effect, None]) -> Iterator[Effect]:
    modes: dict[str, str] = {}
    for effect in found:
        if effect.kind == LOCK:
            present = modes.get(effect.table, MODES[0])
            modes[effect.table] = max(present, effect.detail, key=MODES.index)
    for effect in found:
        if effect.kind != LOCK or modes[effect.table] == effect.detail:
            yield effect


def _name(relation: Any) -> str:
    return f"{relation.schemaname}.{relation.relname}" if relation.schemaname else relation.relname


def _is_list(value: object) -> bool:
    return isinstance(value, tuple)


def _nodes(statement: Any) -> list[Any]:
    from pglast.visitors import Visitor

    class _All(Visitor):
        def __init__(self) -> None:
            self.nodes: list[Any] = []

        def visit(self, _: object, node: Any) -> None:
            self.nodes.append(node)

    walk = _All()
    walk(statement)
    return walk.nodes


def _may_differ_by_row(expression: Any) -> bool:
    calls = [node for node in _nodes(expression) if type(node).__name__ == "FuncCall"]
    return any(call.funcname[-1].sval not in _STABLE for call in calls)


def _of_block(node: Any) -> Iterator[tuple[str, str]]:
    """Yield the statements of a block that PL/pgSQL's parser found: their kind and SQL."""
    if isinstance(node, list):
        for one in node:
            yield from _of_block(one)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == "PLpgSQL_stmt_execsql":
                yield name, value["sqlstmt"]["PLpgSQL_expr"]["query"]
            elif name in ("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"):
                yield name, value["query"]["PLpgSQL_expr"]["query"]
            yield from _of_block(value)


def _template(select: Any) -> str:
    """Return the text of EXECUTE with %s for each part that is known only when it runs."""

    def text(node: Any) -> str:
        kind = type(node).__name__
        if kind == "A_Const" and type(node.val).__name__ == "String":
            return str(node.val.sval)
        if kind == "FuncCall" and node.funcname[-1].sval == "format":
            return text(node.args[0])
        if kind == "A_Expr" and node.name[-1].sval == "||":
            return text(node.lexpr) + text(node.rexpr)
        return "%s"

    return text(select.targetList[0].val)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
