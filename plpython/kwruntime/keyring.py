"""KMS keys and branches: which may be used, and the legs of wrappers wrapped and opened by them.

Nothing here answers from memory alone. What is known of keys belongs to one epoch
(kw.key_epoch_marks), which every call reads as of now; opened branch keys live for a limited
time besides.
"""

import json
import os
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from kwruntime import breaker, cache, envelope, kem, layers, queries, spi
from kwruntime.breaker import Skipped
from kwruntime.cache import Cache
from kwruntime.encoding import lp
from kwruntime.envelope import DekClass, Leg, Mode, Payload
from kwruntime.errors import (
    BadArgument,
    InternalError,
    KeyUnavailable,
    KwError,
    LegFailed,
    NotAuthentic,
    NotFound,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    Throttled,
    WrapperUnusable,
    WrongAnswer,
)
from kwruntime.layers import NO_LAYERS, Layer, Layers, Sealed
from kwruntime.names import literal
from kwruntime.providers import (
    DirectProvider,
    KeyDescription,
    KeyName,
    Provider,
    WrapItem,
    provider_for,
    suite_of,
)

MAX_DEPTH = 3
MAX_STEPS = 2 * MAX_DEPTH  # from a key to its roots: before each branch may be a sealed KEM key
_DEFAULTS = {
    "cache_seconds": 300,
    "cache_keys": 10_000,
    "branch_grace_seconds": 0,
    "degraded_ms": 1000,
    "health_days": 30,
    "audit_log": 1,
    "audit_days": 0,
}
_WARN_AGAIN_SECONDS = 60.0
_RENEW_AT = (0.8, 1.0)  # of cache_seconds
_LATE_AGAIN_SECONDS = 5.0  # between two tries to renew a branch key that is used late
_BATCH = 1000  # wrappers between two looks for a cancel
_TRIES = 5  # to read a wrapper and its layers as one relayer left them
_NO_LAYERS_LISTED = '"layers": []'
_NO_KEY = UUID(int=0)


class KmsKey(NamedTuple):
    """A row of kms_keys with its provider."""

    id: int
    key_uuid: UUID
    reference: str
    external_id: str | None
    purpose: str
    status: str
    provider: str
    kind: str
    is_enabled: bool
    algorithm: str | None
    public_key: bytes | None

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"key {self.id} ({self.reference!r} of provider {self.provider!r})"

    @property
    def is_branch(self) -> bool:
        """Whether it is the DEK of a wrapper."""
        return self.kind == "wrapper" and not self.is_kem

    @property
    def is_kem(self) -> bool:
        """Whether it seals layers; else it wraps legs."""
        return self.public_key is not None

    @property
    def name(self) -> KeyName:
        """What its provider knows it by."""
        return KeyName(self.reference, self.external_id)

    def check_opens(self) -> None:
        """Raise ``KeyUnavailable`` unless its status and its provider's let it open."""
        if not self.is_enabled:
            raise KeyUnavailable(
                f"provider {self.provider!r} is not enabled",
                hint=f"kw.set_provider_enabled({literal(self.provider)}, true)",
            )
        if self.status == "disabled":
            raise KeyUnavailable(
                f"{self.label} is disabled",
                hint=f"kw.set_kms_key_status({self.id}, 'active')",
            )

    def check_wraps(self) -> None:
        """Raise ``KeyUnavailable`` unless it may wrap."""
        self.check_opens()
        if self.status != "active":
            raise KeyUnavailable(
                f"{self.label} is {self.status}: it opens but does not wrap",
                hint=f"kw.set_kms_key_status({self.id}, 'active')",
            )
        if self.purpose not in ("wrap", "both"):
            raise KeyUnavailable(f"{self.label} is for {self.purpose}, not to wrap")

    def check_wraps_legs(self) -> None:
        """Raise ``KeyUnavailable`` unless it may wrap a leg."""
        if self.is_kem:
            raise KeyUnavailable(
                f"{self.label} is a KEM key: it seals layers and wraps no leg",
                hint="Name it among the layers of a policy.",
            )
        self.check_wraps()


class WrapperRow(NamedTuple):
    """A row of key_wrappers as ``queries`` reads it."""

    id: int
    uuid: UUID
    status: str
    dek_class: DekClass
    keys: tuple[int, ...]
    wraps: tuple[bytes, ...]
    versions: tuple[int, ...]
    format: str | None
    mode: str | None
    commitment: str | None
    suite: str
    policy_id: int | None
    has_layers: bool

    def __repr__(self) -> str:
        return f"WrapperRow({self.uuid})"

    def known_mode(self) -> Mode:
        """Return its mode; raises ``NotAuthentic``."""
        try:
            return Mode(self.mode or "")
        except ValueError:
            raise NotAuthentic(f"wrapper {self.uuid} has no valid crypto_suite") from None

    @classmethod
    def of(cls, row: spi.Row) -> "WrapperRow":
        """Take it from a result row."""
        two = row["kms2_key_id"] is not None
        return cls(
            row["id"],
            UUID(row["wrapper_uuid"]),
            row["status"],
            DekClass.of(row["dek_class"]),
            (row["kms1_key_id"], row["kms2_key_id"]) if two else (row["kms1_key_id"],),
            (row["dek_wrap1"], row["dek_wrap2"]) if two else (row["dek_wrap1"],),
            (row["wrap1_version"], row["wrap2_version"]) if two else (row["wrap1_version"],),
            row["format"],
            row["mode"],
            row["commitment"],
            row["suite"],
            row["policy_id"],
            # A row that was waited for is read anew, but not what its query looks up besides.
            row["has_layers"] or _NO_LAYERS_LISTED not in row["suite"],
        )


