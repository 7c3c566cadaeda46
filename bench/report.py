"""Tables as text for a terminal."""

from collections.abc import Sequence

from bench.measure import Line, Table


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def _cells(line: Line) -> list[str]:
    goal = "" if line.goal is None else f"≤ {line.goal:g}"
    if line.limit is not None:
        goal = f"value ≤ {line.limit:g}"
    if line.missed:
        goal += " MISSED"
    return [
        line.name,
        _number(line.value),
        "" if line.ratio is None else _number(line.ratio),
        line.peer or "",
        goal,
    ]


def rows(table: Table) -> list[list[str]]:
    """Return the head of a table and its lines, in columns."""
    head = [table.title, table.unit, "ratio", "to", "goal"]
    return [head, *(_cells(line) for line in table.lines)]


def text(table: Table) -> str:
    """Return a table for a terminal."""
    shown = rows(table)
    widths = [max(len(cell) for cell in column) for column in zip(*shown, strict=True)]
    return "\n".join(_line(row, widths) for row in shown) + "\n"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, value, ratio, *rest = row
    figures = f"{name:{widths[0]}}  {value:>{widths[1]}}  {ratio:>{widths[2]}}"
    return "  ".join(
        [figures, *(f"{c:{w}}" for c, w in zip(rest, widths[3:], strict=True))]
    ).rstrip()
