"""Whether a KMS key may be destroyed: what needs it, and the evidence. Fails closed."""

from collections.abc import Sequence
from functools import partial
from time import monotonic, sleep

from kwruntime.admin.evidence import Evidence, could_not_run, few
from kwruntime.admin.unseen import newest_wrap, unseen
from kwruntime.call import EPOCH, Call
from kwruntime.errors import BadArgument, KwError
from kwruntime.keys import keyring
from kwruntime.postgres import backend, lock_holders, messages
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.postgres.query import Row
from kwruntime.rules import destroyed_keys, key_dependents
from kwruntime.rules.key_dependents import Dependent, Found
from kwruntime.store import kms_keys
from kwruntime.store.kms_keys import KmsKey

_MAX_SECONDS = 86_400
_PAUSE_SECONDS = 0.1
_MOST_NAMED = 5
_KINDS = (
    (key_dependents.WRAPPER, "wrappers", "Move them with kw.schedule_rewrap or kw.rewrap_many."),
    (key_dependents.LAYER, "layers", "Give the wrappers other layers with kw.relayer_many."),
    (key_dependents.BRANCH, "branches", "Move them with kw.rewrap, or kw.relayer for a layer."),
    (
        key_dependents.SEALED,
        "sealed private keys",
        "Retire their KEM keys with kw.set_kms_key_status. Give the wrappers and branches below "
        "them other layers with kw.relayer_many.",
    ),
    (key_dependents.SIGNING, "signing keys", "Retire them."),
    (key_dependents.JOB, "jobs", "Let them end, or use kw.cancel_rewrap_jobs."),
)


def dependents(call: Call, key_id: int) -> list[Row]:
    """Return what needs a key: the rows of kw.key_dependents."""
    keyring.key(call, key_id)
    return [one.row for one in key_dependents.find(call, [key_id]).dependents]


def safe_to_destroy(call: Call, key_id: int, seconds: float) -> list[Row]:
    """Return the answer and its evidence, after waiting for wraps in flight for so long at most.

    Not as the owner: each look reads as of now, and replicas are seen by the rights of the caller.
    """
    if not 0 <= seconds <= _MAX_SECONDS:
        raise BadArgument(f"timeout_seconds must be from 0 to {_MAX_SECONDS}, not {seconds:g}")
    has_written = backend.has_written()
    keys = call.read_as_owner(lambda: _keys(call, key_id))
    # A wrap locks its key before it reads the status. So once a key that may not wrap is locked by
    # nobody, each wrap under it has ended, and is counted by a look that begins later.
    waits = not has_written and not any(key.status == "active" for key in keys)
    in_flight = _in_flight(call, keys, seconds if waits else 0.0)
    evidence = [
        _own_transaction(has_written=has_written),
        *call.read_as_owner(lambda: _statuses(call, keys)),
        in_flight,
        *_counted(call, keys),
    ]
    named = next(key.label for key in keys if key.id == key_id)
    return [one._asdict() for one in (_answer(named, evidence), *evidence)]


def _keys(call: Call, key_id: int) -> list[KmsKey]:
    """Return the key and those that are the same one under other names."""
    keyring.key(call, key_id)
    return _read(call, destroyed_keys.same_keys(call, key_id))


def _read(call: Call, key_ids: Sequence[int]) -> list[KmsKey]:
    return sorted(map(KmsKey.of, call.execute(kms_keys.KEYS, key_ids)), key=lambda key: key.id)


def _answer(named: str, evidence: Sequence[Evidence]) -> Evidence:
    failed = [one.check for one in evidence if one.ok is False]
    newest = next((one.compare_with for one in evidence if one.compare_with is not None), None)
    if failed:
        because = ", ".join(dict.fromkeys(failed))
        return Evidence("safe to destroy", False, f"{named}: no ({because})", None, newest)
    hint = "Compare what no query can see (the rows whose ok is null) with the newest wrap."
    said = f"{named}: yes, as far as this database shows"
    return Evidence("safe to destroy", True, said, hint, newest)


def _own_transaction(*, has_written: bool) -> Evidence:
    if has_written:
        said = "this transaction has made changes, which may yet be rolled back"
        return Evidence("transaction", False, said, "Commit first.")
    return Evidence("transaction", True, "it has made no changes")


