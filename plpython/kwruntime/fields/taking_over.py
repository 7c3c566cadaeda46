"""Values that other tools encrypted, opened with their old key. Runs as the caller.

The key is an argument of the call: nothing here keeps it longer, and no error shows it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

from kwruntime.call import Call
from kwruntime.errors import BadArgument, DecryptionFailed, NotFound
from kwruntime.foreign import lockbox, openpgp, rails, raw_aes
from kwruntime.foreign.findings import (
    DOES_NOT_OPEN,
    IN_THE_CLEAR,
    KEY_IN_THE_CLEAR,
    NOT_TRIED,
    NotOpened,
)
from kwruntime.foreign.options import Options, without_line_end
from kwruntime.postgres.backend import ENCODING
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.postgres.messages import SPIError
from kwruntime.store import foreign_functions

# SQLSTATEs: of data, of a function's library, and that pgsodium does not have a key
_OF_THE_VALUE = ("22", "39", "P0002")
ACCEPT = "accept_in_the_clear"
_HINTS = dict.fromkeys(
    (IN_THE_CLEAR, KEY_IN_THE_CLEAR),
    "Find such values with kw.check_takeover. "
    f"If they are trustworthy, take them over with option {ACCEPT}.",
)


class Encrypted(NamedTuple):
    """A value, and what opens it where that is not in it; ``key`` is the uuid of a pgsodium key."""

    value: bytes
    nonce: bytes | None = None
    associated: bytes | None = None
    key: str | None = None


class Beside(NamedTuple):
    """What is beside many values, each as long as they, or None."""

    nonces: Sequence[bytes | None] | None
    associated: Sequence[bytes | None] | None
    key_uuids: Sequence[str | None] | None


Opened = bytes | NotOpened


class Opener(Protocol):
    """Opens values of one source with one key."""

    def open(self, values: Sequence[Encrypted]) -> list[Opened]:
        """Return the plaintext of each value, texts in UTF-8, or why it does not open."""


def opener(
    call: Call, source: str, key: bytes | None, options: object, *, has_key_of_each: bool
) -> Opener:
    """Return what opens the values of a source; raises ``BadArgument``."""
    if source not in _SOURCES:
        raise _unknown_source()
    if has_key_of_each and isinstance(options, dict):
        options = options | {_KEY_OF_EACH: True}
    return _SOURCES[source](call, key, options)


def check_options(source: str, options: object) -> None:
    """Raise ``BadArgument`` for a source or an option that does not exist, without the key."""
    if source not in _SOURCES:
        raise _unknown_source()
    Options(options, _OPTIONS[source])


def _unknown_source() -> BadArgument:
    # not repeated, nor are options: a key may stand there by mistake
    return BadArgument("source is not supported", hint=f"Use {', '.join(_SOURCES)}.")


def to_check(options: object) -> object:
    """Return the options by which every value is found that should be looked at."""
    if not isinstance(options, dict):
        return options
    return {name: value for name, value in options.items() if name != ACCEPT}


def open_all(opening: Opener, values: Sequence[bytes | None], beside: Beside) -> list[bytes | None]:
    """Open values, in order; null for null. Raises ``DecryptionFailed`` if one does not open."""
    nothing = [None] * len(values)
    rows = list(zip(values, *(column or nothing for column in beside), strict=True))
    there = [Encrypted(value, *others) for value, *others in rows if value is not None]
    done = iter(opening.open(there))
    plain: list[bytes | None] = []
    for number, value in enumerate(values, 1):
        result = None if value is None else next(done)
        if isinstance(result, NotOpened):
            raise DecryptionFailed(
                f"value {number} of {len(values)} cannot be taken over: {result.finding}",
                hint=_HINTS.get(result.finding, "Check key and options with kw.check_takeover."),
            )
        plain.append(result)
    return plain


# -- the sources ----------------------------------------------------------------------------------


class _Reader(Protocol):
    def open(self, value: bytes, nonce: bytes | None, associated: bytes | None) -> bytes: ...


class _Here:
    """Opens values in this process, one after the other."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def open(self, values: Sequence[Encrypted]) -> list[Opened]:
        return [self._one(value) for value in values]

    def _one(self, value: Encrypted) -> Opened:
        check_interrupts()
        try:
            return self._reader.open(value.value, value.nonce, value.associated)
        except NotOpened as error:
            return error


