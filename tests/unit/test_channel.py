"""Connecting, without a server of PostgreSQL: several addresses, and a resolver that hangs."""

import socket
import time
from pathlib import Path

import pytest
from kwruntime.errors import ProviderUnreachable
from kwruntime.kms import deadlines
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.providers import _channel

from testservers.faulty_proxy import FullPort

SOON = 30.0  # seconds; what hangs here would do so for a minute


class Cancelled(Exception):
    """What a look for interrupts raises."""


HOSTS: dict[tuple[str, int], _channel.Host] = {}


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has its own hosts: no address is known from before."""
    known: dict[tuple[str, int], _channel.Host] = {}
    monkeypatch.setattr(f"{__name__}.HOSTS", known)


def connected_to(host: str, port: int = 1, seconds: float = 1.0) -> str:
    """Connect; return the address that took it."""
    at = HOSTS.setdefault((host, port), _channel.Host(host, port))
    channel = _channel.connect("kms", at, None, Deadline(60, "all"), seconds)
    address: str = channel._socket.getpeername()[0]
    channel.shut()
    return address


def children() -> list[str]:
    """Return the processes that this one has started and not reaped."""
    return Path("/proc/thread-self/children").read_text().split()


@pytest.mark.parametrize("first", ["hung", "refusing"])
def test_the_next_address_is_tried_where_one_hangs_or_refuses(
    monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.setattr(_channel, "_resolve", lambda *_: ["127.0.0.1", "127.0.0.2"])
    with FullPort() as full, socket.socket() as there:
        port = int(full.address.rpartition(":")[2])
        there.bind(("127.0.0.2", port))
        there.listen()
        if first == "refusing":
            full.__exit__()
        assert connected_to("kms.test", port) == "127.0.0.2"


def test_addresses_are_kept_a_minute_and_looked_up_again_where_none_takes_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    found = ["127.0.0.2"]

    def resolve(host: str, _: Deadline) -> list[str]:
        asked.append(host)
        return found

    monkeypatch.setattr(_channel, "_resolve", resolve)
    with socket.create_server(("127.0.0.1", 0)) as there:
        port = there.getsockname()[1]
        with pytest.raises(ConnectionError):
            connected_to("kms.test", port)
        found = ["127.0.0.1"]  # it has moved
        for _ in range(2):
            assert connected_to("kms.test", port) == "127.0.0.1"
    assert len(asked) == 2


def test_a_resolver_that_hangs_is_ended_at_the_deadline_to_connect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_channel, "_RESOLVER", ("/usr/bin/sleep",))
    before, start = children(), time.monotonic()
    with pytest.raises(ProviderUnreachable, match=r'connecting to provider "kms".* 0\.3 s'):
        connected_to("60", seconds=0.3)
    assert time.monotonic() - start < SOON
    assert children() == before


def test_a_cancel_ends_a_resolver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_channel, "_RESOLVER", ("/usr/bin/sleep",))
    before, start = children(), time.monotonic()

    def check() -> None:
        if time.monotonic() > start + 0.2:
            raise Cancelled

    monkeypatch.setattr(deadlines, "check_interrupts", check)
    with pytest.raises(Cancelled):
        connected_to("60", seconds=60)
    assert time.monotonic() - start < SOON
    assert children() == before


def test_a_name_is_resolved_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        assert connected_to("localhost", there.getsockname()[1]) == "127.0.0.1"
    monkeypatch.setattr(_channel, "_RESOLVER", ("/usr/bin/true",))
    with pytest.raises(ProviderUnreachable, match='"nobody" has no address'):
        connected_to("nobody", seconds=60)
