"""The examples of README and docs: every block of SQL and shell runs, and gives what is shown.

A page's SQL runs in one psql session, as somebody who types it would run it; its commands run in
one folder. A block of ``text`` right under a block is its output. Comments of the page's source
direct this: ``<!-- first: … -->`` before a block is SQL that makes what it starts from, and
``<!-- not run: why -->`` excuses it.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from psycopg import sql

from kwtools import sources
from kwtools.postgres import server_user
from tests.conftest import Database
from testservers.openbao import OpenBao
from testservers.provider_file import add_entry, write_for_server

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
KWTOOLS = ROOT / ".venv" / "bin" / "kwtools"
_BLOCK = re.compile(
    r"(?:^<!-- (?P<comment>(?:(?!-->).)+)-->\n+)?"
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```$"
    r"(?:\n+```text\n(?P<output>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(
    r"^(?:sudo )?(?:\.venv/bin/)?kwtools"
    r" ([a-z]+(?: (?:create|list|import|backup|convert|clean|check|example))?)\b",
    re.MULTILINE,
)
_ROLE = re.compile(r"create role (\w+)")
_NORMAL = (
    (r"psql:<stdin>:\d+: ", ""),
    (r"(?m)^\w+: \d+ of \d+$\n?", ""),  # progress, where the machine is slow
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
    (r"\\x[0-9a-f]{8,}", "BYTES"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*", "TIME"),
    (r"OpenSSL [\d.]+ \d+ \w+ \d+", "OPENSSL"),
    (r"\b\d+\.\d+\.\d+\b", "VERSION"),
    (r"\b\d+ owned by", "N owned by"),
    (r"\bup\s+\d+\b", "up MS"),
    (r"\S*/tmp\w+/providers.toml", "PROVIDERS"),  # a playground's
    (r"\S*/tmp\w+/keys", "KEYS"),
    (r"(?<=\s)(?:[\w-]{22}|[\w-]{43})(?=\s)", "KID"),
    (r"-{2,}", "--"),  # as wide as the column
)


class Block(NamedTuple):
    """A block of a page, with the output that the page shows for it, if any."""

    language: str
    text: str
    output: str | None
    comment: str

    @property
    def runs(self) -> bool:
        """Whether the page excuses it."""
        return not self.comment.startswith("not run: ")


def _blocks(page: Path, *languages: str) -> list[Block]:
    found = [
        Block(match["language"], match["text"], match["output"], match["comment"] or "")
        for match in _BLOCK.finditer(page.read_text())
    ]
    return [block for block in found if block.language in languages] if languages else found


def _that_run(language: str) -> list[Path]:
    return [page for page in PAGES if any(block.runs for block in _blocks(page, language))]


def _page_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _normal(output: str) -> str:
    """Make outputs comparable: random values, versions and the widths of columns vary."""
    for pattern, replacement in _NORMAL:
        output = re.sub(pattern, replacement, output)
    lines = (" ".join(line.split()) for line in output.splitlines())
    return "\n".join(line for line in lines if line)


@pytest.fixture
def roles_dropped(page: Path, db: Database) -> Iterator[None]:
    """Drop the roles that the page makes."""
    yield
    present = db.sql(
        "select rolname from pg_roles where rolname = any(%s)", _ROLE.findall(page.read_text())
    )
    with db.place.connect(db.name) as connection:
        for (role,) in present:
            for command in ("drop owned by {} cascade", "drop role {}"):
                connection.execute(sql.SQL(command).format(sql.Identifier(role)))


@pytest.fixture
def kms_of_page(page: Path, db: Database, tmp_path: Path) -> Iterator[None]:
    """What docs/providers.md takes for granted: an OpenBao, and its entry in the provider file."""
    if page.name != "providers.md":
        yield
        return
    with OpenBao(tmp_path / "bao") as bao:
        bao.call("POST", "/v1/transit/keys/made-by-hand", {})
        files = {"ca_file": bao.ca_file.read_text(), "token_file": bao.token()}
        paths = {name: db.place.base / f"page.{name}" for name in files}
        for name, text in files.items():
            write_for_server(paths[name], text)
        options = {name: str(path) for name, path in paths.items()}
        add_entry(db.place, "vault-a", "vault", address=bao.address, **options)
        yield


@pytest.mark.usefixtures("roles_dropped", "kms_of_page")
@pytest.mark.parametrize("page", _that_run("sql"), ids=_page_name)
def test_the_sql_of_a_page_gives_what_the_page_shows(page: Path, db: Database) -> None:
    blocks = [block for block in _blocks(page, "sql") if block.runs]
    script: list[str] = []
    for block in blocks:
        first = block.comment.removeprefix("first:")
        script += ["\\echo ==first==", first, "\\echo ==block==", block.text]
    done = subprocess.run(
        ["psql", "-X", "-v", "SHOW_CONTEXT=never", "-f", "-"],
        env={**os.environ, **db.place.environment(db.name)},
        input="\n".join(script),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )
    parts = re.split(r"^==(?:first|block)==\n", done.stdout, flags=re.MULTILINE)[1:]
    assert len(parts) == 2 * len(blocks), done.stdout
    for block, before, output in zip(blocks, parts[::2], parts[1::2], strict=True):
        assert "ERROR" not in before, before
        if block.output is None:
            assert "ERROR" not in output, f"{block.text}\n{output}"
        else:
            assert _normal(output) == _normal(block.output), f"{block.text}\n{output}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder for a page's commands, in which ``kwtools keys`` finds a providers file."""
    providers = tmp_path / "providers.toml"
    providers.write_text(
        f'[providers.local]\nkind = "local"\ndirectory = "{tmp_path}/keys"\nsql_may_create = true\n'
    )
    providers.chmod(0o640)
    command = tmp_path / "bin" / "kwtools"
    command.parent.mkdir()
    command.write_text(
        "#!/bin/sh\n"
        f'[ "$1" != keys ] || set -- "$@" --providers-file {shlex.quote(str(providers))}\n'
        f'exec {shlex.quote(str(KWTOOLS))} "$@"\n'
    )
    command.chmod(0o755)
    here = tmp_path / "here"
    here.mkdir()
    return here


