"""Field ciphertexts: header, associated data, sealing and opening (docs/format.md)."""

import os
from collections.abc import Callable, Sequence
from struct import Struct
from typing import NamedTuple

from kwruntime.crypto.aes_gcm import AESGCM
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.formats import BY_MAGIC, FORMATS, Format, labels
from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.xaes import NONCE_BYTES, PREFIX_BYTES, XAES256GCM

EVERY_ROW = "*"
HEADER_BYTES = 14
AES = 1
XAES = 2
SUITES = {AES: "AES-256-GCM", XAES: "XAES-256-GCM"}
_TAG_BYTES = 16
_HEADER = Struct(">BBQI")
_BINDING = slice(2, 10)
_MAX_BINDING = 2**63 - 1  # what the columns of kw.encryption_bindings can hold
_MAX_GENERATION = 2**31 - 1
_U32 = Struct(">I")
_AES_NONCE = 12
_AES_DATA = HEADER_BYTES + _AES_NONCE
_XAES_DATA = HEADER_BYTES + NONCE_BYTES
_AT_ONCE = 256  # values whose message keys are derived at once
_RARE_NONCES_END = b"\x00\x00\x10"  # one random nonce in 2**20 comes before it
_LARGE = 1 << 16  # bytes from which a copy is worth avoiding
_PREFIX_END = HEADER_BYTES + PREFIX_BYTES
# lp() with the lengths that never change written out
_FIELD = labels("field", _U32.pack(HEADER_BYTES))
_FIELD_KEY = labels("field key")
_LP_1, _LP_4, _LP_8 = map(_U32.pack, (1, 4, 8))
# by the first two bytes of a header: how the info of its field key and its associated data begin
_BY_START = {
    bytes((form.magic, suite)): (
        _FIELD_KEY[form] + _LP_1 + bytes((suite,)) + _LP_8,
        _FIELD[form],
        suite == AES,
    )
    for form in FORMATS
    for suite in SUITES
}
_NAMED = b"\x00"
_WHOLE_ROW = b"\x02"
_CELL = _NAMED + _NAMED


class NotACiphertext(ValueError):
    """The bytes are no field ciphertext of ours."""


class Header(NamedTuple):
    """Which binding and which of its generations made a ciphertext, and in which format."""

    form: Format
    suite: int
    binding_id: int
    generation: int


def least_bytes(suite: int) -> int:
    """Return how long a ciphertext of a suite is at least: header, nonce and tag."""
    return (_AES_DATA if suite == AES else _XAES_DATA) + _TAG_BYTES


def read_header(header: bytes) -> Header:
    """Read the first 14 bytes of a ciphertext; raises ``NotACiphertext``."""
    if len(header) != HEADER_BYTES:
        raise NotACiphertext
    magic, suite, binding_id, generation = _HEADER.unpack(header)
    form = BY_MAGIC.get(magic)
    if form is None or suite not in SUITES:
        raise NotACiphertext
    if not 0 < binding_id <= _MAX_BINDING or not 0 < generation <= _MAX_GENERATION:
        raise NotACiphertext
    return Header(form, suite, binding_id, generation)


def binding_of(data: bytes) -> bytes:
    """Return the bytes of a ciphertext that name its binding."""
    return data[_BINDING]


def make_header(form: Format, suite: int, binding_id: int, generation: int) -> bytes:
    """Return the 14 bytes that the ciphertexts of a binding's generation begin with.

    ``form`` is the format of that generation's wrapper, ``suite`` the binding's.
    """
    return _HEADER.pack(form.magic, suite, binding_id, generation)


def _tail(data: bytes, start: int) -> bytes | memoryview:
    """Return what follows ``start``, without a copy where that would be large."""
    return data[start:] if len(data) < _LARGE else memoryview(data)[start:]


class OpenerOfEveryRow:
    """Opens what a binding of every row has sealed: one value, or many that it sealed all."""

    __slots__ = ("_head", "_tail", "_xaes")

    def __init__(self, xaes: XAES256GCM, head: bytes, tail: bytes) -> None:
        self._xaes = xaes
        self._head = head
        self._tail = tail

    def __call__(self, pk: str, data: bytes) -> bytes:
        """Open a value of a key; raises as ``FieldCipher.opener`` says."""
        return self._open(self._xaes.message_key(data[HEADER_BYTES:_PREFIX_END]), pk, data)

    def open_into(
        self, opened: list[bytes | None], pks: Sequence[str], values: Sequence[bytes]
    ) -> None:
        """Append the opened values, in order; raises at the first that does not open.

        A value that is too short stops all that would be opened together with it.
        """
        open_one = self._open
        for start in range(0, len(values), _AT_ONCE):
            part = values[start : start + _AT_ONCE]
            keys = self._xaes.message_keys([data[HEADER_BYTES:_PREFIX_END] for data in part])
            for key, pk, data in zip(keys, pks[start : start + _AT_ONCE], part, strict=True):
                opened.append(open_one(key, pk, data))

    def _open(self, message_key: AESGCM, pk: str, data: bytes) -> bytes:
        key = pk.encode()
        return message_key.decrypt(
            data[_PREFIX_END:_XAES_DATA],
            _tail(data, _XAES_DATA),
            self._head + _U32.pack(len(key)) + key + self._tail,
        )


