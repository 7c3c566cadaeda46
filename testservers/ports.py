"""Ports for throw-away servers."""

import contextlib
import secrets
import socket

_FIRST, _BEYOND = 20_000, 32_768
"""Linux gives none of these to who asks for any port, so nobody takes one before its server."""


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nobody listens on now."""
    with contextlib.ExitStack() as held:
        return [_held(held) for _ in range(count)]


def _held(stack: contextlib.ExitStack) -> int:
    """Hold a free port until the stack is closed, so that it is not chosen twice."""
    for _ in range(1000):
        port = _FIRST + secrets.randbelow(_BEYOND - _FIRST)
        with contextlib.suppress(OSError):
            stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return port
    raise OSError("no port is free")
