"""Provider ``pkcs11``: a token of an HSM, by its vendor's PKCS#11 module.

The module runs in a process of its own (``_pkcs11_worker``), one for each session that uses
the provider, which logs in once. So a call ends at its deadline or a cancel whatever the
module does, and its crash is not the server's.
"""

import base64
import json
import os
import re
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from kwruntime.config import Entry, check_public, read_secret
from kwruntime.envelope import LEG_KEY_BYTES
from kwruntime.errors import (
    BadArgument,
    CredentialsRefused,
    KeyDisabled,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
)
from kwruntime.providers._base import KeyDescription, KeyName, RemoteProvider, WrapItem
from kwruntime.providers._options import read_options
from kwruntime.waiting import Deadline

_ALGORITHMS = {1: "AES-256-GCM", 2: "AES-256-KW"}
_WRAPPED_BYTES = {1: 61, 2: 41}  # by the first byte, see _pkcs11_worker
_BY_ID = re.compile(r"id:((?:[0-9a-f]{2}){1,64})")

# Failures after which the token may be there again for a new process.
_GONE = {
    "DeviceError", "DeviceRemoved", "TokenNotPresent", "SessionClosed", "SessionHandleInvalid",
    "UserNotLoggedIn", "GeneralError", "FunctionFailed",
}  # fmt: skip


class Pkcs11Provider(RemoteProvider):
    """One token."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name = name
        self._options = options
        self.location = f"{options['library']} token {options['token']}"
        self._worker: _Worker | None = None
        self._refused_pin: tuple[int, ...] | None = None

    @classmethod
    def from_entry(cls, name: str, entry: Entry) -> Self:
        """Make it from its entry in the provider file; raises ``ProviderRefused``."""
        options = read_options(name, entry, "pkcs11")
        if not all("=" in variable for variable in options["environment"]):
            raise ProviderRefused(
                f"[providers.{name}] of the provider file: environment is a list of NAME=value"
            )
        check_public(Path(options["library"]))
        return cls(name, options)

    # -- keys -----------------------------------------------------------------------------

    def probe(self) -> None:
        """Log in to the token."""
        self._logged_in(self._deadline())

    def describe(self, reference: str) -> KeyDescription:
        """Look a key up by its label, or by its id as ``id:`` and hexadecimal digits."""
        found = self._ask(reference, "find", **_search(reference))
        if not found["id"]:
            raise ProviderRefused(
                f"key {reference!r} of provider {self.name!r} has no id",
                hint="Give it a CKA_ID: wraps are bound to it, since a label can be moved.",
            )
        if found["bits"] != 256:
            raise ProviderRefused(f"key {reference!r} of provider {self.name!r} is not AES-256")
        if found["mode"] is None:
            raise self._disabled(reference)
        # Not the token's serial number: a key keeps its id in another HSM of a cluster.
        external_id = f"{self._options['token']}/{found['id']}"
        return KeyDescription(external_id, _ALGORITHMS[found["mode"]])

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make an AES-256 key, sensitive and never extractable."""
        if algorithm not in (None, *_ALGORITHMS.values()):
            raise ProviderRefused(
                f"provider {self.name!r} makes keys of AES-256, not of {algorithm!r}"
            )
        if _BY_ID.fullmatch(reference):
            raise BadArgument("a new key is given a label; its id is random")
        self.check_free(reference, lambda: self.describe(reference))
        self._ask(reference, "create", label=reference)
        return self.describe(reference)

    # -- wrapping -------------------------------------------------------------------------

    def wrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Have the token encrypt or wrap leg keys."""
        wrapped = [base64.b64decode(one) for one in self._many("wrap", key, items)]
        if not all(len(one) == _WRAPPED_BYTES[one[0]] for one in wrapped):
            raise self.wrong_answer()
        return wrapped

    def unwrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Have the token open wrapped leg keys."""
        well_formed = [len(item.data) == _WRAPPED_BYTES.get(item.data[0]) for item in items]
        asked = [item for item, good in zip(items, well_formed, strict=True) if good]
        opened = iter(self._many("unwrap", key, asked) if asked else ())
        return [
            self._leg_key(key.reference, next(opened) if good else None) for good in well_formed
        ]

    def _leg_key(self, reference: str, opened: str | None) -> bytes | ProviderError:
        if opened is None:
            return self.context_refused(reference)
        leg_key = base64.b64decode(opened)
        return leg_key if len(leg_key) == LEG_KEY_BYTES else self.wrong_answer()

    def _many(self, do: str, key: KeyName, items: Sequence[WrapItem]) -> list[Any]:
        packed = [[_text(item.data), _text(item.context)] for item in items]
        key_id = (key.external_id or "").rpartition("/")[2]
        results: list[Any] = self._ask(key.reference, do, key_id=key_id, items=packed)
        return results

    # -- the worker -----------------------------------------------------------------------

    def _ask(self, reference: str, do: str, **request: Any) -> Any:
        """Return what the worker answers; where it or the token seems gone, what another does."""
        deadline = self._deadline()
        try:
            try:
                answer = self._logged_in(deadline).ask({"do": do, **request}, deadline)
            except _WorkerEnded:
                answer = {"failure": "SessionClosed"}
            if answer.get("failure") in _GONE:
                self._drop()
                answer = self._logged_in(deadline).ask({"do": do, **request}, deadline)
        except BaseException:  # a deadline or a cancel: its answer would come when nobody asks
            self._drop()
            raise
        if "failure" in answer:
            raise self._failure(answer["failure"], reference)
        return answer["result"]

    def _deadline(self) -> Deadline:
        return Deadline(self._options["total_seconds"], f"provider {self.name!r}")

    def _logged_in(self, deadline: Deadline) -> "_Worker":
        pin = read_secret(Path(self._options["pin_file"]))
        if self._worker is not None and self._worker.is_running():
            return self._worker
        # A token counts wrong PINs and locks itself: one is tried once, until its file changes.
        if pin.signature == self._refused_pin:
            raise self._bad_pin()
        self._worker = worker = _Worker(self.name, self._options["environment"])
        request = {
            "do": "log in",
            "library": self._options["library"],
            "label": self._options["token"],
            "pin": pin.text,
        }
        try:
            failure = worker.ask(request, deadline).get("failure")
        except BaseException:
            self._drop()
            raise
        if failure is None:
            return worker
        self._drop()
        if failure in ("PinIncorrect", "PinInvalid", "PinLenRange"):
            self._refused_pin = pin.signature
            raise self._bad_pin()
        raise self._failure(failure, None)

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _bad_pin(self) -> CredentialsRefused:
        return CredentialsRefused(
            f"provider {self.name!r}: the token does not accept the PIN of pin_file",
            hint="Put the right one into the file: this one is not tried again in this session.",
        )

    def _disabled(self, reference: str) -> KeyDisabled:
        return KeyDisabled(
            f"key {reference!r} of provider {self.name!r} may not be used for this in its token",
            hint="It needs CKA_ENCRYPT and CKA_DECRYPT for AES-GCM, or CKA_WRAP and CKA_UNWRAP.",
        )

    def _failure(self, failure: str, reference: str | None) -> ProviderError:
        """Name what a failure of the worker means."""
        if failure == "NoSuchKey" and reference is not None:
            return self.lost(reference)
        if failure == "KeyFunctionNotPermitted" and reference is not None:
            return self._disabled(reference)
        if failure == "MultipleObjectsReturned":
            return ProviderRefused(
                f"provider {self.name!r} has more than one key {reference!r}",
                hint="Name it by its id, as id:0123.",
            )
        if failure in ("PinFinalTry", "PinLocked", "PinExpired"):
            return CredentialsRefused(
                f"provider {self.name!r}: the token takes no PIN any more, or one last try",
                hint="Log in with the vendor's tool, or have the security officer reset the PIN.",
            )
        if failure in ("NoSuchToken", "MultipleTokensReturned", "TokenNotPresent"):
            return ProviderUnreachable(
                f"provider {self.name!r}: the module has not exactly one token of that label",
                hint="Check library, token and environment in the provider file.",
            )
        return ProviderUnreachable(
            f"provider {self.name!r}: the module failed: {failure}",
            hint="Check library and environment in the provider file, and the HSM.",
        )