def _here(
    reader: Callable[[bytes, Options], _Reader],
    known: Sequence[str],
    _: Call,
    key: bytes | None,
    options: object,
) -> Opener:
    return _Here(reader(_given(key), Options(options, known)))


def _given(key: bytes | None) -> bytes:
    if key is None:
        raise BadArgument("key is null")
    return key


_Typed = tuple[str, Any]
"""A type of SQL, and a value of it."""


class _ByFunction:
    """Opens values by a function of the extension that wrote them."""

    def __init__(
        self, call: Call, name: str, arguments: str, common: Sequence[_Typed], *, of_text: bool
    ) -> None:
        self._call = call
        kinds = tuple(kind for kind, _ in common)
        self._query = foreign_functions.opened(name, arguments, kinds, of_text=of_text)
        self._common = [value for _, value in common]

    def open(self, values: Sequence[Encrypted]) -> list[Opened]:
        """Open values together, and one by one where that fails."""
        plain = self._tried(values)
        if plain is None:
            plain = [one for value in values for one in self._tried([value]) or [None]]
        # null is what a function that is STRICT makes of a nonce that is missing
        return [NotOpened(DOES_NOT_OPEN) if one is None else one for one in plain]

    def _tried(self, values: Sequence[Encrypted]) -> list[bytes | None] | None:
        """Return the plaintexts; None where one of the values does not open."""
        columns = [[value[place] for value in values] for place in range(len(Encrypted._fields))]
        try:
            with self._call.server.subtransaction():
                rows = self._call.execute(self._query, *columns, *self._common)
        except SPIError as error:
            if str(getattr(error, "sqlstate", "")).startswith(_OF_THE_VALUE):
                return None
            raise
        return [row["plain"] for row in rows]


def _function(call: Call, extension: str, name: str, types: str) -> str:
    """Return the function of an extension; raises ``NotFound``."""
    rows = call.execute(foreign_functions.FUNCTION, extension, name, types)
    if not rows:
        raise NotFound(
            f"extension {extension} with function {name} is not installed in this database",
            hint=f"Install {extension}, as a superuser, where the values were encrypted.",
        )
    return str(rows[0]["name"])


class _Messages:
    """Opens OpenPGP messages: what they show without a key here, the others by pgcrypto."""

    def __init__(self, call: Call, key: bytes | None, given: object) -> None:
        self._call = call
        options = Options(given, _PGP_OPTIONS)
        self._is_accepted = options.flag(ACCEPT)
        self._is_binary = options.flag("binary")
        self._rest: _ByFunction | None = None
        if key is not None:
            name = "pgp_sym_decrypt_bytea" if self._is_binary else "pgp_sym_decrypt"
            function = _function(call, "pgcrypto", name, "bytea, text")
            self._rest = _ByFunction(
                call,
                function,
                "v.value, $5",
                [("text", _password(call, key))],
                of_text=not self._is_binary,
            )

    def open(self, values: Sequence[Encrypted]) -> list[Opened]:
        known = [self._shown(value.value) for value in values]
        rest = [value for value, one in zip(values, known, strict=True) if one is None]
        others: list[Opened] = [NotOpened(NOT_TRIED)] * len(rest)
        if self._rest is not None:
            others = self._rest.open(rest)
        following = iter(others)
        return [next(following) if one is None else one for one in known]

    def _shown(self, value: bytes) -> Opened | None:
        """Return what a message shows without the key; None if it is well encrypted."""
        check_interrupts()
        try:
            shown = openpgp.shown(openpgp.read(value))
        except NotOpened as error:
            return error
        if shown is None:
            return None
        finding, literal = shown
        if not self._is_accepted:
            return NotOpened(finding)
        if self._is_binary:
            return literal.data
        if not literal.is_text:
            return NotOpened(DOES_NOT_OPEN)
        encoding = "UTF8" if literal.is_utf8 else ENCODING
        encoded = [("name", encoding)]
        text = _ByFunction(self._call, "convert_from", "v.value, $5", encoded, of_text=True)
        return text.open([Encrypted(literal.data)])[0]


