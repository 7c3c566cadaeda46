"""The log of audit events: made, appended to, signed, and proofs out of it."""

from typing import Any

from kwruntime.admin import log_proofs, logs, receipts, sealing, state_checks, states, witnesses
from kwruntime.api.arguments import flat, no_null
from kwruntime.call import Call, entry


@entry
def create_log(call: Call, host: str, signing_keys: list[str | None]) -> str:
    names = _names(signing_keys)
    return call.as_owner(lambda: logs.create(call, host, names))


@entry
def set_log_keys(call: Call, signing_keys: list[str | None]) -> list[str]:
    names = _names(signing_keys)
    return call.as_owner(lambda: logs.set_keys(call, names))


def _names(signing_keys: list[str | None]) -> list[str]:
    names = flat(signing_keys, "signing_keys")
    return [no_null(one, "an element of signing_keys") for one in names]


@entry
def append_audit(call: Call, max_events: int) -> int:
    return call.as_owner(lambda: sealing.append_events(call, max_events))


@entry
def append_state(call: Call) -> str | None:
    return call.as_owner(lambda: states.append_state(call))


@entry
def accept_state(call: Call, reason: str) -> None:
    call.as_owner(lambda: states.accept(call, reason))


@entry
def check_state(call: Call, checkpoint: str | None) -> list[dict[str, Any]]:
    found = call.read_as_owner(lambda: list(state_checks.check(call, checkpoint)))
    return call.server.rows_for_people(found)


@entry
def sign_checkpoint(call: Call, again: bool) -> str:
    return call.as_owner(lambda: sealing.sign(call, again))


@entry
def audit_proof(call: Call, event: int) -> str:
    return call.read_as_owner(lambda: log_proofs.proof(call, event))


@entry
def audit_receipt(call: Call, wrapper: str, event: int | None) -> str:
    return call.read_as_owner(lambda: receipts.receipt(call, wrapper, event))


@entry
def add_witness(call: Call, verifier_key: str) -> None:
    call.as_owner(lambda: witnesses.add_witness(call, verifier_key))


@entry
def remove_witness(call: Call, verifier_key: str) -> None:
    call.as_owner(lambda: witnesses.remove_witness(call, verifier_key))


@entry
def add_cosignatures(call: Call, note: str) -> int:
    return call.as_owner(lambda: witnesses.add_cosignatures(call, note))