class _WorkerEnded(ProviderUnreachable):
    """The process with the module ended without an answer."""


class _Worker:
    """The process with the module in it."""

    def __init__(self, provider: str, environment: Sequence[str]) -> None:
        self._provider = provider
        packages = Path(__file__).parents[2]
        variables = dict(variable.split("=", 1) for variable in environment)
        self._process = subprocess.Popen(
            [_python(), "-s", "-P", Path(__file__).with_name("_pkcs11_worker.py")],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", **variables, "PYTHONPATH": str(packages)},
            # A cancel of the session is sent to its whole process group.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to = self._process.stdin.fileno()
        self._from = self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)

    def is_running(self) -> bool:
        """Return whether it has not ended."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Send a request and return the answer; raises ``ProviderUnreachable`` at the deadline,
        ``_WorkerEnded``."""
        content = json.dumps(request).encode()
        try:
            self._send(len(content).to_bytes(4, "big") + content, deadline)
            size = int.from_bytes(self._receive(4, deadline), "big")
            answer: dict[str, Any] = json.loads(self._receive(size, deadline))
        except (BrokenPipeError, EOFError):
            raise _WorkerEnded(
                f"provider {self._provider!r}: the process of its module ended: it crashed, or "
                "was killed",
                hint="The next call starts another. Check library and environment.",
            ) from None
        return answer

    def kill(self) -> None:
        """End it at once; the server's next child to be made reaps it."""
        self._process.kill()

    def _send(self, data: bytes, deadline: Deadline) -> None:
        rest = memoryview(data)
        while rest:
            deadline.wait(self._to, select.POLLOUT)
            rest = rest[os.write(self._to, rest) :]

    def _receive(self, size: int, deadline: Deadline) -> bytes:
        received = bytearray()
        while len(received) < size:
            deadline.wait(self._from, select.POLLIN)
            part = os.read(self._from, size - len(received))
            if not part:
                raise EOFError
            received += part
        return bytes(received)


def _python() -> str:
    """Return the interpreter for which the packages were made; PL/Python only embeds one."""
    return f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"


def _search(reference: str) -> dict[str, str | None]:
    by_id = _BY_ID.fullmatch(reference)
    return {"label": None if by_id else reference, "key_id": by_id and by_id[1]}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