@pytest.mark.parametrize("page", _that_run("sh"), ids=_page_name)
def test_the_commands_of_a_page_give_what_the_page_shows(
    page: Path, folder: Path, db: Database
) -> None:
    outside = folder.parent
    environment = {
        **os.environ,
        **db.place.environment(db.name),
        "PATH": f"{outside / 'bin'}:{os.environ['PATH']}",
    }
    for block in _blocks(page, "sh"):
        if not block.runs:
            continue
        done = subprocess.run(
            ["bash", "-e", "-c", block.text],
            cwd=folder,
            env=environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert done.returncode == 0, f"{block.text}\n{done.stdout}"
        if block.output is not None:
            output = done.stdout.replace(str(folder), "/srv")
            output = output.replace(f"{outside}/keys", "/var/lib/kwtools/keys")
            output = output.replace(str(sources.build_directory()), "/srv/kwtools/build")
            output = re.sub(rf"\b{server_user().name}\b", "postgres", output)
            assert _normal(output) == _normal(block.output), f"{block.text}\n{output}"


@pytest.mark.parametrize("page", PAGES, ids=_page_name)
def test_what_is_not_run_is_excused_and_still_names_what_exists(page: Path) -> None:
    for block in _blocks(page):
        if block.language not in ("sql", "sh"):
            assert not re.search(r"\bselect kw\.|^kwtools ", block.text, re.MULTILINE), block.text
    shell = "".join(block.text for block in _blocks(page, "sh") if not block.runs)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"\bmake ([a-z]+)", shell):
        assert target in targets
    for words in _COMMAND.findall(shell):
        command = [str(KWTOOLS), *words.split(), "--help"]
        assert subprocess.run(command, capture_output=True).returncode == 0, words


@pytest.mark.parametrize("page", PAGES, ids=_page_name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / link).exists(), link
