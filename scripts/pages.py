"""Blocks of code on a page of Markdown: find them, run their SQL, compare their output.

A page's SQL runs in one psql session, as a reader would type it. A block of ``text`` right under a
block is its output. Comments of the page's source direct this: ``<!-- first: … -->`` before a block
is SQL that prepares for it, ``<!-- from FILE -->`` says what it is quoted from, and
``<!-- not run: why -->`` excuses it.
"""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # first_row runs where none of our packages is installed
    from kwtools.cluster import Place

_BLOCK = re.compile(
    r"(?:^<!-- (?P<comment>(?:(?!-->).)+)-->\n+)?"
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```$"
    r"(?:\n+```text\n(?P<output>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
_NORMAL = (
    (r"psql:<stdin>:\d+: ", ""),
    (r"(?m)^\w+: \d+ of \d+(, .*)?$\n?", ""),  # progress, where the machine is slow
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
    (r"\\x[0-9a-f]{8,}", "BYTES"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*", "TIME"),
    (r"OpenSSL [\d.]+ \d+ \w+ \d+", "OPENSSL"),
    (r"\b\d+\.\d+\.\d+\b", "VERSION"),
    (r"(?<=/postgresql/)\d+\b", "MAJOR"),
    (r"\bPostgreSQL \d+\.\d+\b", "POSTGRESQL"),
    (r"\bcp3\d+\b", "PYTHON"),
    (r"\b\d+ owned by", "N owned by"),
    (r"\bup\s+\d+\b", "up MS"),
    (r"\S*/tmp\w+/providers.toml", "PROVIDERS"),  # a playground's
    (r"\S*/tmp\w+/keys", "KEYS"),
    (r"\S*/tmp\w+/(?=(?:lib|destdir)/)", "PLAYGROUND/"),
    (r"\bline \d+\b", "line N"),  # of a file that each version of PostgreSQL has its own
    # A version that was not released has no list of its catalog.
    (r"(?m)^catalog\s+warning\s+not compared: .*$", "catalog ok as release VERSION made it"),
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
        """Whether the page does not excuse it."""
        return not self.comment.startswith("not run: ")

    @property
    def first(self) -> str:
        """The SQL that prepares for it."""
        return self.comment.removeprefix("first:") if self.comment.startswith("first:") else ""

    @property
    def source(self) -> str:
        """The path of the file that it is quoted from, or nothing."""
        return self.comment.removeprefix("from ").strip() if self.comment[:5] == "from " else ""


def blocks(page: str, *languages: str) -> list[Block]:
    """Return the blocks of a page, in order: all, or those in these languages."""
    found = [
        Block(match["language"], match["text"], match["output"], match["comment"] or "")
        for match in _BLOCK.finditer(page)
    ]
    return [block for block in found if block.language in languages] if languages else found


def run_sql(
    sql: Sequence[tuple[str, str]], place: "Place", database: str = "postgres"
) -> list[tuple[str, str]]:
    """Run pairs of texts in one psql session; return what each text printed, in pairs."""
    script: list[str] = []
    for first, text in sql:
        script += ["\\echo ==first==", first, "\\echo ==block==", text]
    done = subprocess.run(
        ["psql", "-X", "-v", "SHOW_CONTEXT=never", "-f", "-"],
        env={**os.environ, **place.environment(database)},
        input="\n".join(script),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )
    parts = re.split(r"^==(?:first|block)==\n", done.stdout, flags=re.MULTILINE)[1:]
    assert len(parts) == 2 * len(sql), done.stdout
    return list(zip(parts[::2], parts[1::2], strict=True))


def check_command(
    block: Block,
    folder: Path,
    environment: Mapping[str, str],
    become: Sequence[str],
    shown: Mapping[str, str],
) -> None:
    """Run a block's commands in a folder; compare what they print with what the page shows.

    ``become`` stands before the shell that runs them. ``shown`` has for paths that they print what
    the page shows instead. Raises ``AssertionError`` where a command fails or prints another thing.
    """
    done = subprocess.run(
        [*become, "bash", "-e", "-c", block.text],
        cwd=folder,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, f"{block.text}\n{done.stdout}"
    if block.output is not None:
        output = done.stdout
        for path, instead in shown.items():
            output = output.replace(path, instead)
        assert normal(output) == normal(block.output), f"{block.text}\n{output}"


def normal(output: str) -> str:
    """Make outputs comparable: random values, versions and the widths of columns vary."""
    for pattern, replacement in _NORMAL:
        output = re.sub(pattern, replacement, output)
    lines = (" ".join(line.split()) for line in output.splitlines())
    return "\n".join(line for line in lines if line)
