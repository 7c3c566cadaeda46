"""A throw-away drongo server: the REST protocol of Google Cloud KMS, over plain HTTP.

It enforces associated data and gives checksums; its encryption is not real.
"""

import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from testservers.ports import free_ports

_START_SECONDS = 120.0


@contextlib.contextmanager
def drongo(ring: str) -> Iterator[str]:
    """Start it with a key ring; its address."""
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    location, _, name = ring.partition("/keyRings/")
    program = Path(sys.executable).parent / "drongo"
    with subprocess.Popen(
        [program, "server", "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            deadline = time.monotonic() + _START_SECONDS
            make = urllib.request.Request(  # noqa: S310
                f"{address}/v1/{location}/keyRings?keyRingId={name}",
                json.dumps({}).encode(),
                {"Content-Type": "application/json"},
            )
            while True:
                try:
                    urllib.request.urlopen(make, timeout=60).close()  # noqa: S310
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise
                    time.sleep(0.05)
            yield address
        finally:
            process.kill()
