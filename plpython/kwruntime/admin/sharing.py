"""What admins are told and say of keys that share a root. Runs as the owner."""

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.errors import BadArgument, Conflict, NotFound
from kwruntime.escapes import quoted
from kwruntime.fields import access
from kwruntime.keys.graph import KeyGraph
from kwruntime.kms.providers import KeyDescription, KeyName, provider_for
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.rules import independence, policies
from kwruntime.seals.changing import changing
from kwruntime.store import encryption_policies, kms_providers, sealed_rows
from kwruntime.store.kms_keys import KmsKey


def twin_of(
    call: Call, provider: str, kind: str, reference: str, found: KeyDescription
) -> KmsKey | None:
    """Return a registered key with the material of one that is about to be registered."""
    there = provider_for(call.session, provider, kind)
    return independence.twin_of(call, there, kind, KeyName(reference, found.external_id))


def tell_origin(key_id: int, found: KeyDescription, twin: KmsKey | None) -> None:
    """Tell of a new key whose material may be, or is, elsewhere too."""
    if twin is not None:
        messages.notice(
            f"key {key_id} has the same key material as {twin.label}: they count as one root",
            detail="They are not independent keys for modes both and either.",
        )
    elif found.origin is not None:
        messages.notice(
            f"key {key_id} {found.origin}: another KMS may hold the same key material",
            hint="If another provider holds it, use kw.declare_shared_root.",
        )


def tell_dependence(name: str, dependence: str | None) -> None:
    """Tell of a KMS whose keys depend on a key of another one."""
    if dependence is not None:
        messages.notice(
            f'provider "{name}" depends on another key: {dependence}',
            hint="If that key belongs to another provider of this database, use "
            "kw.declare_shared_root.",
        )


def declare(call: Call, provider: str, other: str) -> None:
    """Have the keys of two providers count as one root."""
    if provider == other:
        raise BadArgument("a shared root requires two providers")
    rows = [_provider(call, name) for name in (provider, other)]
    before = _dependent_policies(call)
    ids = [row["id"] for row in rows]
    groups = [row["root_group"] for row in rows if row["root_group"] is not None]
    joined = call.execute(kms_providers.OF_GROUPS, ids, groups)
    changing(call, sealed_rows.PROVIDERS, [one["id"] for one in joined])
    call.execute(kms_providers.SHARE_ROOT, min(groups, default=min(ids)), ids, groups)
    access.audit(call, "declare_shared_root", provider, other=other)
    independence.forget(call)
    dependent = [name for name in _dependent_policies(call) if name not in before]
    independence.forget(call)
    if dependent:
        messages.warning(
            f"policies whose keys are no longer independent: {quoted(dependent)}",
            hint="Give such a policy independent keys with kw.add_policy_key before new wrappers. "
            "Move existing wrappers with kw.rewrap.",
        )


def undeclare(call: Call, provider: str) -> None:
    """Take a provider out of its declared root: an admin may not take that back alone."""
    access.check_superuser(call, "undeclare a shared root")
    row = _provider(call, provider)
    if row["root_group"] is None:
        raise Conflict(f'provider "{provider}" does not share a declared root')
    joined = call.execute(kms_providers.OF_GROUPS, [row["id"]], [row["root_group"]])
    changing(call, sealed_rows.PROVIDERS, [one["id"] for one in joined])
    call.execute(kms_providers.PART_ROOT, row["id"], row["root_group"])
    access.audit(call, "undeclare_shared_root", provider)


def _provider(call: Call, name: str) -> Row:
    rows = call.execute(kms_providers.PROVIDER_ROOT, name)
    if not rows:
        raise NotFound(
            f'provider "{name}" does not exist', hint="Register it with kw.add_provider."
        )
    return rows[0]


def _dependent_policies(call: Call) -> list[str]:
    """Return the policies of two legs some of whose draws are not independent keys."""
    graph = KeyGraph(call)
    return [
        row["name"]
        for row in call.execute(encryption_policies.POLICIES_OF_TWO)
        if not policies.are_always_independent(call, graph, row["id"], Mode(row["mode"]))
    ]


# -- doctor -----------------------------------------------------------------------------------


def problems(call: Call) -> list[tuple[str, str]]:
    """Return what is wrong with the independence of keys, and what to do about each."""
    found = [
        (
            f'the keys of policy "{name}" are not independent',
            "Give it independent keys with kw.add_policy_key; move its wrappers with kw.rewrap.",
        )
        for name in _dependent_policies(call)
    ]
    pairs = {
        (one.id, other.id): (one, other)
        for row in call.execute(encryption_policies.POLICIES_OF_TWO)
        for one, other in independence.twins(call, _roots_above(call, row["keys"] or ()))
    }
    return found + [
        (
            f"{one.label} and {other.label} have the same key material but count as two roots",
            "Declare it with kw.declare_shared_root for their providers.",
        )
        for one, other in pairs.values()
    ]


def advice(call: Call) -> list[tuple[str, str]]:
    """Return which policies have independent keys in one KMS, and what to do about each."""
    graph, dependent = KeyGraph(call), _dependent_policies(call)
    found = []
    for row in call.execute(encryption_policies.POLICIES_OF_TWO):
        mode = Mode(row["mode"])
        shared = {
            kms
            for pair in policies.first_draws(call, row["id"])
            for kms in independence.too_powerful(call, graph, mode, pair, named=independence.kms_of)
        }
        if shared and row["name"] not in dependent:
            found.append(
                (
                    f'policy "{row["name"]}" of mode {mode} depends on one KMS: '
                    f"{', '.join(sorted(shared))}",
                    "Create a key in another KMS (kw.add_provider, kw.create_kms_key), put it first"
                    " (kw.add_policy_key with a higher priority), then move the wrappers with"
                    " kw.rewrap.",
                )
            )
    return found


def has_two_keys(call: Call) -> bool:
    """Whether a policy has keys for two legs."""
    rows = call.execute(encryption_policies.POLICIES_OF_TWO)
    return any(len(row["keys"] or ()) > 1 for row in rows)


def _roots_above(call: Call, key_ids: list[int] | tuple[()]) -> list[KmsKey]:
    """Return the keys of KMSs that keys are, or depend on by branches, and that may open."""
    graph = KeyGraph(call)
    return [
        kms_key
        for kms_key in map(graph.key, sorted(graph.with_all_above(key_ids)))
        if not (kms_key.is_branch or kms_key.is_kem)
        and kms_key.is_enabled
        and kms_key.status != "disabled"
    ]
