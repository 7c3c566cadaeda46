"""Upgrade edges: the steps of an upgrade, then the statements that the last release lacks."""

import re
from collections.abc import Iterable, Iterator

from kwtools.errors import CheckFailed

_PART = re.compile(
    r"""--[^\n]*\n? | '(?:[^']|'')*' | "[^"]*" | (\$\w*\$).*?\1 | [^-'"$;]+ | .""",
    re.DOTALL | re.VERBOSE,
)
_CALL = re.compile(r"comment on function (kw\.\w+)\(([^)]*)\) is")
_VIEW = re.compile(r"create (view (kw\.\w+))")
_DROP = re.compile(r"drop (function|view) (kw\.\w+)(\([^)]*\))?")


def statements(script: str) -> list[str]:
    """Return the statements of a script, without the comments between them and the first echo."""
    found: list[str] = []
    parts: list[str] = []
    for match in _PART.finditer(re.sub(r"\A\\echo .*", "", script)):
        part = match[0]
        if part == ";":
            found.append("".join(parts).strip() + part)
            parts = []
        elif "".join(parts).strip() or not part.startswith("--"):
            parts.append(part)
    return found


def dropped_by(steps: str) -> dict[str, list[str]]:
    """Return the functions and the views that the steps of an upgrade drop, by kind."""
    found: dict[str, list[str]] = {"function": [], "view": []}
    for kind, name, arguments in _DROP.findall(" ".join(statements(steps))):
        found[kind].append(name + arguments)
    return found


def changes(pieces: dict[str, str], released: str, steps: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file that the edge carries, in order.

    Of functions, views and privileges: the statements that ``released`` lacks, or that name what
    the steps drop. Of other files: comments that ``released`` lacks. Raises ``CheckFailed`` if the
    steps leave a function or view that is gone.
    """
    before = set(statements(released))
    after = {one for text in pieces.values() for one in statements(text)}
    steps = " ".join(" ".join(statements(steps)).split())
    for gone in sorted(_droppable(before) - _droppable(after)):
        if f"drop {gone};" not in steps:
            raise CheckFailed(
                f"{gone} is gone, and the steps of the upgrade do not drop it",
                f"Write in extension/upgrade: drop {gone};",
            )
    old_views = {match[1] for match in map(_VIEW.match, before) if match}
    dropped = {name for _, name, _ in _DROP.findall(steps)}

    def is_carried(statement: str, made_again: bool) -> bool:
        if not made_again and not statement.startswith("comment "):
            return False
        names_dropped = not dropped.isdisjoint(re.findall(r"\bkw\.\w+", statement))
        return statement not in before or names_dropped or statement.startswith("do ")

    for name, text in pieces.items():
        made_again = name.startswith(("functions/", "views/")) or name == "privileges.sql"
        carried = [one for one in statements(text) if is_carried(one, made_again)]
        for number, one in enumerate(carried):
            view = _VIEW.match(one)
            if view and view[1] in old_views:
                carried[number] = one.replace("create view", "create or replace view", 1)
        if carried:
            yield name, "\n\n".join(carried)


def _droppable(found: Iterable[str]) -> set[str]:
    """Return the functions and views of these statements, as DROP would name them."""
    names = set()
    for statement in found:
        if call := _CALL.match(statement):
            types = [argument.split()[-1] for argument in call[2].split(",") if argument.strip()]
            names.add(f"function {call[1]}({', '.join(types)})")
        elif view := _VIEW.match(statement):
            names.add(view[1])
    return names
