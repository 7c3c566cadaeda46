"""Provider ``pkcs11``: a token of an HSM, by its vendor's PKCS#11 module.

The module runs in a process of its own (``_pkcs11_worker``), one for each session that uses
the provider, which logs in once. So a call ends at its deadline or a cancel whatever the
module does, and its crash is not the server's.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from kwruntime.crypto.envelope import LEG_KEY_BYTES
from kwruntime.errors import (
    BadArgument,
    CredentialsRefused,
    KeyDisabled,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
)
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import Entry, check_public, read_secret
from kwruntime.kms.providers._base import KeyDescription, KeyName, RemoteProvider, WrapItem
from kwruntime.kms.providers._options import read_options
from kwruntime.kms.providers._pkcs11_process import Worker, WorkerEnded
from kwruntime.kms.strict import shown

_ALGORITHMS = {1: "AES-256-GCM", 2: "AES-256-KW"}
_WRAPPED_BYTES = {1: 61, 2: 41}  # by the first byte, see _pkcs11_worker
_HEX = re.compile(r"(?:[0-9a-f]{2}){1,64}|[0-9a-f]{2}(?::[0-9a-f]{2}){0,63}")
_FAILURE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")
_FOUND_ID = re.compile(r"(?:[0-9a-f]{2}){1,64}")
_CHECK_VALUE = re.compile(r"[0-9a-f]{6}")

# Failures after which the token may be there again for a new process.
_GONE = (
    "DeviceError", "DeviceRemoved", "TokenNotPresent", "SessionClosed", "SessionHandleInvalid",
    "UserNotLoggedIn", "GeneralError", "FunctionFailed",
)  # fmt: skip


class Pkcs11Provider(RemoteProvider):
    """One token."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name = name
        self._options = options
        self.location = f"{options['library']} token {options['token']}"
        self._worker: Worker | None = None
        self._refused_pin: tuple[int, ...] | None = None

    @classmethod
    def from_entry(cls, name: str, entry: Entry) -> Self:
        """Make it from its entry in the provider file; raises ``ProviderRefused``."""
        options = read_options(name, entry, "pkcs11")
        if not all("=" in variable for variable in options["environment"]):
            raise ProviderRefused(
                f"[providers.{name}] of the provider file: environment must be a list of NAME=value"
            )
        check_public(Path(options["library"]))
        if find_spec("pkcs11") is None:  # what the process of the module would end by at once
            raise ModuleNotFoundError("not installed", name="pkcs11")
        return cls(name, options)

    # -- keys -----------------------------------------------------------------------------

    def probe(self) -> None:
        """Log in to the token."""
        self._retried(None, self._deadline())

    def describe(self, reference: str) -> KeyDescription:
        """Look a key up by its label, or by its id as ``id:`` and hexadecimal digits."""
        found = self.ask(reference, "find", **search(reference))
        found = self.checked_id(reference, found)
        if found.get("bits") != 256:
            raise ProviderRefused(f'key "{reference}" of provider "{self.name}" is not AES-256')
        if found.get("mode") not in tuple(_ALGORITHMS):  # it may be no number, and no key of a dict
            raise self._disabled(reference)
        # Not the token's serial number: a key keeps its id in another HSM of a cluster.
        external_id = self.place_of(found["id"])
        if _CHECK_VALUE.fullmatch(str(found.get("check_value"))):
            external_id += f"#{found['check_value']}"
        return KeyDescription(
            external_id,
            _ALGORITHMS[found["mode"]],
            origin=None if found.get("is_local", True) else "was made outside its token",
        )

    def checked_id(self, reference: str, found: Any) -> dict[str, Any]:
        """Return what the worker tells of a key, which has an id that can be recorded."""
        if not isinstance(found, dict) or not isinstance(found.get("id"), str):
            raise self.wrong_answer()
        if not _FOUND_ID.fullmatch(found["id"]):
            raise ProviderRefused(
                f'key "{reference}" of provider "{self.name}" requires an id of at most 64 bytes',
                hint="Give it a CKA_ID. A key is known by its id, because a label can be moved.",
            )
        return found

    def place_of(self, key_id: str) -> str:
        """Return the token and the id of a key."""
        return f"{self._options['token']}/{key_id}"

    def is_same(self, recorded: str | None, found: str | None) -> bool:
        """Return whether they are one key: of one id, and of one check value where both say it."""
        was, now = ((one or "").partition("#") for one in (recorded, found))
        return was[0] == now[0] and (was[2] == now[2] or not was[2] or not now[2])

    def check_files(self) -> None:
        """See that the PIN is one line."""
        read_secret(Path(self._options["pin_file"]))

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make an AES-256 key, sensitive and never extractable."""
        if algorithm not in (None, *_ALGORITHMS.values()):
            raise ProviderRefused(
                f'provider "{self.name}" creates keys of AES-256, not of "{algorithm}"'
            )
        check_label(reference)
        self.check_free(reference, lambda: self.describe(reference))
        self.ask(reference, "create", label=reference)
        return self.describe(reference)

    # -- wrapping -------------------------------------------------------------------------

    def wrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Have the token encrypt or wrap leg keys."""
        wrapped = [self._bytes(one) for one in self._many("wrap", key, items)]
        if not all(one and len(one) == _WRAPPED_BYTES.get(one[0]) for one in wrapped):
            raise self.wrong_answer()
        return wrapped

    def unwrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Have the token open wrapped leg keys."""
        well_formed = [
            bool(item.data) and len(item.data) == _WRAPPED_BYTES.get(item.data[0]) for item in items
        ]
        asked = [item for item, good in zip(items, well_formed, strict=True) if good]
        opened = iter(self._many("unwrap", key, asked) if asked else ())
        return [
            self._leg_key(key.reference, next(opened) if good else None) for good in well_formed
        ]

    def _leg_key(self, reference: str, opened: object) -> bytes | ProviderError:
        if opened is None:
            return self.context_refused(reference)
        leg_key = self._bytes(opened)
        return leg_key if len(leg_key) == LEG_KEY_BYTES else self.wrong_answer()

    def _bytes(self, text: object) -> bytes:
        try:
            return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
        except (binascii.Error, ValueError):
            raise self.wrong_answer() from None

    def _many(self, do: str, key: KeyName, items: Sequence[WrapItem]) -> list[Any]:
        packed = [[_text(item.data), _text(item.context)] for item in items]
        key_id, _, check_value = (key.external_id or "").rpartition("/")[2].partition("#")
        results = self.ask(key.reference, do, key_id=key_id, check_value=check_value, items=packed)
        if not isinstance(results, list) or len(results) != len(items):
            raise self.wrong_answer()
        return results

    # -- the worker -----------------------------------------------------------------------

    def ask(self, reference: str, do: str, **request: Any) -> Any:
        """Return what the worker answers to a request about a key."""
        answer = self._retried({"do": do, **request}, self._deadline())
        if "failure" in answer:
            raise self._failure(answer, reference)
        if "result" not in answer:
            raise self.wrong_answer()
        return answer["result"]

    def _retried(self, request: dict[str, Any] | None, deadline: Deadline) -> dict[str, Any]:
        """Return an answer; where the worker or the token is gone, what a new worker answers."""
        try:
            try:
                return self._answer(request, deadline)
            except WorkerEnded as ended:
                if ended.is_useless:
                    raise
            except _TokenGone:
                pass
            self._drop()
            try:
                return self._answer(request, deadline)
            except _TokenGone as gone:
                raise self._failure(gone.answer, None) from None
        except BaseException:  # a deadline or a cancel: its answer would come when nobody asks
            self._drop()
            raise

    def _answer(self, request: dict[str, Any] | None, deadline: Deadline) -> dict[str, Any]:
        worker = self._logged_in(deadline)
        answer: dict[str, Any] = {} if request is None else worker.ask(request, deadline)
        if answer.get("failure") in _GONE:
            raise _TokenGone(answer)
        return answer

    def _deadline(self) -> Deadline:
        return Deadline(self._options["total_seconds"], f'provider "{self.name}"')

    def _logged_in(self, deadline: Deadline) -> Worker:
        pin = read_secret(Path(self._options["pin_file"]))
        if self._worker is not None and self._worker.is_running():
            return self._worker
        # A token counts wrong PINs and locks itself: one is tried once, until its file changes.
        if pin.signature == self._refused_pin:
            raise self._bad_pin()
        self._worker = worker = Worker(self.name, self._options["environment"], pin.text)
        request = {
            "do": "log in",
            "library": self._options["library"],
            "label": self._options["token"],
            "serial": self._options["serial"],
            "slot": self._options["slot"],
            "pin": pin.text,
        }
        answer = worker.ask(request, deadline)
        failure = answer.get("failure")
        if failure is None:
            return worker
        self._drop()
        if failure in ("PinIncorrect", "PinInvalid", "PinLenRange"):
            self._refused_pin = pin.signature
            raise self._bad_pin()
        raise self._failure(answer, None)

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _bad_pin(self) -> CredentialsRefused:
        return CredentialsRefused(
            f'provider "{self.name}": the token does not accept the PIN of pin_file',
            hint="Write the right PIN to the file. This session does not try the wrong one again.",
        )

    def _disabled(self, reference: str) -> KeyDisabled:
        return KeyDisabled(
            f'key "{reference}" of provider "{self.name}" cannot be used for this in its token',
            hint="Set CKA_ENCRYPT and CKA_DECRYPT for AES-GCM, or CKA_WRAP and CKA_UNWRAP. Set "
            "CKA_SIGN of a key that signs.",
        )

    def _failure(self, answer: dict[str, Any], reference: str | None) -> ProviderError:
        """Name what a failure of the worker means."""
        failure = answer["failure"]
        if not isinstance(failure, str) or not _FAILURE.fullmatch(failure):
            return self.wrong_answer()
        if failure == "NoSuchKey" and reference is not None:
            return self.lost(reference)
        if failure == "KeyChanged" and reference is not None:
            return self.changed(reference)
        if failure == "KeyFunctionNotPermitted" and reference is not None:
            return self._disabled(reference)
        if failure == "MultipleObjectsReturned":
            return ProviderRefused(
                f'provider "{self.name}" has more than one key "{reference}"',
                hint="Name it by its id, such as id:0123.",
            )
        if failure in ("PinFinalTry", "PinLocked", "PinExpired"):
            return CredentialsRefused(
                f'provider "{self.name}": the token accepts no PIN any more, or only one last try',
                hint="Log in with the vendor's tool, or have the security officer reset the PIN.",
            )
        if failure == "MultipleTokensReturned":
            tokens = answer.get("tokens")
            return ProviderRefused(
                f'provider "{self.name}": the module has several tokens of label '
                f'"{self._options["token"]}"',
                hint=f"Set serial, or slot, in the provider file. Serial and slot of each: "
                f"{', '.join(map(shown, tokens[:5])) if isinstance(tokens, list) else 'unknown'}.",
            )
        if failure in ("NoSuchToken", "TokenNotPresent"):
            return ProviderUnreachable(
                f'provider "{self.name}": the module has no token of that label, serial and slot',
                hint="Check library, token, serial, slot and environment in the provider file.",
            )
        return ProviderUnreachable(
            f'provider "{self.name}": the module failed: {failure}',
            hint="Check library and environment in the provider file, and the HSM.",
        )


class _TokenGone(Exception):
    """The token is away; it may be there again for a new process."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__()
        self.answer = answer


def search(reference: str) -> dict[str, str | None]:
    """Return the label or the id that a reference gives; raises ``BadArgument``."""
    key_id = _id_of(reference)
    return {"label": None if key_id else reference, "key_id": key_id}


def check_label(reference: str) -> None:
    """Raise ``BadArgument`` where a new key would be called by an id."""
    if _id_of(reference) is not None:
        raise BadArgument("a new key requires a label: its id is random")


def _id_of(reference: str) -> str | None:
    """Return the CKA_ID that a reference gives, in hexadecimal; None of a label.

    In capitals and with colons, too, as tools print it; raises ``BadArgument``.
    """
    if reference[:3].lower() != "id:":
        return None
    digits = reference[3:].lower().removeprefix("0x")
    found = _HEX.fullmatch(digits)
    if found is None:
        raise BadArgument(
            f'"{reference}" cannot name a key by its id',
            hint="Use id: and the hexadecimal digits of its CKA_ID, such as id:ab12cd or "
            "id:AB:12:CD.",
        )
    return digits.replace(":", "")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
