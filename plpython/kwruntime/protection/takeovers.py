"""A column that another tool encrypted: which tool, and how its values are opened (ADR 43)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict
from kwruntime.fields import taking_over
from kwruntime.fields.takeover_columns import Columns
from kwruntime.fields.taking_over import Encrypted, Opened, Opener
from kwruntime.foreign.findings import NOT_TEXT, NotOpened
from kwruntime.protection.target import Choices, State, Target, audit, change
from kwruntime.store import protections

_NONCE, _ASSOCIATED, _KEY = "nonce_column", "associated_columns", "key_column"
_TYPE, _TYPES = "plaintext_type", ("text", "bytea")
_OURS = (_NONCE, _ASSOCIATED, _KEY, _TYPE)
"""Options that are not of the source."""
_KEPT_BY_PGSODIUM = ("key_id", "key_uuid", _KEY)


class Takeover(NamedTuple):
    """Which tool encrypted the values of a column, and how. The key is not part of it."""

    source: str
    options: Mapping[str, Any]

    @property
    def of_source(self) -> dict[str, Any]:
        """The options that the source has."""
        return {name: value for name, value in self.options.items() if name not in _OURS}

    @property
    def plaintext_type(self) -> str:
        """The type of what the values hold."""
        usual = "bytea" if self.options.get("binary") is True else "text"
        return str(self.options.get(_TYPE, usual))

    @property
    def needs_key(self) -> bool:
        """Whether the key is given; pgsodium may have it."""
        return not (
            self.source.startswith("pgsodium")
            and any(name in self.options for name in _KEPT_BY_PGSODIUM)
        )

    @property
    def accepts_in_the_clear(self) -> bool:
        """Whether values that were never encrypted are taken over."""
        return self.options.get(taking_over.ACCEPT) is True

    def columns(self, value: str) -> Columns:
        """Return the columns that a value is read from."""
        nonce, associated, key = (self.options.get(name) for name in _OURS[:3])
        return Columns(value, nonce, associated or [], key)


def given(source: str | None, options: object) -> Takeover | None:
    """Return the takeover of arguments; null where the column is plaintext."""
    if not isinstance(options, dict):
        raise BadArgument("takeover_options must be a JSON object")
    if source is None:
        if options:
            raise BadArgument("takeover_options require taken_over_from")
        return None
    takeover = Takeover(source, options)
    taking_over.check_options(source, takeover.of_source)
    if takeover.plaintext_type not in _TYPES:
        raise BadArgument(f'option "{_TYPE}" must be {" or ".join(_TYPES)}')
    for name in (_NONCE, _KEY):
        if not isinstance(options.get(name, ""), str):
            raise BadArgument(f'option "{name}" must be a string')
    names = options.get(_ASSOCIATED, [])
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise BadArgument(f'option "{_ASSOCIATED}" must be an array of strings')
    return takeover


def check_choices(choices: Choices) -> None:
    """Raise ``BadArgument`` for what no trigger without the old key can do meanwhile."""
    if choices.search is not None or choices.shown_by != "column":
        raise BadArgument(
            "taken_over_from allows neither search nor another shown_by than column",
            hint="Take the column over first. Then use kw.create_index_key and kw.fill_tokens to "
            "find values, and kw.create_protected_view to show them.",
        )


def stored(state: State) -> Takeover:
    """Return the takeover of a protection."""
    assert state.taken_over_from is not None
    return Takeover(state.taken_over_from, json.loads(state.takeover_options or "{}"))


def as_plaintext(target: Target, takeover: Takeover) -> Target:
    """Return the column as it will be when it is opened: of the type of its plaintexts."""
    return target._replace(column=target.column | {"value_type": takeover.plaintext_type})


def record(call: Call, target: Target, state: State, takeover: Takeover) -> State:
    """Record which tool encrypted the values."""
    options = json.dumps(takeover.options)
    change(call, state, protections.SET_TAKEOVER, takeover.source, options)
    details = {"taken_over_from": takeover.source, "takeover_options": takeover.options}
    audit(call, "protect_takeover", target, protection=state.id, **details)
    return state._replace(taken_over_from=takeover.source, takeover_options=options)


def agree(call: Call, target: Target, known: State, takeover: Takeover) -> None:
    """Take other options while the backfill has not ended; raises ``Conflict`` for what is new."""
    if known.taken_over_from is not None:
        before = stored(known)
        if before == takeover:
            return
        is_of_the_same = (before.source, before.plaintext_type) == (
            takeover.source,
            takeover.plaintext_type,
        )
        if is_of_the_same and known.status == "expanded":
            record(call, target, known, takeover)
            return
    raise Conflict(
        f"protection of {target.place} has begun without this taken_over_from or these "
        "takeover_options",
        hint="Call it without them to go on, or use kw.protect_undo and begin again. Options "
        "other than the type can change until the backfill has ended.",
    )


def opener(call: Call, takeover: Takeover, key: bytes | None, *, checks: bool = False) -> Opener:
    """Return what opens the values; ``checks``: of those in the clear it says so in any case."""
    if key is None and takeover.needs_key and not checks:
        raise BadArgument(
            "old_key is null",
            hint=f"Give the old key of {takeover.source} as a bind parameter to each call. "
            "Nothing stores it.",
        )
    options = taking_over.to_check(takeover.of_source) if checks else takeover.of_source
    has_keys = _KEY in takeover.options
    found = taking_over.opener(call, takeover.source, key, options, has_key_of_each=has_keys)
    return _Texts(found) if takeover.plaintext_type == "text" else found


def values_of(count: int) -> str:
    """Name so many values."""
    return "1 value" if count == 1 else f"{count} values"


class _Texts:
    """Opens values that are texts. A wrong key of raw AES may open a value, but not to a text."""

    def __init__(self, opening: Opener) -> None:
        self._opening = opening

    def open(self, values: Sequence[Encrypted]) -> list[Opened]:
        """Open values, as ``Opener``."""
        return [_checked(one) for one in self._opening.open(values)]


def _checked(value: Opened) -> Opened:
    if isinstance(value, NotOpened):
        return value
    try:
        has_zero = "\0" in value.decode()
    except UnicodeDecodeError:
        has_zero = True
    return NotOpened(NOT_TEXT) if has_zero else value
