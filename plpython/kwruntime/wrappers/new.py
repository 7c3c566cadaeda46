"""New wrappers: a DEK wrapped under the keys that a policy chooses, and stored."""

from collections.abc import Collection, Sequence

from kwruntime.batches import in_parts
from kwruntime.call import Call
from kwruntime.crypto import envelope, layers
from kwruntime.crypto.envelope import MAX_DEK_BYTES, MIN_DEK_BYTES, DekClass
from kwruntime.crypto.layers import Layer, Recipient
from kwruntime.errors import BadArgument, Conflict
from kwruntime.keys import created, keyring
from kwruntime.keys.graph import MAX_DEPTH, KeyGraph
from kwruntime.keys.opened import Opened, PendingWrapper
from kwruntime.keys.wrap import wrap_many
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.rules import nist_levels, policies
from kwruntime.rules.nist_levels import Legs
from kwruntime.rules.policies import Policy
from kwruntime.seals.changing import added
from kwruntime.seals.checking import check_keys
from kwruntime.store import key_dependencies, key_wrapper_layers, key_wrappers, sealed_rows

BRANCH_ALGORITHM = "AES-256-GCM"
_ROWS_AT_ONCE = 10_000  # of layers, up to 2 KB each, that are given to the server as arrays


class NewWrappers:
    """New wrappers, wrapped under the keys that a policy chose, and not yet stored."""

    def __init__(
        self,
        call: Call,
        policy: Policy,
        deks: Sequence[bytes | None],
        *,
        dek_class: DekClass = DekClass.FIELD,
        keys: Sequence[int] | None = None,
        min_level: int | None = None,
    ) -> None:
        self._call = call
        check_keys(call)
        chosen = list(keys) if keys is not None else policies.choose_keys(self._call, policy)
        row = call.execute(key_wrappers.NEW_WRAPPER_NAMES, len(deks))[0]
        self.ids: list[int] = row["ids"] or []
        self.names: list[str] = row["uuids"] or []
        first = (1,) * len(chosen)
        bare = [
            _new(name, packed, dek_class, first)
            for name, packed in zip(self.names, envelope.new_payloads(dek_class, deks), strict=True)
        ]
        layer_keys = policies.choose_layers(self._call, policy, [one.wrapper for one in bare])
        what, legs = f'a wrapper by policy "{policy.name}"', Legs(policy.mode, chosen)
        nist_levels.check_min_levels(self._call, what, legs, layer_keys, [min_level] * len(deks))
        envelopes = seal_layers(self._call, policy, bare, layer_keys)
        wrapped = wrap_many(self._call, envelopes, policy.mode, chosen)
        for one, item in zip(envelopes, wrapped, strict=True):
            if one.sealed is not None:
                opened = Opened(one.packed, one.prk, (), None)  # to encrypt takes no layer
                created.keep_created(self._call, one.uuid, item.suite, opened)
        self.columns = (
            self.ids,
            self.names,
            [item.wraps[0] for item in wrapped],
            [item.wraps[1] if len(chosen) > 1 else None for item in wrapped],
            [item.suite for item in wrapped],
            chosen[0],
            chosen[1] if len(chosen) > 1 else None,
            dek_class.label,
            policy.id,
        )
        """The parameters of INSERT_WRAPPERS, and the first ones of BIND_NEW."""
        self._with_ids = list(zip(self.ids, envelopes, strict=True))

    def insert(self, owner: int | None = None) -> None:
        """Store them. They belong to a role until they are bound, or are bound at once."""
        self._call.execute(key_wrappers.INSERT_WRAPPERS, *self.columns, owner)
        insert_layers(self._call, self._with_ids)
        added(self._call, sealed_rows.WRAPPERS, self.ids)

    def insert_layers(self, made: Collection[str]) -> None:
        """Store the layers of those that were stored: a race to bind is not won for all."""
        insert_layers(self._call, [pair for pair in self._with_ids if pair[1].name in made])