class Opened(NamedTuple):
    """An opened wrapper: its payload, prk, the keys that opened it, and its layers, if any."""

    payload: Payload
    prk: bytes
    keys: tuple[int, ...]
    sealed: Sealed | None

    def __repr__(self) -> str:
        return "Opened(…)"


class Wrapped(NamedTuple):
    """What to store of a new or renewed wrapper."""

    wraps: list[bytes]
    suite: str


class _Branch(NamedTuple):
    """An opened branch key."""

    epoch: int | None
    expires: float
    renewal_was_due: float
    kek: bytes

    def __repr__(self) -> str:
        return "_Branch(…)"

    def is_fresh(self, now: float) -> bool:
        """Whether it serves without its KMS being asked."""
        return self.epoch == _epoch and now < self.expires

    def may_be_used_late(self, now: float) -> bool:
        """Whether an admin's grace lets it serve while the KMS above it is not there."""
        late = now - self.renewal_was_due
        return self.epoch == _epoch and late < setting("branch_grace_seconds")


class _Private(NamedTuple):
    """A private key that was sealed, opened."""

    epoch: int | None
    expires: float
    key: Any

    def __repr__(self) -> str:
        return "_Private(…)"


class _Made(NamedTuple):
    """A wrapper with layers that this session made: its suite, and what was put into it."""

    expires: float
    suite: str
    opened: Opened

    def __repr__(self) -> str:
        return "_Made(…)"


# -- what this session knows ------------------------------------------------------------------

_epoch: int | None = None
_keys: dict[int, KmsKey] = {}
known_roots: dict[int, str] = {}
"""Which root a key is, as ``roots`` found it."""
_settings: dict[str, int] = {}
_usable: dict[int, ProviderError | None] = {}
_branches: Cache[str, _Branch] = Cache()
_private_keys: Cache[int, _Private] = Cache()
_made: Cache[UUID, _Made] = Cache()
_warned: dict[tuple[int | UUID, str], float] = {}
# The providers that did not answer this call: a call waits for each once, however many keys of it
# and branches below them it needs.
_silent: dict[str, ProviderUnreachable] = {}


def at_epoch(epoch: int | None = None) -> int:
    """Forget what belongs to another epoch; return the one in force.

    Every call comes here with the epoch that its first query shows, before it uses a key.
    """
    global _epoch
    _silent.clear()
    if epoch is None:
        epoch = spi.execute(queries.EPOCH)[0]["epoch"]
    if epoch != _epoch:
        _keys.clear()
        known_roots.clear()
        _usable.clear()
        stored = {row["name"]: row["value"] for row in spi.execute(queries.SETTINGS)}
        settings = _DEFAULTS | stored
        if settings != _settings:
            _settings.update(settings)
            cache.set_limit(settings["cache_keys"])
        _epoch = epoch
    return epoch


def setting(name: str) -> int:
    """Return a setting, as an admin set it or its default."""
    return _settings[name]


def key(key_id: int) -> KmsKey:
    """Return a key; raises ``NotFound``."""
    found = _keys.get(key_id)
    if found is None:
        rows = spi.execute(queries.KEYS, [key_id])
        if not rows:
            raise NotFound(f"there is no KMS key {key_id}")
        found = _keys[key_id] = _kms_key(rows[0])
    return found


def lock(key_ids: Iterable[int]) -> None:
    """Lock keys, and the branches and keys above them, against a change of status.

    Held to the end of the transaction; a wrap made after it cannot be stranded by a
    change that did not see it.
    """
    wanted = set(key_ids)
    for key_id in tuple(wanted):
        wanted.update(_above(key_id, MAX_STEPS))
    rows = spi.execute(queries.LOCK_KEYS, sorted(wanted))
    if spi.keeps_snapshot():  # then a lock may give a row as it was, or miss it
        if len(rows) < len(wanted):
            raise spi.old_snapshot()
        rows = spi.execute(queries.KEYS, sorted(wanted))
    for row in rows:
        _keys[row["id"]] = _kms_key(row)


def _above(key_id: int, steps: int) -> set[int]:
    if steps == 0:
        return set()
    above: set[int] = set()
    for one in keys_above(key(key_id)):
        above.add(one)
        above |= _above(one, steps - 1)
    return above


def keys_above(kms_key: KmsKey) -> set[int]:
    """Return the keys that a key hangs on: those of a branch's legs and layers, and the one
    that a private key is sealed by."""
    if kms_key.is_branch:
        row = branch_row(kms_key)
        return {*row.keys, *stored_layers([row])[row.id].key_ids}
    if kms_key.is_kem:
        return {row["sealed_by_key_id"] for row in spi.execute(queries.PRIVATE_KEY, kms_key.id)}
    return set()


