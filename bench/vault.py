"""1,000 data keys of one Vault key, beside a bare keep-alive client that opens as many.

The CPU time of client and KMS together is what the wall clock would show on an idle machine.
"""

import base64
import http.client
import json
import os
import ssl
import time
from collections import defaultdict
from urllib.parse import urlsplit

from bench.measure import MICRO, ROWS, Line, Stopwatch, Table, compared, cpu_seconds_of_threads
from bench.remote import Seconds, remote, unwrapping
from bench.server import Server
from testservers.openbao import OpenBao

_BATCH_ITEMS = 249  # provider vault's default
_LEG_KEY_BYTES, _CONTEXT_BYTES = 32, 330
_BARE, _VAULT, _LOCAL = "bare client", "unwrap_many, a Vault key", "unwrap_many, a local key"

_Items = list[tuple[bytes, bytes]]


class BareClient:
    """A kept connection to Transit, and the requests that open a batch of wrapped keys.

    It makes them of stored bytes and takes the keys out of the answers, and does nothing else.
    """

    def __init__(self, bao: OpenBao, key: str, count: int) -> None:
        tls = ssl.create_default_context(cafile=str(bao.ca_file))
        self._connection = http.client.HTTPSConnection(urlsplit(bao.address).netloc, context=tls)
        self._headers = {"X-Vault-Token": bao.token()}
        self._decrypt = f"/v1/transit/decrypt/{key}"
        self._stored: _Items = []
        for batch in _batches([(os.urandom(_LEG_KEY_BYTES), os.urandom(_CONTEXT_BYTES))] * count):
            sent = [{"plaintext": _text(k), "associated_data": _text(c)} for k, c in batch]
            made = self._call(f"/v1/transit/encrypt/{key}", sent)
            self._stored += [
                (one["ciphertext"].encode(), context)
                for one, (_, context) in zip(made, batch, strict=True)
            ]

    def decrypt(self) -> list[bytes]:
        """Send every batch; return what the wraps held."""
        found = []
        for batch in _batches(self._stored):
            sent = [{"ciphertext": w.decode(), "associated_data": _text(c)} for w, c in batch]
            found += [base64.b64decode(one["plaintext"]) for one in self._call(self._decrypt, sent)]
        return found

    def timed(self) -> Seconds:
        """Send every batch; return how long it took."""
        start = time.process_time()
        with Stopwatch() as watch:
            self.decrypt()
        return Seconds(time.process_time() - start, watch.seconds)

    def _call(self, path: str, batch: list[dict[str, str]]) -> list[dict[str, str]]:
        body = json.dumps({"batch_input": batch})
        self._connection.request("POST", path, body, self._headers)
        content = json.loads(self._connection.getresponse().read())
        results: list[dict[str, str]] = content["data"]["batch_results"]
        return results


def _batches(items: _Items) -> list[_Items]:
    return [items[start : start + _BATCH_ITEMS] for start in range(0, len(items), _BATCH_ITEMS)]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def run(server: Server) -> list[Table]:
    """Take turns: the bare client, the Vault key and a local key, each in a new session."""
    taken: dict[str, list[Seconds]] = defaultdict(list)
    with remote(server.place, "vault", "vault") as place:
        bao: OpenBao = place.harness.server
        bare = BareClient(bao, place.harness.reference, ROWS)
        wrappers = {
            name: place.wrap(ROWS + 1, policy)
            for name, policy in ((_VAULT, "direct"), (_LOCAL, "local"))
        }
        bare.decrypt()
        for _ in range(server.rounds):
            for name in (_BARE, _VAULT, _LOCAL):
                before = cpu_seconds_of_threads(bao.pid)
                found = bare.timed() if name == _BARE else unwrapping(place.db, wrappers[name])
                served = cpu_seconds_of_threads(bao.pid) - before
                taken[name].append(Seconds(found.cpu + served, found.wall))
    title = f"{ROWS:,} DEKs of one Vault key"
    return [
        _table(
            f"{title}, CPU of client and Vault",
            {name: min(one.cpu for one in found) for name, found in taken.items()},
            1.6,
        ),
        _table(
            f"{title}, wall clock",
            {name: min(one.wall for one in found) for name, found in taken.items()},
        ),
    ]


def _table(title: str, seconds: dict[str, float], goal: float | None = None) -> Table:
    """Return µs a DEK of each, beside the bare client."""
    bare, vault, local = (
        Line(name, seconds[name] / ROWS * MICRO) for name in (_BARE, _VAULT, _LOCAL)
    )
    lines = (bare, compared(vault.value, bare, _VAULT, goal), compared(local.value, bare, _LOCAL))
    return Table(title, "µs a DEK", lines)
