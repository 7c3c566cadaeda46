"""docs/command.md lists each check of ``kwtools doctor``, with why and what to do."""

import re
from pathlib import Path

from kwtools import checks
from kwtools.checks import server_side

PAGE = (Path(__file__).parents[2] / "docs" / "command.md").read_text()
OF_THE_SERVER = "server side"
"""Stands for what kw.doctor checks, which has names of its own."""


def rows() -> list[list[str]]:
    """Return the cells of the table."""
    table = PAGE.split("| check | it finds | why | what to do |\n", 1)[1].split("\n\n", 1)[0]
    return [re.split(r" ?\| ?", line)[1:-1] for line in table.splitlines()[1:]]


def test_the_table_has_the_checks_that_exist() -> None:
    own = {one.name for one in (*checks._OF_DATABASE, *checks._OF_SERVER)} - {OF_THE_SERVER}
    listed = [name.strip("`") for name, *_ in rows()]
    assert sorted(listed) == sorted({*own, "standbys", *server_side._WHY})


def test_each_check_says_what_why_and_remedy() -> None:
    for row in rows():
        assert len(row) == 4, row
        assert all(cell.strip() for cell in row), row