def branches_above(key_id: int) -> set[str]:
    """Return the wrapper_uuids of the branches that a key is, or hangs on."""
    path = {key_id} | _above(key_id, MAX_STEPS)
    return {key(one).reference for one in path if key(one).is_branch}


def _kms_key(row: spi.Row) -> KmsKey:
    fields = {**row, "key_uuid": UUID(row["key_uuid"])}
    return KmsKey(**fields)


def branch_row(branch: KmsKey) -> WrapperRow:
    rows = spi.execute(queries.WRAPPERS_BY_UUID, [branch.reference])
    if not rows:
        raise ProviderRefused(f"{branch.label} has no wrapper")
    row = WrapperRow.of(rows[0])
    if row.dek_class is not DekClass.BRANCH:
        raise NotAuthentic(f"{branch.label} is not a branch")
    return row


# -- providers --------------------------------------------------------------------------------


class _BranchProvider(DirectProvider):
    """Provider ``wrapper``: the key-encrypting key is expanded from a wrapper's DEK."""

    def __init__(self, above: tuple[UUID, ...]) -> None:
        self._above = above

    name = "wrapper"

    def probe(self) -> None:
        """Nothing to reach: branches are rows of this database."""

    def describe(self, reference: str) -> KeyDescription:
        """Not asked for: branches are made by kw.create_kms_key."""
        raise ProviderRefused("a branch cannot be registered, only made")

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Not asked for: making a branch needs a policy, and is ``wrappers.create_branch``."""
        raise ProviderRefused("a branch is made under a policy")

    def kek(self, key: KeyName) -> bytes:
        """Return the KEK of a branch, opening its wrapper at most once in its time."""
        held, now = _branches.get(key.reference), monotonic()
        if held is not None and held.is_fresh(now):
            return held.kek
        rows = spi.execute(queries.WRAPPERS_BY_UUID, [key.reference])
        if not rows:
            raise ProviderRefused(f"branch {key.reference} does not exist")
        row = WrapperRow.of(rows[0])
        if row.uuid in self._above or len(self._above) >= MAX_DEPTH:
            raise NotAuthentic(f"branch {row.uuid} is part of a cycle or deeper than {MAX_DEPTH}")
        if row.dek_class is not DekClass.BRANCH:
            raise NotAuthentic(f"wrapper {row.uuid} is not a branch")
        opened = open_many([row], (*self._above, row.uuid))[0]
        if isinstance(opened, KwError):
            if held is not None and opened.is_outage and held.may_be_used_late(now):
                _warn_of_late_use(row.uuid, opened)
                _branches.put(key.reference, held._replace(expires=now + _LATE_AGAIN_SECONDS))
                return held.kek
            raise _as_provider_error(opened)
        kek = envelope.branch_kek(opened.prk, row.uuid)
        # Drawn: sessions that began together do not ask the KMS again together.
        expires = now + setting("cache_seconds") * random.uniform(*_RENEW_AT)  # noqa: S311
        _branches.put(key.reference, _Branch(_epoch, expires, expires, kek))
        return kek


def _as_provider_error(error: KwError) -> ProviderError:
    """What closes a branch is what fails the legs under it."""
    if isinstance(error, ProviderError):
        return error
    return _renamed(error, error.message, error.hint)


def _renamed(error: KwError, message: str, hint: str | None) -> ProviderError:
    """The same failure, said of what it stands in the way of."""
    renamed = ProviderError(message, hint=hint, detail=error.detail)
    renamed.sqlstate = error.sqlstate
    renamed.is_outage = error.is_outage
    return renamed


def _provider(kms_key: KmsKey, above: tuple[UUID, ...]) -> Provider:
    if kms_key.is_branch:
        return _BranchProvider(above)
    return provider_for(kms_key.provider, kms_key.kind)


# -- private keys of KEM keys -----------------------------------------------------------------


def seal_private_key(
    sealing: KmsKey, key_uuid: UUID, algorithm: str, public: bytes, private: bytes
) -> bytes:
    """Wrap a private key under a key; raises ``ProviderError``."""
    sealing.check_wraps_legs()
    provider = _provider(sealing, ())
    context = _private_key_context(sealing, provider, key_uuid, algorithm, public)
    return provider.wrap_many(sealing.name, [WrapItem(key_uuid, private, context)])[0]


def _private_key(kms_key: KmsKey, above: tuple[UUID, ...]) -> Any:
    """Return the private key of a KEM key; a sealed one is opened at most once in its time."""
    held = _private_keys.get(kms_key.id)
    if held is not None and held.epoch == _epoch and monotonic() < held.expires:
        return held.key
    rows = spi.execute(queries.PRIVATE_KEY, kms_key.id)
    if not rows:  # then its provider has it, and is asked each time
        return provider_for(kms_key.provider, kms_key.kind).private_key(
            kms_key.name, kms_key.algorithm or ""
        )
    sealing = key(rows[0]["sealed_by_key_id"])
    sealing.check_opens()
    provider = _provider(sealing, above)
    public, algorithm = kms_key.public_key or b"", kms_key.algorithm or ""
    context = _private_key_context(sealing, provider, kms_key.key_uuid, algorithm, public)
    item = WrapItem(kms_key.key_uuid, rows[0]["sealed_key"], context)
    (opened,) = provider.unwrap_many(sealing.name, [item])
    if isinstance(opened, ProviderError):
        raise opened
    private = kem.private_key(kem.KEMS[algorithm], opened)
    expires = monotonic() + setting("cache_seconds") * random.uniform(*_RENEW_AT)  # noqa: S311
    _private_keys.put(kms_key.id, _Private(_epoch, expires, private))
    return private


def _private_key_context(
    sealing: KmsKey, provider: Provider, key_uuid: UUID, algorithm: str, public: bytes
) -> bytes:
    return lp(
        b"kwtools/1 private key",
        key_uuid.bytes,
        algorithm.encode(),
        public,
        sealing.key_uuid.bytes,
        provider.suite.encode(),
    )


def probe(kms_key: KmsKey) -> None:
    """Wrap and open a canary under a key; raises ``ProviderError``. Nothing kept is used."""
    if kms_key.is_kem:
        _probe_kem(kms_key)
        return
    canary = WrapItem(uuid4(), os.urandom(envelope.DEK_BYTES), b"kwtools canary")
    _branches.drop(kms_key.reference)
    provider = _provider(kms_key, ())
    try:
        provider.check_same(kms_key.name)
        wrap = provider.wrap_many(kms_key.name, [canary])[0]
        (opened,) = provider.unwrap_many(kms_key.name, [canary._replace(data=wrap)])
    except (ProviderUnreachable, Throttled) as error:
        breaker.failed(kms_key.provider)
        if isinstance(error, ProviderUnreachable):
            _silent[kms_key.provider] = error
        raise
    if isinstance(opened, ProviderError):
        raise opened
    if opened != canary.data:
        raise WrongAnswer(f"{kms_key.label} opens what it wrapped to something else")
    breaker.answered(kms_key.provider)


def _probe_kem(kms_key: KmsKey) -> None:
    """Seal a canary to a KEM key, and open it; raises ``ProviderError``."""
    one = kem.KEMS[kms_key.algorithm or ""]
    canary, info = os.urandom(envelope.DEK_BYTES), b"kwtools canary"
    sealed = kem.seal(one, kms_key.public_key or b"", info, canary)
    _private_keys.drop(kms_key.id)
    private = _private_key(kms_key, ())
    if kem.open_sealed(one, private, info, *sealed) != canary:
        raise WrongAnswer(f"{kms_key.label} opens what it sealed to something else")


def check_usable(key_ids: Iterable[int]) -> None:
    """Raise unless every key, and what is above it, may open now: what a kept key must pass.

    Of a branch that any leg opens, one usable leg is enough.
    """
    for key_id in key_ids:
        if key_id not in _usable:
            try:
                _check_path(key(key_id), 0)
                _usable[key_id] = None
            except ProviderError as error:
                _usable[key_id] = error
        failure = _usable[key_id]
        if failure is not None:
            raise failure


def _check_path(kms_key: KmsKey, steps: int) -> None:
    kms_key.check_opens()
    if steps > MAX_STEPS:
        raise NotAuthentic(f"{kms_key.label} is deeper than {MAX_DEPTH}")
    if not kms_key.is_branch:
        for sealing in keys_above(kms_key):
            _check_path(key(sealing), steps + 1)
        return
    row = branch_row(kms_key)
    _check_status(row)
    _check_row(row, stored_layers([row])[row.id], steps + 1)


def _check_row(row: WrapperRow, stored: "StoredLayers", steps: int) -> None:
    """Raise unless every layer is its own, and with as many legs as the mode needs may open now."""
    _check_layers(row, stored)
    for key_id in stored.key_ids:
        _check_path(key(key_id), steps)
    failures: list[ProviderError] = []
    for leg in row.keys:
        try:
            _check_path(key(leg), steps)
        except ProviderError as error:
            failures.append(error)
    allowed = 1 if row.mode == Mode.EITHER else 0
    if len(failures) > allowed:
        raise failures[0]


# -- made in this session ---------------------------------------------------------------------


def keep_made(uuid: UUID, suite: str, opened: Opened) -> None:
    """Keep what a new wrapper with layers holds, to encrypt under it for a time.

    So that a database that has only the public keys of its layers can write.
    """
    _made.put(uuid, _Made(monotonic() + setting("cache_seconds"), suite, opened))


def made_here(row: WrapperRow) -> Opened | None:
    """Return what a wrapper was made of, if this session made it: to encrypt, never to decrypt.

    Nothing was opened, so no private key is needed; its rows must be what they were, and
    the statuses of its keys allow it. Else it is to be opened: every session gets one answer.
    """
    made = _made.get(row.uuid)
    if made is None or made.suite != row.suite or monotonic() >= made.expires:
        return None
    stored = stored_layers([row])[row.id]
    try:
        _check_status(row)
        _check_layers(row, stored)
        _check_row(row, stored, 0)
    except KwError:
        return None
    return made.opened._replace(keys=(*row.keys, *stored.key_ids))


# -- wrapping and opening ---------------------------------------------------------------------


class Envelope(NamedTuple):
    """A wrapper to be wrapped: its name, payload, and the versions of its legs."""

    uuid: UUID
    payload: Payload
    versions: tuple[int, ...]
    prk: bytes
    commitment: bytes
    sealed: Sealed | None
    """The payload behind layers, where it has some."""

    def __repr__(self) -> str:
        return f"Envelope({self.uuid})"

    @classmethod
    def of(
        cls, uuid: UUID, payload: Payload, versions: tuple[int, ...], sealed: Sealed | None = None
    ) -> "Envelope":
        """Make it of a payload."""
        prk = payload.prk()
        return cls(uuid, payload, versions, prk, envelope.commitment(prk, uuid), sealed)

    @property
    def layers(self) -> Layers:
        """Its layers, often none."""
        return self.sealed.layers if self.sealed else NO_LAYERS


def wrap_many(
    envelopes: Sequence[Envelope],
    mode: Mode,
    key_ids: Sequence[int],
    kept: Sequence[bytes | None] = (None, None),
) -> list[Wrapped]:
    """Wrap every leg of every envelope under ``key_ids`` (one a leg, locked by the caller).

    A leg that has a wrap in ``kept`` keeps it, and its KMS is not called.
    """
    wrapped: list[Wrapped] = []
    for start in range(0, len(envelopes), _BATCH):
        spi.check_interrupts()
        wrapped += _wrap_batch(envelopes[start : start + _BATCH], mode, key_ids, kept)
    return wrapped


def _wrap_batch(
    envelopes: Sequence[Envelope],
    mode: Mode,
    key_ids: Sequence[int],
    kept: Sequence[bytes | None],
) -> list[Wrapped]:
    keys = [key(key_id) for key_id in key_ids]
    packed = [item.sealed.body if item.sealed else item.payload.pack() for item in envelopes]
    shares = [envelope.bodies(mode, body) for body in packed]
    wraps: list[list[bytes]] = [[] for _ in envelopes]
    legs: list[list[Leg]] = [[] for _ in envelopes]
    for number, kms_key in enumerate(keys):
        items = []
        for index, item in enumerate(envelopes):
            leg = Leg(number + 1, item.versions[number], kms_key.key_uuid, suite_of(kms_key.kind))
            legs[index].append(leg)
            context = envelope.context(
                item.uuid,
                leg,
                mode,
                len(packed[index]),
                item.payload.dek_class,
                item.commitment,
                item.layers.digest,
            )
            items.append(WrapItem(item.uuid, shares[index][number], context))
        keep = kept[number]
        if keep is not None:
            made = [keep]
        else:
            kms_key.check_wraps_legs()
            try:
                made = _provider(kms_key, ()).wrap_many(kms_key.name, items)
            except ProviderError as error:
                raise _renamed(
                    error,
                    f"leg {number + 1}, {kms_key.label}, does not wrap: {error.message}",
                    error.hint or "Nothing was stored: every leg has to be wrapped.",
                ) from None
        for index, wrap in enumerate(made):
            wraps[index].append(wrap)
    return [
        Wrapped(
            wraps[index],
            envelope.suite_text(
                mode,
                item.payload.dek_class,
                legs[index],
                len(item.payload.dek),
                item.commitment,
                item.layers.text,
            ),
        )
        for index, item in enumerate(envelopes)
    ]


def open_many(rows: Sequence[WrapperRow], above: tuple[UUID, ...] = ()) -> list[Opened | KwError]:
    """Open wrappers: leg by leg, each key once. What fails stands in its place, as an error."""
    opened: list[Opened | KwError] = []
    for start in range(0, len(rows), _BATCH):
        spi.check_interrupts()
        opened += _open_batch(rows[start : start + _BATCH], above)
    return opened


def _open_batch(rows: Sequence[WrapperRow], above: tuple[UUID, ...]) -> list[Opened | KwError]:
    results: list[Opened | KwError | None] = [None] * len(rows)
    jobs: list[_Opening] = []
    rows, stored = _with_layers(rows)
    privates = _PrivateKeys(above)
    for index, row in enumerate(rows):
        try:
            jobs.append(_Opening(index, row, stored.get(row.id, _NONE_STORED), privates))
        except KwError as error:
            results[index] = error
    for number in (0, 1):
        _open_leg(number, [job for job in jobs if job.wants(number)], above, patient=False)
    for number in (0, 1):  # a leg that was skipped is better than none
        _open_leg(number, [job for job in jobs if job.was_skipped(number)], above, patient=True)
    for job in jobs:
        results[job.index] = job.result()
    return [result for result in results if result is not None]


def _open_leg(
    number: int, jobs: "Sequence[_Opening]", above: tuple[UUID, ...], *, patient: bool
) -> None:
    """Open one leg of wrappers, each key once.

    Not ``patient``, and mode ``either``: a KMS that has just failed is skipped.
    """
    groups: dict[tuple[int, bool], list[_Opening]] = defaultdict(list)
    for job in jobs:
        groups[job.row.keys[number], job.mode is Mode.EITHER and not patient].append(job)
    for (key_id, may_skip), group in groups.items():
        skipped = _skip(key_id) if may_skip else None
        bodies = [skipped] * len(group) if skipped else _unwrap_leg(key_id, number, group, above)
        for job, body in zip(group, bodies, strict=True):
            job.take(number, body)


def _skip(key_id: int, depth: int = MAX_DEPTH) -> Skipped | None:
    """Why not to ask the provider of a key, or those above a branch, just now, if so."""
    try:
        found = key(key_id)
        if not found.is_branch:
            return breaker.skip(found.provider)
        held = _branches.get(found.reference)
        if depth == 0 or (held is not None and held.is_fresh(monotonic())):
            return None
        row = branch_row(found)
        legs = [_skip(leg, depth - 1) for leg in row.keys]
    except KwError:
        return None  # asking it says why
    skipped = [leg for leg in legs if leg is not None]
    if len(skipped) > (1 if row.mode == Mode.EITHER else 0):
        return skipped[0]
    return None


def open_legs(row: WrapperRow) -> list[KwError | None]:
    """Open each leg by itself; what kw.verify reports. Mode both has one result for both."""
    (row,), stored = _with_layers([row])
    job = _Opening(0, row, stored.get(row.id, _NONE_STORED), _PrivateKeys(()))
    bodies = [_unwrap_leg(key_id, number, [job], ())[0] for number, key_id in enumerate(row.keys)]
    checks: list[KwError | None] = []
    if job.mode is Mode.BOTH:
        for number, body in enumerate(bodies):
            job.take(number, body)
        result = job.result()
        return [result if isinstance(result, KwError) else None]
    for number, body in enumerate(bodies):
        if isinstance(body, ProviderError):
            checks.append(body)
            continue
        try:
            job.check(body, (number,))
            checks.append(None)
        except _LayerFailed as error:
            checks.append(error.cause)
        except KwError as error:
            checks.append(error)
    return checks


def _unwrap_leg(
    key_id: int, number: int, group: "Sequence[_Opening]", above: tuple[UUID, ...]
) -> Sequence[bytes | ProviderError]:
    """Open a leg of each, or say why not: a provider that fails in any way fails its leg only."""
    found = spi.attempt(lambda: _ask_for_leg(key_id, number, group, above))
    match found:
        case ProviderError():
            return [found] * len(group)
        case BadArgument() | NotFound():
            return [ProviderRefused(found.message, hint=found.hint)] * len(group)
        case InternalError():
            return [_as_provider_error(found)] * len(group)
        case KwError():
            raise found
    return found


def _ask_for_leg(
    key_id: int, number: int, group: "Sequence[_Opening]", above: tuple[UUID, ...]
) -> Sequence[bytes | ProviderError]:
    kms_key = key(key_id)
    kms_key.check_opens()
    if kms_key.is_kem:
        raise ProviderRefused(f"{kms_key.label} is a KEM key, which opens no leg")
    silent = _silent.get(kms_key.provider)
    if silent is not None:
        return [silent] * len(group)
    provider = _provider(kms_key, above)
    items = [
        WrapItem(job.row.uuid, job.row.wraps[number], job.context(number, kms_key, provider))
        for job in group
    ]
    try:
        opened = provider.unwrap_many(kms_key.name, items)
    except (ProviderUnreachable, Throttled) as error:
        breaker.failed(kms_key.provider)
        if isinstance(error, ProviderUnreachable):
            _silent[kms_key.provider] = error
        raise
    breaker.answered(kms_key.provider)
    return opened


def _check_status(row: WrapperRow) -> None:
    if row.status in ("retired", "invalid"):
        unusable = WrapperUnusable(
            f"wrapper {row.uuid} is {row.status}",
            hint=f"kw.set_wrapper_status('{row.uuid}', 'active')"
            if row.status == "retired"
            else None,
        )
        unusable.is_destroyed = row.status == "invalid"
        raise unusable


class StoredLayers(NamedTuple):
    """The rows of key_wrapper_layers of one wrapper, and the keys that open them."""

    layers: Layers
    key_ids: tuple[int, ...]

    @classmethod
    def of(cls, pairs: list[tuple[int, Layer]]) -> "StoredLayers":
        """Make it of keys and layers in any order."""
        if len(pairs) > 1:
            pairs.sort(key=lambda pair: pair[1].number)
        return cls(Layers.of([layer for _, layer in pairs]), tuple([one for one, _ in pairs]))


_NONE_STORED = StoredLayers(NO_LAYERS, ())


def stored_layers(rows: Sequence[WrapperRow]) -> dict[int, StoredLayers]:
    """Return the layers of wrappers, by the wrapper's id."""
    found: dict[int, list[tuple[int, Layer]]] = {row.id: [] for row in rows}
    if found:
        for row in spi.execute(queries.LAYERS, list(found)):
            layer = Layer.of(
                row["layer_no"],
                _uuid_of_key(row["kms_key_id"]),
                row["kem"],
                row["kem_ciphertext"],
                row["encap_pubkey"] or b"",
                row["aad"] and layers.bound_text(row["aad"]),
                row["meta"] or "",
            )
            found[row["key_wrapper_id"]].append((row["kms_key_id"] or 0, layer))
    return {wrapper_id: StoredLayers.of(pairs) for wrapper_id, pairs in found.items()}


