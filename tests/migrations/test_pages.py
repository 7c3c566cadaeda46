"""docs/migrations.md and examples/README.md: what they quote and tell is what is run."""

import os
import re
import subprocess
from collections.abc import Callable

import pytest

from kwtools.cluster import Place
from scripts.pages import Block, blocks
from tests.migrations.tools import EXAMPLES

PAGE = EXAMPLES.parent / "docs" / "migrations.md"
README = EXAMPLES / "README.md"
_SOURCE = re.compile(r"not run: from (examples/\S+)")
QUOTED = [
    (block, source[1])
    for block in blocks(PAGE.read_text())
    if (source := _SOURCE.match(block.comment))
]


@pytest.mark.parametrize(("block", "source"), QUOTED, ids=[source for _, source in QUOTED])
def test_a_quote_stands_in_its_example(block: Block, source: str) -> None:
    def words(text: str) -> str:
        return " ".join(text.split())

    assert words(block.text) in words((EXAMPLES.parent / source).read_text())


def test_all_of_the_page_is_quoted_or_names_its_test() -> None:
    rest = [block for block in blocks(PAGE.read_text()) if not _SOURCE.match(block.comment)]
    tests = [re.search(r"tests/migrations/\w+\.py", block.comment) for block in rest]
    assert all(named and (EXAMPLES.parent / named[0]).exists() for named in tests)
    assert len(QUOTED) > len(rest)


def test_the_readme_leads_from_an_empty_server_to_a_migrated_database(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster()
    text = README.read_text()
    ((language, prepare, _, _),) = blocks(text)
    assert language == "sh"
    variables = dict(re.findall(r"^\| `(SHOP_\w+)` \|.*\| `(\S+)` \|$", text, re.MULTILINE))
    assert len(variables) == 5

    def run(command: str, user: str) -> None:
        done = subprocess.run(
            ["bash", "-ec", command],
            cwd=EXAMPLES,
            env={**os.environ, **place.environment("shop", user), **variables},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert done.returncode == 0, done.stdout

    run(prepare, "postgres")
    run("psql/migrate", variables["SHOP_OWNER"])
    with place.connect("shop", variables["SHOP_APP"]) as connection:
        assert connection.execute("select from people").fetchall() == []
