"""Building: one install script, and one upgrade edge, from the files under ``extension/``."""

import json
import re
from collections.abc import Iterator, Set
from pathlib import Path

from kwshared.algorithms import CATALOGUE
from kwshared.servers import POSTGRESQL
from kwshared.typed_encoding import pinned

from kwtools.edges import changes, dropped_by
from kwtools.errors import CheckFailed
from kwtools.sources import rank

_OVERLOAD = re.compile(r"^-- @overload (\w+): (\w+(?: \w+)+)\n", re.MULTILINE)
_BY_KEY = re.compile(r"^-- @by entity_pks: (\w+(?: \w+)*)\n", re.MULTILINE)
_INCLUDE = re.compile(r"^-- @include (\S+)$", re.MULTILINE)
_FOR_THE_PAGE = re.compile(r"^-- @(?:param|returns|example)\b.*\n(?:--(?:  .*)?\n)*", re.MULTILINE)
_TOKEN = re.compile(r"@[A-Z][A-Z0-9_]*@")
_RELEASED = re.compile(r"kwtools--(\d+(?:\.\d+)*)\.sql")

# Folders of upgrades: the install script has nothing of them.
_NOT_INSTALLED = {"released", "upgrade"}
# What the installation fills in, in the control file only.
MODULE_PATH = "@MODULE_PATH@"

# The rows of the catalogue of algorithms.
ALGORITHMS = "@ALGORITHMS@"
# The major versions of PostgreSQL that it works with.
SERVERS = "@SERVERS@"
# The settings of the typed encoding.
TYPED_ENCODING = "\n-- @typed-encoding\n"


def build(extension: Path, version: str, output: Path) -> list[Path]:
    """Build ``extension`` (its sources) into the folder ``output``; return the files written.

    These are the control file, the install script and, where an earlier version was
    released, the edge from it. Raises ``CheckFailed``, naming the file at fault.
    """
    earlier = _earlier_versions(extension / "released", version)
    released = _last_script(extension, earlier)
    texts = pieces(extension, version)
    install = f"kwtools--{version}.sql"
    control = (extension / "kwtools.control.in").read_text()
    files = {
        "kwtools.control": _substitute(control, version, "kwtools.control.in", {MODULE_PATH}),
        install: _script("CREATE EXTENSION kwtools", texts),
    }
    if earlier:
        edge = f"kwtools--{earlier[-1]}--{version}.sql"
        files[edge] = _edge(extension, texts, released, earlier[-1], version)
    output.mkdir(parents=True, exist_ok=True)
    for stale in output.iterdir():
        if stale.name not in files:
            stale.unlink()
    for name, text in files.items():
        (output / name).write_text(text)
    return [output / name for name in files]


def pieces(extension: Path, version: str) -> dict[str, str]:
    """Return the texts of the install script by file, in its order; raises ``CheckFailed``."""
    return {name: _piece(extension, name, version) for name in _read_order(extension)}


def steps(extension: Path, version: str) -> dict[str, str]:
    """Return what each file of ``upgrade/`` adds to the edge of ``version``."""
    return {
        name: _piece(extension, name, version)
        for name in (
            f"upgrade/{path.name}" for path in sorted((extension / "upgrade").glob("*.sql"))
        )
    }


def _last_script(extension: Path, earlier: list[str]) -> str:
    """Return the install script of the last release, or nothing."""
    if not earlier:
        return ""
    return (extension / "released" / f"kwtools--{earlier[-1]}.sql").read_text()


def _read_order(extension: Path) -> list[str]:
    """Return the paths that order.txt lists; every SQL source must be there exactly once."""
    lines = (extension / "order.txt").read_text().splitlines()
    listed = [line.split("#")[0].strip() for line in lines]
    order = [name for name in listed if name]
    paths = (path.relative_to(extension) for path in extension.rglob("*.sql"))
    present = {path.as_posix() for path in paths if path.parts[0] not in _NOT_INSTALLED}
    for problem, names in (
        ("lists twice", {name for name in order if order.count(name) > 1}),
        ("lists what does not exist", set(order) - present),
        ("does not list", present - set(order)),
    ):
        if names:
            raise CheckFailed(
                f"extension/order.txt {problem}: {', '.join(sorted(names))}",
                "Give every .sql file exactly one line there, its path relative to extension/.",
            )
    return order


def _piece(extension: Path, name: str, version: str) -> str:
    text = _FOR_THE_PAGE.sub("", (extension / name).read_text())  # docs/functions.md has it
    text = _substitute_runtime(extension, text)
    forms = _by_key(_substitute(text, version, name), name)
    return "\n".join(one for form in forms for one in _overloads(form, name))


def _substitute_runtime(extension: Path, text: str) -> str:
    """Put the loader where a body has the line ``@RUNTIME@``."""
    if "\n@RUNTIME@\n" not in text:
        return text
    loader = (extension / "runtime.py.in").read_text().strip("\n")
    return text.replace("\n@RUNTIME@\n", f"\n{loader}\n")


def _substitute(text: str, version: str, name: str, allowed: Set[str] = frozenset()) -> str:
    text = text.replace("@VERSION@", version)
    if ALGORITHMS in text:
        text = text.replace(ALGORITHMS, _algorithms())
    text = text.replace(SERVERS, ", ".join(map(str, POSTGRESQL)))
    text = text.replace(TYPED_ENCODING, f"\n{pinned()}\n")
    unknown = set(_TOKEN.findall(text)) - allowed
    if unknown:
        raise CheckFailed(
            f"extension/{name} has unknown tokens: {', '.join(sorted(unknown))}",
            "Use only the tokens that extension/README.md lists.",
        )
    return text