def _uuid_of_key(key_id: int | None) -> UUID:
    """Return the key_uuid of a layer's key; where there is none, one that no digest is of."""
    try:
        return key(key_id or 0).key_uuid
    except NotFound:
        return _NO_KEY


def _with_layers(
    rows: Sequence[WrapperRow],
) -> tuple[Sequence[WrapperRow], dict[int, StoredLayers]]:
    """Return rows, read anew where a relayer came between them and their layers, and the layers.

    Each query has a snapshot of its own.
    """
    stored = stored_layers([row for row in rows if row.has_layers])
    torn = [row for row in rows if row.has_layers and not _are_its_own(row, stored[row.id])]
    for _ in range(_TRIES):
        if not torn:
            break
        again = [
            WrapperRow.of(row) for row in spi.execute(queries.WRAPPERS, [row.id for row in torn])
        ]
        seen = {row.id: (row.suite, row.status) for row in torn}
        changed = {row.id: row for row in again if (row.suite, row.status) != seen[row.id]}
        rows = [changed.get(row.id, row) for row in rows]
        stored |= stored_layers(list(changed.values()))  # of those without layers now, too
        torn = [row for row in changed.values() if not _are_its_own(row, stored[row.id])]
    return rows, stored


def _are_its_own(row: WrapperRow, stored: StoredLayers) -> bool:
    if row.status == "invalid":  # destroyed with its layers
        return True
    return f'"layers": {stored.layers.text}, ' in row.suite


