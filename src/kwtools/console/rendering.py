"""Templates and what they may use. All that they show is escaped."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from kwtools.output import printable

NOTHING = "–"
"""Shown for null."""


class Renderer:
    """The templates of the package, read once."""

    def __init__(self) -> None:
        folder = resources.files("kwtools.console") / "templates"
        texts = {
            one.name: one.read_text("utf-8")
            for one in folder.iterdir()
            if one.name.endswith(".html")
        }
        self._environment = Environment(
            autoescape=True,
            loader=DictLoader(texts),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(
            shown=shown, when=when, duration=duration, count=count, ms=ms
        )
        self._templates = {name: self._environment.get_template(name) for name in texts}

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Return a template with its values filled in."""
        return self._templates[template].render(values)


Link = Callable[..., str]
"""``link(section, **parameters)``: the address of a section."""


def shown(value: object) -> str:
    """Return a text with escapes for control characters and for those that turn its direction."""
    return NOTHING if value is None else printable(str(value))


def when(moment: datetime | None) -> str:
    """Return a time in UTC, to the second."""
    if moment is None:
        return NOTHING
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def duration(seconds: float | None) -> str:
    """Return how long something took, in the two largest units that it has."""
    if seconds is None:
        return NOTHING
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    left = round(seconds)
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts[:2])


def count(number: int | None) -> str:
    """Return a number with its thousands apart."""
    return NOTHING if number is None else f"{number:,}"


def ms(number: int | None) -> str:
    """Return a time in milliseconds."""
    return NOTHING if number is None else f"{number:,} ms"