def _algorithms() -> str:
    """Return the rows of kw.crypto_algorithms."""
    rows = []
    for number, one in enumerate(CATALOGUE, 1):
        level = "null" if one.nist_level is None else one.nist_level
        params = json.dumps(one.params).replace("'", "''")
        rows.append(f"    ({number}, '{one.kind}', '{one.name}', {level},\n        '{params}')")
    return ",\n".join(rows)


def _by_key(text: str, name: str) -> Iterator[str]:
    """Yield the file as it is, and once for each type of keys of its ``@by`` directive.

    ``-- @by entity_pks: bigint uuid`` repeats kw.f(entity_pks text[]) as
    kw.f_by_bigint(entity_pks bigint[]) and so on. Overloads would make calls ambiguous whose
    parameters have no type yet.
    """
    directives = _BY_KEY.findall(text)
    if len(directives) != text.count("-- @by") or len(directives) > 1:
        raise CheckFailed(
            f"extension/{name} has a @by directive that cannot be read",
            "Write one a file: -- @by entity_pks: type1 type2.",
        )
    text = _BY_KEY.sub("", text)
    yield text
    function = Path(name).stem
    named = re.compile(rf"\b(function kw\.{function})\(")
    keys = re.compile(r"\b((?:to_)?entity_pks) text\[\]")
    if directives and not (named.search(text) and keys.search(text)):
        raise CheckFailed(
            f"extension/{name} has no kw.{function} with entity_pks text[] to repeat",
            "Give the file the name of its function.",
        )
    for other in directives[0].split() if directives else ():
        yield keys.sub(rf"\1 {other}[]", named.sub(rf"\1_by_{other}(", text))


def _overloads(text: str, name: str) -> Iterator[str]:
    """Yield the file once for each type of its overload directive, or once as it is.

    ``-- @overload entity_pk: text bigint`` repeats the file with every ``entity_pk text``
    turned into ``entity_pk bigint``; arrays (``entity_pk text[]``) stay.
    """
    directives = _OVERLOAD.findall(text)
    if len(directives) != text.count("-- @overload") or len(directives) > 1:
        raise CheckFailed(
            f"extension/{name} has an overload directive that cannot be read",
            "Write one a file: -- @overload NAME: type1 type2.",
        )
    if not directives:
        yield text
        return
    argument, types = directives[0][0], directives[0][1].split()
    text = _OVERLOAD.sub("", text)
    written = re.compile(rf"\b{argument} {types[0]}\b(?!\s*\[)")
    if not written.search(text):
        raise CheckFailed(
            f"extension/{name} has no argument {argument} {types[0]} to overload",
            "Begin the directive with the type that the file uses.",
        )
    for other in types:
        yield written.sub(f"{argument} {other}", text)


def _script(command: str, pieces: dict[str, str]) -> str:
    header = f'\\echo Use "{command}" to load this file. \\quit\n'
    return header + "".join(f"\n-- {name}\n\n{text.strip()}\n" for name, text in pieces.items())


def _edge(
    extension: Path, pieces: dict[str, str], released: str, previous: str, version: str
) -> str:
    """What begins every edge, its steps if there are any, what changed, then its last steps."""
    begin, steps = "upgrade/begin.sql", f"upgrade/{previous}--{version}.sql"
    last = f"upgrade/{previous}--{version}.last.sql"
    raw = {
        name: _piece(extension, name, version)
        for name in (begin, steps, last)
        if (extension / name).exists()
    }
    included = {name for text in raw.values() for name in _INCLUDE.findall(text)}
    chosen = {name: _included(text, name, pieces) for name, text in raw.items()}
    all_steps, last_steps = chosen.get(steps, ""), chosen.pop(last, None)
    if any(dropped_by(all_steps).values()):
        chosen[steps] = f"{_dependents(extension, all_steps)}\n{all_steps}"
    rest = {name: text for name, text in pieces.items() if name not in included}
    chosen |= changes(rest, released, all_steps)
    if last_steps is not None:
        chosen[last] = last_steps
    return _script(f"ALTER EXTENSION kwtools UPDATE TO '{version}'", chosen)


def _dependents(extension: Path, steps: str) -> str:
    """Return what refuses an upgrade while objects depend on what its steps drop."""
    text = (extension / "upgrade" / "dependents.sql.in").read_text()
    for kind, names in dropped_by(steps).items():
        listed = ", ".join(f"'{name}'" for name in names)
        text = text.replace(f"@DROPPED_{kind.upper()}S@", listed)
    return text


def _included(text: str, name: str, pieces: dict[str, str]) -> str:
    """Put a file that the install script has, too, where a line ``-- @include FILE`` names it."""

    def piece(match: re.Match[str]) -> str:
        if match[1] not in pieces:
            raise CheckFailed(
                f"extension/{name} includes {match[1]}, which extension/order.txt does not list"
            )
        return pieces[match[1]].rstrip("\n")

    return _INCLUDE.sub(piece, text)


def _earlier_versions(released: Path, version: str) -> list[str]:
    """Return the released versions below ``version``, the last one last."""
    found = (_RELEASED.fullmatch(path.name) for path in released.glob("*.sql"))
    versions = [match[1] for match in found if match]
    return sorted((one for one in versions if rank(one) < rank(version)), key=rank)
