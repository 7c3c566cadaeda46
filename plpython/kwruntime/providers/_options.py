"""The options of a provider's entry in the provider file: their types, defaults and meaning."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kwruntime.config import Entry
from kwruntime.errors import ProviderRefused


class Option(NamedTuple):
    """One option. ``default`` None: it may be left out and has none, unless it is required."""

    name: str
    type: type[str] | type[float] | type[int] | type[bool] | type[list[Any]]
    about: str
    default: Any = None
    required: bool = False
    is_file: bool = False


DEADLINES = (
    Option("connect_seconds", float, "how long a connection may take", 2.0),
    Option("total_seconds", float, "how long one call may take in all", 10.0),
)


def read_options(name: str, entry: Entry, options: Sequence[Option]) -> dict[str, Any]:
    """Return the value of every option of an entry; raises ``ProviderRefused``, naming it."""
    where = f"[providers.{name}] of the provider file"
    unknown = entry.keys() - {option.name for option in options} - {"kind"}
    if unknown:
        raise ProviderRefused(
            f"{where} has unknown options: {', '.join(sorted(unknown))}",
            hint=f"It may have {', '.join(option.name for option in options)}.",
        )
    return {option.name: _value(where, entry, option) for option in options}


def _value(where: str, entry: Entry, option: Option) -> Any:
    value: Any = entry.get(option.name, option.default)
    if value is None:
        if option.required:
            raise ProviderRefused(f"{where} needs {option.name}: {option.about}")
        return None
    if option.type is float and type(value) is int:
        return _value(where, {option.name: float(value)}, option)
    if option.type is list:
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise ProviderRefused(f"{where}: {option.name} is a list of texts")
        return tuple(value)
    if type(value) is not option.type:
        raise ProviderRefused(f"{where}: {option.name} is of type {option.type.__name__}")
    if isinstance(value, float | int) and value is not True and not 0 < value <= 3600:
        raise ProviderRefused(f"{where}: {option.name} is above 0 and at most 3600")
    if option.is_file and not str(value).startswith("/"):
        raise ProviderRefused(f"{where}: {option.name} is an absolute path")
    return value