class FieldCipher:
    """Seals and opens the values of one binding and generation.

    ``prk`` is the wrapper's, and ``header`` what the ciphertexts begin with; ``names_key`` and
    ``names_field`` say which coordinates the binding names. What it does not name is
    authenticated with each value.
    """

    __slots__ = ("_aes", "_label", "_names_field", "_names_key", "_xaes", "header", "rare_nonces")

    def __init__(self, prk: Prf, header: bytes, *, names_key: bool, names_field: bool) -> None:
        self.header = header
        start, self._label, is_aes = _BY_START[header[:2]]
        key = prk.expand(start + header[2:10] + _LP_4 + header[10:])
        self._aes = AESGCM(key) if is_aes else None
        self._xaes = None if is_aes else XAES256GCM(key)
        self._names_key = names_key
        self._names_field = names_field
        self.rare_nonces = 0
        """How many of its nonces of suite 1 began with 20 zero bits; set to 0 by who counts."""

    def seal(
        self, pks: Sequence[str | None], field: str | None, values: Sequence[bytes | None]
    ) -> list[bytes | None]:
        """Encrypt values in order, null for null."""
        head, tail = self._frame(field)
        header = self.header
        sealed: list[bytes | None] = []
        if self._aes is not None:
            aad = head + tail
            for value in values:
                if value is None:
                    sealed.append(None)
                    continue
                nonce = os.urandom(_AES_NONCE)
                if nonce < _RARE_NONCES_END:
                    self.rare_nonces += 1
                sealed.append(header + nonce + self._aes.encrypt(nonce, value, aad))
            return sealed
        assert self._xaes is not None
        # One message key a call; within it the last 12 bytes of the nonce count up.
        prefix = os.urandom(PREFIX_BYTES)
        counter = int.from_bytes(os.urandom(PREFIX_BYTES), "big")
        encrypt = self._xaes.message_key(prefix).encrypt
        start = header + prefix
        pack = _U32.pack
        names_key, aad = self._names_key, head + tail
        for pk, value in zip(pks, values, strict=True):
            if value is None:
                sealed.append(None)
                continue
            counter = (counter + 1) & 0xFFFFFFFFFFFFFFFFFFFFFFFF
            nonce = counter.to_bytes(12, "big")
            if not names_key:
                assert pk is not None
                key = pk.encode()
                aad = head + pack(len(key)) + key + tail
            sealed.append(start + nonce + encrypt(nonce, value, aad))
        return sealed

    def opener(self, field: str | None) -> Callable[[str, bytes], bytes]:
        """Return what opens a ciphertext with this header, asked for at (key, ``field``).

        It raises ``InvalidTag`` or ``ValueError`` where the ciphertext does not belong there.
        """
        if self._aes is not None and self._names_field:
            return self._open_cell
        head, tail = self._frame(field)
        if self._aes is not None:
            aad = head + tail
            decrypt = self._aes.decrypt

            def open_named(_pk: str, data: bytes) -> bytes:
                return decrypt(data[HEADER_BYTES:_AES_DATA], _tail(data, _AES_DATA), aad)

            return open_named
        assert self._xaes is not None
        if not self._names_key:
            return OpenerOfEveryRow(self._xaes, head, tail)
        aad, message_key = head + tail, self._xaes.message_key

        def open_named_by_xaes(_pk: str, data: bytes) -> bytes:
            cipher = message_key(data[HEADER_BYTES:_PREFIX_END])
            return cipher.decrypt(data[_PREFIX_END:_XAES_DATA], _tail(data, _XAES_DATA), aad)

        return open_named_by_xaes

    def _open_cell(self, _pk: str, data: bytes) -> bytes:
        """Open a value where the binding names key and field. No closure: most keys are such."""
        assert self._aes is not None
        return self._aes.decrypt(
            data[HEADER_BYTES:_AES_DATA], _tail(data, _AES_DATA), self._label + self.header + _CELL
        )

    def _frame(self, field: str | None) -> tuple[bytes, bytes]:
        """The associated data before and after the length and bytes of an open key."""
        if self._names_field:
            tail = _NAMED
        elif field is None:
            tail = _WHOLE_ROW
        else:
            tail = b"\x01" + lp(field.encode())
        key = _NAMED if self._names_key else b"\x01"
        return self._label + self.header + key, tail