def _statuses(call: Call, keys: Sequence[KmsKey]) -> list[Evidence]:
    """A row for each key. One that was active, or has become so, can be wrapped under."""
    rows = []
    for before, now in zip(keys, _read(call, [key.id for key in keys]), strict=True):
        if "active" in (before.status, now.status):
            said = f"{now.label} is active: it can be wrapped under right after the answer"
            hint = f"Use kw.set_kms_key_status({now.id}, 'retired')."
            rows.append(Evidence("status", False, said, hint))
        else:
            rows.append(Evidence("status", True, f"{now.label} is {now.status}"))
    return rows


# -- wraps in flight --------------------------------------------------------------------------


def _in_flight(call: Call, keys: Sequence[KmsKey], seconds: float) -> Evidence:
    check = "wraps in flight"
    if backend.in_recovery():
        said = "a standby does not know the transactions in progress of its primary"
        return Evidence(check, False, said, "Call it on the primary.")
    held = messages.attempt(
        partial(_waited, call, [key.id for key in keys], seconds), with_queries=True
    )
    if isinstance(held, KwError):
        return could_not_run(check, held)
    if not held:
        return Evidence(check, True, "none")
    found = call.execute(lock_holders.OF_TRANSACTIONS, [str(xid) for xid in held])
    more = len(held) - min(len(found), _MOST_NAMED) if found else 0
    after = f" after {seconds:g} s" if seconds else ""
    named = lock_holders.named(found[:_MOST_NAMED], " and ") or "transactions without a process"
    said = f"still in progress{after}: {named}"
    return Evidence(
        check,
        False,
        said + (f" and {more} more" if more > 0 else ""),
        " ".join(["Repeat the call when they have ended.", *lock_holders.how_to_end(found)]),
    )


def _waited(call: Call, key_ids: Sequence[int], seconds: float) -> set[int]:
    """Wait until no transaction locks the keys; return those that still do when time is up."""
    end = monotonic() + seconds
    while True:
        held = call.read_as_owner(lambda: _running(call, key_ids))
        left = end - monotonic()
        if not held or left <= 0:
            return held
        sleep(min(left, _PAUSE_SECONDS))
        check_interrupts()


def _running(call: Call, key_ids: Sequence[int]) -> set[int]:
    rows = call.execute(kms_keys.TRANSACTIONS_AT_KEYS, key_ids)
    running = (backend.running_transaction(row["xid"]) for row in rows)
    return {xid for xid in running if xid is not None}


# -- dependents -------------------------------------------------------------------------------


def _counted(call: Call, keys: Sequence[KmsKey]) -> list[Evidence]:
    """Rows of what needs the keys, and of what no query can see."""
    ids = [key.id for key in keys]

    def look() -> tuple[Found, Evidence]:
        call.see_epoch(call.execute(EPOCH)[0]["epoch"])  # it may have changed while we waited
        found = key_dependents.find(call, ids)
        return found, newest_wrap(call, ids, found)

    looked = messages.attempt(lambda: call.read_as_owner(look), with_queries=True)
    if isinstance(looked, KwError):
        return [could_not_run("dependents", looked)]
    found, newest = looked
    is_in_use = any(one.needs_key for one in found.dependents if one.opens_without is not None)
    rest = unseen(call, newest.compare_with, is_in_use=is_in_use)
    return [*_dependents(found), newest, *rest]


def _dependents(found: Found) -> list[Evidence]:
    rows = []
    for kind, check, hint in _KINDS:
        needing = [one for one in found.of_kind(kind) if one.needs_key]
        rows.append(
            Evidence(check, False, _described(needing), hint)
            if needing
            else Evidence(check, True, "none")
        )
    policies = few([one.name or "" for one in found.of_kind(key_dependents.POLICY)])
    said = f"named by {policies}, and not chosen while it is not active" if policies else "none"
    return [*rows, Evidence("policies", True, said)]


def _described(found: Sequence[Dependent]) -> str:
    name = next((one.name for one in found if one.name is not None), None)
    below = sum(one.below or 0 for one in found)
    without = sum(one.objects for one in found if one.opens_without)
    parts = [
        str(sum(one.objects for one in found)) + (f", such as {name}" if name is not None else ""),
        f"{without} of them could be opened by other keys" if without else "",
        f"{below} wrappers are below them" if below else "",
    ]
    return "; ".join(filter(None, parts))
