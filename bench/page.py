"""docs/performance.md: the figures of one run, put where the page marks their groups."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import report
from bench.measure import Table
from kwtools import sources

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def write(found: Mapping[str, Sequence[Table]], server: str, *, is_whole: bool) -> None:
    """Replace the text between each pair of marks. ``server`` says what was measured on.

    Groups of a run that ``is_whole`` are said to be of one run, others each to be of their own.
    """
    blocks = {group: "\n".join(map(_markdown, tables)) for group, tables in found.items()}
    run = f"kwtools {sources.version()} on {server}"
    if is_whole:
        blocks["run"] = f"One run of {run}. Tables of other runs say so.\n"
    else:
        blocks = {group: f"A run of its own: {run}.\n\n{block}" for group, block in blocks.items()}
    text = PAGE.read_text()
    for name, block in blocks.items():
        mark = f"<!-- {name} -->\n"
        parts = text.split(mark)
        if len(parts) != 3:
            raise ValueError(f"{PAGE} does not mark beginning and end of {name}")
        text = f"{parts[0]}{mark}\n{block}\n{mark}{parts[2]}"
    PAGE.write_text(text)


def _markdown(table: Table) -> str:
    head, *lines = report.rows(table)
    rule = ["---"] * len(head)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *lines))