def _check_layers(row: WrapperRow, stored: StoredLayers) -> None:
    """Raise ``NotAuthentic``, naming a layer, where they are not those that the suite lists."""
    if f'"layers": {stored.layers.text}, ' not in row.suite:
        try:
            layers.check_stored(stored.layers.rows, json.loads(row.suite).get("layers"))
        except NotAuthentic as error:
            raise NotAuthentic(
                f"wrapper {row.uuid} does not open: {error.message}",
                hint="Restore its rows of kw.key_wrapper_layers as they were when it was made.",
            ) from None


class _LayerFailed(Exception):
    """A layer does not open, so no other leg can help."""

    def __init__(self, row: WrapperRow, number: int, error: KwError) -> None:
        message = f"wrapper {row.uuid} does not open: layer {number}: {error.message}"
        self.cause = _renamed(error, message, error.hint)
        super().__init__(message)


class _PrivateKeys:
    """The private keys that a batch of openings needs, each asked for once."""

    def __init__(self, above: tuple[UUID, ...]) -> None:
        self._above = above
        self._found: dict[int, Any] = {}

    def of(self, kms_key: KmsKey) -> Any:
        """Return the private key of a KEM key; raises ``ProviderError``."""
        if kms_key.id not in self._found:
            self._found[kms_key.id] = _private_key(kms_key, self._above)
        return self._found[kms_key.id]


