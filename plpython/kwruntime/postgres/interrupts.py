"""Cancels and timeouts, which Python code does not notice by itself.

Outside of a server, as in ``kwtools providers check``, nothing interrupts.
"""

import ctypes

try:
    _pending = ctypes.c_int.in_dll(ctypes.PyDLL(None), "InterruptPending")
except ValueError:
    _pending = ctypes.c_int(0)


def check_interrupts() -> None:
    """Let a cancel or a timeout end the statement: raises PostgreSQL's error."""
    if _pending.value:
        import plpy  # type: ignore[import-not-found]  # only in a server

        plpy.execute("select")
