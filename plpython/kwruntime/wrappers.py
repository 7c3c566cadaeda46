"""Wrappers: made, opened, renewed, and their status. Runs as the owner."""

from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

from kwruntime import keyring, layers, levels, policies, queries, spi
from kwruntime.below import Below
from kwruntime.envelope import (
    MAX_DEK_BYTES,
    MIN_DEK_BYTES,
    DekClass,
    Mode,
    Origin,
    Payload,
)
from kwruntime.errors import (
    BadArgument,
    Conflict,
    InternalError,
    KwError,
    LegFailed,
    NotAllowed,
    NotAuthentic,
    NotFound,
    ProviderUnreachable,
)
from kwruntime.keyring import Envelope, Opened, Wrapped, WrapperRow
from kwruntime.layers import Layer, Recipient
from kwruntime.levels import Legs
from kwruntime.parts import in_parts
from kwruntime.policies import Policy

BRANCH_ALGORITHM = "AES-256-GCM"
_ROWS_AT_ONCE = 10_000  # of layers, up to 2 KB each, that are given to the server as arrays


class New:
    """New wrappers, wrapped under the keys that a policy chose, and not yet stored."""

    def __init__(
        self,
        policy: Policy,
        deks: Sequence[bytes | None],
        dek_class: DekClass = DekClass.FIELD,
        keys: Sequence[int] | None = None,
        floor: int | None = None,
    ) -> None:
        chosen = list(keys) if keys is not None else policies.choose_keys(policy)
        first = (1,) * len(chosen)
        bare = [_new(dek_class, dek, first) for dek in deks]
        self.uuids = [one.uuid for one in bare]
        layer_keys = policies.choose_layers(policy, self.uuids)
        what, legs = f"a wrapper by policy {policy.name!r}", Legs(policy.mode, chosen)
        levels.check_floors(what, legs, layer_keys, [floor] * len(deks))
        envelopes = seal_layers(policy, bare, layer_keys)
        wrapped = keyring.wrap_many(envelopes, policy.mode, chosen)
        for one, item in zip(envelopes, wrapped, strict=True):
            if one.sealed is not None:
                opened = Opened(one.payload, one.prk, (), None)  # to encrypt takes no layer
                keyring.keep_made(one.uuid, item.suite, opened)
        rows = spi.execute(queries.NEW_WRAPPER_IDS, len(envelopes))
        self.ids = [row["id"] for row in rows]
        self.columns = (
            self.ids,
            [str(uuid) for uuid in self.uuids],
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
        spi.execute(queries.INSERT_WRAPPERS, *self.columns, owner)
        insert_layers(self._with_ids)

    def insert_layers(self, made: Collection[str]) -> None:
        """Store the layers of those that were stored: a race to bind is not won for all."""
        insert_layers([pair for pair in self._with_ids if str(pair[1].uuid) in made])


def _new(dek_class: DekClass, dek: bytes | None, versions: tuple[int, ...]) -> Envelope:
    spi.check_interrupts()
    return Envelope.of(uuid4(), Payload.new(dek_class, dek), versions)


def seal_layers(
    policy: Policy, envelopes: Sequence[Envelope], chosen: Sequence[Sequence[int]]
) -> list[Envelope]:
    """Return envelopes with their payloads behind layers of the keys chosen for each, if any."""
    recipients = {key_id: _recipient(key_id) for keys in chosen for key_id in keys}
    return [
        _sealed(policy, one, [recipients[key_id] for key_id in keys]) if keys else one
        for one, keys in zip(envelopes, chosen, strict=True)
    ]


def _recipient(key_id: int) -> Recipient:
    key = keyring.key(key_id)
    return Recipient(key.key_uuid, key.algorithm or "", key.public_key or b"")


def _sealed(policy: Policy, one: Envelope, recipients: Sequence[Recipient]) -> Envelope:
    spi.check_interrupts()
    sealed = layers.seal(
        one.payload.pack(),
        one.uuid,
        one.payload.dek_class,
        one.commitment,
        recipients,
        policy.aad_template,
        policy.name,
    )
    return Envelope(one.uuid, one.payload, one.versions, one.prk, one.commitment, sealed)


def insert_layers(of_wrappers: Sequence[tuple[int, Envelope]]) -> None:
    """Store the layers of stored wrappers."""
    rows = [(wrapper_id, layer) for wrapper_id, one in of_wrappers for layer in one.layers.rows]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        _insert_layers(rows[start : start + _ROWS_AT_ONCE])


def _insert_layers(rows: Sequence[tuple[int, Layer]]) -> None:
    recipients = {layer.key: layer for _, layer in rows}  # few, and large: given once each
    numbers = {key: number for number, key in enumerate(recipients, 1)}
    spi.execute(
        queries.INSERT_LAYERS,
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
            f"a data key has {MIN_DEK_BYTES} to {MAX_DEK_BYTES} bytes, not {len(dek)}",
            hint="null makes a fresh one of 32 bytes.",
        )


def create(role: int, policy_name: str | None, deks: Sequence[bytes | None]) -> list[UUID]:
    """Wrap given and fresh DEKs, and store them as a role's."""
    policy = policies.named(policy_name)

    def make(part: Sequence[bytes | None]) -> list[UUID]:
        new = New(policy, part)
        new.insert(role)
        return new.uuids

    return in_parts(make, deks)


def create_branch(policy: Policy) -> UUID:
    """Make a branch: a wrapper whose DEK, made here, will wrap other DEKs."""
    spi.execute(queries.LOCK_KEY_GRAPH)
    keys = policies.choose_keys(policy)
    above = [*keys, *(policies.layer_keys(policy) if policy.max_layers else ())]
    if 1 + max(policies.depth(key) for key in above) > keyring.MAX_DEPTH:
        raise Conflict(
            f"a branch under policy {policy.name!r} would be more than {keyring.MAX_DEPTH} deep",
            hint="Use a policy whose keys are nearer to a KMS.",
        )
    new = New(policy, [None], DekClass.BRANCH, keys)
    new.insert()
    return new.uuids[0]


def find(uuids: Sequence[str | None]) -> list[WrapperRow | None]:
    """Look wrappers up, in order; null for null; raises ``NotFound``."""
    wanted = [uuid for uuid in uuids if uuid is not None]
    rows = spi.execute(queries.WRAPPERS_BY_UUID, wanted)
    found = {row["wrapper_uuid"]: WrapperRow.of(row) for row in rows}
    for uuid in wanted:
        if uuid not in found:
            raise NotFound(f"there is no wrapper {uuid}")
    return [None if uuid is None else found[uuid] for uuid in uuids]


def locked(uuids: Sequence[str]) -> dict[str, WrapperRow]:
    """Lock wrappers against changes, in one order, and return them; raises ``NotFound``."""
    found = spi.execute(queries.WRAPPERS_FOR_UPDATE, uuids)
    rows = {str(row.uuid): row for row in map(WrapperRow.of, found)}
    for uuid in uuids:
        if uuid not in rows:
            find([uuid])
            raise spi.old_snapshot()  # it was made since
    return rows


def _lock_if_branches(uuids: Sequence[str]) -> None:
    """Lock the graph of keys where a branch is among wrappers; a class never changes."""
    if spi.execute(queries.HAS_BRANCHES, uuids)[0]["found"]:
        spi.execute(queries.LOCK_KEY_GRAPH)


def open_deks(uuids: Sequence[str | None]) -> list[bytes | None]:
    """Open wrappers and return their DEKs, in order; null for null. Never a branch's."""
    keyring.at_epoch()
    rows = find(uuids)
    there = [row for row in rows if row is not None]
    for row in there:
        if row.dek_class is not DekClass.FIELD:
            raise NotAllowed(f"wrapper {row.uuid} is a branch: its key never leaves the server")
    opened = iter(keyring.open_many(there))
    return [None if row is None else raise_failed(next(opened)).payload.dek for row in rows]


def raise_failed(opened: Opened | KwError) -> Opened:
    """Return an opened wrapper, or raise what failed it."""
    if isinstance(opened, KwError):
        raise opened
    return opened


def rewrap(uuid: str, kms1_key_id: int | None, kms2_key_id: int | None) -> int:
    """Wrap the same DEK again, and return the new wrap_version.

    With no key given, both legs are renewed under their keys. With one given, that leg
    moves and the other stays as it is, so that its KMS may be down; mode ``both`` always
    renews both, since its shares are drawn anew.
    """
    keyring.at_epoch()
    _lock_if_branches([uuid])
    row = locked([uuid])[uuid]
    if len(row.keys) == 1 and kms2_key_id is not None:
        raise BadArgument(f"wrapper {uuid} is of mode single and has no second leg")
    given = (kms1_key_id, kms2_key_id)[: len(row.keys)]
    targets = [new or old for new, old in zip(given, row.keys, strict=True)]
    opened = raise_failed(keyring.open_many([row])[0])
    mode = row.known_mode()
    keyring.lock([*targets, *opened.keys])
    _check_targets(row, opened.payload, mode, targets)
    moves = tuple(targets) != row.keys
    if moves:
        levels.check_moved(row, targets)
    below = Below([row] if moves else ())
    renewed = [
        mode is Mode.BOTH or all(one is None for one in given) or one is not None for one in given
    ]
    versions = tuple(
        old + 1 if renew else old for old, renew in zip(row.versions, renewed, strict=True)
    )
    kept = [None if renew else wrap for wrap, renew in zip(row.wraps, renewed, strict=True)]
    again = Envelope.of(row.uuid, opened.payload, versions, opened.sealed)
    wrapped = keyring.wrap_many([again], mode, targets, kept)[0]
    _check_same_key(row, wrapped)
    two = len(targets) > 1
    spi.execute(
        queries.REWRAP,
        row.id,
        targets[0],
        targets[1] if two else None,
        wrapped.wraps[0],
        wrapped.wraps[1] if two else None,
        versions[0],
        versions[1] if two else None,
        wrapped.suite,
    )
    below.check()
    return max(versions)


def relayer(uuids: Sequence[str], policy_name: str | None) -> list[int]:
    """Put DEKs behind the layers that a policy wants, or each its own; the new wrap_versions.

    DEKs, keys of the legs and modes stay. Every leg is wrapped again, since it is bound to the
    layers. The policy becomes the wrappers' own.
    """
    keyring.at_epoch()
    given = policies.named(policy_name) if policy_name is not None else None
    _lock_if_branches(uuids)
    rows = locked(uuids)
    below = Below(rows.values())
    groups: dict[tuple[Mode, tuple[int, ...], int | None], list[WrapperRow]] = {}
    for row in rows.values():
        policy_id = given.id if given else row.policy_id
        groups.setdefault((row.known_mode(), row.keys, policy_id), []).append(row)
    for (mode, keys, policy_id), group in groups.items():
        policy = given or policies.of_wrapper(policy_id)
        try:
            _relayer_alike(mode, keys, policy, group)
        except KwError as error:
            if error.is_outage and error.sqlstate == LegFailed.sqlstate:
                # Who relayers many has to tell a wrapper that is broken from one to try later.
                raise ProviderUnreachable(error.message, hint=error.hint) from None
            raise
    below.check()
    return [max(rows[uuid].versions) + 1 for uuid in uuids]


def _relayer_alike(
    mode: Mode, keys: Sequence[int], policy: Policy, rows: Sequence[WrapperRow]
) -> None:
    """Relayer wrappers of the same mode, keys and policy."""
    for row in rows:
        if row.dek_class is DekClass.BRANCH:
            # its legs stay where they are
            _check_no_cycle(row, policies.layer_keys(policy) if policy.max_layers else ())
    opened = [raise_failed(one) for one in keyring.open_many(rows)]
    ids = [row.id for row in rows]
    keyring.lock(keys)
    chosen = policies.choose_layers(policy, [row.uuid for row in rows])
    levels.check_relayered(rows, chosen)
    bare = [_again(row, one.payload) for row, one in zip(rows, opened, strict=True)]
    envelopes = seal_layers(policy, bare, chosen)
    wrapped = keyring.wrap_many(envelopes, mode, keys)
    for row, new in zip(rows, wrapped, strict=True):
        _check_same_key(row, new)
    two = len(keys) > 1
    spi.execute(
        queries.RELAYER,
        ids,
        [new.wraps[0] for new in wrapped],
        [new.wraps[1] if two else None for new in wrapped],
        [new.suite for new in wrapped],
        policy.id,
    )
    spi.execute(queries.DELETE_LAYERS, ids)
    insert_layers(list(zip(ids, envelopes, strict=True)))


def _again(row: WrapperRow, payload: Payload) -> Envelope:
    spi.check_interrupts()
    return Envelope.of(row.uuid, payload, tuple(version + 1 for version in row.versions))


def _check_targets(row: WrapperRow, payload: Payload, mode: Mode, targets: list[int]) -> None:
    if len(set(targets)) < len(targets):
        raise BadArgument(f"wrapper {row.uuid} needs two different keys")
    policies.check_honest(mode, targets)
    if row.dek_class is DekClass.BRANCH:
        if payload.origin is not Origin.GENERATED:
            raise NotAuthentic(f"branch {row.uuid} was not generated in the server")
        _check_no_cycle(row, targets)


def _check_no_cycle(branch: WrapperRow, targets: Sequence[int]) -> None:
    own = keyring.stored_layers([branch])[branch.id]
    stays = {*branch.keys, *own.key_ids}
    for key_id in targets:
        if str(branch.uuid) in keyring.branches_above(key_id):
            raise Conflict(f"branch {branch.uuid} would hang on itself")
        if 1 + policies.depth(key_id) > keyring.MAX_DEPTH:
            raise Conflict(f"branch {branch.uuid} would be more than {keyring.MAX_DEPTH} deep")
    children = spi.execute(queries.BRANCH_CHILDREN, [str(branch.uuid)])[0]
    if children["has_branches"] and any(
        policies.depth(key_id) > 0 for key_id in targets if key_id not in stays
    ):
        raise Conflict(
            f"branch {branch.uuid} has branches below it and cannot move under another",
            hint="Make a new branch and rewrap its children.",
        )


def _check_same_key(row: WrapperRow, wrapped: Wrapped) -> None:
    """A rewrap must leave the commitment as it was."""
    if f'"commitment": "{row.commitment}"' not in wrapped.suite:
        raise InternalError(f"rewrap of wrapper {row.uuid} would change its commitment")


def set_status(uuid: str, status: str) -> str:
    """Retire a wrapper, or put it back; returns the status it got."""
    if status not in ("active", "retired"):
        raise BadArgument(
            f"the status of a wrapper can be set to active or retired, not {status!r}",
            hint="kw.rotate and kw.shred set the others.",
        )
    row = locked([uuid])[uuid]
    if row.status == "invalid":
        raise Conflict(f"wrapper {uuid} is invalid: its key was destroyed for good")
    return str(spi.execute(queries.SET_WRAPPER_STATUS, row.id, status)[0]["status"])