class _Opening:
    """One wrapper on its way to being opened."""

    def __init__(
        self,
        index: int,
        row: WrapperRow,
        stored: StoredLayers,
        privates: "_PrivateKeys",
    ) -> None:
        _check_status(row)
        if row.format != envelope.FORMAT:
            raise NotAuthentic(
                f"wrapper {row.uuid} has format {row.format!r}, which this version does not know"
            )
        self._stored = stored
        self._privates = privates
        _check_layers(row, stored)
        self.mode = row.known_mode()
        try:
            self.commitment = bytes.fromhex(row.commitment or "")
        except ValueError:
            raise NotAuthentic(f"wrapper {row.uuid} has no valid crypto_suite") from None
        if len(row.keys) != (1 if self.mode is Mode.SINGLE else 2):
            raise NotAuthentic(f"wrapper {row.uuid} does not have the legs of mode {self.mode}")
        self.index = index
        self.row = row
        self._legs: dict[int, Leg] = {}
        self._bodies: dict[int, bytes] = {}
        self._failures: dict[int, ProviderError] = {}
        self._opened: Opened | None = None
        self._layer_failure: KwError | None = None

    def wants(self, number: int) -> bool:
        """Whether this leg has to be opened."""
        if number >= len(self.row.keys) or self._layer_failure:
            return False
        if self.mode is Mode.BOTH:
            return not self._failures
        return self._opened is None

    def was_skipped(self, number: int) -> bool:
        """Whether this leg was not tried, and has to be."""
        return self._opened is None and isinstance(self._failures.get(number), Skipped)

    def context(self, number: int, kms_key: KmsKey, provider: Provider) -> bytes:
        """The associated data of a leg."""
        row = self.row
        leg = Leg(number + 1, row.versions[number], kms_key.key_uuid, provider.suite)
        self._legs[number] = leg
        length = provider.body_bytes(row.wraps[number])
        digest = self._stored.layers.digest
        return envelope.context(
            row.uuid, leg, self.mode, length, row.dek_class, self.commitment, digest
        )

    def take(self, number: int, body: bytes | ProviderError) -> None:
        """Take what a leg gave."""
        if isinstance(body, ProviderError):
            self._failures[number] = body
            return
        self._bodies[number] = body
        self._failures.pop(number, None)
        try:
            if self.mode is not Mode.BOTH:
                self._opened = self.check(body, (number,))
            elif len(self._bodies) == 2:
                shares = [self._bodies[0], self._bodies[1]]
                self._opened = self.check(envelope.join(shares), (0, 1))
        except _LayerFailed as error:
            self._layer_failure = error.cause
        except NotAuthentic as error:
            self._failures[number] = error

    def check(self, packed: bytes, legs: tuple[int, ...]) -> Opened:
        """Check the payload and the whole suite against what the wraps authenticate."""
        row = self.row
        payload = Payload.unpack(self._behind_layers(packed))
        prk = payload.prk()
        if payload.dek_class is not row.dek_class or not envelope.commitment_matches(
            prk, row.uuid, self.commitment
        ):
            raise NotAuthentic(f"wrapper {row.uuid} holds another key than it is committed to")
        suite = envelope.suite_text(
            self.mode,
            row.dek_class,
            [self._leg(number) for number in range(len(row.keys))],
            len(payload.dek),
            self.commitment,
            self._stored.layers.text,
        )
        if suite != row.suite:
            raise NotAuthentic(f"the crypto_suite of wrapper {row.uuid} was changed")
        keys = (*(row.keys[number] for number in legs), *self._stored.key_ids)
        sealed = Sealed(self._stored.layers, packed) if self._stored.key_ids else None
        return Opened(payload, prk, keys, sealed)

    def _behind_layers(self, body: bytes) -> bytes:
        """Open the layers, the outermost first; raises ``_LayerFailed``, naming the layer."""
        row = self.row
        layers_and_keys = zip(self._stored.layers.rows, self._stored.key_ids, strict=True)
        for layer, key_id in reversed(tuple(layers_and_keys)):
            try:
                kms_key = key(key_id)
                kms_key.check_opens()
                if layer.kem != kms_key.algorithm:
                    raise NotAuthentic(f"{kms_key.label} is not of {layer.kem}")
                if layer.public_key != kms_key.public_key:
                    raise NotAuthentic(f"{kms_key.label} has another public key now")
                private = self._privates.of(kms_key)
                body = layers.open_layer(
                    layer, private, body, row.uuid, row.dek_class, self.commitment
                )
            except KwError as error:
                raise _LayerFailed(row, layer.number, error) from None
        return body

    def _leg(self, number: int) -> Leg:
        leg = self._legs.get(number)
        if leg is None:  # not used: named from its row, as the suite must name it
            kms_key = key(self.row.keys[number])
            suite = suite_of(kms_key.kind)
            leg = Leg(number + 1, self.row.versions[number], kms_key.key_uuid, suite)
        return leg

    def result(self) -> Opened | KwError:
        """The opened wrapper, with a warning for a leg that failed; or the error."""
        if self._opened is not None:
            for number, failure in self._failures.items():
                _warn(self.row, number, failure)
            return self._opened
        if self._layer_failure is not None:
            return self._layer_failure
        if len(self._failures) == 1 and len(self.row.keys) == 1:
            return _named(self.row, 0, self._failures[0])
        causes = "; ".join(
            f"leg {number + 1}: {_of_key(self.row, number)}{failure.message}"
            for number, failure in self._failures.items()
        )
        hints = [failure.hint for failure in self._failures.values() if failure.hint]
        failed = LegFailed(
            f"wrapper {self.row.uuid} (mode {self.mode}) does not open: {causes}",
            hint=hints[0] if hints else None,
        )
        failed.is_outage = all(failure.is_outage for failure in self._failures.values())
        return failed