def _password(call: Call, key: bytes) -> str:
    """Return a password as the database's encoding holds it; no error shows it."""
    try:
        text = without_line_end(key).decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or not (text.isascii() or ENCODING == "UTF8" or call.server.holds(text)):
        raise BadArgument("key is not valid text in this encoding")
    return text


class _Sodium:
    """Opens values by pgsodium, with a key or by the id of one that pgsodium has."""

    def __init__(self, function: str, types: str, arguments: str, *given: Any) -> None:
        call, key, options_given = given
        options = Options(options_given, _SODIUM_OPTIONS)
        self._decoded = options.decoder("raw")
        kind, place, common = _sodium_key(key, options)
        name = _function(call, "pgsodium", function, types.replace("KEY", kind))
        arguments = arguments.replace("KEY", place)
        self._opening = _ByFunction(call, name, arguments, common, of_text=False)

    def open(self, values: Sequence[Encrypted]) -> list[Opened]:
        decoded = [self._one(value) for value in values]
        opened = iter(self._opening.open([one for one in decoded if isinstance(one, Encrypted)]))
        return [next(opened) if isinstance(one, Encrypted) else one for one in decoded]

    def _one(self, value: Encrypted) -> Encrypted | NotOpened:
        try:
            return value._replace(value=self._decoded(value.value))
        except NotOpened as error:
            return error


def _sodium_key(key: bytes | None, options: Options) -> tuple[str, str, list[_Typed]]:
    """Return how a function is given the key: its types, their places, and the values."""
    key_id, uuid, of_each = options.number("key_id", -1), options.text("key_uuid"), _KEY_OF_EACH
    if sum((key is not None, key_id >= 0, uuid is not None, options.flag(of_each))) != 1:
        raise BadArgument(
            "pgsodium requires a key, or option key_id or key_uuid, or a key for each value,"
            " and only one of them"
        )
    if options.flag(of_each):
        return "uuid", "v.key", []
    if uuid is not None:
        return "uuid", "$5", [("uuid", uuid)]
    if key is None:
        context = (options.text("context", "pgsodium") or "").encode()
        return "bigint, bytea", "$5, $6", [("int8", key_id), ("bytea", context)]
    if len(key) != _SODIUM_KEY:
        raise BadArgument(f"key of pgsodium must have {_SODIUM_KEY} bytes")
    return "bytea", "$5", [("bytea", key)]


_PGP_OPTIONS = ("binary", ACCEPT)
_KEY_OF_EACH = "key_of_each"
_SODIUM_OPTIONS = ("key_id", "context", "key_uuid", "encoding", _KEY_OF_EACH)
_SODIUM_KEY = 32
_SOURCES: Mapping[str, Callable[[Call, bytes | None, object], Opener]] = {
    "pgcrypto-pgp": _Messages,
    "pgcrypto-raw": partial(_here, raw_aes.RawAes, raw_aes.OPTIONS),
    "pgsodium-det": partial(
        _Sodium,
        "crypto_aead_det_decrypt",
        "bytea, bytea, KEY, bytea",
        "v.value, v.associated, KEY, v.nonce",
    ),
    "pgsodium-secretbox": partial(
        _Sodium, "crypto_secretbox_open", "bytea, bytea, KEY", "v.value, v.nonce, KEY"
    ),
    "lockbox": partial(_here, lockbox.Lockbox, lockbox.OPTIONS),
    "rails": partial(_here, rails.Rails, rails.OPTIONS),
}
_OPTIONS: Mapping[str, Sequence[str]] = {
    "pgcrypto-pgp": _PGP_OPTIONS,
    "pgcrypto-raw": raw_aes.OPTIONS,
    "pgsodium-det": _SODIUM_OPTIONS,
    "pgsodium-secretbox": _SODIUM_OPTIONS,
    "lockbox": lockbox.OPTIONS,
    "rails": rails.OPTIONS,
}
