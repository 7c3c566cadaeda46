"""Errors and hints follow PostgreSQL's error message style.

A message is a fact: it begins in lower case and has no full stop. A hint or detail is a sentence.
A value that is filled in is not checked: only the text that the source spells out is.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("plpython/kwruntime", "src/kwtools")
TOLD = {"warning", "notice"}  # of ``postgres.messages``: a message, and a hint by its name
VALUE = "\0"  # stands for what is filled in
NAME = re.compile(r"[A-Z]\S*[A-Z]|PostgreSQL\b|Debian\b")  # such as KMS, SQL or PL/Python
AVOIDED = re.compile(r"\bthere (is|are) no\b|\b(is|are) no\b(?! longer)|\bcannot\b.*: it is no\b")


class Text(NamedTuple):
    """A text that a person is shown, with the place where it is raised."""

    place: str
    kind: str
    text: str


def _subclasses(trees: dict[Path, ast.Module]) -> set[str]:
    """Return the names of all exceptions that derive from an error of ours."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    errors = {"KwError", "KwtoolsError"}
    while more := {name for name, of in bases.items() if of & errors} - errors:
        errors |= more
    return errors


def _spelled(node: ast.expr) -> list[str]:
    """Return the texts that an expression may be, as far as the source spells them out."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Constant():
            return []
        case ast.JoinedStr(values=parts):
            return ["".join(_spelled(part)[0] for part in parts)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [one + other for one in _spelled(left) for other in _spelled(right)]
        case ast.IfExp(body=body, orelse=orelse):
            return _spelled(body) + _spelled(orelse)
        case ast.BoolOp(values=values):
            return [text for value in values for text in _spelled(value)]
        case _:
            return [VALUE]


def _texts(place: str, call: ast.Call, name: str) -> Iterator[Text]:
    kinds = {"message": call.args[:1], "hint": call.args[1:2] if name not in TOLD else []}
    kinds |= {word.arg: [word.value] for word in call.keywords if word.arg in ("hint", "detail")}
    for kind, nodes in kinds.items():
        for node in nodes:
            yield from (Text(place, kind, text) for text in _spelled(node) if text)


def texts_of(sources: dict[Path, str]) -> Iterator[Text]:
    """Yield the messages, details and hints of every error and warning in Python sources."""
    trees = {path: ast.parse(source) for path, source in sources.items()}
    makers = _subclasses(trees) | TOLD
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                name = node.func.id if isinstance(node.func, ast.Name) else name
                if name in makers:
                    yield from _texts(f"{path}:{node.lineno}", node, name)


_SQL_RAISE = re.compile(r"raise (?:exception|warning|notice) '((?:[^']|'')*)'", re.IGNORECASE)
_SQL_OPTION = re.compile(r"\b(hint|detail) = '((?:[^']|'')*)'")


def texts_of_sql(name: str, source: str) -> Iterator[Text]:
    """Yield those of PL/pgSQL; a ``%`` of a message is filled in."""
    for found in _SQL_RAISE.finditer(source):
        yield Text(name, "message", found[1].replace("%", VALUE))
    for found in _SQL_OPTION.finditer(source):
        yield Text(name, found[1], found[2])


def fault(kind: str, text: str) -> str | None:
    """Return why a text is not of PostgreSQL's style; null if nothing is wrong."""
    if AVOIDED.search(text):
        return "say what does not exist, or that it is not one"
    if kind == "message":
        if text[0].isupper() and not NAME.match(text):
            return "begins with a capital"
        return "ends with a full stop" if text.endswith(".") else None
    if text[0].islower():
        return "is not a sentence: begins in lower case"
    return None if text.rstrip()[-1] in f".?;{VALUE}" else "is not a sentence: no full stop"


def test_every_message_is_a_fact_and_every_hint_a_sentence() -> None:
    paths = [path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.py"))]
    found = list(texts_of({path.relative_to(ROOT): path.read_text() for path in paths}))
    assert len(found) > 400
    for folder in ("functions", "tables"):
        for path in sorted((ROOT / "extension" / folder).glob("*.sql")):
            found += texts_of_sql(str(path.relative_to(ROOT)), path.read_text())
    found += texts_of_sql("extension/roles.sql", (ROOT / "extension/roles.sql").read_text())
    told = [(one, fault(one.kind, one.text)) for one in found]
    assert [f"{one.place}: {one.kind} {why}: {one.text!r}" for one, why in told if why] == []


@pytest.mark.parametrize(
    ("kind", "text", "ends"),
    [
        ("message", "Key 1 is disabled", "begins with a capital"),
        ("message", "key 1 is disabled.", "ends with a full stop"),
        ("message", "there is no key 1", "or that it is not one"),
        ("message", "key \0 is no KEM key", "or that it is not one"),
        ("hint", "kw.rotate gives it a new key.", "begins in lower case"),
        ("hint", "Use kw.rotate", "no full stop"),
    ],
)
def test_a_fault_of_style_is_named(kind: str, text: str, ends: str) -> None:
    assert str(fault(kind, text)).endswith(ends)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("message", "KMS key 1 does not exist"),
        ("message", "\0 is no longer active"),
        ("hint", "Use kw.rotate to give it a new key."),
        ("hint", "Run: chmod 0600 \0"),
    ],
)
def test_the_style_has_no_fault(kind: str, text: str) -> None:
    assert fault(kind, text) is None


def test_the_texts_of_errors_and_warnings_are_found() -> None:
    source = """
class KwError(Exception): ...
class Gone(KwError): ...
raise Gone(f"key {name}" + " is gone", hint="Use it." if name else None)
raise errors.Gone("a" if name else "b")
messages.warning("c", detail="D.")
raise ValueError("E")
"""
    found = [(one.kind, one.text) for one in texts_of({Path("a.py"): source})]
    assert found == [
        ("message", "key \0 is gone"), ("hint", "Use it."),
        ("message", "a"), ("message", "b"),
        ("message", "c"), ("detail", "D."),
    ]  # fmt: skip
    sql = "raise exception 'row % is gone' using errcode = 'KW102', hint = 'Use it.';"
    assert [(one.kind, one.text) for one in texts_of_sql("a.sql", sql)] == [
        ("message", "row \0 is gone"), ("hint", "Use it."),
    ]  # fmt: skip
