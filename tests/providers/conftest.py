"""Real KMSs, one a worker, and what stands before them to inject faults."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kwtools.cluster import Place
from tests.conftest import Database, unique
from tests.providers.harness import Harness, harness_of
from testservers.faulty_proxy import FaultyProxy
from testservers.moto import Moto
from testservers.openbao import OpenBao
from testservers.provider_file import add_entry, write_for_server

MakePolicy = Callable[..., str]


@pytest.fixture(scope="session")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """A real OpenBao server."""
    with OpenBao(tmp_path_factory.mktemp("openbao") / "bao") as server:
        yield server


@pytest.fixture(scope="session")
def moto(cluster: Place) -> Iterator[Moto]:
    """A moto server."""
    with Moto(cluster.base / unique("moto")) as server:
        yield server


@pytest.fixture
def proxy(bao: OpenBao) -> Iterator[FaultyProxy]:
    """A proxy before OpenBao that passes everything until it is given a fault."""
    with FaultyProxy(bao.address, bao.ca_file) as standing:
        yield standing


class VaultEntry:
    """A provider ``vault`` of one test in the provider file, its files, and its key in SQL."""

    def __init__(self, cluster: Place, bao: OpenBao) -> None:
        self.name = unique("vault")
        self.key = unique("key")
        self.options: dict[str, object] = {}
        self.cluster = cluster
        self.token_file = cluster.base / f"{self.name}.token"
        self.ca_file = cluster.base / f"{self.name}.pem"
        write_for_server(self.ca_file, bao.ca_file.read_text())
        write_for_server(self.token_file, bao.token())
        self.set(
            address=bao.address,
            ca_file=str(self.ca_file),
            token_file=str(self.token_file),
            connect_seconds=15,
            total_seconds=20,
        )

    def set(self, **options: object) -> None:
        """Change options of the entry; None takes one away."""
        merged = self.options | options
        self.options = {key: value for key, value in merged.items() if value is not None}
        add_entry(self.cluster, self.name, "vault", **self.options)

    def register(self, db: Database) -> int:
        """Register the provider and make its key in a database; return the key's id."""
        db.sql("select kw.add_provider(%s, 'vault')", self.name)
        return int(db.sql("select kw.create_kms_key(%s, %s)", self.name, self.key)[0][0])


@pytest.fixture
def vault(cluster: Place, bao: OpenBao) -> VaultEntry:
    """An entry for OpenBao in the provider file."""
    return VaultEntry(cluster, bao)


@pytest.fixture
def make_policy(db: Database) -> MakePolicy:
    """``make_policy(mode, key, …)``: a policy of those keys; its name."""

    def make(mode: str, *keys: int) -> str:
        name = unique("policy")
        marks = ", ".join(["%s"] * len(keys))
        db.sql(f"select kw.create_policy(%s, %s, {marks})", name, mode, *keys)
        return name

    return make


@pytest.fixture(scope="session")
def server_of(cluster: Place) -> Iterator[Callable[[str], Any]]:
    """``server_of(kind)``: its server, started when first asked for."""
    started: dict[str, Any] = {}
    with contextlib.ExitStack() as stack:

        def start(kind: str) -> Any:
            if kind not in started:
                base = cluster.base / unique(kind)
                base.mkdir()
                started[kind] = stack.enter_context(harness_of(kind).serve(base))
            return started[kind]

        yield start


@pytest.fixture
def kms(
    request: pytest.FixtureRequest, cluster: Place, server_of: Callable[[str], Any]
) -> Iterator[Harness]:
    """The provider of this test."""
    harness = harness_of(request.param)(cluster, server_of(request.param))
    yield harness
    harness.close()
