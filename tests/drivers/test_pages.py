"""docs/use: the code that a page shows stands in the example that is run."""

import textwrap
from pathlib import Path

import pytest

from scripts.pages import Block, blocks
from tests.drivers.conftest import EXAMPLES

ROOT = EXAMPLES.parents[1]
PAGES = sorted((ROOT / "docs" / "use").glob("*.md"))
SHOWN = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in sorted((ROOT / "docs").rglob("*.md"))
    for number, block in enumerate(blocks(page.read_text()))
    if block.source or (page in PAGES and block.language not in ("sh", "sql"))
]


def _lines(text: str) -> str:
    return "\n" + textwrap.dedent(text).strip("\n") + "\n"


@pytest.mark.parametrize("block", SHOWN)
def test_code_of_a_page_is_quoted_from_its_example(block: Block) -> None:
    assert block.source, f"a comment has to name the example: {block.text}"
    example = (ROOT / block.source).read_text()
    shown = _lines(block.text)
    # Where the example is indented more, all of it is by the same.
    depths = {len(line) - len(line.lstrip()) for line in example.splitlines() if line.strip()}
    assert any(textwrap.indent(shown, " " * depth) in f"\n{example}" for depth in depths)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_first_page_leads_to_each_other_page(page: Path) -> None:
    first = PAGES[0].parent / "README.md"
    assert page == first or f"({page.name})" in first.read_text()
    assert page == first or "(README.md" in page.read_text()
