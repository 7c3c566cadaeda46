"""Write docs/functions.md from the files of the functions, with the output of their examples.

``make docs`` runs it. Signatures, comments and grants come from the install script as it is built,
parameters and examples from the lines "-- @param" and "-- @example" of each file. The examples run
on a throw-away server, in one session and in the order of the page.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kwtools import sources
from kwtools.cluster import Cluster, Place, set_up
from kwtools.install_script import Function, functions, script, types
from kwtools.postgres import server_user
from scripts import error_table
from scripts.pages import blocks, normal, run_sql
from testservers.provider_file import add_entry

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "functions.md"

_HEAD = """\
# Functions

<!-- Written by "make docs" from extension/functions/: edit the files there. -->

All functions are in schema `kw`. You can pass arguments by name. Each call first checks the
privileges of the role in force. [security.md](security.md) says who may do what, and why. The
[last section](#errors) explains the SQLSTATEs.
"""
_START = """
## Where the examples start

The examples run one after the other in one session, in a database where provider `local` has the
keys 1 and 2, and policy `default` has mode `either`. `kwtools playground` makes such a database.
The provider file also has an entry `archive` of kind `local`.
"""
_START_SQL = """\
create table users (id bigint primary key, name text, email bytea, notes bytea);
select kw.bind('users', '*', 'email');
insert into users (id, name, email)
values
    (1, 'Ada', kw.encrypt_text('users', 1, 'email', 'ada@example.org')),
    (2, 'Grace', kw.encrypt_text('users', 2, 'email', 'grace@example.org'));
"""
_PARAM = re.compile(r"^-- @param (\w+): (.*)$", re.MULTILINE)
_RETURNS = re.compile(r"^-- @returns: (.*)$", re.MULTILINE)
_EXAMPLE = re.compile(r"^-- @example\n((?:--(?:  .*)?\n)+)", re.MULTILINE)
_COMMENT = re.compile(
    r"(.*?) For ((?:kw_|everybody|all roles).*?)\.(?: Errors: (.*)\.)?", re.DOTALL
)


def topics(extension: Path) -> list[tuple[str, list[str]]]:
    """Return the headings of order.txt, each with the names of the functions below it."""
    found: list[tuple[str, list[str]]] = []
    for line in (extension / "order.txt").read_text().splitlines():
        if line.startswith("#"):
            found.append((line.lstrip("# "), []))
        elif line.startswith("functions/") and not line.startswith("functions/_"):
            found[-1][1].append(Path(line).stem)
    return [(heading, names) for heading, names in found if names]


class Documentation(NamedTuple):
    """What the file of a function says for the page."""

    parameters: dict[str, str]
    returns: str
    example: str


def documentation(name: str) -> Documentation:
    """Return what the file of a function says; a part that it lacks is empty."""
    text = (sources.extension() / "functions" / f"{name}.sql").read_text()
    example = _EXAMPLE.search(text)
    text = text.replace("\n--   ", " ")
    returns = _RETURNS.search(text)
    lines = example[1].splitlines() if example else []
    return Documentation(
        dict(_PARAM.findall(text)),
        returns[1] if returns else "",
        "".join(f"{line[5:]}\n" for line in lines),
    )


def shared_parameters() -> dict[str, str]:
    """Return what extension/parameters.txt says of parameters that several functions have."""
    lines = (sources.extension() / "parameters.txt").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if not line.startswith("#"))


def page(outputs: Iterator[str]) -> str:
    """Return the whole page; ``outputs`` has the output of each example, in order."""
    text = script()
    known, columns = functions(text), types(text)
    groups = topics(sources.extension())
    parts = [_HEAD, _contents(groups), _START, _example(_START_SQL, next(outputs))]
    for heading, names in groups:
        parts.append(f"\n## {_title(heading)}\n")
        for name in names:
            parts.append(_entry(known[name], columns, _by_key(known, name)))
            parts.append(_example(documentation(name).example, next(outputs)))
    parts.append(f"\n## Errors\n\n{error_table.table()}\n")
    return "".join(parts)


def examples() -> list[str]:
    """Return the SQL of the examples, in the order of the page."""
    groups = topics(sources.extension())
    named = [documentation(name).example for _, names in groups for name in names]
    return [_START_SQL, *named]


def shown_outputs() -> list[str]:
    """Return the outputs that the page shows."""
    return [block.output or "" for block in blocks(PAGE.read_text(), "sql")]


def prepare(place: Place) -> None:
    """Add the provider that the examples register to the provider file of a server."""
    folder = place.base / "archive"
    folder.mkdir(mode=0o700, exist_ok=True)
    server = server_user()
    os.chown(folder, server.uid, server.gid)
    add_entry(place, "archive", "local", directory=str(folder), sql_may_create=True)


def _title(heading: str) -> str:
    return heading[0].upper() + heading[1:]


def _contents(groups: list[tuple[str, list[str]]]) -> str:
    rows = ["", "| group | functions |", "| --- | --- |"]
    for heading, names in groups:
        links = ", ".join(f"[{name}](#kw{name})" for name in names)
        rows.append(f"| [{_title(heading)}](#{heading.replace(' ', '-').lower()}) | {links} |")
    return "\n".join(rows) + "\n"


def _by_key(known: dict[str, Function], name: str) -> dict[str, str]:
    """Return the forms of a function whose keys are of other types, by that type."""
    return {
        other.rpartition("_")[2]: f"`kw.{other}`"
        for other in known
        if other.startswith(f"{name}_by_")
    }


def _entry(one: Function, columns: dict[str, list[str]], by_key: dict[str, str]) -> str:
    purpose, who, errors = comment_parts(one)
    parts = [f"\n### `kw.{one.name}`\n\n```\n{one.signature}\n```\n\n{purpose}\n"]
    parts += [_parameters(one, by_key)] if one.arguments else []
    roles = re.sub(r"\b(kw_\w+)", r"`\1`", who)
    facts = [f"Returns {_returns(one, columns)}", f"May be called by {roles}"]
    facts.append(f"Errors: {_linked(errors)}" if errors else "Errors: none of its own")
    parts.append("\n" + "".join(f"- {fact}.\n" for fact in facts))
    return "".join(parts)


def comment_parts(one: Function) -> tuple[str, str, str]:
    """Return what the comment of a function says: purpose, who may call it, errors."""
    parts = _COMMENT.fullmatch(one.comment)
    if parts is None:
        raise ValueError(f"the comment of kw.{one.name} is not: purpose. For ROLES. Errors: …")
    return parts[1], parts[2], parts[3] or ""


def _parameters(one: Function, by_key: dict[str, str]) -> str:
    meanings = shared_parameters() | documentation(one.name).parameters
    rows = ["", "| parameter | type | default | meaning |", "| --- | --- | --- | --- |"]
    for argument in one.arguments:
        name, _, rest = argument.removeprefix("variadic ").partition(" ")
        type_, _, default = rest.partition(" default ")
        others = [f"`{other}`" for other in one.further_types(name)]
        forms = [f"`{key}[]` ({form})" for key, form in by_key.items() if name == "entity_pks"]
        said = " or ".join([f"`{type_}`", *others, *forms])
        said_default = f"`{default}`" if default else ""
        rows.append(f"| `{name}` | {said} | {said_default} | {meanings[name]} |")
    return "\n".join(rows) + "\n"


def _returns(one: Function, columns: dict[str, list[str]]) -> str:
    if one.returns in ("", "void"):
        return "nothing"
    type_ = one.returns.replace("pg_catalog.", "")
    told = f"`{type_}`: {documentation(one.name).returns}"
    named = one.columns or columns.get(one.returns.removeprefix("setof "), [])
    return told + (f". Columns: {', '.join(f'`{column}`' for column in named)}" if named else "")


def _linked(errors: str) -> str:
    return re.sub(r"\bkw\.(\w+)", r"[kw.\1](#kw\1)", errors)


def _example(sql: str, output: str) -> str:
    return f"\n```sql\n{sql}```\n```text\n{output}```\n"


def main() -> int:
    """Run the examples and write the page. An output that differs only by chance stays."""
    sql = examples()
    with Cluster() as cluster:
        prepare(cluster.place)
        with cluster.place.connect() as connection:
            set_up(connection, "playground")
        ran = [output for _, output in run_sql([("", one) for one in sql], cluster.place)]
    known = {block.text: block.output or "" for block in blocks(PAGE.read_text(), "sql")}
    outputs = [_kept(output, known.get(one, "")) for one, output in zip(sql, ran, strict=True)]
    PAGE.write_text(page(iter(outputs)))
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


def _kept(output: str, before: str) -> str:
    output = "".join(f"{line.rstrip()}\n" for line in output.strip("\n").splitlines())
    output = re.sub(r"^psql:<stdin>:\d+: ", "", output, flags=re.MULTILINE)
    return before if normal(before) == normal(output) else output


if __name__ == "__main__":
    sys.exit(main())
