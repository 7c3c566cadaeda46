"""The examples of README and docs: every block of SQL and shell runs, and gives what is shown.

``scripts/pages.py`` says how a page marks its blocks. A page's commands run in one folder.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from kwtools import sources
from kwtools.postgres import server_user
from scripts import functions_page
from scripts.pages import blocks, normal, run_sql
from tests.conftest import Database
from testservers.openbao import OpenBao
from testservers.provider_file import add_entry, write_for_server

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FIRST_ROW = ROOT / "docs" / "first-row.md"  # begins without the extension: test_first_row.py
KWTOOLS = ROOT / ".venv" / "bin" / "kwtools"
_COMMAND = re.compile(
    r"^(?:sudo )?(?:\.venv/bin/)?kwtools"
    r" ([a-z]+(?: (?:create|list|import|backup|convert|clean|safe-to-destroy|check|example))?)\b",
    re.MULTILINE,
)
_ROLE = re.compile(r"create role (\w+)")


def _that_run(language: str) -> list[Path]:
    return [
        page
        for page in PAGES
        if page != FIRST_ROW and any(block.runs for block in blocks(page.read_text(), language))
    ]


def _page_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


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
    """The entries that a page needs in the provider file. docs/providers.md needs an OpenBao."""
    if page == functions_page.PAGE or page.name == "operations.md":
        functions_page.prepare(db.place)
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


_LEFT = r"ERROR: .*(already exists|(relation|column|function|type) \S+ .*does not exist)"


@pytest.mark.usefixtures("roles_dropped", "kms_of_page")
@pytest.mark.parametrize("page", _that_run("sql"), ids=_page_name)
def test_the_sql_of_a_page_gives_what_the_page_shows(page: Path, db: Database) -> None:
    shown = [block for block in blocks(page.read_text(), "sql") if block.runs]
    ran = run_sql([(block.first, block.text) for block in shown], db.place, db.name)
    for block, (before, output) in zip(shown, ran, strict=True):
        assert "ERROR" not in before, before
        if block.output is None:
            assert "ERROR" not in output, f"{block.text}\n{output}"
        else:
            # Of kw alone, an example may show an error; none may meet what another has left.
            assert not re.search(_LEFT, output), f"{block.text}\n{output}"
            assert normal(output) == normal(block.output), f"{block.text}\n{output}"


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
        'case "$1 $2" in\n'
        "    'keys safe-to-destroy') ;;\n"  # of a database
        f'    keys*) set -- "$@" --providers-file {shlex.quote(str(providers))} ;;\n'
        "esac\n"
        f'exec {shlex.quote(str(KWTOOLS))} "$@"\n'
    )
    command.chmod(0o755)
    here = tmp_path / "here"
    here.mkdir()
    return here


@pytest.mark.usefixtures("kms_of_page")
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
    for block in blocks(page.read_text(), "sh"):
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
            assert normal(output) == normal(block.output), f"{block.text}\n{output}"


@pytest.mark.parametrize("page", PAGES, ids=_page_name)
def test_what_is_not_run_is_excused_and_still_names_what_exists(page: Path) -> None:
    for block in blocks(page.read_text()):
        if block.language not in ("sql", "sh") and not block.source:
            assert not re.search(r"\bselect kw\.|^kwtools ", block.text, re.MULTILINE), block.text
    shell = "".join(block.text for block in blocks(page.read_text(), "sh") if not block.runs)
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
