"""Rules of files: what stands where, and how it is written."""

import re
from typing import Any

from kwtools.errors import CheckFailed
from kwtools.linting._rule import Breaks, Rule
from kwtools.linting._sources import Sources, kind
from kwtools.release import check_frozen

# What each folder holds one of a file, and where the parse has its name.
_FOLDERS = {
    "tables": {"CreateStmt": "relation"},
    "views": {"ViewStmt": "view"},
    "types": {
        "CompositeTypeStmt": "typevar",
        "CreateDomainStmt": "domainname",
        "DefineStmt": "defnames",
    },
}
_SHELL = ".shell"  # a file that has the name of a type alone, for what the type is made of
_OF_EVERY_TABLE = frozenset(
    {
        "drop_guard",
        "guard_writes",
        "keep_privileges",
        "keep_triggers",
        "keep_views",
        "restore_guards",
    }
)
_KEYWORDS = re.compile(
    r"\b(SELECT|FROM|WHERE|INSERT|INTO|UPDATE|DELETE|CREATE|ALTER|DROP|TABLE|FUNCTION|RETURNS|"
    r"LANGUAGE|AS|AND|OR|NOT|NULL|DEFAULT|COMMENT|ON|IS|GRANT|REVOKE|TO|BEGIN|END|SET|PRIMARY|"
    r"KEY|REFERENCES|UNIQUE|CHECK|CONSTRAINT|INDEX|TRIGGER|EXECUTE|FOR|EACH|ROW|WHEN|RAISE|IF|"
    r"VALUES|JOIN|LEFT|CROSS|CASE|THEN|ELSE|IN|EXISTS|STABLE|VOLATILE|IMMUTABLE|PARALLEL)\b"
)
_TEXTS_AND_COMMENTS = re.compile(r"'(?:[^']|'')*'|--[^\n]*")


def _file_of_a_function(sources: Sources) -> Breaks:
    for one in sources.functions:
        name = one.function.name.partition("_by_")[0]
        if one.file != f"functions/{name}.sql":
            yield one.file, f"kw.{one.function.name} does not stand in functions/{name}.sql"
    holding = {one.file for one in sources.functions}
    for file in sources.pieces:
        if file.startswith("functions/") and file not in holding:
            yield file, "it defines no function"


def _file_of_a_table(sources: Sources) -> Breaks:
    kinds = {made for folder in _FOLDERS.values() for made in folder} | {"InsertStmt"}
    for file in sources.pieces:
        folder, _, rest = file.partition("/")
        if folder not in _FOLDERS:
            continue
        made = _FOLDERS[folder]
        nodes = [one.node for one in sources.installed if one.file == file]
        for other in {kind(node) for node in nodes} & (kinds - made.keys()):
            yield file, f"{other} does not belong in {folder}/"
        named = [_name(getattr(node, made[kind(node)])) for node in nodes if kind(node) in made]
        wanted = rest.removesuffix(".sql").removesuffix(_SHELL)
        if wanted not in _OF_EVERY_TABLE and named != [wanted]:
            yield file, f"it makes {', '.join(named) or 'nothing'} and not {wanted} alone"


def _name(named: Any) -> str:
    """Return the name of what a statement makes, without its schema."""
    return str(named[-1].sval if isinstance(named, tuple) else named.relname)


def _keywords(sources: Sources) -> Breaks:
    for file, text in sources.texts.items():
        for word in dict.fromkeys(_KEYWORDS.findall(_TEXTS_AND_COMMENTS.sub("''", text))):
            yield file, f"{word} is in capitals"


def _whitespace(sources: Sources) -> Breaks:
    for file, text in sources.texts.items():
        if "\t" in text:
            yield file, "it has a tab"
        if not text.endswith("\n") or text.endswith("\n\n"):
            yield file, "it does not end with one line feed"
        if re.search(r" +$", text, re.MULTILINE):
            yield file, "a line ends with a space"


def _released(sources: Sources) -> Breaks:
    try:
        check_frozen(sources.folder / "released")
    except CheckFailed as error:
        yield "released", error.message


LAYOUT_RULES = (
    Rule(
        "function-file",
        "One function a file, so that definition, comment and grants change together.",
        "Move it to functions/NAME.sql, and list the file in order.txt.",
        _file_of_a_function,
    ),
    Rule(
        "table-file",
        "One table, view or type a file, which has its name.",
        "Move it to a file of its name, rows to seed/.",
        _file_of_a_table,
    ),
    Rule("keywords", "One way to write SQL.", "Write keywords in small letters.", _keywords),
    Rule(
        "whitespace",
        "Diffs show changes, not spaces.",
        "Use spaces, none at the end of a line, and one line feed at the end.",
        _whitespace,
    ),
    Rule(
        "released",
        "Databases were made by these scripts: an edited one leads nowhere that was tested.",
        "Restore the file from version control.",
        _released,
    ),
)
