"""One wrapper on its way to being opened: legs in, checked payload out."""

from collections.abc import Callable
from typing import Any

from kwruntime.call import Call
from kwruntime.crypto import envelope, layers
from kwruntime.crypto.envelope import Leg, Mode, Payload
from kwruntime.crypto.layers import Sealed
from kwruntime.errors import KwError, LegFailed, NotAuthentic, ProviderError
from kwruntime.keys import leg_digests, minimum_format
from kwruntime.keys.failures import named, renamed, warn_of_leg
from kwruntime.keys.keyring import about, key
from kwruntime.keys.opened import Opened
from kwruntime.keys.private_keys import ProviderOf, private_key
from kwruntime.kms.breaker import Skipped
from kwruntime.kms.providers import Provider, suite_of
from kwruntime.store.key_wrapper_layers import StoredLayers
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.kms_keys import KmsKey

SealedLegs = tuple[bytes, ...] | None
"""The digests that the legs of a wrapper must have; null: any."""
Check = Callable[[WrapperRow], SealedLegs]
"""Check the row of a wrapper that is to be opened; raises ``NotAuthentic``."""


def unchecked(_: WrapperRow) -> SealedLegs:
    """Open a wrapper whatever its seal: it is checked elsewhere."""
    return None


class LegNotSealed(NotAuthentic):
    """A leg is not the one that the seal of its wrapper names. It is given to no KMS."""

    def __init__(self) -> None:
        super().__init__(
            "the wrap or its context does not match the seal of the wrapper",
            hint="Restore the row from a backup, or renew the leg with kw.rewrap.",
        )


class LayerFailed(Exception):
    """A layer does not open, so no other leg can help."""

    def __init__(self, row: WrapperRow, number: int, error: KwError) -> None:
        message = f"wrapper {row.uuid} cannot be opened: layer {number}: {error.message}"
        self.cause = renamed(error, message, error.hint)
        super().__init__(message)


class LayerKeys:
    """The private keys that a batch of openings needs, each asked for once."""

    def __init__(self, call: Call, provider_of: ProviderOf) -> None:
        self._call = call
        self._provider_of = provider_of
        self._found: dict[int, Any] = {}
        self._failed: dict[int, KwError] = {}

    def of(self, kms_key: KmsKey) -> Any:
        """Return the private key of a KEM key; raises ``ProviderError``."""
        if kms_key.id in self._failed:
            raise self._failed[kms_key.id]
        if kms_key.id not in self._found:
            try:
                self._found[kms_key.id] = private_key(self._call, kms_key, self._provider_of)
            except KwError as error:
                self._failed[kms_key.id] = error
                raise
        return self._found[kms_key.id]


