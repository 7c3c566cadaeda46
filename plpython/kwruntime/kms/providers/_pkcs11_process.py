"""The process that talks to a PKCS#11 module, as a session starts it, asks it and ends it."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kwruntime.errors import ProviderUnreachable, WrongAnswer
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.strict import Malformed, read_object, shown

_MAX_ANSWER_BYTES = 16 * 1024 * 1024  # of a batch of any length
_ENDS_SECONDS = 2.0  # how long a process whose pipe ended is waited for, to say how it ended
_MAX_SAID = 4096


class WorkerEnded(ProviderUnreachable):
    """The process with the module ended without an answer."""

    is_useless = False
    """Whether another process would end likewise."""


class Worker:
    """The process with the module in it."""

    def __init__(self, provider: str, environment: Sequence[str], pin: str) -> None:
        self._provider = provider
        self._pin = pin
        self._said = b""
        self._has_answered = False
        packages = Path(__file__).parents[3]
        variables = dict(variable.split("=", 1) for variable in environment)
        self._errors, errors = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            self._process = subprocess.Popen(
                [_python(), "-s", "-P", Path(__file__).with_name("_pkcs11_worker.py")],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Never full for the module: what has no place in the pipe is lost.
                stderr=errors,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", **variables, "PYTHONPATH": str(packages)},
                # A cancel of the session is sent to its whole process group.
                start_new_session=True,
            )
        except BaseException:
            os.close(self._errors)
            raise
        finally:
            os.close(errors)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to = self._process.stdin.fileno()
        self._from = self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)

    def __del__(self) -> None:
        # Its provider was made again: an entry that changed leaves no process behind.
        process = getattr(self, "_process", None)
        if process is not None:
            process.kill()
            os.close(self._errors)

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def is_running(self) -> bool:
        """Return whether it has not ended."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Send a request and return the answer.

        Raises ``ProviderUnreachable`` at the deadline, ``WorkerEnded``, ``WrongAnswer``.
        """
        content = json.dumps(request).encode()
        try:
            self._send(len(content).to_bytes(4, "big") + content, deadline)
            size = int.from_bytes(self._receive(4, deadline), "big")
            if size > _MAX_ANSWER_BYTES:
                raise Malformed("too long")
            answer = read_object(self._receive(size, deadline))
        except (ConnectionError, EOFError):
            raise self._ended() from None
        except Malformed:
            raise WrongAnswer(
                f'provider "{self._provider}": the process of its module gave an answer of no '
                "known form"
            ) from None
        self._has_answered = True
        self._read_errors()
        return answer

    def kill(self) -> None:
        """End it at once; the server's next child to be made reaps it."""
        self._process.kill()

    def _ended(self) -> WorkerEnded:
        """Say how it ended, and the last line that it wrote to stderr."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDS_SECONDS)
        self._read_errors()
        code = self._process.returncode
        how = "closed its pipe" if code is None else f"exited with status {code}"
        hint = "Check library and environment of the provider file with the vendor's own tool."
        if code is not None and code < 0:
            how = f"was ended by {_signal(-code)}"
            hint = f"The module crashed. {hint}"
            if -code == signal.SIGKILL:
                hint = "Check the kernel log: the kernel ends processes if memory runs out."
        lines = self._said.decode("utf-8", "replace").replace(self._pin, "...").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), None)
        ended = WorkerEnded(
            f'provider "{self._provider}": the process of its module ended: it {how}',
            detail=None if last is None else f"Its last line of output: {shown(last, 200)}",
            hint=hint,
        )
        # It ended by itself before it did anything: as where what it imports is not there.
        ended.is_useless = code is not None and code > 0 and not self._has_answered
        return ended

    def _read_errors(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while part := os.read(self._errors, 65536):
                self._said = (self._said + part)[-_MAX_SAID:]

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


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
