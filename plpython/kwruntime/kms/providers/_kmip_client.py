"""A KMIP 1.4 client: batches of operations over one kept TLS connection.

https://docs.oasis-open.org/kmip/spec/v1.4/os/kmip-spec-v1.4-os.html
"""

import ssl
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from kwruntime.errors import ProviderRefused, ProviderUnreachable, WrongAnswer
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.providers import _ttlv as ttlv
from kwruntime.kms.providers._channel import (
    MAX_ANSWER_BYTES,
    Channel,
    Host,
    TlsFiles,
    connect,
    failure,
    too_long,
)

_PORT = 5696
_VERSION = (1, 4)
_SUCCESS = 0
_CONTINUE_AFTER_ERRORS = 1
_ID_BYTES = 8


class Tag(IntEnum):
    """The tags that are sent or looked for (section 9.1.3.1)."""

    ATTRIBUTE = 0x420008
    ATTRIBUTE_NAME = 0x42000A
    ATTRIBUTE_VALUE = 0x42000B
    BATCH_COUNT = 0x42000D
    BATCH_ERROR_CONTINUATION_OPTION = 0x42000E
    BATCH_ITEM = 0x42000F
    BLOCK_CIPHER_MODE = 0x420011
    CRYPTOGRAPHIC_ALGORITHM = 0x420028
    CRYPTOGRAPHIC_PARAMETERS = 0x42002B
    IV_COUNTER_NONCE = 0x42003D
    NAME_TYPE = 0x420054
    NAME_VALUE = 0x420055
    OBJECT_TYPE = 0x420057
    OPERATION = 0x42005C
    PROTOCOL_VERSION = 0x420069
    PROTOCOL_VERSION_MAJOR = 0x42006A
    PROTOCOL_VERSION_MINOR = 0x42006B
    QUERY_FUNCTION = 0x420074
    REQUEST_HEADER = 0x420077
    REQUEST_MESSAGE = 0x420078
    REQUEST_PAYLOAD = 0x420079
    RESPONSE_MESSAGE = 0x42007B
    RESPONSE_PAYLOAD = 0x42007C
    RESULT_REASON = 0x42007E
    RESULT_STATUS = 0x42007F
    TEMPLATE_ATTRIBUTE = 0x420091
    UNIQUE_BATCH_ITEM_ID = 0x420093
    UNIQUE_IDENTIFIER = 0x420094
    DATA = 0x4200C2
    TAG_LENGTH = 0x4200CE
    AUTHENTICATED_ENCRYPTION_ADDITIONAL_DATA = 0x4200FE
    AUTHENTICATED_ENCRYPTION_TAG = 0x4200FF


class Operation(IntEnum):
    """What a server may be asked (section 9.1.3.2.27)."""

    CREATE = 1
    LOCATE = 8
    GET_ATTRIBUTES = 11
    ACTIVATE = 18
    QUERY = 24
    ENCRYPT = 31
    DECRYPT = 32


class Reason(IntEnum):
    """Why it did not do it (section 9.1.3.2.29, and of KMIP 2.0 those that say more)."""

    ITEM_NOT_FOUND = 0x01
    RESPONSE_TOO_LARGE = 0x02
    AUTHENTICATION_NOT_SUCCESSFUL = 0x03
    OPERATION_NOT_SUPPORTED = 0x05
    CRYPTOGRAPHIC_FAILURE = 0x0A
    PERMISSION_DENIED = 0x0C
    OBJECT_ARCHIVED = 0x0D
    GENERAL_FAILURE = 0x100
    INTERNAL_SERVER_ERROR = 0x2A
    OBJECT_DESTROYED = 0x36
    OBJECT_NOT_FOUND = 0x37
    NOT_AUTHORISED = 0x39
    SERVER_LIMIT_EXCEEDED = 0x3A
    WRONG_KEY_LIFECYCLE_STATE = 0x43
    PROTECTION_STORAGE_UNAVAILABLE = 0x44


class Result(NamedTuple):
    """What became of one operation: a payload, or the number of the reason why not."""

    payload: ttlv.Item | None
    reason: int | None

    def __repr__(self) -> str:
        return f"Result({self.reason})"


