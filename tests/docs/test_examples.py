"""The examples of README and docs: every SQL block runs, and gives what the page shows."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from psycopg import sql

from tests.conftest import Database

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(
    r"^(?:sudo )?(?:\.venv/bin/)?kwtools ([a-z]+(?: (?:create|list|import|backup))?)\b",
    re.MULTILINE,
)
_ROLE = re.compile(r"create role (\w+)")


class Example(NamedTuple):
    """A block of SQL, and the output that the page shows under it, if any."""

    query: str
    output: str | None


def _blocks(page: Path, *languages: str) -> list[tuple[str, str]]:
    return [match for match in _BLOCK.findall(page.read_text()) if match[0] in languages]


def _examples(page: Path) -> list[Example]:
    examples: list[Example] = []
    for language, text in _blocks(page, "sql", "text"):
        if language == "sql":
            examples.append(Example(text, None))
        elif examples and examples[-1].output is None:
            examples[-1] = examples[-1]._replace(output=text)
    return examples


def _normal(output: str) -> str:
    """Make outputs comparable: random values and the widths of columns vary."""
    output = re.sub(r"psql:<stdin>:\d+: ", "", output)
    output = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID", output)
    output = re.sub(r"\\x[0-9a-f]{8,}", "BYTES", output)
    output = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*", "TIME", output)
    output = re.sub(r"-{2,}", "--", output)
    lines = (re.sub(r" +", " ", line).strip() for line in output.splitlines())
    return "\n".join(line for line in lines if line)


@pytest.fixture
def roles_dropped(db: Database) -> Iterator[None]:
    """Drop the roles that a page makes."""
    yield
    made = {role for page in PAGES for role in _ROLE.findall(page.read_text())}
    present = db.sql("select rolname from pg_roles where rolname = any(%s)", list(made))
    with db.place.connect(db.name) as connection:
        for (role,) in present:
            for command in ("drop owned by {} cascade", "drop role {}"):
                connection.execute(sql.SQL(command).format(sql.Identifier(role)))


@pytest.mark.usefixtures("roles_dropped")
@pytest.mark.parametrize("page", [page for page in PAGES if _examples(page)], ids=lambda p: p.name)
def test_the_sql_of_a_page_gives_what_the_page_shows(page: Path, db: Database) -> None:
    environment = {**os.environ, **db.place.environment(db.name)}
    command = ["psql", "-X", "-v", "SHOW_CONTEXT=never", "-f", "-"]
    for example in _examples(page):
        done = subprocess.run(
            command,
            env=environment,
            input=example.query,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
        )
        if example.output is None:
            assert "ERROR" not in done.stdout, f"{example.query}\n{done.stdout}"
        else:
            assert _normal(done.stdout) == _normal(example.output), example.query


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_and_links_of_a_page_exist(page: Path) -> None:
    shell = "".join(text for _, text in _blocks(page, "sh"))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"\bmake ([a-z]+)", shell):
        assert target in targets
    for words in _COMMAND.findall(shell):
        command = [str(ROOT / ".venv/bin/kwtools"), *words.split(), "--help"]
        assert subprocess.run(command, capture_output=True).returncode == 0, words
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / link).exists(), link