def _named(row: WrapperRow, number: int, failure: ProviderError) -> ProviderError:
    cause = f"{_of_key(row, number)}{failure.message}"
    message = f"wrapper {row.uuid} does not open: leg {number + 1}: {cause}"
    return _renamed(failure, message, failure.hint)


def _of_key(row: WrapperRow, number: int) -> str:
    """Name the key of a leg, to begin what is said of it."""
    found = _keys.get(row.keys[number])
    return "" if found is None else f"{found.label}: "


def _warn(row: WrapperRow, number: int, failure: ProviderError) -> None:
    """Warn of a failed leg, once a minute for one key and cause."""
    _warn_once_a_minute(
        (row.keys[number], failure.sqlstate),
        f"leg {number + 1} of wrapper {row.uuid} failed, the other leg was used: "
        f"{_of_key(row, number)}{failure.message}",
        failure.hint,
    )


def _warn_of_late_use(branch: UUID, failure: KwError) -> None:
    _warn_once_a_minute(
        (branch, failure.sqlstate),
        f"branch {branch} is used beyond its time, as branch_grace_seconds lets it: "
        f"{failure.message}",
        failure.hint,
    )


def _warn_once_a_minute(about: tuple[int | UUID, str], message: str, hint: str | None) -> None:
    now = monotonic()
    if now >= _warned.get(about, 0.0):
        _warned[about] = now + _WARN_AGAIN_SECONDS
        spi.warning(message, hint=hint)