class Opening:
    """One wrapper on its way to being opened."""

    def __init__(
        self,
        call: Call,
        index: int,
        row: WrapperRow,
        stored: StoredLayers,
        privates: LayerKeys,
        *,
        sealed_legs: SealedLegs = None,
    ) -> None:
        self._call = call
        row.check_status()
        self.form = row.known_form()
        minimum_format.check(call, self.form, f"wrapper {row.uuid}")
        self._stored = stored
        self._privates = privates
        self._sealed_legs = sealed_legs
        stored.check(row)
        self.mode = row.known_mode()
        try:
            self.commitment = bytes.fromhex(row.commitment or "")
        except ValueError:
            raise NotAuthentic(f"wrapper {row.uuid} has no valid crypto_suite") from None
        if len(row.keys) != self.mode.legs:
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

    def is_leg_sealed(self, number: int) -> bool:
        """Whether the seal names a leg as it is: not so an old one beside a renewed one."""
        if self._sealed_legs is None:
            return True
        digest = leg_digests.of_leg(self._call, self.row, self._stored, number)
        return digest == self._sealed_legs[number]

    def context(self, number: int, kms_key: KmsKey, provider: Provider) -> bytes:
        """The associated data of a leg."""
        row = self.row
        leg = Leg(number + 1, row.versions[number], kms_key.key_uuid, provider.suite)
        self._legs[number] = leg
        length = provider.body_bytes(row.wraps[number])
        digest = self._stored.layers.digest(self.form)
        return envelope.context(
            self.form, row.uuid, leg, self.mode, length, row.dek_class, self.commitment, digest
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
        except LayerFailed as error:
            self._layer_failure = error.cause
        except NotAuthentic as error:
            self._failures[number] = error

    def check(self, packed: bytes, legs: tuple[int, ...]) -> Opened:
        """Check the payload and the whole suite against what the wraps authenticate."""
        row = self.row
        inner = self._behind_layers(packed)
        payload = Payload.unpack(inner)
        prk = envelope.prk_of(inner)
        if payload.form is not self.form:
            raise NotAuthentic(f"wrapper {row.uuid} contains a key of format {payload.form}")
        if payload.dek_class is not row.dek_class or not envelope.commitment_matches(
            self.form, prk, row.uuid.bytes, self.commitment
        ):
            raise NotAuthentic(f"wrapper {row.uuid} contains another key than its commitment names")
        suite = envelope.suite_text(
            self.form,
            self.mode,
            row.dek_class,
            [self._leg(number) for number in range(len(row.keys))],
            len(payload.dek),
            self.commitment,
            self._stored.layers.text,
        )
        if suite != row.suite:
            raise NotAuthentic(f"crypto_suite of wrapper {row.uuid} was modified")
        keys = (*(row.keys[number] for number in legs), *self._stored.key_ids)
        sealed = Sealed(self._stored.layers, packed) if self._stored.key_ids else None
        return Opened(inner, prk, keys, sealed)

    def _behind_layers(self, body: bytes) -> bytes:
        """Open the layers, the outermost first; raises ``LayerFailed``, naming the layer."""
        row = self.row
        layers_and_keys = zip(self._stored.layers.rows, self._stored.key_ids, strict=True)
        for layer, key_id in reversed(tuple(layers_and_keys)):
            try:
                kms_key = key(self._call, key_id)
                kms_key.check_opens()
                if layer.kem != kms_key.algorithm:
                    raise NotAuthentic(f"{kms_key.label} is not a key of {layer.kem}")
                if layer.public_key != kms_key.public_key:
                    raise NotAuthentic(f"{kms_key.label} now has another public key")
                private = self._privates.of(kms_key)
                body = layers.open_layer(
                    self.form, layer, private, body, row.uuid, row.dek_class, self.commitment
                )
            except KwError as error:
                raise LayerFailed(row, layer.number, error) from None
        return body

    def _leg(self, number: int) -> Leg:
        leg = self._legs.get(number)
        if leg is None:  # not used: named from its row, as the suite must name it
            kms_key = key(self._call, self.row.keys[number])
            suite = suite_of(kms_key.kind)
            leg = Leg(number + 1, self.row.versions[number], kms_key.key_uuid, suite)
        return leg

    def result(self) -> Opened | KwError:
        """The opened wrapper, with a warning for a leg that failed; or the error."""
        if self._opened is not None:
            for number, failure in self._failures.items():
                warn_of_leg(self._call, self.row, number, failure)
            return self._opened
        if self._layer_failure is not None:
            return self._layer_failure
        if len(self._failures) == 1 and len(self.row.keys) == 1:
            return named(self._call, self.row, 0, self._failures[0])
        causes = "; ".join(
            f"leg {number + 1}: {about(self._call, self.row.keys[number], failure.message)}"
            for number, failure in self._failures.items()
        )
        hints = [failure.hint for failure in self._failures.values() if failure.hint]
        failed = LegFailed(
            f"wrapper {self.row.uuid} (mode {self.mode}) cannot be opened: {causes}",
            hint=hints[0] if hints else None,
        )
        failed.is_outage = all(failure.is_outage for failure in self._failures.values())
        return failed