def _new(
    name: str, packed: bytes, dek_class: DekClass, versions: tuple[int, ...]
) -> PendingWrapper:
    check_interrupts()
    return PendingWrapper.of(name, packed, dek_class, versions)


def seal_layers(
    call: Call, policy: Policy, envelopes: Sequence[PendingWrapper], chosen: Sequence[Sequence[int]]
) -> list[PendingWrapper]:
    """Return envelopes with their payloads behind layers of the keys chosen for each, if any."""
    recipients = {key_id: _recipient(call, key_id) for keys in chosen for key_id in keys}
    return [
        _sealed(policy, one, [recipients[key_id] for key_id in keys]) if keys else one
        for one, keys in zip(envelopes, chosen, strict=True)
    ]


def _recipient(call: Call, key_id: int) -> Recipient:
    key = keyring.key(call, key_id)
    return Recipient(key.key_uuid, key.algorithm or "", key.public_key or b"")


def _sealed(policy: Policy, one: PendingWrapper, recipients: Sequence[Recipient]) -> PendingWrapper:
    check_interrupts()
    sealed = layers.seal(
        one.packed,
        one.uuid,
        one.dek_class,
        one.commitment,
        recipients,
        policy.aad_template,
        policy.name,
    )
    return one._replace(sealed=sealed)


def insert_layers(call: Call, of_wrappers: Sequence[tuple[int, PendingWrapper]]) -> None:
    """Store the layers of stored wrappers."""
    rows = [(wrapper_id, layer) for wrapper_id, one in of_wrappers for layer in one.layers.rows]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        _insert_layers(call, rows[start : start + _ROWS_AT_ONCE])


def _insert_layers(call: Call, rows: Sequence[tuple[int, Layer]]) -> None:
    recipients = {layer.key: layer for _, layer in rows}  # few, and large: given once each
    numbers = {key: number for number, key in enumerate(recipients, 1)}
    call.execute(
        key_wrapper_layers.INSERT_LAYERS,
        [wrapper_id for wrapper_id, _ in rows],
        [layer.number for _, layer in rows],
        [numbers[layer.key] for _, layer in rows],
        [layer.encapsulation for _, layer in rows],
        [layer.aad for _, layer in rows],
        [str(key) for key in recipients],
        [layer.kem for layer in recipients.values()],
        [layer.public_key for layer in recipients.values()],
        [layer.meta for layer in recipients.values()],
    )


def check_dek(dek: bytes | None) -> None:
    """Raise ``BadArgument`` for a DEK of a wrong length."""
    if dek is not None and not MIN_DEK_BYTES <= len(dek) <= MAX_DEK_BYTES:
        raise BadArgument(
            f"a data key must have {MIN_DEK_BYTES} to {MAX_DEK_BYTES} bytes, not {len(dek)}",
            hint="Use null to generate a new key of 32 bytes.",
        )


def create(call: Call, policy_name: str | None, deks: Sequence[bytes | None]) -> list[str]:
    """Wrap given and fresh DEKs, and store them as a role's."""
    policy = policies.named(call, policy_name)

    def make(part: Sequence[bytes | None]) -> list[str]:
        new = NewWrappers(call, policy, part)
        new.insert(call.role)
        return new.names

    return in_parts(make, deks)


def create_branch(call: Call, policy: Policy) -> str:
    """Make a branch: a wrapper whose DEK, made here, will wrap other DEKs."""
    call.execute(key_dependencies.LOCK_KEY_GRAPH)
    keys = policies.choose_keys(call, policy)
    above = [*keys, *(policies.layer_keys(call, policy) if policy.max_layers else ())]
    if 1 + max(KeyGraph(call).depth(key) for key in above) > MAX_DEPTH:
        raise Conflict(
            f'a branch under policy "{policy.name}" would be more than {MAX_DEPTH} deep',
            hint="Use a policy whose keys depend on fewer branches.",
        )
    new = NewWrappers(call, policy, [None], dek_class=DekClass.BRANCH, keys=keys)
    new.insert()
    return new.names[0]
