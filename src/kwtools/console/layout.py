"""Where the nodes of a picture are placed: columns from left to right, by Sugiyama's method."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

WIDTH, HEIGHT = 196, 52
"""Of each node."""

_GAP = 42  # between columns, for the lines
_ROW = 66  # from one node of a column to the next
_MARGIN = 12

Point = tuple[float, float]


class Layout(NamedTuple):
    """The upper left corner of each node, the path of each line, and the size of the whole."""

    corners: tuple[Point, ...]
    paths: tuple[str, ...]
    width: int
    height: int


def arrange(ranks: Sequence[int], lines: Sequence[tuple[int, int]]) -> Layout:
    """Place nodes in the columns of their ranks; a line leads to a higher rank.

    The same input always gives the same layout.
    """
    if not ranks:
        return Layout((), (), 2 * _MARGIN, 2 * _MARGIN)
    columns = {rank: column for column, rank in enumerate(sorted(set(ranks)))}
    points = [columns[rank] for rank in ranks]
    bends: dict[tuple[int, int], int] = {}
    steps: dict[tuple[int, int], None] = {}  # ordered, each once
    ways = []
    for source, target in lines:
        # All lines of a node share their way through the columns between.
        way = [source]
        for column in range(points[source] + 1, points[target]):
            if (source, column) not in bends:
                bends[source, column] = len(points)
                points.append(column)
            way.append(bends[source, column])
        way.append(target)
        steps.update(dict.fromkeys(pairwise(way)))
        ways.append(way)
    heights = _heights(points, list(steps))
    middles = [
        (_MARGIN + column * (WIDTH + _GAP) + WIDTH / 2, _MARGIN + HEIGHT / 2 + height * _ROW)
        for column, height in zip(points, heights, strict=True)
    ]
    corners = tuple((x - WIDTH / 2, y - HEIGHT / 2) for x, y in middles[: len(ranks)])
    return Layout(
        corners,
        tuple(_path([middles[point] for point in way]) for way in ways),
        round(2 * _MARGIN + len(columns) * (WIDTH + _GAP) - _GAP),
        round(2 * _MARGIN + HEIGHT + max(heights) * _ROW),
    )


def _heights(columns: Sequence[int], steps: Sequence[tuple[int, int]]) -> list[float]:
    """Return the height of each point, such that few lines cross."""
    import igraph  # only where a picture is drawn: it takes long to load

    graph = igraph.Graph(n=len(columns), edges=steps, directed=True)
    found = graph.layout_sugiyama(layers=columns, maxiter=100).coords[: len(columns)]
    least = min(across for across, _ in found)
    return [round(across - least, 2) for across, _ in found]


def _path(points: Sequence[Point]) -> str:
    """Return a smooth line from the right of the first node to the left of the last."""
    (x, y), *rest = points
    x += WIDTH / 2
    path = f"M{x:g} {y:g}"
    for number, (to_x, to_y) in enumerate(rest, 1):
        end = to_x - WIDTH / 2
        half = (x + end) / 2
        path += f"C{half:g} {y:g} {half:g} {to_y:g} {end:g} {to_y:g}"
        if number < len(rest):
            end += WIDTH
            path += f"H{end:g}"
        x, y = end, to_y
    return path


def outline(kind: str) -> str:
    """Return the shape of a kind of node, from its upper left corner: the kind is plain by it."""
    width, height, cut = WIDTH, HEIGHT, 14
    if kind == "kem":  # both ends are pointed
        half = height / 2
        return f"M{cut} 0H{width - cut}L{width} {half:g}L{width - cut} {height}H{cut}L0 {half:g}Z"
    if kind == "branch":  # leans
        return f"M{cut} 0H{width}L{width - cut} {height}H0Z"
    if kind == "policy":  # corners are cut
        return (
            f"M{cut} 0H{width - cut}L{width} {cut}V{height - cut}L{width - cut} {height}"
            f"H{cut}L0 {height - cut}V{cut}Z"
        )
    if kind == "key":  # round ends
        r = height / 2
        return (
            f"M{r:g} 0H{width - r:g}A{r:g} {r:g} 0 0 1 {width - r:g} {height}"
            f"H{r:g}A{r:g} {r:g} 0 0 1 {r:g} 0Z"
        )
    return f"M0 0H{width}V{height}H0Z"
