"""Clients of a server that do what the standards allow, and hold what they can."""

import asyncio
import contextlib
import random
import threading
from collections.abc import Iterator

PAUSE = 0.5


@contextlib.contextmanager
def beside(port: int, target: str = "/metrics", *, each: int = 60) -> Iterator[list[int]]:
    """Let as many clients of each kind run until the block ends; count their whole answers.

    Some send whole requests, slowly, and keep their connections; some send them all at once, in
    one connection; some never end a request. All come back as soon as they are sent away.
    """
    head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n".encode()
    answered = [0]
    kinds = ((head[:9], head[9:], b"\r\n"), (8 * (head + b"\r\n"),), (head, *(8 * (b"A: b\r\n",))))

    async def one(parts: tuple[bytes, ...]) -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                with contextlib.closing(writer):
                    await send(reader, writer, parts)
            await asyncio.sleep(0.01)

    async def send(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, parts: tuple[bytes, ...]
    ) -> None:
        while True:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(PAUSE * random.random())
            async with asyncio.timeout(60):
                await reader.readuntil(b"\r\n\r\n")
                answered[0] += 1

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for parts in kinds:
                for _ in range(each):
                    group.create_task(one(parts))
            await asyncio.to_thread(ended.wait)
            raise asyncio.CancelledError

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(all_of_them())

    ended = threading.Event()
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield answered
    finally:
        ended.set()
        thread.join()