class KmipClient:
    """One kept connection to one server. ``name`` is the provider's, for messages."""

    def __init__(
        self,
        name: str,
        address: str,
        *,
        tls: TlsFiles,
        connect_seconds: float,
        total_seconds: float,
    ) -> None:
        host, _, port = address.rpartition(":") if ":" in address else (address, "", str(_PORT))
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 1 << 16:
            raise ProviderRefused(f'provider "{name}": address must be host:port')
        self._name = name
        self._host = Host(host.strip("[]"), int(port))  # brackets: of an IPv6 address
        self._tls = tls
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._kept: Channel | None = None
        self._asked = 0

    def deadline(self) -> Deadline:
        """Return the deadline of one piece of work, which may take several requests."""
        return Deadline(self._total_seconds, f'provider "{self._name}"')

    def ask(
        self, operation: Operation, payloads: Sequence[Sequence[ttlv.Item]], deadline: Deadline
    ) -> list[Result]:
        """Have one operation done for each payload, in one request; the results, in order.

        Raises ``ProviderUnreachable`` or ``WrongAnswer``. A kept connection that the server
        has closed meanwhile is opened again, once, so a request may be sent twice.
        """
        # Never the same twice: an answer to an earlier request is none to this one.
        ids = [(self._asked + index).to_bytes(_ID_BYTES, "big") for index in range(len(payloads))]
        self._asked += len(payloads)
        request = ttlv.encode(_request(operation, payloads, ids))
        try:
            return _results(ttlv.decode(self._exchange(request, deadline)), ids)
        except ttlv.Malformed as error:
            if self._kept is not None:  # what else comes by it belongs to nobody
                self._kept.shut()
                self._kept = None
            raise WrongAnswer(f'provider "{self._name}" returned a wrong answer: {error}') from None
        except OSError as error:
            raise failure(self._name, error) from None

    def _exchange(self, request: bytes, deadline: Deadline) -> bytes:
        kept, self._kept = self._kept, None
        if kept is not None and kept.trusted != self._tls.signature():
            kept.shut()
            kept = None
        if kept is not None:
            try:
                return self._send(kept, request, deadline)
            except (_Closed, ConnectionError, ssl.SSLEOFError):
                pass  # closed between two requests
        channel = connect(self._name, self._host, self._tls, deadline, self._connect_seconds)
        return self._send(channel, request, deadline)

    def _send(self, channel: Channel, request: bytes, deadline: Deadline) -> bytes:
        done = False
        try:
            channel.begin(deadline)
            channel.sendall(request)
            header = self._receive(channel, ttlv.HEADER_BYTES, b"")
            length = ttlv.body_bytes(header, Tag.RESPONSE_MESSAGE)
            if length > MAX_ANSWER_BYTES:
                raise too_long(self._name)
            answer = self._receive(channel, length, header)
            done = True
            return answer
        finally:
            if done:
                self._kept = channel
            else:  # an error, or a cancel: what is left in the connection belongs to nobody
                channel.shut()

    def _receive(self, channel: Channel, size: int, before: bytes) -> bytes:
        """Return ``before`` and as many bytes more."""
        received = bytearray(len(before) + size)
        received[: len(before)] = before
        filled = len(before)
        while filled < len(received):
            count = channel.receive_into(memoryview(received)[filled:])
            if not count and not filled:
                raise _Closed(f'provider "{self._name}" closed the connection')
            if not count:
                raise WrongAnswer(f'provider "{self._name}" returned a truncated answer')
            filled += count
        return bytes(received)


class _Closed(ProviderUnreachable):
    """The connection ended before an answer began."""


def _request(
    operation: Operation, payloads: Sequence[Sequence[ttlv.Item]], ids: Sequence[bytes]
) -> ttlv.Item:
    major, minor = _VERSION
    header = ttlv.structure(
        Tag.REQUEST_HEADER,
        ttlv.structure(
            Tag.PROTOCOL_VERSION,
            ttlv.integer(Tag.PROTOCOL_VERSION_MAJOR, major),
            ttlv.integer(Tag.PROTOCOL_VERSION_MINOR, minor),
        ),
        ttlv.enumeration(Tag.BATCH_ERROR_CONTINUATION_OPTION, _CONTINUE_AFTER_ERRORS),
        ttlv.integer(Tag.BATCH_COUNT, len(payloads)),
    )
    items = [
        ttlv.structure(
            Tag.BATCH_ITEM,
            ttlv.enumeration(Tag.OPERATION, operation),
            ttlv.octets(Tag.UNIQUE_BATCH_ITEM_ID, item_id),
            ttlv.structure(Tag.REQUEST_PAYLOAD, *payload),
        )
        for item_id, payload in zip(ids, payloads, strict=True)
    ]
    return ttlv.structure(Tag.REQUEST_MESSAGE, header, *items)


def _results(answer: ttlv.Item, ids: Sequence[bytes]) -> list[Result]:
    """Return the results in the order of what was asked; raises ``Malformed``."""
    found = answer.all(Tag.BATCH_ITEM)
    whole = found[0] if len(found) == 1 else None
    if whole and not whole.find(Tag.UNIQUE_BATCH_ITEM_ID) and whole.number(Tag.RESULT_STATUS):
        return [_result(whole)] * len(ids)  # the request was refused as a whole
    by_id = {one.octets(Tag.UNIQUE_BATCH_ITEM_ID): one for one in found}
    if len(found) != len(ids) or by_id.keys() != set(ids):
        raise ttlv.Malformed("it does not match the request")
    return [_result(by_id[one]) for one in ids]


def _result(item: ttlv.Item) -> Result:
    if item.number(Tag.RESULT_STATUS) != _SUCCESS:
        return Result(None, item.number(Tag.RESULT_REASON) or Reason.GENERAL_FAILURE)
    return Result(item.find(Tag.RESPONSE_PAYLOAD), None)
